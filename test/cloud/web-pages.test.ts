import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../local/cloud/cloud';
import { startEngine } from '../../local/cloud/engine';
import type { Engine } from '../../local/cloud/engine';
import { findPort } from '../../local/cloud/ports';
import { ensureVenv } from '../../local/venv';
import { zip } from '../e2e/zip';
import { FOREIGN_PAGES, OWN_HOSTS, sendHttp } from '../rigs/web-pages';
import type { HttpAnswer, HttpCall } from '../rigs/web-pages';

/** What a page sends to run code as the developer: the local cloud runs functions as plain processes. */
const runFolder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-test-'));
const PROOF = join(runFolder, 'proof');
const code = `exports.handler = async () => { require('node:fs').writeFileSync(${JSON.stringify(PROOF)}, 'ran as ' + process.getuid()); return 1; };`;
const PREFLIGHT: HttpCall = {
  method: 'OPTIONS', path: '/2015-03-31/functions', headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
};
const CREATE: HttpCall = {
  method: 'POST', path: '/2015-03-31/functions', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    FunctionName: 'x', Runtime: 'nodejs22.x', Role: 'arn:aws:iam::000000000000:role/x', Handler: 'index.handler',
    Code: { ZipFile: zip({ 'index.js': code }).toString('base64') },
  }),
};
const INVOKE: HttpCall = { method: 'POST', path: '/2015-03-31/functions/x/invocations', body: '{}' };
/** An address is enough to create a stack, so an image is enough. */
const stack = { Action: 'CreateStack', Version: '2010-05-15', StackName: 'by-address', TemplateBody: '{"Resources":{"T":{"Type":"AWS::SNS::Topic"}}}' };
const BY_ADDRESS: HttpCall = { path: `/?${new URLSearchParams(stack).toString()}` };
const BY_FORM: HttpCall = {
  method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ ...stack, StackName: 'by-form' }).toString(),
};
const BUCKET: HttpCall = { method: 'PUT', path: '/bucket-of-a-page' };
const STACKS: HttpCall = { path: `/?${new URLSearchParams({ Action: 'ListStacks', Version: '2010-05-15' }).toString()}` };

let engine: Engine;
let url: string;
const send = (call: HttpCall, headers: Readonly<Record<string, string>> = {}) =>
  sendHttp(url, { ...call, headers: { ...call.headers, ...headers } });

beforeAll(async () => {
  const python = await ensureVenv(join(PROJECT_FOLDER, '.local', 'venv'), join(PROJECT_FOLDER, 'local', 'cloud', 'requirements.txt'));
  const port = await findPort();
  url = `http://127.0.0.1:${port}`;
  engine = await startEngine({ python, port, address: { endpoint: url, visionEndpoint: url, runFolder }, nodeModules: join(PROJECT_FOLDER, 'node_modules') });
}, 120_000);
afterAll(async () => {
  await engine?.stop();
  rmSync(runFolder, { recursive: true, force: true });
});

test.each(FOREIGN_PAGES)('MiniStack refuses what %s sends', async (_who, headers) => {
  const calls = [PREFLIGHT, CREATE, INVOKE, BY_ADDRESS, BY_FORM, BUCKET, { path: '/_ministack/health' }];
  const answers: HttpAnswer[] = [];
  for (const call of calls) answers.push(await send(call, headers));
  expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 403));
  for (const answer of answers) {
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.text).toMatch(/answers no web page/);
  }
});

test('nor does a WebSocket open', async () => {
  const answer = await send({ path: '/_aws/execute-api/x/y', headers: {
    'origin': 'https://evil.example', 'connection': 'Upgrade', 'upgrade': 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  } });
  expect(answer.status).toBe(403);
});

test('nothing of it was done', async () => {
  expect(existsSync(PROOF)).toBe(false);
  expect(JSON.parse((await send({ path: '/2015-03-31/functions/' })).text).Functions).toEqual([]);
  expect((await send(STACKS)).text).not.toMatch(/by-address|by-form/);
  expect((await send({ ...BUCKET, method: 'HEAD' })).status).toBe(404);
});

test('the same requests of a program are obeyed', async () => {
  expect((await send(CREATE)).status).toBe(201);
  for (let tries = 0; tries < 20 && !existsSync(PROOF); tries++) await send(INVOKE);
  expect(readFileSync(PROOF, 'utf8')).toMatch(/^ran as/);
  for (const call of [BY_ADDRESS, BY_FORM, BUCKET]) expect((await send(call)).status).toBe(200);
  expect((await send(STACKS)).text).toMatch(/by-address[^]*by-form|by-form[^]*by-address/);
  for (const host of OWN_HOSTS) expect((await send({ path: '/_ministack/health' }, { host })).status).toBe(200);
});
