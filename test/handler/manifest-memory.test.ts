import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { BUNDLE, startBench } from '../rigs/bench';
import type { Bench } from '../rigs/bench';
import { CustomResource, datasetProperties } from '../rigs/cloudformation';
import type { LambdaFunction } from '../rigs/lambda-function';

/** Manifests that are meant to fill the memory, or are replaced, read by the built handler in a process of its own, over HTTP. */

jest.setTimeout(120_000);

const MEGABYTE = 1024 * 1024;
/**
 * The most that the process may hold beyond what it holds for an ordinary manifest; bytes. A fifth of the gigabyte that most of these
 * inputs hold, and nearly twice what was ever seen: how much waits for the garbage collector depends on what else the machine does.
 */
const ALLOWED = 200 * MEGABYTE;

let bench: Bench;
let gateway: Server;
let handler: LambdaFunction;
let folder: string;
let projectArn: string;
/** Bodies that are too large to be held, or are not always the same, by path. */
const bodies = new Map<string, (version: string | null) => Iterable<Buffer>>();

beforeAll(async () => {
  bench = await startBench();
  gateway = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url!, 'http://s3');
    const body = incoming.method === 'GET' ? bodies.get(pathname) : undefined;
    if (body) {
      Readable.from(body(searchParams.get('versionId')), { objectMode: false }).on('error', () => outgoing.destroy()).pipe(outgoing);
      return;
    }
    const { method, headers, url } = incoming;
    incoming.pipe(request(bench.s3.url + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    }));
  });
  await new Promise<void>((resolve) => { gateway.listen(0, '127.0.0.1', resolve); });

  // The bundle, and beside it a look at its memory: sampled, because a forked process begins with its parent's peak.
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const measured = join(folder, 'measured.js');
  writeFileSync(measured, `const handler = require(${JSON.stringify(BUNDLE)});
    let most = 0;
    setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 5).unref();
    module.exports = { ...handler, async isComplete(event, context) {
      most = process.memoryUsage.rss();
      try { return await handler.isComplete(event, context); } finally { console.log(JSON.stringify({ message: 'most memory', most })); }
    } };`);
  handler = bench.startFunction(measured, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` });
  projectArn = (await bench.rekognition.send(new CreateProjectCommand({ ProjectName: 'hostile' }))).ProjectArn!;
});

afterAll(async () => {
  await bench?.close();
  gateway?.closeAllConnections();
  gateway?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** Deploys; returns the answer and the most that the process held meanwhile. */
async function deploy(name: string, body: (version: string | null) => Iterable<Buffer>, how: { Encoding?: 'gzip'; Version?: string } = {}) {
  bodies.set(`/source/${name}`, body);
  handler.lines.length = 0;
  const resource = new CustomResource(handler, `arn:aws:cloudformation:us-east-1:000000000000:stack/${name}/00000000-0000-4000-8000-000000000000`, 'Birds');
  const outcome = await resource.deploy(datasetProperties(projectArn, { Manifest: { Bucket: 'source', Key: name, ...how } }));
  const most = Math.max(...handler.lines.map((text) => JSON.parse(text).most ?? 0));
  if (outcome.status === 'SUCCESS') await resource.destroy();
  return { outcome, most };
}

function* repeated(times: number, piece: Buffer, ...before: Buffer[]): Iterable<Buffer> {
  yield* before;
  for (let i = 0; i < times; i++) yield piece;
}

function* nested(lines: number): Iterable<Buffer> {
  for (let i = 0; i < lines; i++) yield Buffer.from(`{"source-ref":"s3://images/${i}.jpg","x":${'['.repeat(49_000)}${']'.repeat(49_000)}}\n`);
}

const ordinary = (i: number) => JSON.stringify({ 'source-ref': `s3://images/${i}.jpg` });
let before: number;

test('an ordinary manifest, for comparison', async () => {
  const { outcome, most } = await deploy('ordinary', () => [Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${ordinary(i)}\n`).join(''))]);
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 20_000 } });
  expect(most).toBeGreaterThan(10 * MEGABYTE);
  before = most;
});

test('a version that is named is what S3 is asked for', async () => {
  const asked: (string | null)[] = [];
  const body = (version: string | null) => {
    asked.push(version);
    return [Buffer.from(version === 'v1' ? `${ordinary(1)}\n${ordinary(2)}\n` : ordinary(3))];
  };
  expect((await deploy('versions', body, { Version: 'v1' })).outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
  expect(asked).toEqual(['v1']);
});

test('an object that is replaced while it is read, the connection breaking off: read again from its beginning, one and not both', async () => {
  let reads = 0;
  const lines = (from: number, to: number) => Buffer.from(Array.from({ length: to - from }, (_, i) => `${ordinary(from + i)}\n`).join(''));
  const { outcome } = await deploy('replaced', function* () {
    if (++reads > 1) return yield lines(50_000, 50_007);
    yield lines(0, 40_000);
    throw new Error('broken off');
  });
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 7 } });
  expect(reads).toBe(2);
});

test.each<[string, RegExp, () => Iterable<Buffer>, 'gzip' | undefined]>([
  ['a-line-of-a-gigabyte', /more than 100000 characters|ERROR_LINE_TOO_LONG/,
    () => repeated(1000, Buffer.alloc(MEGABYTE, 'x'), Buffer.from('{"source-ref":"s3://images/a.jpg","x":"')), undefined],
  ['a-gzip-bomb', /ERROR_MANIFEST_SIZE_TOO_LARGE/,
    () => repeated(1000, gzipSync(Buffer.alloc(64 * MEGABYTE, ' '))), 'gzip'],
  ['a-gzip-bomb-of-lines', /ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: .* more than 1000000 lines/,
    () => repeated(1000, gzipSync(Buffer.from('{}\n'.repeat(2 * MEGABYTE)))), 'gzip'],
  ['deep-nesting-in-every-line', /ERROR_NO_LABEL_ATTRIBUTES \(300 times\): .* At line 1 .* and 297 more/,
    () => nested(300), undefined],
  ['nothing-but-line-ends', /ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: .* more than 1000000 lines/, () => repeated(1000, Buffer.alloc(MEGABYTE, '\n')), undefined],
])('%s: refused in one line, in bounded memory', async (name, reason, body, encoding) => {
  const { outcome, most } = await deploy(name, body, encoding && { Encoding: encoding });
  expect(outcome.status).toBe('FAILED');
  expect(outcome.reason).toMatch(reason);
  expect(Buffer.byteLength(outcome.reason!)).toBeLessThan(1000);
  expect(most - before).toBeLessThan(ALLOWED);
});
