import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** Why an object cannot be read. */
export class ObjectError extends Error {
  constructor(readonly reason: 'missing' | 'denied' | 'otherRegion', message: string) {
    super(message);
  }
}

/** An object that is about to be read. */
export interface OpenObject {
  readonly bytes: number;
  /** Its content, which can be read once. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Lets go of it unread. */
  discard(): void;
}

/** Reads objects from the S3 endpoint the emulator was given. */
export class S3Reader {
  private client?: S3Client;
  private readonly closing = new AbortController();

  /** @param endpoint URL of the S3 endpoint; without one, every object is missing */
  constructor(private readonly endpoint: string | undefined, private readonly region: string) {}

  /** @throws ObjectError */
  async open(bucket: string, key: string, version?: string): Promise<OpenObject> {
    const client = this.reachable();
    const home = await client.send(new HeadBucketCommand({ Bucket: bucket }), this.abort).then(
      ({ BucketRegion }) => BucketRegion,
      (error) => error.$metadata?.httpStatusCode === 301 ? 'another' : undefined, // whether it can be read shows below
    );
    if (home !== undefined && home !== this.region) throw new ObjectError('otherRegion', `bucket ${bucket} is in region ${home}, not ${this.region}`);
    try {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }), this.abort);
      const content = Body as Readable;
      return { bytes: ContentLength ?? 0, content, discard: () => content.destroy() };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      throw new ObjectError(error.$metadata.httpStatusCode === 404 ? 'missing' : 'denied', error.message);
    }
  }

  async exists(bucket: string, key: string): Promise<boolean> {
    try {
      await this.reachable().send(new HeadObjectCommand({ Bucket: bucket, Key: key }), this.abort);
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException) return false;
      throw error;
    }
  }

  /** Ends the reads that still run. */
  close(): void {
    this.closing.abort();
    this.client?.destroy();
  }

  private get abort() {
    return { abortSignal: this.closing.signal };
  }

  private reachable(): S3Client {
    const { endpoint, region } = this;
    if (endpoint === undefined) throw new ObjectError('missing', 'the emulator was started without an S3 endpoint');
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    return this.client ??= new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
        ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN }
        : { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }
}
