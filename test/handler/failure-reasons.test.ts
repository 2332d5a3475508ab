import { dirname, join } from 'node:path';
import { CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { BUNDLE, startBench } from '../rigs/bench';
import type { Bench } from '../rigs/bench';
import { CustomResource, datasetProperties } from '../rigs/cloudformation';
import type { Properties } from '../rigs/cloudformation';

/** What is told when an operation fails: to CloudFormation, through the framework's own code, and in the log. */

const LOG_GROUP = 'Birds-cdkvisiondatasetsDatasetProviderLogs1A2B3C4D-eF5gH6iJ7kL8';
const STACK = 'arn:aws:cloudformation:us-east-1:000000000000:stack/birds/00000000-0000-4000-8000-000000000000';

let bench: Bench;
let projectArn: string;
beforeAll(async () => {
  bench = await startBench();
  projectArn = (await bench.rekognition.send(new CreateProjectCommand({ ProjectName: 'birds' }))).ProjectArn!;
});
afterEach(() => { bench.emulator.clearFaults(); });
afterAll(async () => { await bench?.close(); });

const properties = (overrides: Properties = {}) => datasetProperties(projectArn, { WireVersion: '1', ...overrides });

describe('through the framework', () => {
  const runtime = join(dirname(require.resolve('aws-cdk-lib/package.json')), 'custom-resources', 'lib', 'provider-framework', 'runtime');
  const framework = jest.requireActual(join(runtime, 'framework.js'));
  const consts = jest.requireActual(join(runtime, 'consts.js'));
  const outbound = jest.requireActual(join(runtime, 'outbound.js'));

  /** The answer that CloudFormation gets to an event. */
  async function answerTo(event: object): Promise<{ text: string; answer: any }> {
    let text = '';
    let waiter: any;
    Object.assign(process.env, {
      [consts.USER_ON_EVENT_FUNCTION_ARN_ENV]: 'arn:aws:lambda:us-east-1:000000000000:function:onEvent',
      [consts.USER_IS_COMPLETE_FUNCTION_ARN_ENV]: 'arn:aws:lambda:us-east-1:000000000000:function:isComplete',
      [consts.WAITER_STATE_MACHINE_ARN_ENV]: 'arn:waiter',
    });
    outbound.httpRequest = async (_: unknown, body: string) => { text = body; };
    outbound.startExecution = async ({ input }: { input: string }) => { waiter = JSON.parse(input); };
    outbound.invokeFunction = async ({ FunctionName, Payload }: { FunctionName: string; Payload: string }) => {
      const name = FunctionName.split(':').at(-1) as 'onEvent' | 'isComplete';
      return bench.handler[name](JSON.parse(Payload)).then(
        (result) => ({ Payload: JSON.stringify(result ?? null) }),
        ({ message, stack }) => ({ FunctionError: 'Unhandled', Payload: JSON.stringify({ errorMessage: message, trace: stack.split('\n') }) }),
      );
    };
    await framework[consts.FRAMEWORK_ON_EVENT_HANDLER_NAME]({
      RequestId: 'request', StackId: STACK, LogicalResourceId: 'BirdsTrain', ResourceType: 'Custom::RekognitionDataset', ResponseURL: 'https://x/y?z', ...event,
    });
    if (waiter) await framework[consts.FRAMEWORK_IS_COMPLETE_HANDLER_NAME](waiter);
    return { text, answer: JSON.parse(text) };
  }

  beforeAll(() => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    bench.handler.environment.LOG_GROUP_NAME = LOG_GROUP;
  });
  afterAll(() => {
    jest.restoreAllMocks();
    bench.handler.environment.LOG_GROUP_NAME = '';
  });

  test('a failed creation names the log group that exists, before the one that the framework makes up', async () => {
    const { answer } = await answerTo({ RequestType: 'Create', ResourceProperties: properties({ ProjectArn: projectArn.replace(/.$/, (digit) => digit === '9' ? '8' : '9') }) });
    expect(answer.Status).toBe('FAILED');
    const [message, pointer] = answer.Reason.split('\n\n');
    expect(message).toMatch(/^there is no project .*; check the ARN and the Region of the stack\. /u);
    expect(message.endsWith(` The log is in the log group ${LOG_GROUP}, not in the one named below.`)).toBe(true);
    expect(pointer).toMatch(/^Logs: \/aws\/lambda\/isComplete/u);
  });

  test('so does one that never began', async () => {
    const { answer } = await answerTo({ RequestType: 'Create', ResourceProperties: properties({ WireVersion: '99' }) });
    expect(answer.Reason).toContain(` The log is in the log group ${LOG_GROUP}, `);
  });

  test('with the longest message and the longest name of a log group, the answer is as short as CloudFormation takes it', async () => {
    bench.handler.environment.LOG_GROUP_NAME = 'g'.repeat(512);
    const long = '"\\'.repeat(20_000);
    bench.emulator.addFault({ operation: 'DescribeProjects', kind: 'error', code: 'ValidationException', message: long });
    const { text, answer } = await answerTo({ RequestType: 'Create', ResourceProperties: properties() });
    bench.handler.environment.LOG_GROUP_NAME = LOG_GROUP;
    expect(answer.Reason).toMatch(/^DescribeProjects failed: ValidationException: .*… The log is in the log group g{512}, /u);
    expect(Buffer.byteLength(text)).toBeLessThan(4096);
  });
});

test('calls that were turned away or lost are counted in the log, and told when time runs out', async () => {
  bench.emulator.addFault({ operation: 'DescribeProjects', kind: 'error', code: 'ThrottlingException', times: 2 });
  bench.emulator.addFault({ operation: 'CreateDataset', kind: 'drop', times: 1 });
  const { result: made, lines } = await bench.logged(() => new CustomResource(bench.handler, STACK, 'Counted').deploy(properties()));
  expect(made.status).toBe('SUCCESS');
  expect(counts(lines)).toEqual([{ DescribeProjects: 2, CreateDataset: 1 }]);

  bench.emulator.addFault({ operation: 'DescribeDataset', kind: 'error', code: 'ThrottlingException', times: 1000 });
  const { result: late, lines: more } = await bench.logged(() => bench.withTotalTimeout(60, () =>
    new CustomResource(bench.handler, STACK, 'Counted').request({ RequestType: 'Delete', PhysicalResourceId: made.physicalId, ResourceProperties: properties() })));
  const [{ DescribeDataset: times }] = counts(more);
  expect(times).toBeGreaterThan(1);
  expect(late.reason).toContain(`DescribeDataset was answered with ThrottlingException; calls rejected in the last minutes: ${times} DescribeDataset. `);

  function counts(printed: readonly string[]): any[] {
    return printed.map((line) => JSON.parse(line)).filter(({ message }) => message === 'calls rejected or lost').map(({ calls }) => calls);
  }
});

test('a connection that nobody takes is tried again until time runs out', async () => {
  const handler = bench.startFunction(BUNDLE, { AWS_ENDPOINT_URL_REKOGNITION: 'http://127.0.0.1:1', TOTAL_TIMEOUT_SECONDS: '60' });
  const outcome = await new CustomResource(handler, STACK, 'Alone').request({ RequestType: 'Create', ResourceProperties: properties() });
  expect(outcome.reason).toMatch(/^not finished in time: .*DescribeProjects was answered with .*; calls rejected in the last minutes: \d+ DescribeProjects\./u);
});

test('a right to the manifest that has not spread is waited for, and the dataset is made once', async () => {
  bench.emulator.addFault({ operation: 'CreateDataset', kind: 'error', code: 'InvalidS3ObjectException', message: 'Unable to get object metadata from S3.', times: 3 });
  await bench.put('source', 'spread.manifest', '{"source-ref":"s3://images/a.jpg"}\n');
  bench.emulator.clearRequests();
  const resource = new CustomResource(bench.handler, STACK, 'Spread');
  const wanted = properties({ DatasetType: 'TEST', Manifest: { Bucket: 'source', Key: 'spread.manifest' } });
  expect(await resource.deploy(wanted)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 1 } });
  expect(bench.emulator.requests().filter(({ operation }) => operation === 'CreateDataset').map(({ status }) => status)).toEqual([400, 400, 400, 200]);
  await resource.destroy();
});
