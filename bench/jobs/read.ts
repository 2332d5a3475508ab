import { createReadStream } from 'node:fs';

/** Reads a file in pieces of 64 KiB, the size in which the body of an S3 object arrives. */
export function readFile(path: string, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    createReadStream(path, { highWaterMark: 64 * 1024 }).on('data', (chunk) => take(chunk as Buffer)).on('end', resolve).on('error', reject);
  });
}
