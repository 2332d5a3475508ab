import { S3Client } from '@aws-sdk/client-s3';
import { TimeBudget } from '../../../lambda/core/time-budget';
import { S3Objects } from '../../../lambda/staging/s3';
import { startS3Server } from '../../rigs/s3-server';
import type { S3Server } from '../../rigs/s3-server';

let server: S3Server;
let client: S3Client;
let store: S3Objects;

beforeAll(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  server = await startS3Server();
  client = new S3Client({
    endpoint: server.url, forcePathStyle: true, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  store = new S3Objects(client, new TimeBudget({ now: () => 0, sleep: async () => undefined }, Infinity, Infinity, Infinity));
});
afterAll(async () => {
  client.destroy();
  await server.close();
});
beforeEach(() => {
  server.fault = undefined;
  server.objects.clear();
});

const write = (body: string, found?: { readonly body: Buffer; readonly etag: string }) => store.writeOver('staging', 'key', body, found);
const held = () => server.objects.get('staging/key')?.toString();

describe('writing over what was read', () => {
  test('where nothing was and where it is unchanged', async () => {
    expect(await store.readTagged('staging', 'key')).toBeUndefined();
    await write('1');
    await write('2', await store.readTagged('staging', 'key'));
    expect(held()).toBe('2');
  });

  test('not where something is there, is there by now, or is gone', async () => {
    await write('1');
    await expect(write('2')).rejects.toMatchObject({ name: 'ConflictError', code: 'PreconditionFailed' });
    const found = await store.readTagged('staging', 'key');
    server.objects.set('staging/key', Buffer.from('other'));
    await expect(write('2', found)).rejects.toMatchObject({ name: 'ConflictError', code: 'PreconditionFailed' });
    expect(held()).toBe('other');
    server.objects.clear();
    await expect(write('2', found)).rejects.toMatchObject({ name: 'ConflictError', code: 'NoSuchKey' });
    expect(held()).toBeUndefined();
  });

  test.each([
    ['its answer is lost', 'lose' as const, '2'],
    ['another write is at it', { status: 409, code: 'ConditionalRequestConflict' }, '1'],
    ['it is turned away', { status: 503, code: 'SlowDown' }, '1'],
  ])('is not repeated unseen when %s', async (_, fault, then) => {
    await write('1');
    const found = await store.readTagged('staging', 'key');
    let puts = 0;
    server.fault = (method) => method === 'PUT' && ++puts === 1 ? fault : undefined;
    await expect(write('2', found)).rejects.toMatchObject({ name: 'ConflictError' });
    expect({ puts, held: held() }).toEqual({ puts: 1, held: then });
  });
});
