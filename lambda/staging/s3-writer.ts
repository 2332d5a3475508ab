import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { ServiceError } from '../core/errors';
import { log } from '../core/log';
import { call } from '../core/retry';
import type { TimeBudget } from '../core/time-budget';
import type { ObjectWriter } from './object-store';

/** Bytes of one part of an upload, the least that S3 takes. */
const PART_BYTES = 5 * 1024 * 1024;

/**
 * Writes an object piece by piece: one part is on its way while the next is filled. Their two buffers serve the whole object, so its
 * size costs no memory. An object of less than a part is put in one call.
 */
export class S3Writer implements ObjectWriter {
  private part: Buffer = Buffer.alloc(0);
  private filled = 0;
  private spare: Buffer | undefined;
  /** Parts that were handed over and have not arrived. */
  private waiting = 0;
  private sending: Promise<void> = Promise.resolve();
  /** Ends with the last part but one. */
  private sendingBefore = this.sending;
  private uploadId: string | undefined;
  private readonly parts: CompletedPart[] = [];
  private readonly object: { readonly Bucket: string; readonly Key: string };

  constructor(private readonly client: S3Client, private readonly budget: TimeBudget, bucket: string, key: string) {
    this.object = { Bucket: bucket, Key: key };
  }

  write(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      if (this.part.length === 0) this.part = this.takeBuffer();
      const copied = bytes.copy(this.part, this.filled, from);
      from += copied;
      this.filled += copied;
      if (this.filled === this.part.length) this.handOver();
    }
  }

  async ready(): Promise<void> {
    if (this.waiting > 1) await this.sendingBefore;
  }

  async close(): Promise<void> {
    if (this.waiting === 0 && this.uploadId === undefined) {
      const Body = this.part.subarray(0, this.filled);
      await this.call('PutObject', () => this.client.send(new PutObjectCommand({ ...this.object, Body })));
      return;
    }
    if (this.filled > 0) this.handOver();
    await this.sending;
    await this.complete();
  }

  /** Never fails: it is called because of another failure. The bucket's own rule removes what stays behind. */
  async abort(): Promise<void> {
    await this.sending.catch(() => undefined);
    if (this.uploadId === undefined) return;
    const upload = { ...this.object, UploadId: this.uploadId };
    try {
      await this.call('AbortMultipartUpload', () => this.client.send(new AbortMultipartUploadCommand(upload)));
    } catch (error) {
      log('upload not aborted', { ...this.object, because: (error as Error).message });
    }
  }

  private takeBuffer(): Buffer {
    const buffer = this.spare ?? Buffer.allocUnsafeSlow(PART_BYTES);
    this.spare = undefined;
    return buffer;
  }

  private handOver(): void {
    const buffer = this.part;
    const Body = buffer.subarray(0, this.filled);
    this.part = Buffer.alloc(0);
    this.filled = 0;
    this.waiting += 1;
    this.sendingBefore = this.sending;
    this.sending = this.sending.then(() => this.send(Body)).then(() => {
      this.waiting -= 1;
      this.spare = buffer;
    });
    // Reported by ready() or close(), whichever comes first.
    this.sending.catch(() => undefined);
  }

  private async send(Body: Buffer): Promise<void> {
    this.uploadId ??= (await this.call('CreateMultipartUpload', () => this.client.send(new CreateMultipartUploadCommand(this.object)))).UploadId!;
    const part = { ...this.object, UploadId: this.uploadId, PartNumber: this.parts.length + 1, Body };
    const { ETag, ChecksumCRC32 } = await this.call('UploadPart', () => this.client.send(new UploadPartCommand(part)));
    this.parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
  }

  private async complete(): Promise<void> {
    const upload = { ...this.object, UploadId: this.uploadId, MultipartUpload: { Parts: this.parts } };
    let attempts = 0;
    try {
      await this.call('CompleteMultipartUpload', () => {
        attempts += 1;
        return this.client.send(new CompleteMultipartUploadCommand(upload));
      });
    } catch (error) {
      // The answer to the first attempt was lost, and it had its effect.
      if (attempts > 1 && error instanceof ServiceError && error.code === 'NoSuchUpload') return;
      throw error;
    }
  }

  private call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    return call(this.budget, operation, false, send);
  }
}
