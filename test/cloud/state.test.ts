import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readState, stateFileOf, writeState } from '../../local/cloud/state';

let folder: string;
let file: string;
let server: Server;
let endpoint: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  file = stateFileOf(folder);
  // Answers as MiniStack's health page does.
  server = createServer((request, response) => { response.writeHead(request.url === '/_ministack/health' ? 200 : 404).end('{}'); });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test('a second terminal finds the running cloud', async () => {
  const state = { pid: 12, endpoint, environment: { AWS_ENDPOINT_URL: endpoint } };
  await writeState(file, state);
  expect(await readState(file)).toEqual(state);
});

test('without a file no cloud runs', async () => {
  expect(await readState(file)).toBeUndefined();
});

test('the file of a killed process is removed', async () => {
  await writeState(file, { pid: 12, endpoint: 'http://127.0.0.1:1', environment: {} });
  expect(await readState(file)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});

test('a file that was half written is removed', async () => {
  await writeState(file, { pid: 12, endpoint, environment: {} });
  writeFileSync(file, '{"pid": 1');
  expect(await readState(file)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});
