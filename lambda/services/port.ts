import type { Chunk } from '../../lib/manifest';

/**
 * What the handler asks of the world: a dataset service and an object store. Narrow on purpose, so that a
 * second service is one more adapter and a test is a short fake.
 */

/** The place a dataset lives in: a project holds at most one dataset of each type. */
export interface Slot {
  readonly projectArn: string;
  readonly datasetType: 'TRAIN' | 'TEST';
}

/** What the service says of a dataset's size. */
export interface Counts {
  readonly total: number;
  readonly labeled: number;
  /** 0 where the service counts no labels. */
  readonly labels: number;
  /** 0 where the service lists no errors on entries. */
  readonly errors: number;
  /** Entries of each class, where the service counts them. */
  readonly classes?: { readonly normal: number; readonly anomaly: number };
}

/** A dataset as the service shows it. */
export interface ServiceDataset {
  /** Names this dataset and never another, not even one that is made in its place: a service without such a name gets one. */
  readonly arn: string;
  readonly status: string;
  readonly statusMessage: string;
  /** Epoch milliseconds. */
  readonly lastUpdated: number;
  readonly counts: Counts;
}

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

export interface EntriesPage {
  readonly entries: readonly string[];
  /** Absent behind the last entry. */
  readonly next?: string;
}

export type Tags = Readonly<Record<string, string>>;

/**
 * The calls of one dataset service. Transient errors are waited out inside; the rest are of `errors.ts`.
 *
 * A write is given the `step` of the operation that it is: done again because nobody knows how it went, it is the same step.
 */
export interface DatasetService {
  /** The dataset in the slot. A known ARN saves the look-up by project. */
  find(slot: Slot, knownArn?: string): Promise<ServiceDataset | undefined>;
  projectExists(projectArn: string): Promise<boolean>;
  /** ARN of the project of this name, every page of the list looked through. */
  projectArn(projectName: string): Promise<string | undefined>;
  /** Starts the creation, from a manifest or empty; the ARN comes at once. */
  create(slot: Slot, manifest: S3Location | undefined, tags: Tags, step: string): Promise<string>;
  /** Starts an update with these JSON lines. */
  push(arn: string, lines: Buffer, step: string): Promise<void>;
  /** Starts the deletion. */
  remove(arn: string, step: string): Promise<void>;
  /**
   * A page of entries as the service lists them.
   *
   * @param hasErrors only those with errors, where the service lists errors
   * @param next where an earlier page said that it goes on; absent: the first page
   */
  entries(arn: string, from: { readonly hasErrors: boolean; readonly next?: string }): Promise<EntriesPage>;
  tags(arn: string): Promise<Tags>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** Writes one object; what is written becomes visible when `close` resolves. */
export interface ObjectWriter {
  /** @param bytes are there for the time of the call */
  write(bytes: Buffer): void;
  /** Resolves when more may be written without piling up memory. */
  ready(): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface TaggedObject {
  readonly body: Buffer;
  readonly etag: string;
}

export interface ObjectStore {
  /** The object's bytes as they arrive; undefined when there is no such object. */
  open(location: S3Location): Promise<AsyncIterable<Uint8Array> | undefined>;
  read(bucket: string, key: string, range?: Pick<Chunk, 'offset' | 'length'>): Promise<Buffer | undefined>;
  write(bucket: string, key: string, body: Buffer | string): Promise<void>;
  /** The object with the name of what it holds now. */
  readTagged(bucket: string, key: string): Promise<TaggedObject | undefined>;
  /**
   * Writes over what `readTagged` has found.
   *
   * @throws ConflictError when something else is there by now, or no answer has come
   */
  writeOver(bucket: string, key: string, body: string, found: TaggedObject | undefined): Promise<void>;
  writer(bucket: string, key: string): ObjectWriter;
  list(bucket: string, prefix: string): Promise<string[]>;
  /** The same keys page by page: their number costs no memory. */
  pages(bucket: string, prefix: string): AsyncIterable<readonly string[]>;
  /** What keys have up to the first slash after the prefix, each once. */
  folders(bucket: string, prefix: string): AsyncIterable<string>;
  remove(bucket: string, keys: readonly string[]): Promise<void>;
}
