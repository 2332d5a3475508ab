/** What the documentation leaves open, the other way round: one setting each. */
import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeProjectsCommand, ListDatasetEntriesCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-rekognition';
import { boxed, labeled, RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();
const settings = () => setup.emulator.settings.rekognition;

test('statistics lag behind the status', async () => {
  const arn = await setup.dataset(await setup.project(), [unlabeled('a.jpg')]);
  settings().statisticsLag = 15_000;
  const { Status, DatasetStats: stats } = await setup.update(arn, [unlabeled('b.jpg')]);
  expect([Status, stats!.TotalEntries]).toEqual(['UPDATE_COMPLETE', 1]);
  setup.now += 15_000;
  expect((await setup.describe(arn)).DatasetStats!.TotalEntries).toBe(2);
});

test.each([
  ['writes', [0, 2_000, 0]],
  ['ends', [undefined, 2_000, 0]],
  ['tags', [0, 2_000, 4_000]],
  ['back', [0, -1_000, 0]],
] as const)('LastUpdatedTimestamp with the setting %s', async (lastUpdated, [atStart, atEnd, atTags]) => {
  settings().latency.updateDatasetEntries = 2_000;
  const arn = await setup.dataset(await setup.project(), [unlabeled('a.jpg')]);
  settings().lastUpdated = lastUpdated;
  const lastUpdatedTime = async () => (await setup.describe(arn)).LastUpdatedTimestamp!.getTime();
  const created = await lastUpdatedTime();
  const started = setup.now;

  await setup.startUpdate(arn, unlabeled('b.jpg'));
  expect(await lastUpdatedTime()).toBe(atStart === undefined ? created : started + atStart);
  setup.now += 2_000;
  const ended = await lastUpdatedTime();
  expect(ended).toBe(started + atEnd);
  setup.now += 1_000;
  await setup.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: { a: 'b' } }));
  setup.now += 1_000;
  await setup.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a'] }));
  expect(await lastUpdatedTime()).toBe(atTags > 0 ? started + atTags : ended);
});

test('fractions in boxes are accepted and kept, or an error of the line', async () => {
  const project = await setup.project();
  const line = boxed('a.jpg', ['bolt'], { left: 10.5, width: 99.25 });
  const arn = await setup.dataset(project, [line]);
  expect((await setup.describe(arn)).DatasetStats).toMatchObject({ TotalEntries: 1, ErrorEntries: 0 });
  expect((await setup.entries(arn))[0].bb.annotations[0]).toMatchObject({ left: 10.5, width: 99.25 });
  settings().fractions = 'error';
  expect((await setup.update(arn, [line])).DatasetStats).toMatchObject({ TotalEntries: 1, ErrorEntries: 1 });
});

test('the slot of a dataset that is being deleted', async () => {
  const project = await setup.project();
  const create = () => setup.client.send(new CreateDatasetCommand({ ProjectArn: project, DatasetType: 'TRAIN' }));
  const first = await setup.dataset(project, [unlabeled('a.jpg')]);
  await setup.client.send(new DeleteDatasetCommand({ DatasetArn: first }));
  expect(await setup.refusal(create())).toMatchObject({ code: 'ResourceAlreadyExistsException' });
  settings().slotFree = 'atOnce';
  const { DatasetArn: second } = await create();
  expect((await setup.describe(first)).Status).toBe('DELETE_IN_PROGRESS');
  await setup.ended(second!);
  expect(await setup.refusal(setup.describe(first))).toMatchObject({ code: 'ResourceNotFoundException' });
  expect((await setup.describe(second!)).Status).toBe('CREATE_COMPLETE');
});

test.each([[false, ['a.jpg']], [true, ['a.jpg', 'b.jpg']]])('a failed update with partialUpdates %s', async (partialUpdates, left) => {
  const arn = await setup.dataset(await setup.project(), [labeled('a.jpg', 'bolt')]);
  settings().partialUpdates = partialUpdates;
  const { Status } = await setup.update(arn, [labeled('b.jpg', 'bolt'), labeled('c.jpg', 'bolt', 'other-bucket')]);
  expect(Status).toBe('UPDATE_FAILED');
  expect((await setup.entries(arn)).map((entry) => entry['source-ref'])).toEqual(left.map((key) => `s3://images/${key}`));
});

test('a failure that was asked for applies half of an update, too', async () => {
  const arn = await setup.dataset(await setup.project());
  settings().partialUpdates = true;
  setup.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'A bad day.' });
  const { Status, StatusMessage } = await setup.update(arn, [unlabeled('a.jpg'), unlabeled('b.jpg')]);
  expect([Status, StatusMessage]).toEqual(['UPDATE_FAILED', 'A bad day.']);
  expect((await setup.entries(arn)).map((entry) => entry['source-ref'])).toEqual(['s3://images/a.jpg']);
});

test.each([[false, undefined], [true, '']])('the token behind the last page with emptyNextToken %s', async (emptyNextToken, last) => {
  const arn = await setup.dataset(await setup.project(), [unlabeled('a.jpg'), unlabeled('b.jpg')]);
  settings().emptyNextToken = emptyNextToken;
  const page = (NextToken?: string) => setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn, MaxResults: 1, NextToken }));
  const { NextToken: first } = await page();
  expect([first, (await page(first)).NextToken]).toEqual([expect.stringMatching(/.+/), last]);
  expect(await setup.describe(arn)).not.toHaveProperty('NextToken');
});

test('codes of requests that break the model', async () => {
  const codes = async () => Promise.all([{ MaxResults: 101 }, { MaxResults: '9' as unknown as number }].map(async (input) =>
    (await setup.refusal(setup.client.send(new DescribeProjectsCommand(input)))).code));
  expect(await codes()).toEqual(['ValidationException', 'SerializationException']);
  Object.assign(settings(), { constraintErrors: 'InvalidParameterException', typeErrors: 'ValidationException' });
  expect(await codes()).toEqual(['InvalidParameterException', 'InvalidParameterException']);
});
