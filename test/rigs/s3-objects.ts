import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of S3 as a reader of objects sees: PUT, GET (with ranges) and HEAD of objects, HEAD of buckets, path style. */
export interface ObjectServer {
  readonly url: string;
  /** Objects by `bucket/key`; may be changed at any time. A bucket exists when an object is in it. */
  readonly objects: Map<string, Buffer>;
  /** `bucket/key` of objects whose reading is refused. */
  readonly denied: Set<string>;
  /** Regions of buckets that are not in us-east-1. */
  readonly regions: Map<string, string>;
  close(): Promise<void>;
}

export async function startObjectServer(): Promise<ObjectServer> {
  const objects = new Map<string, Buffer>();
  const denied = new Set<string>();
  const regions = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, bucket, key] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(new URL(request.url!, 'http://x').pathname))!;
    const name = `${bucket}/${key}`;
    response.setHeader('x-amz-bucket-region', regions.get(bucket) ?? 'us-east-1');
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      objects.set(name, Buffer.concat(chunks));
      return void response.setHeader('etag', '"stored"').end();
    }
    const bucketExists = [...objects.keys()].some((known) => known.startsWith(`${bucket}/`));
    if (!bucketExists) return refuse(response, 404, 'NoSuchBucket');
    if (key === '') return void response.end();
    if (denied.has(name)) return refuse(response, 403, 'AccessDenied');
    const object = objects.get(name);
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const [start, end] = range ? [Number(range[1]), range[2] === '' ? object.length - 1 : Math.min(Number(range[2]), object.length - 1)] : [0, object.length - 1];
    if (range && start >= object.length) return refuse(response, 416, 'InvalidRange');
    if (range) response.setHeader('content-range', `bytes ${start}-${end}/${object.length}`);
    response.writeHead(range ? 206 : 200, { 'content-length': end - start + 1, 'etag': '"stored"' });
    response.end(request.method === 'HEAD' ? undefined : object.subarray(start, end + 1));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    denied,
    regions,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
