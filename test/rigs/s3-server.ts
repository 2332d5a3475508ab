import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * S3 as far as it is used here, in memory: objects, ranges, conditional writes, copies, paged listings, multipart uploads. Buckets exist
 * by being named.
 */
export interface S3Server {
  readonly url: string;
  /** Objects by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Multipart uploads that were begun and have no end. */
  readonly uploads: number;
  /** Called before each request; an error code is the answer, `drop` breaks the connection before anything happens, `lose` after it. */
  fault?: (method: string, path: string, query: URLSearchParams) => { readonly status: number; readonly code: string } | 'drop' | 'lose' | undefined;
  /** Keys and folders on one page of a listing; 1000, as of the real one. */
  pageKeys: number;
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const http = createServer((request, response) => {
    void answer(request, response).catch((error) => { response.destroy(error); });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = new URL(request.url!, 'http://s3');
    const path = decodeURIComponent(url.pathname).slice(1);
    const method = request.method!;
    const query = url.searchParams;
    const fault = server.fault?.(method, path, query);
    if (fault === 'drop') return void response.destroy();
    if (fault === 'lose') response.writeHead = () => response.destroy();
    else if (fault) return refuse(response, fault.status, fault.code);

    const upload = query.get('uploadId');
    if (upload && !uploads.has(upload)) return refuse(response, 404, 'NoSuchUpload');
    if (method === 'GET' && query.has('list-type')) return send(response, list(path.replace(/\/$/, ''), query));
    if (method === 'POST' && query.has('delete')) {
      for (const [, key] of body.toString().matchAll(/<Key>(.*?)<\/Key>/gs)) objects.delete(`${path.replace(/\/$/, '')}/${unescape(key)}`);
      return send(response, '<DeleteResult/>');
    }
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, new Map());
      return send(response, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (method === 'PUT' && upload) {
      uploads.get(upload)!.set(Number(query.get('partNumber')), body);
      return send(response, '', { etag: etag(body) });
    }
    if (method === 'POST' && upload) {
      const parts = [...uploads.get(upload)!].sort(([a], [b]) => a - b).map(([, part]) => part);
      objects.set(path, Buffer.concat(parts));
      uploads.delete(upload);
      return send(response, '<CompleteMultipartUploadResult/>');
    }
    if (method === 'DELETE' && upload) {
      uploads.delete(upload);
      return send(response, '', {}, 204);
    }
    if (method === 'PUT') {
      const there = objects.get(path);
      const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
      if (ifMatch !== undefined && !there) return refuse(response, 404, 'NoSuchKey');
      if ((there && ifNoneMatch === '*') || (there && ifMatch !== undefined && ifMatch !== etag(there))) return refuse(response, 412, 'PreconditionFailed');
      const source = request.headers['x-amz-copy-source'];
      const content = typeof source === 'string' ? objects.get(decodeURIComponent(source).replace(/^\//, '')) : body;
      if (!content) return refuse(response, 404, 'NoSuchKey');
      objects.set(path, content);
      const copied = `<CopyObjectResult><ETag>${etag(content)}</ETag></CopyObjectResult>`;
      return send(response, source === undefined ? '' : copied, { etag: etag(content) });
    }
    const object = objects.get(path);
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined) return send(response, method === 'HEAD' ? '' : object, { 'etag': etag(object), 'content-length': String(object.length) });
    const part = object.subarray(Number(first), last ? Number(last) + 1 : undefined);
    return send(response, part, { 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${object.length}` }, 206);
  }

  /** A page of ListObjectsV2; its token is the last item of the page before, a key or what keys begin with up to the delimiter. */
  function list(bucket: string, query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const all = [...objects.keys()].filter((path) => path.startsWith(`${bucket}/${prefix}`)).map((path) => path.slice(bucket.length + 1));
    const items = all.map((key) => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? key : key.slice(0, end + delimiter.length);
    });
    const keys = [...new Set(items)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
    const page = keys.slice(0, Number(query.get('max-keys') ?? server.pageKeys));
    const contents = page.map((item) => delimiter !== '' && item.slice(prefix.length).endsWith(delimiter)
      ? `<CommonPrefixes><Prefix>${escape(item)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${escape(item)}</Key><Size>${objects.get(`${bucket}/${item}`)!.length}</Size></Contents>`);
    const more = page.length < keys.length;
    return `<ListBucketResult>${contents.join('')}<KeyCount>${page.length}</KeyCount><IsTruncated>${more}</IsTruncated>`
      + `${more ? `<NextContinuationToken>${escape(page.at(-1)!)}</NextContinuationToken>` : ''}</ListBucketResult>`;
  }

  http.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => { http.listen(0, '127.0.0.1', resolve); });
  const server: S3Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    objects,
    get uploads() { return uploads.size; },
    pageKeys: 1000,
    close: () => new Promise((resolve) => {
      http.close(() => { resolve(); });
      http.closeAllConnections();
    }),
  };
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function send(response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}, status = 200): void {
  response.writeHead(status, headers).end(body);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  send(response, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`, {}, status);
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function unescape(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}
