import { createHash } from 'crypto';
import { type ImageLocation, lookoutRules, rekognitionRulesIn, type ServiceRules } from '../../lib/manifest';
import {
  type DatasetResourceProperties, type FoldersProperties, type ImagesProperties, type ManifestProperties, WIRE_VERSION,
} from '../../lib/provider/wire';
import { DeployError } from '../core/errors';
import type { Slot, Tags } from '../services/port';

/** What the stack wants, as the handler works with it. */
export interface DesiredState {
  readonly slot: Slot;
  /** Absent without `folders` and `saved`: an empty dataset. */
  readonly manifest?: ManifestProperties;
  /** In the place of `manifest`. */
  readonly folders?: FoldersProperties;
  /** In the place of `manifest`: the staged entries of a dataset that is to be as it was. */
  readonly saved?: { readonly key: string; readonly entries?: number; readonly contentHash?: string };
  readonly images?: ImageLocation;
  readonly removedEntries: DatasetResourceProperties['RemovedEntries'];
  readonly externalChanges: NonNullable<DatasetResourceProperties['ExternalChanges']>;
  readonly initialLoad: DatasetResourceProperties['InitialLoad'];
  readonly adoptExisting: boolean;
  readonly maxErrorEntries: number;
  readonly tags: Tags;
  /** Names the content: equal source, equal content. */
  readonly source: string;
  /** Names all properties; empty where there are none. */
  readonly properties: string;
}

/** Projects of Rekognition have the time of their creation behind the name, those of Lookout for Vision the name alone. */
const PROJECT_ARN = /^arn:[a-z\d-]+:(rekognition:[a-z\d-]+:\d{12}:project\/[\w.-]{1,255}\/\d+|lookoutvision:[a-z\d-]+:\d{12}:project\/[a-zA-Z\d][\w-]{0,254})$/;

/** Reads properties that this handler understands. CloudFormation has turned every scalar into a string. */
export function parseProperties(raw: Readonly<Record<string, unknown>>): DesiredState {
  assertKnownVersion(raw);
  const properties = raw as unknown as DatasetResourceProperties;
  return {
    slot: {
      projectArn: matching('ProjectArn', properties.ProjectArn, PROJECT_ARN),
      datasetType: oneOf('DatasetType', properties.DatasetType, ['TRAIN', 'TEST']),
    },
    manifest: properties.Manifest,
    folders: properties.Folders,
    images: properties.Images && locationOf(properties.Images),
    removedEntries: oneOf('RemovedEntries', properties.RemovedEntries, REMOVED_ENTRIES),
    externalChanges: oneOf('ExternalChanges', properties.ExternalChanges ?? 'OVERWRITE', ['OVERWRITE', 'FAIL']),
    initialLoad: oneOf('InitialLoad', properties.InitialLoad, ['MANIFEST', 'CHUNKS']),
    adoptExisting: properties.AdoptExisting === 'true',
    maxErrorEntries: Number(matching('MaxErrorEntries', properties.MaxErrorEntries, /^\d+$/)),
    tags: properties.Tags ?? {},
    source: hash([properties.Manifest ?? properties.Folders, properties.Images]),
    properties: nameOf(raw),
  };
}

/**
 * What properties say that this handler does not understand, in the members that every version has. It is enough to go back:
 * where they do not tell the content, the wish is that everything stays, and nothing here fails for what was accepted once.
 *
 * @param content what they are known to have brought in
 */
export function knownProperties(raw: Readonly<Record<string, unknown>>, slot: Slot, content?: Pick<DesiredState, 'source' | 'saved'>): DesiredState {
  const { Manifest, Folders, Images, RemovedEntries } = raw as Partial<DatasetResourceProperties>;
  const removedEntries = REMOVED_ENTRIES.find((item) => item === RemovedEntries) ?? 'KEEP';
  const source = hash([Manifest ?? Folders, Images]);
  const desired = { ...emptyState(slot, tagsOf(raw)), source, properties: nameOf(raw), removedEntries };
  if (content) return { ...desired, ...content };
  const tellsContent = Manifest
    ? isText(Manifest.Bucket, Manifest.Key) && (Manifest.Encoding ?? 'gzip') === 'gzip'
    : isText(Folders?.Bucket, Folders?.Prefix, Folders?.LabelAttribute, Folders?.CreationDate);
  if (!tellsContent || (Images && !isText(Images.Bucket))) return { ...desired, removedEntries: 'KEEP' };
  return { ...desired, manifest: Manifest, folders: Folders, images: Images && locationOf(Images) };
}

/** Of what is to go, or to be as it was: nothing else is known or needed. */
export function emptyState(slot: Slot, tags: Tags): DesiredState {
  return {
    slot, tags, source: '', properties: '', removedEntries: 'RECREATE', externalChanges: 'OVERWRITE', initialLoad: 'MANIFEST', adoptExisting: false,
    maxErrorEntries: Number.MAX_SAFE_INTEGER,
  };
}

/** The slot that properties name, whatever else they say. */
export function slotIn({ ProjectArn, DatasetType }: Readonly<Record<string, unknown>>): Slot | undefined {
  const isSlot = typeof ProjectArn === 'string' && PROJECT_ARN.test(ProjectArn) && (DatasetType === 'TRAIN' || DatasetType === 'TEST');
  return isSlot ? { projectArn: ProjectArn, datasetType: DatasetType } : undefined;
}

export function tagsOf({ Tags }: Readonly<Record<string, unknown>>): Tags {
  return isTags(Tags) ? Tags : {};
}

export function isTags(value: unknown): value is Tags {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isText(...Object.values(value));
}

/** Names properties as they came, understood or not. A replaced provider has another token, and is no other wish. */
export function nameOf({ ServiceToken: _, ...properties }: Readonly<Record<string, unknown>>): string {
  return hash(properties);
}

/** Whether properties are of the version that this handler reads. */
export function isKnownVersion({ WireVersion }: Readonly<Record<string, unknown>>): boolean {
  return WireVersion === WIRE_VERSION;
}

/** @throws DeployError for properties of another version */
export function assertKnownVersion(raw: Readonly<Record<string, unknown>>): void {
  if (isKnownVersion(raw)) return;
  const version = raw.WireVersion === undefined ? 'no WireVersion' : `WireVersion ${JSON.stringify(raw.WireVersion)}`;
  throw new DeployError(`the resource has ${version} and the deployed handler reads "${WIRE_VERSION}": its DatasetProvider is of another version of cdk-vision-datasets; deploy the provider's stack with the version of the construct first.`);
}

/** The physical id of a dataset is its slot: recreating the dataset keeps it, another project or type is another resource. */
export function slotId(slot: Slot): string {
  return `${slot.projectArn}/dataset/${slot.datasetType.toLowerCase()}`;
}

/** The rules of the service that the slot is in. */
export function rulesOf({ projectArn, datasetType }: Slot): ServiceRules {
  const [, , service, region] = projectArn.split(':');
  return service === 'lookoutvision' ? lookoutRules(datasetType === 'TRAIN' ? 'train' : 'test') : rekognitionRulesIn(region, datasetType);
}

/** A short stable name of any JSON value, whatever the order of its members. */
export function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, (_, item) => item && typeof item === 'object' && !Array.isArray(item)
    ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1))
    : item) ?? '').digest('hex').slice(0, 32);
}

function locationOf({ Bucket, Prefix, RewriteFrom }: ImagesProperties): ImageLocation {
  return { bucket: Bucket, prefix: Prefix ?? '', rewriteFrom: RewriteFrom };
}

const REMOVED_ENTRIES = ['RECREATE', 'UNLABEL', 'KEEP', 'FAIL'] as const;

function isText(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new DeployError(`property ${name} is ${JSON.stringify(value)}; allowed are ${allowed.join(', ')}.`);
  return found;
}

function matching(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new DeployError(`property ${name} is ${JSON.stringify(value)}, which is not of the form ${pattern.source}.`);
  return value;
}
