import type { Readable } from 'node:stream';
import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { GetObjectCommandInput, GetObjectCommandOutput, ListObjectsV2CommandInput, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { retryDelay } from '../core/backoff';
import { isAmbiguousFailure } from '../core/error-codes';
import { ConflictError, ServiceError } from '../core/errors';
import { log } from '../core/log';
import { call } from '../core/retry';
import type { TimeBudget } from '../core/time-budget';
import type { ObjectStore, ObjectWriter, S3Location, TaggedObject } from './object-store';
import { S3Writer } from './s3-writer';

const NO_OBJECT = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);

/** Amazon S3 behind the port. */
export class S3Objects implements ObjectStore {
  constructor(private readonly client: S3Client, private readonly budget: TimeBudget) {}

  async open({ bucket, key, version }: S3Location): Promise<AsyncIterable<Uint8Array> | undefined> {
    const object = { Bucket: bucket, Key: key, VersionId: version };
    return this.get(object, async (body, { ETag }) => this.whole(object, body, ETag));
  }

  async read(bucket: string, key: string, range?: { readonly offset: number; readonly length: number }): Promise<Buffer | undefined> {
    const Range = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
    return this.get({ Bucket: bucket, Key: key, Range }, bytesOf);
  }

  async write(bucket: string, key: string, body: Buffer | string): Promise<void> {
    await this.call('PutObject', () => this.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })));
  }

  async readTagged(bucket: string, key: string): Promise<TaggedObject | undefined> {
    return this.get({ Bucket: bucket, Key: key }, async (body, { ETag }) => ({ body: await bytesOf(body), etag: ETag! }));
  }

  async writeOver(bucket: string, key: string, body: string, found: TaggedObject | undefined): Promise<void> {
    const condition = found ? { IfMatch: found.etag } : { IfNoneMatch: '*' };
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...condition });
    try {
      await call(this.budget, 'PutObject', true, () => this.client.send(put));
    } catch (error) {
      // What was to be written over is gone.
      if (error instanceof ServiceError && NO_OBJECT.has(error.code)) throw new ConflictError('PutObject', error.code);
      throw error;
    }
  }

  writer(bucket: string, key: string): ObjectWriter {
    return new S3Writer(this.client, this.budget, bucket, key);
  }

  async list(bucket: string, prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of this.pages(bucket, prefix)) keys.push(...page);
    return keys;
  }

  async* pages(bucket: string, prefix: string): AsyncIterable<readonly string[]> {
    for await (const { Contents = [] } of this.listing({ Bucket: bucket, Prefix: prefix })) yield Contents.map(({ Key }) => Key!);
  }

  async* folders(bucket: string, prefix: string): AsyncIterable<string> {
    for await (const { CommonPrefixes = [] } of this.listing({ Bucket: bucket, Prefix: prefix, Delimiter: '/' })) {
      for (const { Prefix } of CommonPrefixes) yield Prefix!;
    }
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    for (let first = 0; first < keys.length; first += 1000) {
      const Objects = keys.slice(first, first + 1000).map((Key) => ({ Key }));
      await this.call('DeleteObjects', () => this.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })));
    }
  }

  private async* listing(input: ListObjectsV2CommandInput): AsyncIterable<ListObjectsV2CommandOutput> {
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.call('ListObjectsV2', () =>
        this.client.send(new ListObjectsV2Command({ ...input, ContinuationToken })));
      yield page;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  /**
   * The body, asked for again from where it stopped when it breaks off, falls silent or was left unread for too long. The rest has to be
   * of the same object: otherwise everything is looked at again.
   */
  private async* whole(object: GetObjectCommandInput, body: Readable, IfMatch?: string): AsyncIterable<Uint8Array> {
    let offset = 0;
    for (let vain = 0, rest: Readable | undefined = body; ; vain++) {
      try {
        for await (const bytes of rest) {
          vain = 0;
          offset += bytes.length;
          yield bytes;
        }
        return;
      } catch (error) {
        if (!IfMatch || !isAmbiguousFailure(error as Error)) throw error;
        log('body of an object broke off, asking for the rest', { key: object.Key, offset, because: (error as Error).message });
        await this.budget.pause(retryDelay(vain));
        rest = await this.get({ ...object, IfMatch, Range: `bytes=${offset}-` }, async (more, { ContentRange }) =>
          ContentRange?.startsWith(`bytes ${offset}-`) ? more : void more.destroy());
        if (!rest) throw new ConflictError('GetObject', 'no rest of the object');
      }
    }
  }

  /** `take` runs inside the retry, so that a body that breaks off is read again. */
  private async get<T>(
    input: GetObjectCommandInput, take: (body: Readable, output: GetObjectCommandOutput) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.call('GetObject', async () => {
        const output = await this.client.send(new GetObjectCommand(input));
        // Told to whoever reads it; it may break off before anybody does.
        const body = (output.Body as Readable).on('error', () => undefined);
        return take(body, output);
      });
    } catch (error) {
      if (error instanceof ServiceError && NO_OBJECT.has(error.code)) return undefined;
      throw error;
    }
  }

  /** Object writes may be repeated, so a lost answer is no reason to look first. */
  private call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    return call(this.budget, operation, false, send);
  }
}

async function bytesOf(body: Readable): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
