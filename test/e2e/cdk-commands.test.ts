import { CreateProjectCommand, DeleteDatasetCommand, DeleteProjectCommand, DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { Cloud } from '../../local/cloud/cloud';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** What docs/cdk-commands.md says of a dataset and the commands of CDK, with the real command line, one after the other. */
jest.setTimeout(180_000);

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
let client: RekognitionClient;

beforeAll(async () => {
  scene = await startScene('cdk-commands-app.ts');
  ({ cloud, observer, rekognition: client } = scene);
});

afterAll(() => scene?.close());

type Gesture = Readonly<Record<string, string>>;

const argsOf = (command: 'deploy' | 'destroy', gesture: Gesture) =>
  [command, ...command === 'destroy' ? ['--force'] : [], ...Object.entries(gesture).flatMap(([name, value]) => ['-c', `${name}=${value}`])];

/** Names of the calls that changed something. */
async function writesOf(command: 'deploy' | 'destroy', gesture: Gesture): Promise<string[]> {
  await scene.cdk(...argsOf(command, gesture));
  return cloud.emulator.requests().filter(({ write }) => write).map(({ operation }) => operation);
}

const arn = async () => (await observer.dataset('birds', 'TRAIN'))?.arn;

let retained: string | undefined;

test('RemovalPolicies.retain(): dataset and project outlive the stack, the staging bucket does not', async () => {
  expect(await writesOf('deploy', { retain: 'yes' })).toEqual(['CreateProject', 'CreateDataset']);
  retained = await arn();
  expect(retained).toBeDefined();
  expect(await writesOf('destroy', { retain: 'yes' })).toEqual([]);
  expect(await arn()).toBe(retained);
  expect(await observer.buckets()).toEqual([]);
});

test('the stack created again says whose the dataset is, and adopts it', async () => {
  const { exitCode, output } = await scene.tryCdk(...argsOf('deploy', { revision: '1' }));
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/the project already has a TRAIN dataset, .*adoptExisting/);
  expect(await arn()).toBe(retained);
  await scene.tryCdk(...argsOf('destroy', { revision: '1' }));
  expect(await writesOf('deploy', { revision: '1', adopt: 'yes' })).not.toContain('CreateDataset');
  expect(await arn()).toBe(retained);
});

test('a renamed construct takes the dataset over with adoptExisting', async () => {
  const writes = await writesOf('deploy', { revision: '1', adopt: 'yes', id: 'Renamed' });
  expect(writes.filter((operation) => /Dataset/.test(operation))).toEqual([]);
  expect(await arn()).toBe(retained);
});

test('DatasetProvider.of with other props: the functions change, no dataset is looked at', async () => {
  expect(await writesOf('deploy', { revision: '1', adopt: 'yes', id: 'Renamed', memory: '2048' })).toEqual([]);
  expect(cloud.emulator.requests()).toEqual([]);
});

test('a project that was made again is found with another revision, and gets the dataset', async () => {
  const gesture = { adopt: 'yes', id: 'Renamed', memory: '2048' };
  const project = async () => (await client.send(new DescribeProjectsCommand({ ProjectNames: ['birds'] }))).ProjectDescriptions![0];
  const { ProjectArn } = await project();
  await client.send(new DeleteDatasetCommand({ DatasetArn: retained }));
  await eventually(async () => (await project()).Datasets!.length === 0);
  await client.send(new DeleteProjectCommand({ ProjectArn }));
  await eventually(async () => (await observer.projects()).length === 0);
  await client.send(new CreateProjectCommand({ ProjectName: 'birds' }));

  expect(await writesOf('deploy', { ...gesture, revision: '1' })).toEqual([]);
  expect(await writesOf('deploy', { ...gesture, revision: '2' })).toEqual(['CreateDataset']);
  expect((await observer.dataset('birds', 'TRAIN'))!.entries).toHaveLength(1);
  expect(await writesOf('destroy', { ...gesture, revision: '2' })).toEqual(['DeleteDataset']);
});

async function eventually(is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!await is()) {
    if (Date.now() > end) throw new Error('it did not come to that within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
