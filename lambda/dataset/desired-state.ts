import type { ImageLocation } from '../../lib/manifest';
import type { DatasetResourceProperties, FoldersProperties, ImagesProperties, ManifestProperties } from '../../lib/provider/wire';
import { DeployError } from '../core/errors';
import { hash, isTags } from '../core/slot';
import type { Slot, Tags } from '../core/slot';
import { assertKnownVersion } from '../core/wire-version';
import { isProjectArn, SERVICES } from '../services';

/** What the stack wants the dataset to be. */
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

/** Reads properties that this handler understands. CloudFormation has turned every scalar into a string. */
export function parseProperties(raw: Readonly<Record<string, unknown>>): DesiredState {
  assertKnownVersion(raw);
  const properties = raw as unknown as DatasetResourceProperties;
  return {
    slot: {
      projectArn: projectArn(properties.ProjectArn),
      datasetType: oneOf('DatasetType', properties.DatasetType, ['TRAIN', 'TEST']),
    },
    manifest: properties.Manifest,
    folders: properties.Folders,
    images: properties.Images && locationOf(properties.Images),
    removedEntries: oneOf('RemovedEntries', properties.RemovedEntries, REMOVED_ENTRIES),
    externalChanges: oneOf('ExternalChanges', properties.ExternalChanges ?? 'OVERWRITE', ['OVERWRITE', 'FAIL']),
    initialLoad: oneOf('InitialLoad', properties.InitialLoad, ['MANIFEST', 'CHUNKS']),
    adoptExisting: properties.AdoptExisting === 'true',
    maxErrorEntries: count('MaxErrorEntries', properties.MaxErrorEntries),
    tags: properties.Tags ?? {},
    source: hash([properties.Manifest ?? properties.Folders, properties.Images]),
    properties: nameOf(raw),
  };
}

/** What an update asks for in properties that this handler does not understand. It is enough to go back to what was accepted once. */
export interface UnreadableProperties {
  readonly reason: Error;
  /** As `DesiredState.properties`. */
  readonly properties: string;
  /** By the members that every version has; where they do not tell the content, everything stays. */
  readonly state: DesiredState;
  /** The same for content that is known otherwise. */
  readonly withoutContent: DesiredState;
}

export function unreadableProperties(raw: Readonly<Record<string, unknown>>, slot: Slot, reason: Error): UnreadableProperties {
  const { Manifest, Folders, Images, RemovedEntries } = raw as Partial<DatasetResourceProperties>;
  const properties = nameOf(raw);
  const removedEntries = REMOVED_ENTRIES.find((item) => item === RemovedEntries) ?? 'KEEP';
  const withoutContent: DesiredState = {
    ...emptyState(slot, tagsOf(raw)), source: hash([Manifest ?? Folders, Images]), properties, removedEntries,
  };
  const tellsContent = Manifest
    ? isText(Manifest.Bucket, Manifest.Key) && (Manifest.Encoding ?? 'gzip') === 'gzip'
    : isText(Folders?.Bucket, Folders?.Prefix, Folders?.LabelAttribute, Folders?.CreationDate);
  const state: DesiredState = tellsContent && (!Images || isText(Images.Bucket))
    ? { ...withoutContent, manifest: Manifest, folders: Folders, images: Images && locationOf(Images) }
    : { ...withoutContent, removedEntries: 'KEEP' };
  return { reason, properties, state, withoutContent };
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
  const isSlot = isProjectArn(ProjectArn) && (DatasetType === 'TRAIN' || DatasetType === 'TEST');
  return isSlot ? { projectArn: ProjectArn, datasetType: DatasetType } : undefined;
}

export function tagsOf({ Tags }: Readonly<Record<string, unknown>>): Tags {
  return isTags(Tags) ? Tags : {};
}

/** Names properties as they came, understood or not. A replaced provider has another token, and is nothing else that is desired. */
export function nameOf({ ServiceToken: _, ...properties }: Readonly<Record<string, unknown>>): string {
  return hash(properties);
}

function locationOf({ Bucket, Prefix, RewriteFrom }: ImagesProperties): ImageLocation {
  return { bucket: Bucket, prefix: Prefix ?? '', rewriteFrom: RewriteFrom };
}

const REMOVED_ENTRIES = ['RECREATE', 'UNLABEL', 'KEEP', 'FAIL'] as const;

function projectArn(value: string): string {
  if (!isProjectArn(value)) throw new DeployError(`property ProjectArn is ${JSON.stringify(value)}, which is not the ARN of a project of ${SERVICES}.`);
  return value;
}

function isText(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new DeployError(`property ${name} is ${JSON.stringify(value)}; allowed are ${allowed.join(', ')}.`);
  return found;
}

function count(name: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new DeployError(`property ${name} is ${JSON.stringify(value)}, but must be an integer, 0 or more.`);
  return Number(value);
}
