import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { makeClients } from '../../../lambda/core/clients';
import type { Clients } from '../../../lambda/core/clients';
import { OutOfReach } from '../../../lambda/core/errors';
import { systemClock, TimeBudget } from '../../../lambda/core/time-budget';
import { LookoutDatasets } from '../../../lambda/services/lookoutvision/adapter';
import { OwnerRecords } from '../../../lambda/services/lookoutvision/owner-records';
import { RekognitionDatasets } from '../../../lambda/services/rekognition/adapter';
import { S3Objects } from '../../../lambda/staging/s3';

/** The clients as the handler makes them, with a server that answers, or does not, as each test says. */

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Milliseconds of silence that a call bears here, in the place of 45 s. */
const SILENCE = 400;
/** A connection has the time that the handler gives it: on a busy machine a shorter one ends calls that no server has seen. */
const TIMES = { connection: 5_000, answer: SILENCE };
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session', AWS_REGION: 'eu-west-1' };
const PROJECT = { rekognition: 'arn:aws:rekognition:eu-west-1:111111111111:project/p/1', lookout: 'arn:aws:lookoutvision:eu-west-1:111111111111:project/p' };
const BODY = Buffer.alloc(200_000, 'line\n');

let clients: Clients;
let url: string;
/** One for each request, the last one for all that follow. */
let answers: Answer[];
let requests: { readonly message: IncomingMessage; body: string; readonly at: number }[];
const server = createServer((message, response) => {
  const request = { message, body: '', at: Date.now() };
  requests.push(request);
  const answer = answers[Math.min(requests.length, answers.length) - 1];
  if (answer === deaf) return;
  message.on('data', (part) => { request.body += String(part); }).on('end', () => { answer(message, response); });
});

beforeAll(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, CREDENTIALS, { AWS_ENDPOINT_URL: url });
  clients = makeClients(TIMES);
});
beforeEach(() => { requests = []; });
afterAll(() => {
  for (const name of [...Object.keys(CREDENTIALS), 'AWS_ENDPOINT_URL']) delete process.env[name];
  for (const client of [clients(RekognitionClient), clients(LookoutVisionClient), clients(S3Client)]) client.destroy();
  server.closeAllConnections();
  server.close();
  jest.restoreAllMocks();
});

/** Accepts a request, reads all of it and never answers. */
const silent: Answer = () => undefined;
/** Accepts a connection and reads nothing. */
const deaf: Answer = () => undefined;
const stalling = (body: string | Buffer, headers = {}): Answer => (_, response) => {
  response.writeHead(200, { 'content-length': String(body.length), ...headers });
  response.write(Buffer.from(body).subarray(0, body.length >> 1));
};
const json = (value: object, status = 200, headers = {}): Answer => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};
const text = (body: string, status = 200, headers = {}): Answer => (_, response) => { response.writeHead(status, headers).end(body); };
const object: Answer = ({ headers: { range } }, response) => {
  const first = Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1] ?? 0);
  const of = range && { 'content-range': `bytes ${first}-${BODY.length - 1}/${BODY.length}` };
  response.writeHead(range ? 206 : 200, { 'etag': '"its-tag"', 'content-length': String(BODY.length - first), ...of }).end(BODY.subarray(first));
};

const realSlice = () => new TimeBudget(systemClock, Infinity, Infinity, Infinity);
const rekognition = (budget = realSlice()) => new RekognitionDatasets(clients(RekognitionClient), budget);
const lookout = (budget = realSlice()) => new LookoutDatasets(clients(LookoutVisionClient), budget, new OwnerRecords({} as any, 'staging'));
const s3 = (budget = realSlice()) => new S3Objects(clients(S3Client), budget);

/** A call of each service, with an answer to it. */
const CALLS: [string, (budget?: TimeBudget) => Promise<unknown>, string][] = [
  ['Rekognition', (budget) => rekognition(budget).projectExists(PROJECT.rekognition), JSON.stringify({ ProjectDescriptions: [{ ProjectArn: PROJECT.rekognition }] })],
  ['Lookout for Vision', (budget) => lookout(budget).projectExists(PROJECT.lookout), JSON.stringify({ ProjectDescription: {} })],
  ['S3', (budget) => s3(budget).read('bucket', 'key'), 'content'],
];

/** Seconds between the first request and the second. */
const untilRetry = () => (requests[1].at - requests[0].at) / 1000;

describe('silence', () => {
  test.each(CALLS)('%s takes a request and never answers: sent again', async (_, call, good) => {
    answers = [silent, text(good)];
    expect(await call()).toBeTruthy();
    expect(untilRetry()).toBeLessThan(5 * SILENCE / 1000);
  });

  test.each(CALLS)('%s stalls inside its answer: asked again', async (_, call, good) => {
    answers = [stalling(good), text(good)];
    expect(await call()).toBeTruthy();
    expect(requests).toHaveLength(2);
    expect(untilRetry()).toBeLessThan(5 * SILENCE / 1000);
  });

  test('a part of an upload that nobody reads: sent again', async () => {
    answers = [text('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>'), deaf, text('', 200, { etag: '"1"' }), text('<CompleteMultipartUploadResult/>')];
    const writer = s3().writer('staging', 'key');
    writer.write(Buffer.alloc(6 * 1024 * 1024));
    await writer.ready();
    await writer.close();
    expect(requests.map(({ message: { method, url: path } }) => `${method} ${/partNumber=\d/u.exec(path!)?.[0] ?? ''}`)).toEqual([
      'POST ', 'PUT partNumber=1', 'PUT partNumber=1', 'PUT partNumber=2', 'POST ',
    ]);
  });

  test('a write of Rekognition is not sent again blindly', async () => {
    answers = [silent];
    await expect(rekognition().push(`${PROJECT.rekognition}/dataset`, Buffer.from('{}'))).rejects.toThrow('UpdateDatasetEntries was answered with TimeoutError');
  });

  test('a write of Lookout for Vision is sent again with the same token', async () => {
    answers = [silent, json({ Status: 'UPDATE_IN_PROGRESS' }, 202)];
    await lookout().push(`${PROJECT.lookout}/dataset/train/1`, Buffer.from('{}'), 'step');
    expect(requests[0].message.headers['x-amzn-client-token']).toMatch(/^[0-9a-f]{64}$/u);
    expect(requests[1].message.headers['x-amzn-client-token']).toBe(requests[0].message.headers['x-amzn-client-token']);
  });
});

describe('a service that never answers', () => {
  /** An hour of the handler's waits takes no time here. */
  function hourly(): TimeBudget {
    let time = 0;
    return new TimeBudget({ now: () => time, sleep: async (milliseconds) => { time += milliseconds; } }, 240_000, 880_000, 3_300_000);
  }
  test.each<[string, (clients: Clients, budget: TimeBudget) => Promise<unknown>]>([
    ['Rekognition', (its, budget) => new RekognitionDatasets(its(RekognitionClient), budget).projectExists(PROJECT.rekognition)],
    ['Lookout for Vision', (its, budget) => new LookoutDatasets(its(LookoutVisionClient), budget, {} as any).projectExists(PROJECT.lookout)],
    ['S3', (its, budget) => new S3Objects(its(S3Client), budget).read('bucket', 'key')],
  ])('%s: told after three minutes, with its host', async (_, call) => {
    answers = [silent];
    const budget = hourly();
    // No answer comes, so none is missed for want of patience.
    await expect(call(makeClients({ connection: SILENCE, answer: 20 }), budget)).rejects.toThrow(/ failed: OutOfReach: cannot reach 127\.0\.0\.1 for three minutes \(ETIMEDOUT\); /u);
    expect(budget.now() / 1000).toBeGreaterThanOrEqual(180);
    expect(budget.now() / 1000).toBeLessThan(205);
    expect(Object.values(budget.refused)).toEqual([requests.length]);
  });

  test('any more: the next poll goes on calling', async () => {
    answers = [text('{"ProjectDescriptions":[]}'), (_, response) => { response.destroy(); }];
    const its = makeClients(TIMES);
    const budget = hourly();
    const datasets = new RekognitionDatasets(its(RekognitionClient), budget);
    await datasets.projectExists(PROJECT.rekognition);
    await expect(datasets.projectExists(PROJECT.rekognition)).rejects.toMatchObject({ name: 'TimeSliceExceeded' });
    expect(budget.refused).toEqual({ DescribeProjects: requests.length - 1 });
  });

  test('which endpoint is missing', () => {
    const message = (host: string) => new OutOfReach('Call', host, 'TimeoutError').message;
    expect(message('rekognition.eu-west-1.amazonaws.com')).toMatch(/ vpc, add an interface endpoint for it or a NAT gateway to it$/u);
    for (const host of ['b.s3.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com']) expect(message(host)).toContain('a gateway endpoint for S3 or a NAT');
  });
});

describe('the body of an object', () => {
  const checksum = () => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(BODY));
    return { 'x-amz-checksum-crc32': sum.toString('base64'), 'etag': '"its-tag"' };
  };
  const breaking: Answer = (request, response) => {
    stalling(BODY, { etag: '"its-tag"' })(request, response);
    setTimeout(() => { response.destroy(); }, 50);
  };

  test.each<[string, () => Answer]>([
    ['stalls', () => stalling(BODY, { etag: '"its-tag"' })],
    ['stalls, with a checksum', () => stalling(BODY, checksum())],
    ['breaks off', () => breaking],
  ])('that %s is read on from there', async (_, first) => {
    answers = [first(), object];
    expect((await whole()).equals(BODY)).toBe(true);
    expect(requests[1].message.headers).toMatchObject({ 'range': `bytes=${BODY.length >> 1}-`, 'if-match': '"its-tag"' });
    expect(untilRetry()).toBeLessThan(5 * SILENCE / 1000);
  });

  test('that nobody has read for too long is read all the same', async () => {
    const large = Buffer.alloc(20_000_000, 'x');
    const served = jest.fn();
    answers = [({ headers: { range } }, response) => {
      served(range);
      const first = Number(/\d+/u.exec(range ?? '0')![0]);
      const of = range && { 'content-range': `bytes ${first}-${large.length - 1}/${large.length}` };
      response.writeHead(range ? 206 : 200, { etag: '"its-tag"', ...of }).end(large.subarray(first));
    }];
    const body = await s3().open({ bucket: 'bucket', key: 'key' });
    await new Promise((resolve) => { setTimeout(resolve, 3 * SILENCE); });
    expect((await collect(body!)).equals(large)).toBe(true);
    expect(served.mock.calls.length).toBeGreaterThan(1);
  });

  test.each([
    ['was written anew meanwhile', 412, 'PreconditionFailed'], ['is gone meanwhile', 404, 'NoSuchKey'],
  ])('that stalls and %s: everything is looked at again', async (_, status, code) => {
    answers = [stalling(BODY, { etag: '"its-tag"' }), text(`<Error><Code>${code}</Code><Message>no</Message></Error>`, status)];
    await expect(whole()).rejects.toMatchObject({ name: 'ConflictError' });
  });

  test('that stalls, of a server that knows no ranges: nothing is put together', async () => {
    answers = [stalling(BODY, { etag: '"its-tag"' }), ({ headers: { range: _, ...headers } }, response) => { object({ headers } as any, response); }];
    await expect(whole()).rejects.toMatchObject({ name: 'ConflictError' });
  });

  test('that stalls, without a tag that tells whether the rest is of the same object', async () => {
    answers = [stalling(BODY)];
    await expect(whole()).rejects.toThrow('timed out');
    expect(requests).toHaveLength(1);
  });

  const whole = async () => collect((await s3().open({ bucket: 'bucket', key: 'key' }))!);

  async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    return Buffer.concat(parts);
  }
});

describe('an answer', () => {
  /** Remembers what was waited, and waits for nothing. */
  function patient(): { budget: TimeBudget; waited: number[] } {
    const waited: number[] = [];
    const sleep = async (milliseconds: number) => { waited.push(milliseconds / 1000); };
    return { budget: new TimeBudget({ now: () => Date.now(), sleep }, Infinity, Infinity, Infinity), waited };
  }
  const refusal = (headers: object) => (_: unknown, response: ServerResponse) => {
    const body = response.req.headers.host && /^\/(bucket|2020)/u.exec(response.req.url!)?.[1] === 'bucket'
      ? '<Error><Code>SlowDown</Code><Message>Rate exceeded</Message></Error>'
      : '{"__type":"ThrottlingException","Message":"Rate exceeded"}';
    response.writeHead(503, { 'x-amzn-errortype': 'ThrottlingException:http://x', ...headers }).end(body);
  };

  describe.each(CALLS)('of %s', (_, call, good) => {
    test.each([
      ['seconds', () => '7', 7], ['a date', () => new Date(Date.now() + 7_000).toUTCString(), 7], ['a date in the past', () => 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
      ['nonsense', () => 'soon', 0], ['a number beyond all bounds', () => '99999999999999', 0],
    ])('with %s in Retry-After', async (_what, after, seconds) => {
      answers = [refusal({ 'retry-after': after() }), text(good)];
      const { budget, waited } = patient();
      expect(await call(budget)).toBeTruthy();
      expect(waited).toEqual([expect.any(Number)]);
      expect(Math.abs(waited[0] - seconds)).toBeLessThanOrEqual(1);
    });

    test.each<[string, () => Answer]>([
      ['a page of a gateway', () => text('<html>Bad Gateway</html>', 502, { 'content-type': 'text/html' })],
      ['nothing', () => text('', 503)],
      ['a broken connection', () => (_request, response) => { response.destroy(); }],
    ])('that is %s: asked again', async (_what, odd) => {
      answers = [odd(), text(good)];
      expect(await call(patient().budget)).toBeTruthy();
      expect(requests).toHaveLength(2);
    });
  });

  test.each(CALLS.slice(0, 2))('of %s that is a success without JSON: asked again', async (_, call, good) => {
    answers = [text('<html>'), text('{"Broken":'), text(good)];
    expect(await call(patient().budget)).toBeTruthy();
    expect(requests).toHaveLength(3);
  });

  test.each(CALLS)('of %s that is a refusal ends the call with its code', async (name, call) => {
    answers = [name === 'S3' ? text('<Error><Code>InvalidRequest</Code><Message>Not so.</Message></Error>', 400) : json({ Message: 'Not so.' }, 400, { 'x-amzn-errortype': 'ValidationException' })];
    await expect(call()).rejects.toThrow(/failed: (ValidationException|InvalidRequest): Not so\.$/u);
  });
});

describe('Lookout for Vision', () => {
  test('is called with the function\'s credentials, for its region', async () => {
    answers = [json({ ProjectDescription: {} })];
    await lookout().projectExists(PROJECT.lookout);
    const { method, url: path, headers } = requests[0].message;
    expect([method, path, headers['x-amz-security-token']]).toEqual(['GET', '/2020-11-20/projects/p', 'session']);
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lookoutvision\/aws4_request, /u);
  });

  test('is called where its own environment variable says', async () => {
    answers = [json({ ProjectDescription: {} })];
    Object.assign(process.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_LOOKOUTVISION: url });
    await new LookoutDatasets(makeClients()(LookoutVisionClient), realSlice(), {} as any).projectExists(PROJECT.lookout);
    expect(requests).toHaveLength(1);
    process.env.AWS_ENDPOINT_URL = url;
    delete process.env.AWS_ENDPOINT_URL_LOOKOUTVISION;
  });

  test('whose name is gone from the net: the failure says that the service ended', async () => {
    const gone = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', hostname: 'lookoutvision.eu-west-1.amazonaws.com' });
    const datasets = new LookoutDatasets({ send: () => Promise.reject(gone) } as any, realSlice(), {} as any);
    await expect(datasets.find({ projectArn: PROJECT.lookout, datasetType: 'TRAIN' }))
      .rejects.toThrow(/^DescribeDataset failed: ServiceEnded: .*ended on 2025-10-31; set AWS_ENDPOINT_URL_LOOKOUTVISION .*Manifest\.fromLookout/u);
  });
});
