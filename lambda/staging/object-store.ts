import type { Chunk } from '../../lib/manifest';

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
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
