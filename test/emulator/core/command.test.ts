import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { rekognitionClient } from '../../rigs/clients';

const started: ChildProcess[] = [];
afterEach(() => { for (const child of started.splice(0)) child.kill('SIGKILL'); });

const command = (...args: string[]) => start(process.execPath, '--import', 'tsx', 'bin/emulator.ts', ...args);
const npm = (...args: string[]) => start('npm', 'run', '--silent', 'emulator', '--', ...args);

function start(program: string, ...args: string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk) => { said.out += chunk; });
  child.stderr.on('data', (chunk) => { said.error += chunk; });
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, said, ended };
}

const S3 = ['--s3-endpoint', 'http://127.0.0.1:1'];

test.each([
  ['SIGTERM', 'npm', npm], ['SIGINT', 'node', command],
] as const)('prints one line, serves, and stops on %s to %s with exit code 0', async (signal, _, launch) => {
  const { child, said, ended } = launch(...S3, '--region', 'eu-west-1', '--account', '123456789012');
  await once(child.stdout, 'data');
  const url = /^Emulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said.out)![1];
  const client = rekognitionClient({ url });
  try {
    expect((await client.send(new DescribeProjectsCommand({}))).ProjectDescriptions).toEqual([]);
  } finally {
    client.destroy();
  }
  child.kill(signal);
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect(said.out.split('\n')).toHaveLength(2);
}, 30_000);

test('says in one sentence when the port is taken, with exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  try {
    const { port } = other.address() as AddressInfo;
    const { said, ended } = command(...S3, '--port', String(port));
    expect(await ended).toBe(1);
    expect(said).toEqual({
      out: '', error: `Port ${port} is taken by another program; choose another with --port, or leave it out for any free one.\n`,
    });
  } finally {
    other.close();
  }
}, 30_000);

test.each([
  [['--s3-endpoint', 'bucket'], /It must be a URL such as/],
  [[...S3, '--port', '80x'], /It must be a whole number from 0 to 65535/],
  [[...S3, '--account', '12'], /It must have twelve digits/],
])('refuses wrong options: %j', async (args, message) => {
  const { said, ended } = command(...args);
  expect(await ended).toBe(1);
  expect(said.error).toMatch(message);
}, 30_000);

test('explains itself', async () => {
  const { said, ended } = command('--help');
  expect(await ended).toBe(0);
  for (const part of ['--port <number>', '--s3-endpoint <url>', '--region <name>', '--account <id>',
    'Amazon Rekognition Custom Labels', 'AWS_ENDPOINT_URL_REKOGNITION=', 'Amazon Lookout for Vision', 'AWS_ENDPOINT_URL_LOOKOUTVISION=']) {
    expect(said.out.replace(/\s+/g, ' ')).toContain(part);
  }
}, 30_000);
