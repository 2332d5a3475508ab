import {
  CreateModelCommand, DeleteDatasetCommand, DeleteModelCommand, DeleteProjectCommand, DescribeProjectCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import { labeled, LookoutSetup, text, unlabeled } from './setup';

const setup = new LookoutSetup();

const STATES = [
  'none', 'CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS',
  'UPDATE_FAILED_ROLLBACK_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_FAILED',
] as const;
type State = typeof STATES[number];

const remove = (type = 'train') => setup.client.send(new DeleteDatasetCommand({ ProjectName: 'parts', DatasetType: type }));
const removeProject = () => setup.client.send(new DeleteProjectCommand({ ProjectName: 'parts' }));

/** A project whose train dataset is in the state; two images were in it before an update. */
async function datasetIn(state: State): Promise<string> {
  const project = await setup.project();
  if (state === 'none') return project;
  if (state === 'CREATE_FAILED') setup.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'Asked for.' });
  if (state === 'DELETE_FAILED') setup.emulator.addFault({ operation: 'DeleteDataset', service: 'lookoutvision', kind: 'fail', message: 'Asked for.' });
  await setup.startDataset(project, setup.manifest(text([labeled('a.png'), labeled('b.png', 'anomaly')])));
  if (state === 'CREATE_IN_PROGRESS') return project;
  await setup.ended(project);
  if (state.startsWith('UPDATE')) await setup.startUpdate(project, text([state.includes('FAILED') ? '{}' : labeled('c.png')]));
  if (state === 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS') setup.now += 500;
  else if (state.startsWith('UPDATE') && state.endsWith('COMPLETE')) await setup.ended(project);
  if (state.startsWith('DELETE')) {
    setup.settings.latency.deleteDataset = 100;
    await remove();
    if (state === 'DELETE_FAILED') setup.now += 100;
  }
  expect((await setup.describe(project)).Status).toBe(state);
  return project;
}

const CALLS: Record<string, () => Promise<unknown>> = {
  DescribeDataset: async () => { expect((await setup.describe('parts')).ProjectName).toBe('parts'); },
  CreateDataset: async () => { expect((await setup.startDataset('parts')).DatasetMetadata!.Status).toBe('CREATE_COMPLETE'); },
  UpdateDatasetEntries: async () => {
    expect(await setup.startUpdate('parts', unlabeled('d.png'))).toMatchObject({ $metadata: { httpStatusCode: 202 }, Status: 'UPDATE_IN_PROGRESS' });
  },
  ListDatasetEntries: () => setup.keys('parts'),
  DeleteDataset: async () => { expect(await remove()).toEqual({ $metadata: expect.objectContaining({ httpStatusCode: 202 }) }); },
  DeleteProject: async () => { expect((await removeProject()).ProjectArn).toBe('arn:aws:lookoutvision:us-east-1:000000000000:project/parts'); },
};

/** The contract's matrix, one column a state, in the order of STATES; keys are what is listed. */
const [old, none] = [['a.png', 'b.png'], []];
const TABLE: Record<string, readonly (number | readonly string[])[]> = {
  DescribeDataset: [404, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  CreateDataset: [0, 409, 409, 409, 409, 409, 409, 409, 409, 409],
  UpdateDatasetEntries: [404, 409, 0, 0, 409, 409, 409, 0, 409, 409],
  ListDatasetEntries: [404, 409, old, [...old, 'c.png'], none, old, old, old, 409, old],
  DeleteDataset: [404, 409, 0, 0, 0, 409, 409, 0, 0, 0],
  DeleteProject: [0, 409, 409, 409, 409, 409, 409, 409, 409, 409],
};
const CODES: Record<number, string> = { 404: 'ResourceNotFoundException', 409: 'ConflictException' };

describe.each(Object.keys(TABLE))('%s', (call) => {
  test.each(STATES.map((state, column) => [state, TABLE[call][column]] as const))('of a dataset that is %s: %j', async (state, expected) => {
    await datasetIn(state);
    const answer = CALLS[call]();
    if (typeof expected === 'number' && expected > 0) {
      const [ResourceId, ResourceType] = call === 'DeleteProject' ? ['parts', 'PROJECT'] : ['parts/train', 'DATASET'];
      expect(await setup.refusal(answer)).toMatchObject({ code: CODES[expected], status: expected, ResourceId, ResourceType });
    } else if (expected === 0) {
      await answer;
    } else {
      expect(await answer).toEqual(expected);
    }
  });
});

test('a dataset tells its state from creation to deletion', async () => {
  const project = await setup.project();
  const created = new Date(setup.now);
  const stats = { Total: 0, Labeled: 0, Normal: 0, Anomaly: 0 };
  const { DatasetMetadata, $metadata } = await setup.startDataset(project, setup.manifest(text([labeled('a.png'), unlabeled('b.png')])));
  const creating = { DatasetType: 'train', CreationTimestamp: created, Status: 'CREATE_IN_PROGRESS', StatusMessage: 'The dataset is creating.' };
  expect(DatasetMetadata).toEqual(creating);
  expect($metadata.httpStatusCode).toBe(202);
  expect(await setup.describe(project)).toEqual({ ProjectName: 'parts', ...creating, LastUpdatedTimestamp: created, ImageStats: stats });

  const done = await setup.ended(project);
  expect(done).toEqual({
    ProjectName: 'parts', DatasetType: 'train', CreationTimestamp: created, LastUpdatedTimestamp: expect.any(Date),
    Status: 'CREATE_COMPLETE', StatusMessage: 'The dataset was created successfully.', ImageStats: { Total: 2, Labeled: 1, Normal: 1, Anomaly: 0 },
  });
  expect(done.LastUpdatedTimestamp!.getTime()).toBeGreaterThanOrEqual(created.getTime() + 1000);

  await setup.startUpdate(project, labeled('b.png', 'anomaly'));
  const { Status, ImageStats, LastUpdatedTimestamp } = await setup.describe(project);
  expect([Status, ImageStats, LastUpdatedTimestamp]).toEqual(['UPDATE_IN_PROGRESS', done.ImageStats, done.LastUpdatedTimestamp]);
  const updated = await setup.ended(project);
  expect(updated).toMatchObject({ Status: 'UPDATE_COMPLETE', CreationTimestamp: created, ImageStats: { Total: 2, Labeled: 2, Normal: 1, Anomaly: 1 } });
  expect(updated.LastUpdatedTimestamp! > done.LastUpdatedTimestamp!).toBe(true);

  const { ProjectDescription } = await setup.client.send(new DescribeProjectCommand({ ProjectName: project }));
  expect(ProjectDescription).toEqual({
    ProjectName: 'parts', ProjectArn: 'arn:aws:lookoutvision:us-east-1:000000000000:project/parts', CreationTimestamp: created,
    Datasets: [{ DatasetType: 'train', CreationTimestamp: created, Status: 'UPDATE_COMPLETE', StatusMessage: updated.StatusMessage }],
  });
  await remove();
  expect(await setup.refusal(setup.describe(project))).toMatchObject({ status: 404, message: 'Dataset train could not be found in project parts' });
  expect((await setup.client.send(new DescribeProjectCommand({ ProjectName: project }))).ProjectDescription!.Datasets).toEqual([]);
});

test('a failed update is rolled back in its own time', async () => {
  const project = await setup.project();
  await setup.dataset(project, [labeled('a.png')]);
  setup.settings.latency = { ...setup.settings.latency, updateDatasetEntries: 300, rollback: 200 };
  await setup.startUpdate(project, text([labeled('b.png'), 'no json']));
  const seen: string[] = [];
  for (const later of [0, 299, 1, 199, 1]) {
    setup.now += later;
    seen.push((await setup.describe(project)).Status!);
  }
  const begun = 'UPDATE_IN_PROGRESS';
  const rolling = 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS';
  expect(seen).toEqual([begun, begun, rolling, rolling, 'UPDATE_FAILED_ROLLBACK_COMPLETE']);
  expect(await setup.describe(project)).toMatchObject({ StatusMessage: expect.stringContaining('First error at line 2'), ImageStats: { Total: 1 } });
  expect(await setup.update(project, [labeled('b.png')])).toMatchObject({ Status: 'UPDATE_COMPLETE', ImageStats: { Total: 2 } });

  await setup.startUpdate(project, 'no json');
  setup.now += 500;
  expect((await setup.describe(project)).Status).toBe('UPDATE_FAILED_ROLLBACK_COMPLETE');
});

test('a dataset can be replaced at once: deletion and creation without a wait, both types side by side', async () => {
  const project = await setup.project();
  for (const type of ['test', 'train']) await setup.dataset(project, [labeled('a.png')], type);
  for (const type of ['test', 'train']) await remove(type);
  for (const type of ['test', 'train']) await setup.startDataset(project, setup.manifest(text([labeled('a.png'), labeled('b.png')])), type);
  for (const type of ['test', 'train']) expect((await setup.ended(project, type)).ImageStats!.Total).toBe(2);
});

test('of two creations of a type at the same time one is refused', async () => {
  const project = await setup.project();
  const source = setup.manifest(labeled('a.png'));
  const answers = await Promise.allSettled([setup.startDataset(project, source), setup.startDataset(project, source)]);
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'ConflictException', ResourceId: 'parts/train' } });
});

test('a deleted dataset may flash as DELETE_COMPLETE', async () => {
  const project = await setup.project();
  await setup.dataset(project);
  setup.settings.deleteCompleteReads = 1;
  await remove();
  expect(await setup.describe(project)).toMatchObject({ Status: 'DELETE_COMPLETE' });
  expect(await setup.refusal(setup.describe(project))).toMatchObject({ status: 404 });
  await setup.startDataset(project);
});

test('a model stands in the way of deletions, also when its training failed', async () => {
  const project = await setup.project();
  const OutputConfig = { S3Location: { Bucket: 'models', Prefix: '' } };
  const train = () => setup.client.send(new CreateModelCommand({ ProjectName: project, OutputConfig }));
  expect(await setup.refusal(train())).toMatchObject({ status: 409, ResourceType: 'DATASET' });
  await setup.dataset(project, [labeled('a.png')]);
  expect((await train()).ModelMetadata).toMatchObject({ ModelVersion: '1', Status: 'TRAINING' });
  await train();
  expect(await setup.refusal(train())).toMatchObject({
    code: 'ServiceQuotaExceededException', status: 402, QuotaCode: 'L-EMULATED', ServiceCode: 'lookoutvision', ResourceType: 'MODEL',
  });
  expect(await setup.refusal(remove())).toMatchObject({ status: 409, ResourceType: 'DATASET' });
  const removeModel = (ModelVersion: string) => setup.client.send(new DeleteModelCommand({ ProjectName: project, ModelVersion }));
  expect(await setup.refusal(removeModel('1'))).toMatchObject({ status: 409, ResourceType: 'MODEL' });
  setup.now += 1000;
  expect((await train()).ModelMetadata!.ModelVersion).toBe('3');
  setup.now += 1000;
  await remove();
  expect(await setup.refusal(removeProject())).toMatchObject({ status: 409, ResourceType: 'PROJECT', message: expect.stringContaining('models') });
  for (const version of ['1', '2', '3']) await removeModel(version);
  await removeProject();
});

test('an update of a dataset of a project that is not there names the project', async () => {
  const call = setup.client.send(new UpdateDatasetEntriesCommand({ ProjectName: 'none', DatasetType: 'train', Changes: Buffer.from('{}') }));
  expect(await setup.refusal(call)).toMatchObject({ status: 404, ResourceType: 'PROJECT', ResourceId: 'none', message: 'Project none could not be found' });
});
