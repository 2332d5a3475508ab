import { S3Client } from '@aws-sdk/client-s3';
import { TimeBudget } from '../../../lambda/core/time-budget';
import { S3Writer } from '../../../lambda/staging/s3-writer';
import { startS3Server } from '../../rigs/s3-server';
import type { S3Server } from '../../rigs/s3-server';

const MIB = 1024 * 1024;
let server: S3Server;
let client: S3Client;
const asked: string[] = [];

beforeAll(async () => {
  server = await startS3Server();
  client = new S3Client({
    endpoint: server.url, forcePathStyle: true, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});
beforeEach(() => {
  asked.length = 0;
  server.fault = (method) => { asked.push(method); return undefined; };
  server.objects.clear();
});

/** Retries wait no time. */
const budget = () => new TimeBudget({ now: () => 0, sleep: async () => undefined }, Infinity, Infinity, Infinity);
const writer = () => new S3Writer(client, budget(), 'staging', 'key');
const written = () => server.objects.get('staging/key');

/** Bytes that tell where they belong. */
function bytes(length: number, from = 0): Buffer {
  const buffer = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) buffer.writeUInt32LE(from + i, i);
  return buffer;
}

/** Writes as the engine does: the same memory again and again. */
async function write(to: S3Writer, all: Buffer, piece: number): Promise<void> {
  const memory = Buffer.alloc(piece);
  for (let from = 0; from < all.length; from += piece) {
    const length = all.copy(memory, 0, from);
    to.write(memory.subarray(0, length));
    memory.fill(0xee);
    await to.ready();
  }
}

test.each([
  ['nothing', 0, 1, ['PUT']],
  ['less than a part', 3 * MIB, MIB, ['PUT']],
  ['exactly a part', 5 * MIB, MIB, ['POST', 'PUT', 'POST']],
  ['a byte more', 5 * MIB + 1, MIB, ['POST', 'PUT', 'PUT', 'POST']],
  ['pieces that are no divisor of a part', 17 * MIB, 1_000_003, ['POST', 'PUT', 'PUT', 'PUT', 'PUT', 'POST']],
  ['one piece of several parts', 16 * MIB, 16 * MIB, ['POST', 'PUT', 'PUT', 'PUT', 'PUT', 'POST']],
])('%s', async (_what, length, piece, calls) => {
  const all = bytes(length);
  const to = writer();
  await write(to, all, piece);
  await to.close();
  expect(written()!.equals(all)).toBe(true);
  expect(asked).toEqual(calls);
});

test('a part that is refused, or breaks off, is sent again', async () => {
  let parts = 0;
  server.fault = (method) => {
    if (method !== 'PUT') return undefined;
    parts += 1;
    return parts === 1 ? { status: 503, code: 'SlowDown' } : parts === 3 ? 'drop' : undefined;
  };
  const all = bytes(12 * MIB);
  const to = writer();
  await write(to, all, MIB);
  await to.close();
  expect(written()!.equals(all)).toBe(true);
  expect(parts).toBe(3 + 2);
});

test('the answer to the last call is lost', async () => {
  let completions = 0;
  server.fault = (method, _path, query) => method === 'POST' && query.has('uploadId') && ++completions === 1 ? 'lose' : undefined;
  const all = bytes(6 * MIB);
  const to = writer();
  await write(to, all, MIB);
  await to.close();
  expect(completions).toBe(2);
  expect(written()!.equals(all)).toBe(true);
});

test('what is refused for good is said by ready() or close(), and abort() leaves nothing', async () => {
  server.fault = (method) => method === 'PUT' ? { status: 400, code: 'EntityTooLarge' } : undefined;
  const to = writer();
  await expect(write(to, bytes(30 * MIB), MIB)).rejects.toThrow('UploadPart failed: EntityTooLarge');
  await expect(to.close()).rejects.toThrow('UploadPart failed: EntityTooLarge');
  expect(server.uploads).toBe(1);
  await to.abort();
  expect(server.uploads).toBe(0);
  expect(written()).toBeUndefined();
});

test('abort() that fails hides no other failure', async () => {
  server.fault = (method) => method === 'DELETE' ? { status: 403, code: 'Forbidden' } : undefined;
  const to = writer();
  await write(to, bytes(6 * MIB), MIB);
  await expect(to.abort()).resolves.toBeUndefined();
  expect(written()).toBeUndefined();
});

test('abort() before a part is full calls nobody', async () => {
  const to = writer();
  to.write(bytes(MIB));
  await to.abort();
  expect(asked).toEqual([]);
});
