import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeDatasetCommand, DistributeDatasetEntriesCommand, ListDatasetEntriesCommand,
  ListDatasetLabelsCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import { labeled, RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();

const STATES = [
  'CREATE_IN_PROGRESS', 'CREATE_FAILED', 'CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_FAILED', 'DELETE_IN_PROGRESS', 'gone',
] as const;
type State = typeof STATES[number];

/** A train dataset in the state, next to an empty test dataset. */
async function datasetIn(state: State): Promise<{ arn: string; project: string; test: string }> {
  const project = await setup.project();
  const test = await setup.dataset(project, undefined, 'TEST');
  if (state === 'CREATE_FAILED') setup.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'Asked for.' });
  if (state.startsWith('CREATE')) {
    const arn = await setup.startDataset(project);
    if (state !== 'CREATE_IN_PROGRESS') setup.settle();
    expect((await setup.describe(arn)).Status).toBe(state);
    return { arn, project, test };
  }
  const arn = await setup.dataset(project, ['a', 'b', 'c', 'd'].map((key) => labeled(`${key}.jpg`, 'crane')));
  if (state.startsWith('UPDATE')) {
    if (state === 'UPDATE_FAILED') setup.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'Asked for.' });
    await setup.startUpdate(arn, unlabeled('e.jpg'));
  } else {
    await setup.client.send(new DeleteDatasetCommand({ DatasetArn: arn }));
  }
  if (!state.endsWith('IN_PROGRESS')) setup.settle();
  if (state !== 'gone') expect((await setup.describe(arn)).Status).toBe(state);
  return { arn, project, test };
}

type Call = (given: { arn: string; project: string; test: string }) => Promise<unknown>;
const CALLS: Record<string, Call> = {
  DescribeDataset: ({ arn }) => setup.client.send(new DescribeDatasetCommand({ DatasetArn: arn })),
  UpdateDatasetEntries: ({ arn }) => setup.client.send(new UpdateDatasetEntriesCommand({
    DatasetArn: arn, Changes: { GroundTruth: Buffer.from(unlabeled('f.jpg')) },
  })),
  ListDatasetEntries: ({ arn }) => setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn })),
  ListDatasetLabels: ({ arn }) => setup.client.send(new ListDatasetLabelsCommand({ DatasetArn: arn })),
  DistributeDatasetEntries: ({ arn, test: other }) => setup.client.send(new DistributeDatasetEntriesCommand({
    Datasets: [{ Arn: arn }, { Arn: other }],
  })),
  DeleteDataset: ({ arn }) => setup.client.send(new DeleteDatasetCommand({ DatasetArn: arn })),
  CreateDataset: ({ project }) => setup.startDataset(project),
  CopyDataset: async ({ arn }) => setup.startDataset(await setup.project('copies'), { DatasetArn: arn }),
  TagResource: ({ arn }) => setup.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: { a: 'b' } })),
  UntagResource: ({ arn }) => setup.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a'] })),
  ListTagsForResource: ({ arn }) => setup.client.send(new ListTagsForResourceCommand({ ResourceArn: arn })),
};

const USE = 'ResourceInUseException';
const READY = 'ResourceNotReadyException';
const GONE = 'ResourceNotFoundException';
const EXISTS = 'ResourceAlreadyExistsException';
const INPUT = 'InvalidParameterException';
/** An empty train dataset cannot be distributed. */
const EMPTY = INPUT;

/** One column a state, in the order of STATES. */
const TABLE: Record<string, readonly string[]> = {
  DescribeDataset: ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', GONE],
  UpdateDatasetEntries: [USE, USE, 'ok', USE, 'ok', 'ok', USE, GONE],
  ListDatasetEntries: [READY, READY, 'ok', USE, 'ok', 'ok', USE, GONE],
  ListDatasetLabels: [READY, READY, 'ok', USE, 'ok', 'ok', USE, GONE],
  DistributeDatasetEntries: [READY, READY, EMPTY, READY, 'ok', 'ok', READY, GONE],
  DeleteDataset: [USE, 'ok', 'ok', USE, 'ok', 'ok', USE, GONE],
  CreateDataset: [EXISTS, EXISTS, EXISTS, EXISTS, EXISTS, EXISTS, EXISTS, 'ok'],
  CopyDataset: [INPUT, INPUT, 'ok', INPUT, 'ok', 'ok', INPUT, GONE],
  TagResource: ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', GONE],
  UntagResource: ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', GONE],
  ListTagsForResource: ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', GONE],
};

describe.each(Object.keys(TABLE))('%s', (call) => {
  test.each(STATES.map((state, column) => [state, TABLE[call][column]] as const))('of a dataset that is %s: %s', async (state, expected) => {
    const given = await datasetIn(state);
    const answer = CALLS[call](given);
    if (expected === 'ok') await answer;
    else expect(await setup.refusal(answer)).toMatchObject({ code: expected, status: 400 });
  });
});

test('a dataset tells its state from creation to deletion', async () => {
  const project = await setup.project();
  const created = setup.now;
  const arn = await setup.startDataset(project, setup.manifest(`${labeled('a.jpg', 'crane')}\n`));
  expect(arn).toMatch(/^arn:aws:rekognition:us-east-1:000000000000:project\/birds\/dataset\/train\/\d+$/);
  const stamp = new Date(Number(arn.split('/').at(-1)));
  expect(stamp.getTime()).toBeGreaterThanOrEqual(created);
  expect(await setup.describe(arn)).toEqual({
    CreationTimestamp: stamp,
    LastUpdatedTimestamp: stamp,
    Status: 'CREATE_IN_PROGRESS',
    StatusMessage: 'The dataset is being created.',
    StatusMessageCode: 'SUCCESS',
    DatasetStats: { LabeledEntries: 0, TotalEntries: 0, TotalLabels: 0, ErrorEntries: 0 },
  });

  expect(await setup.ended(arn)).toEqual({
    CreationTimestamp: stamp,
    LastUpdatedTimestamp: stamp,
    Status: 'CREATE_COMPLETE',
    StatusMessage: 'The dataset was successfully created from the manifest file.',
    StatusMessageCode: 'SUCCESS',
    DatasetStats: { LabeledEntries: 1, TotalEntries: 1, TotalLabels: 1, ErrorEntries: 0 },
  });

  const started = setup.now;
  await setup.startUpdate(arn, labeled('b.jpg', 'heron'));
  expect(await setup.describe(arn)).toMatchObject({
    Status: 'UPDATE_IN_PROGRESS', StatusMessageCode: 'SUCCESS', LastUpdatedTimestamp: new Date(started), DatasetStats: { TotalEntries: 1 },
  });
  expect(await setup.ended(arn)).toMatchObject({
    Status: 'UPDATE_COMPLETE',
    StatusMessage: 'The dataset was successfully updated.',
    LastUpdatedTimestamp: new Date(started + 100),
    DatasetStats: { TotalEntries: 2, TotalLabels: 2 },
  });

  await setup.client.send(new DeleteDatasetCommand({ DatasetArn: arn }));
  expect(await setup.describe(arn)).toMatchObject({ Status: 'DELETE_IN_PROGRESS', StatusMessage: 'The dataset is being deleted.' });
  setup.settle();
  expect(await setup.refusal(setup.describe(arn))).toMatchObject({ code: GONE });
});

test('a dataset that is made again has another ARN, also within one millisecond', async () => {
  const project = await setup.project();
  const first = await setup.dataset(project);
  await setup.client.send(new DeleteDatasetCommand({ DatasetArn: first }));
  setup.now += 100;
  const again = await setup.startDataset(project);
  expect(again).not.toBe(first);
  const other = await setup.startDataset(project, undefined, 'TEST');
  expect(Number(other.split('/').at(-1))).toBeGreaterThan(Number(again.split('/').at(-1)));
});

test('an empty dataset is created at once but not immediately', async () => {
  const project = await setup.project();
  const { DatasetArn: arn } = await setup.client.send(new CreateDatasetCommand({ ProjectArn: project, DatasetType: 'TEST' }));
  setup.now += 49;
  expect((await setup.describe(arn!)).Status).toBe('CREATE_IN_PROGRESS');
  setup.now += 1;
  expect(await setup.describe(arn!)).toMatchObject({
    Status: 'CREATE_COMPLETE', StatusMessage: 'The dataset was successfully created.', DatasetStats: { TotalEntries: 0, TotalLabels: 0 },
  });
});
