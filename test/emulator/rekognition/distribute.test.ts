import { createHash } from 'node:crypto';
import { DistributeDatasetEntriesCommand } from '@aws-sdk/client-rekognition';
import { labeled, RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();
let project: string;
beforeEach(async () => { project = await setup.project(); });

const distribute = (...arns: string[]) =>
  setup.client.send(new DistributeDatasetEntriesCommand({ Datasets: arns.map((Arn) => ({ Arn })) }));

test('a fifth of the entries moves into the test dataset, and every label stays in the train dataset', async () => {
  // The two that would move first have a label of their own.
  const hash = (key: string) => createHash('sha256').update(`s3://images/${key}`).digest('hex');
  const keys = Array.from({ length: 20 }, (_, i) => `${i}.jpg`).sort((a, b) => hash(a) < hash(b) ? -1 : 1);
  const lines = keys.map((key, i) => labeled(key, i < 2 ? 'rare' : 'common'));
  const train = await setup.dataset(project, lines);
  const test = await setup.dataset(project, undefined, 'TEST');
  const before = await setup.entries(train);
  await distribute(test, train);
  expect((await setup.describe(train)).Status).toBe('UPDATE_IN_PROGRESS');
  expect(await setup.describe(test)).toMatchObject({ Status: 'UPDATE_IN_PROGRESS', DatasetStats: { TotalEntries: 0 } });

  expect(await setup.ended(train)).toMatchObject({ Status: 'UPDATE_COMPLETE', DatasetStats: { TotalEntries: 16, TotalLabels: 2 } });
  expect(await setup.ended(test)).toMatchObject({ Status: 'UPDATE_COMPLETE', DatasetStats: { TotalEntries: 4 } });
  const after = [...await setup.entries(train), ...await setup.entries(test)];
  const byRef = (a: any, b: any) => a['source-ref'] < b['source-ref'] ? -1 : 1;
  expect(after.sort(byRef)).toEqual(before.sort(byRef));
});

test('a label with a single image fails both datasets and moves nothing', async () => {
  const train = await setup.dataset(project, [labeled('a.jpg', 'crane'), labeled('b.jpg', 'crane'), labeled('c.jpg', 'heron')]);
  const test = await setup.dataset(project, undefined, 'TEST');
  await distribute(train, test);
  for (const [arn, entries] of [[train, 3], [test, 0]] as const) {
    expect(await setup.ended(arn)).toMatchObject({
      Status: 'UPDATE_FAILED',
      StatusMessage: 'The manifest file doesn\'t have enough labeled images to distribute the dataset.',
      StatusMessageCode: 'CLIENT_ERROR',
      DatasetStats: { TotalEntries: entries },
    });
  }
});

test('needs a train dataset with entries and an empty test dataset of one project', async () => {
  const train = await setup.dataset(project, [unlabeled('a.jpg')]);
  const test = await setup.dataset(project, [unlabeled('a.jpg')], 'TEST');
  const otherProject = await setup.project('other');
  const emptyTrain = await setup.dataset(otherProject);
  const emptyTest = await setup.dataset(otherProject, undefined, 'TEST');
  for (const pair of [[train, test], [train, emptyTrain], [train, emptyTest], [emptyTrain, emptyTest]]) {
    expect(await setup.refusal(distribute(...pair))).toMatchObject({ code: 'InvalidParameterException', status: 400 });
  }
  expect(await setup.refusal(distribute(train))).toMatchObject({ code: 'ValidationException' });
  expect(await setup.refusal(distribute(train, test, test))).toMatchObject({ code: 'ValidationException' });
});
