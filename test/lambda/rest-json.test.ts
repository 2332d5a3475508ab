import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LookoutDatasets } from '../../lambda/lookoutvision';
import { OwnerRecords } from '../../lambda/owner-records';
import { RestJsonClient } from '../../lambda/rest-json';
import { Slice, systemClock } from '../../lambda/slice';

interface Answer { readonly status: number; readonly headers?: Record<string, string>; readonly body: string }

/** One call of a client to a server that answers so, and what the server has seen. */
async function exchange(answer: Answer, request: Parameters<RestJsonClient['send']>[0]) {
  const seen: { message?: IncomingMessage; body: string } = { body: '' };
  const server = createServer(async (message, response) => {
    seen.message = message;
    for await (const part of message) seen.body += part;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const client = new RestJsonClient('lookoutvision', 'eu-west-1', new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  try {
    const outcome = await client.send(request).then((value) => ({ value }), (error) => ({ error }));
    return { ...seen, ...outcome } as { message: IncomingMessage; body: string; value?: unknown; error?: any };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = 'AKID';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  process.env.AWS_SESSION_TOKEN = 'session';
});
afterAll(() => { for (const name of ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN']) delete process.env[`AWS_${name}`]; });

const PATH = '/2020-11-20/projects/p/datasets/train/entries';

test('a call is signed with its body, token and session, for the service in its region', async () => {
  const { message, body, value } = await exchange({ status: 202, body: '{"Status":"UPDATE_IN_PROGRESS"}' }, {
    method: 'PATCH', path: PATH, body: { Changes: 'w7w=', Note: 'ü' }, clientToken: 'token-1',
  });
  expect(value).toEqual({ Status: 'UPDATE_IN_PROGRESS' });
  expect([message.method, message.url, JSON.parse(body)]).toEqual(['PATCH', PATH, { Changes: 'w7w=', Note: 'ü' }]);
  expect(message.headers).toMatchObject({
    'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'x-amzn-client-token': 'token-1', 'x-amz-security-token': 'session',
  });
  expect(message.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lookoutvision\/aws4_request, SignedHeaders=[\w;-]*host;[\w;-]*x-amzn-client-token, Signature=[0-9a-f]{64}$/);
});

test('a query is encoded; an empty answer is an empty object', async () => {
  const { message, value } = await exchange({ status: 200, body: '' }, { method: 'GET', path: PATH, query: { maxResults: '100', nextToken: 'a+/=' } });
  expect(message.url).toBe(`${PATH}?maxResults=100&nextToken=a%2B%2F%3D`);
  expect(message.headers['content-length']).toBeUndefined();
  expect(value).toEqual({});
});

test.each<[string, Answer, object]>([
  ['the service\'s exception', { status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException:http://x', 'retry-after': '3' }, body: '{"Message":"Rate exceeded"}' },
    { name: 'ThrottlingException', message: 'Rate exceeded', $metadata: { httpStatusCode: 429 }, retryAfterSeconds: 3 }],
  ['a date in Retry-After', { status: 500, headers: { 'x-amzn-errortype': 'InternalServerException', 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, body: '{"message":"no"}' },
    { name: 'InternalServerException', message: 'no', retryAfterSeconds: undefined }],
  ['a page of a gateway', { status: 502, body: '<html>Bad Gateway</html>' }, { name: '502', message: '<html>Bad Gateway</html>', $metadata: { httpStatusCode: 502 } }],
  ['success that is no JSON', { status: 200, body: '<html>' }, { name: 'SyntaxError' }],
])('%s is thrown as the SDK would', async (_, answer, error) => {
  expect((await exchange(answer, { method: 'GET', path: PATH })).error).toMatchObject(error);
});

test('where the service\'s name is gone from the net, the failure says that the service ended', async () => {
  const gone = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', hostname: 'lookoutvision.eu-west-1.amazonaws.com' });
  const slice = new Slice(systemClock, Infinity, Infinity, Infinity);
  const datasets = new LookoutDatasets({ send: () => Promise.reject(gone) } as unknown as RestJsonClient, slice, new OwnerRecords({} as any, 'staging'));
  await expect(datasets.find({ projectArn: 'arn:aws:lookoutvision:eu-west-1:111111111111:project/p', datasetType: 'TRAIN' }))
    .rejects.toThrow(/^DescribeDataset failed: ServiceEnded: .*ended on 2025-10-31; set AWS_ENDPOINT_URL_LOOKOUTVISION .*Manifest\.fromLookout/);
});
