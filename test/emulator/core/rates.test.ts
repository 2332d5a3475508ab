import { ListProjectsCommand } from '@aws-sdk/client-lookoutvision';
import type { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import {
  CreateProjectCommand, DescribeDatasetCommand, DescribeProjectsCommand, ListTagsForResourceCommand, TagResourceCommand,
} from '@aws-sdk/client-rekognition';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { startEmulator } from '../../../local/emulator';
import type { Emulator } from '../../../local/emulator';
import { lookoutClient, rekognitionClient } from '../../rigs/clients';

/** The rates of an emulator that nobody has told anything: those that AWS publishes. Its clock stands still until it is moved. */
let emulator: Emulator;
let client: RekognitionClient;
let lookout: LookoutVisionClient;
let now = Date.parse('2026-01-05T09:00:00Z');

beforeAll(async () => {
  emulator = await startEmulator({ now: () => now });
  client = rekognitionClient(emulator);
  lookout = lookoutClient(emulator);
});
beforeEach(() => emulator.reset());
afterAll(async () => {
  client?.destroy();
  lookout?.destroy();
  await emulator?.close();
});

const describeProjects = () => client.send(new DescribeProjectsCommand({}));

/** Codes of the refusals of so many calls at once, `ok` where there is none. */
async function codes(calls: number, call: () => Promise<unknown> = describeProjects): Promise<string[]> {
  return Promise.all(Array.from({ length: calls }, () => call().then(() => 'ok', ({ name }) => name)));
}
const times = (count: number, code: string): string[] => Array<string>(count).fill(code);
const EXCEEDED = 'ProvisionedThroughputExceededException';

test('each operation is let through five times a second', async () => {
  expect(await codes(7)).toEqual([...times(5, 'ok'), ...times(2, EXCEEDED)]);
  now += 200;
  expect(await codes(2)).toEqual(['ok', EXCEEDED]);
  now += 60_000;
  expect(await codes(6)).toEqual([...times(5, 'ok'), EXCEEDED]);
  expect((await client.send(new CreateProjectCommand({ ProjectName: 'another-operation' }))).ProjectArn).toContain('/another-operation/');
});

test('operations on tags are let through ten times a second, each', async () => {
  const { ProjectArn: ResourceArn } = await client.send(new CreateProjectCommand({ ProjectName: 'birds' }));
  expect(await codes(11, () => client.send(new TagResourceCommand({ ResourceArn, Tags: { a: 'b' } })))).toEqual([...times(10, 'ok'), EXCEEDED]);
  expect(await codes(11, () => client.send(new ListTagsForResourceCommand({ ResourceArn })))).toEqual([...times(10, 'ok'), EXCEEDED]);
});

test('Lookout for Vision counts for itself', async () => {
  await codes(6);
  const listProjects = () => lookout.send(new ListProjectsCommand({}));
  expect(await codes(6, listProjects)).toEqual([...times(5, 'ok'), 'ThrottlingException']);
});

test('refused calls are in the log of requests, with their codes', async () => {
  await codes(8);
  const refused = emulator.requests().filter(({ errorCode }) => errorCode === EXCEEDED);
  expect(refused).toHaveLength(3);
  expect(refused[0]).toMatchObject({ service: 'rekognition', operation: 'DescribeProjects', status: 400 });
});

test('a call that no service takes is not counted', async () => {
  await codes(20, () => client.send(new DescribeDatasetCommand({ DatasetArn: 'wrong' })));
  const DatasetArn = 'arn:aws:rekognition:us-east-1:000000000000:project/none/dataset/train/1';
  expect(await codes(6, () => client.send(new DescribeDatasetCommand({ DatasetArn })))).toEqual([...times(5, 'ResourceNotFoundException'), EXCEEDED]);
});

test('the other documented refusal can be chosen', async () => {
  emulator.settings.rekognition.rateErrors = 'ThrottlingException';
  await codes(5);
  await expect(describeProjects()).rejects.toMatchObject({
    name: 'ThrottlingException', message: 'Slow down; sudden increase in rate of requests.', $metadata: { httpStatusCode: 400 },
  });
});

test('an SDK that tries again gets through', async () => {
  const [patient, ticking] = [rekognitionClient(emulator, 10), setInterval(() => { now += 20; }, 20)];
  try {
    expect(await codes(8, () => patient.send(new DescribeProjectsCommand({})))).toEqual(times(8, 'ok'));
  } finally {
    clearInterval(ticking);
    patient.destroy();
  }
});

test('the rates can be lifted, and a reset brings them back', async () => {
  const settings = { rekognition: { requestsPerSecond: 0 } };
  await fetch(`${emulator.url}/_emulator/settings`, { method: 'PATCH', body: JSON.stringify(settings) });
  expect(await codes(20)).toEqual(times(20, 'ok'));
  emulator.reset();
  expect(await codes(6)).toEqual([...times(5, 'ok'), EXCEEDED]);
});
