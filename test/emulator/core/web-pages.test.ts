import { CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { FOREIGN_PAGES, OWN_HOSTS, sendHttp } from '../../rigs/web-pages';
import type { HttpCall } from '../../rigs/web-pages';
import { RekognitionSetup } from '../rekognition/setup';

const setup = new RekognitionSetup();
const signature = { authorization: 'AWS4-HMAC-SHA256 Credential=x/20260105/us-east-1/rekognition/aws4_request, SignedHeaders=host, Signature=0' };
const control = (method: string, path: string, body?: object): HttpCall =>
  ({ method, path: `/_emulator${path}`, ...body && { body: JSON.stringify(body), headers: { 'content-type': 'text/plain' } } });

const CALLS: readonly HttpCall[] = [
  control('POST', '/reset'),
  control('POST', '/faults', { operation: 'DeleteDataset', kind: 'drop', times: 2 }),
  control('PATCH', '/settings', { rekognition: { latency: { createDataset: 99 } } }),
  control('DELETE', '/requests'),
  control('GET', '/requests?text=true'),
  { method: 'OPTIONS', path: '/_emulator/settings', headers: { 'access-control-request-method': 'PATCH' } },
  {
    method: 'POST', path: '/', body: '{"ProjectName":"of-a-page"}',
    headers: { ...signature, 'x-amz-target': 'RekognitionService.CreateProject', 'content-type': 'application/x-amz-json-1.1' },
  },
  { path: '/2020-11-20/projects', headers: signature },
];
const state = () => ({
  requests: setup.emulator.requests().map(({ operation }) => operation),
  faults: setup.emulator.faults(),
  settings: structuredClone(setup.emulator.settings),
});

test.each(FOREIGN_PAGES)('the emulator refuses what %s sends, and does nothing of it', async (_who, headers) => {
  await setup.client.send(new CreateProjectCommand({ ProjectName: 'birds' }));
  const before = state();
  for (const call of CALLS) {
    const answer = await sendHttp(setup.emulator.url, { ...call, headers: { ...call.headers, ...headers } });
    expect(answer).toMatchObject({ status: 403, text: expect.stringMatching(/answers no web page/) });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  }
  expect(state()).toEqual(before);
});

test('the same requests of a program are obeyed', async () => {
  for (const call of CALLS.slice(1)) {
    const { status } = await sendHttp(setup.emulator.url, call);
    expect([call, status]).toEqual([call, call.method === 'OPTIONS' ? 404 : 200]);
  }
  expect(state()).toMatchObject({
    requests: ['CreateProject', 'ListProjects'], faults: [{ operation: 'DeleteDataset' }], settings: { rekognition: { latency: { createDataset: 99 } } },
  });
  for (const host of OWN_HOSTS) expect((await sendHttp(setup.emulator.url, { path: '/_emulator/settings', headers: { host } })).status).toBe(200);
});
