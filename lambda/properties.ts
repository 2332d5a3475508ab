import { createHash } from 'crypto';
import { type ImageLocation, lookoutRules, rekognitionRules, type ServiceRules } from '../lib/manifest';
import type { DatasetResourceProperties, FoldersProperties, ManifestProperties } from '../lib/provider/wire';
import { DeployError } from './errors';
import type { Slot, Tags } from './ports';

/** What the stack wants, as the handler works with it. */
export interface Wanted {
  readonly slot: Slot;
  /** Absent without `folders` and `saved`: an empty dataset. */
  readonly manifest?: ManifestProperties;
  /** In the place of `manifest`. */
  readonly folders?: FoldersProperties;
  /** In the place of `manifest`: the staged entries of a dataset that is to be as it was. */
  readonly saved?: { readonly key: string; readonly entries: number };
  readonly images?: ImageLocation;
  readonly removedEntries: DatasetResourceProperties['RemovedEntries'];
  readonly firstLoad: DatasetResourceProperties['FirstLoad'];
  readonly adoptExisting: boolean;
  readonly maxErrorEntries: number;
  readonly tags: Tags;
  /** Names the content: equal source, equal content. */
  readonly source: string;
}

/** Projects of Rekognition have the time of their creation behind the name, those of Lookout for Vision the name alone. */
const PROJECT_ARN = /^arn:[a-z\d-]+:(rekognition:[a-z\d-]+:\d{12}:project\/[\w.-]{1,255}\/\d+|lookoutvision:[a-z\d-]+:\d{12}:project\/[a-zA-Z\d][\w-]{0,254})$/;

/** Reads the properties of an event. CloudFormation has turned every scalar into a string. */
export function parseProperties(raw: Readonly<Record<string, unknown>>): Wanted {
  const properties = raw as unknown as DatasetResourceProperties;
  const images = properties.Images;
  return {
    slot: {
      projectArn: matching('ProjectArn', properties.ProjectArn, PROJECT_ARN),
      datasetType: oneOf('DatasetType', properties.DatasetType, ['TRAIN', 'TEST']),
    },
    manifest: properties.Manifest,
    folders: properties.Folders,
    images: images && { bucket: images.Bucket, prefix: images.Prefix ?? '', exportedFrom: images.ExportedFrom },
    removedEntries: oneOf('RemovedEntries', properties.RemovedEntries, ['RECREATE', 'UNLABEL', 'KEEP', 'FAIL']),
    firstLoad: oneOf('FirstLoad', properties.FirstLoad, ['MANIFEST', 'CHUNKS']),
    adoptExisting: properties.AdoptExisting === 'true',
    maxErrorEntries: Number(matching('MaxErrorEntries', properties.MaxErrorEntries, /^\d+$/)),
    tags: properties.Tags ?? {},
    source: hash([properties.Manifest ?? properties.Folders, properties.Images]),
  };
}

/** The physical id of a dataset is its slot: recreating the dataset keeps it, another project or type is another resource. */
export function slotId(slot: Slot): string {
  return `${slot.projectArn}/dataset/${slot.datasetType.toLowerCase()}`;
}

/** The rules of the service that the slot is in. */
export function rulesOf({ projectArn, datasetType }: Slot): ServiceRules {
  return projectArn.split(':')[2] === 'lookoutvision' ? lookoutRules(datasetType === 'TRAIN' ? 'train' : 'test') : rekognitionRules;
}

/** A short stable name of any JSON value, whatever the order of its members. */
export function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, (_, item) => item && typeof item === 'object' && !Array.isArray(item)
    ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1))
    : item) ?? '').digest('hex').slice(0, 32);
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
