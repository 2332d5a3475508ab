import { createHash } from 'node:crypto';

/** The place a dataset lives in: a project holds at most one dataset of each type. */
export interface Slot {
  readonly projectArn: string;
  readonly datasetType: 'TRAIN' | 'TEST';
}

/** Which resource of which stack owns a dataset: the tags on the dataset and the folder of our objects say so. */
export interface Identity {
  readonly stackId: string;
  readonly logicalId: string;
}

export type Tags = Readonly<Record<string, string>>;

/** What a dataset holds. A member is absent where the service does not count such a thing. */
export interface Counts {
  readonly total: number;
  readonly labeled: number;
  readonly labels?: number;
  /** Entries that the service lists errors on. */
  readonly errors?: number;
  /** Entries of each class. */
  readonly classes?: { readonly normal: number; readonly anomaly: number };
}

/** The physical id of a dataset is its slot: recreating the dataset keeps it, another project or type is another resource. */
export function slotId(slot: Slot): string {
  return `${slot.projectArn}/dataset/${slot.datasetType.toLowerCase()}`;
}

/** The slot that a physical id names, whatever the service. */
export function parseSlotId(id: string): Slot | undefined {
  const [, projectArn, type] = /^(arn:[^:]+:[^:]+:.+)\/dataset\/(train|test)$/u.exec(id) ?? [];
  return projectArn ? { projectArn, datasetType: type === 'train' ? 'TRAIN' : 'TEST' } : undefined;
}

export function isTags(value: unknown): value is Tags {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    && Object.values(value).every((item) => typeof item === 'string');
}

/** A short stable name of any JSON value, whatever the order of its members. */
export function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, (_, item) => item && typeof item === 'object' && !Array.isArray(item)
    ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1))
    : item) ?? '').digest('hex').slice(0, 32);
}
