import { createReadStream } from 'node:fs';

/** Reads a file in pieces of 64 KiB, the size in which the body of an S3 object arrives, in the way the handler reads that body. */
export async function readFile(path: string, take: (chunk: Buffer) => void): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) take(chunk);
}
