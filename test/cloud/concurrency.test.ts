import { existsSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { InvocationType } from '@aws-sdk/client-lambda';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CloudFormation } from '../e2e/cloudformation';
import { zip } from '../e2e/zip';
import { startTestEngine } from '../rigs/engine';
import type { TestEngine } from '../rigs/engine';

/** An account with two concurrent executions, both of them taken. */
jest.setTimeout(60_000);

const ROLE = 'arn:aws:iam::000000000000:role/x';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
let engine: TestEngine;
let lambda: LambdaClient;
/** Tries again: the executions of the test before may not be over. */
let patient: LambdaClient;
let steps: SFNClient;
let taken: Promise<unknown>;
/** The functions that hold an execution do so until this file is there. */
let release: string;

beforeAll(async () => {
  engine = await startTestEngine({ concurrentExecutions: 2 });
  lambda = new LambdaClient(engine.client);
  patient = new LambdaClient({ ...engine.client, maxAttempts: 10 });
  steps = new SFNClient(engine.client);
  release = join(engine.folder, 'release');
  const fs = `const fs = require('node:fs');`;
  await createFunction('hold', `${fs} exports.handler = async ({ started }) => {
    fs.writeFileSync(started, '');
    while (!fs.existsSync(${JSON.stringify(release)})) await new Promise((resolve) => setTimeout(resolve, 20));
  };`);
  await createFunction('mark', `${fs} exports.handler = async ({ file }) => { fs.writeFileSync(file, ''); return 'done'; };`);
  await createFunction('resource', `exports.handler = async (event) => {
    await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ ...event, Status: 'SUCCESS', PhysicalResourceId: 'thing' }) });
  };`);
});

afterAll(async () => {
  lambda?.destroy();
  patient?.destroy();
  steps?.destroy();
  await engine?.stop();
});

beforeEach(async () => {
  rmSync(release, { force: true });
  const started = [0, 1].map((i) => join(engine.folder, `started-${i}`));
  started.forEach((file) => rmSync(file, { force: true }));
  taken = Promise.all(started.map((file) => invoke('hold', { started: file }, 'RequestResponse', patient)));
  await until(() => started.every(existsSync));
});

afterEach(async () => {
  free();
  await taken;
});

const free = (): void => writeFileSync(release, '');
const refusals = (name: string): number => engine.log().split('\n').filter((line) => line.startsWith(`Lambda refused an execution of ${name}:`)).length;

function createFunction(FunctionName: string, code: string) {
  const Code = { ZipFile: zip({ 'index.js': code }) };
  return lambda.send(new CreateFunctionCommand({ FunctionName, Runtime: 'nodejs22.x', Role: ROLE, Handler: 'index.handler', Timeout: 60, Code }));
}

function invoke(FunctionName: string, payload: object, InvocationType: InvocationType = 'RequestResponse', client = lambda) {
  return client.send(new InvokeCommand({ FunctionName, InvocationType, Payload: JSON.stringify(payload) }));
}

async function until(test: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !test(); await sleep(20)) {
    if (Date.now() > end) throw new Error(`waited in vain; the log:\n${engine.log()}`);
  }
}

async function execution(name: string, retry: object[]) {
  const task = { Type: 'Task', Resource: `${ARN}mark`, End: true, Retry: retry };
  const definition = JSON.stringify({ StartAt: 'mark', States: { mark: task } });
  const { stateMachineArn } = await steps.send(new CreateStateMachineCommand({ name, definition, roleArn: ROLE }));
  const input = JSON.stringify({ file: join(engine.folder, name) });
  const { executionArn } = await steps.send(new StartExecutionCommand({ stateMachineArn, input }));
  const describe = () => steps.send(new DescribeExecutionCommand({ executionArn }));
  return { status: async () => (await describe()).status!, error: async () => (await describe()).error };
}

test('a synchronous invocation is refused, and taken once there is room', async () => {
  const file = join(engine.folder, 'synchronous');
  await expect(invoke('mark', { file })).rejects.toMatchObject({
    name: 'TooManyRequestsException', Reason: 'ConcurrentInvocationLimitExceeded', $metadata: { httpStatusCode: 429 },
  });
  expect(existsSync(file)).toBe(false);
  free();
  await taken;
  expect(Buffer.from((await invoke('mark', { file })).Payload!).toString()).toBe('"done"');
});

test('an asynchronous invocation is accepted, and made when there is room', async () => {
  const before = refusals('mark');
  const file = join(engine.folder, 'asynchronous');
  expect((await invoke('mark', { file }, 'Event')).StatusCode).toBe(202);
  // More often than a function that fails would be tried again.
  await until(() => refusals('mark') - before > 3);
  expect(existsSync(file)).toBe(false);
  free();
  await until(() => existsSync(file));
});

test('so is the one that CloudFormation makes for a custom resource', async () => {
  const stack = new CloudFormation(engine.url).deploy('Things', { Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: `${ARN}resource` } } });
  await until(() => refusals('resource') > 0);
  free();
  expect(await stack).toBe('CREATE_COMPLETE');
});

test('a Lambda task of Step Functions fails with the error that Step Functions names, and is made again where the machine says so', async () => {
  const hasty = await execution('hasty', []);
  await until(() => refusals('mark') > 0);
  while (await hasty.status() === 'RUNNING') await sleep(20);
  expect([await hasty.status(), await hasty.error()]).toEqual(['FAILED', 'Lambda.TooManyRequestsException']);

  const calm = await execution('calm', [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 20, BackoffRate: 1 }]);
  await sleep(500);
  expect(await calm.status()).toBe('RUNNING');
  free();
  while (await calm.status() === 'RUNNING') await sleep(20);
  expect(await calm.status()).toBe('SUCCEEDED');
});
