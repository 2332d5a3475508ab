import { ListDatasetEntriesCommand } from '@aws-sdk/client-lookoutvision';
import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import type { Bench } from '../rigs/bench';
import { datasetProperties } from '../rigs/cloudformation';
import type { CustomResource } from '../rigs/cloudformation';
import type { Outcome, Properties } from '../rigs/cloudformation';
import { HandlerSetup } from './setup';

/** Class folders in a bucket become a manifest: the built handler bundle, over HTTP, with listings of several pages. */

jest.setTimeout(60_000);

const setup = new HandlerSetup('rekognition', 'Sorted');
let bench: Bench;
let resource: CustomResource;

beforeEach(() => {
  ({ bench, resource } = setup);
  for (const path of [...bench.s3.objects.keys()]) if (path.startsWith('pics/')) bench.s3.objects.delete(path);
  bench.s3.pageKeys = 2;
});
afterEach(() => { bench.s3.fault = undefined; });

test('every page: a line for each image, with the exact key, numbered as all classes together demand', async () => {
  const hard = ['normal/a b+c%20&é<1>.png', 'normal/ lead.jpg', 'zebra/deep/er/𝒳.JPEG', 'zebra/ü.jpeg', 'anomaly/1.png', 'anomaly/\'"2".png', 'normal/3.png'];
  await put(...hard.map((name) => `sorted/${name}`));
  const { result, lines } = await bench.logged(() => resource.deploy(properties()));

  expect(result).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 7, LabeledEntries: 7, TotalLabels: 3, ErrorEntries: 0 } });
  const found = (await entries(result)).map((text) => JSON.parse(text));
  expect(Object.fromEntries(found.map((entry) => [entry['source-ref'], [entry.label, entry['label-metadata']['class-name']]]))).toEqual(
    Object.fromEntries(hard.map((name) => [`s3://pics/sorted/${name}`, [['normal', 'anomaly', 'zebra'].indexOf(name.split('/')[0]), name.split('/')[0]]])));
  expect((await entries(result))[0]).toBe(line('anomaly', 1, 'pics/sorted/anomaly/\'"2".png'));
  expect(lines.join('\n')).toContain('"images":7,"classes":["normal","anomaly","zebra"]');
  expect(lines.join('\n')).not.toContain('left out');
});

test('what is no image in a class folder is left out and counted, hidden files without being counted', async () => {
  await put('sorted/', 'sorted/a/', 'sorted/a/1.png', 'sorted/a/notes.txt', 'sorted/stray.png', 'sorted/text-only/1.txt', 'sorted//2.png', 'sorted/b/3.jpg',
    'sorted/.git/4.png', 'sorted/a/.DS_Store', 'sorted/hidden-only/.5.png', 'sorted-else/c/6.png', 'other/7.png', 'sorted/a/scan.tiff');
  const { result, lines } = await bench.logged(() => resource.deploy(properties({ LabelAttribute: 'quality', CreationDate: '2026-03-04T05:06:07' })));

  expect(await entries(result)).toEqual([
    line('a', 0, 'pics/sorted/a/1.png', 'quality', '2026-03-04T05:06:07'), line('b', 1, 'pics/sorted/b/3.jpg', 'quality', '2026-03-04T05:06:07'),
  ]);
  const said = lines.map((text) => JSON.parse(text)).filter(({ message }) => message.startsWith('keys left out'));
  expect(said).toEqual([expect.objectContaining({ address: 's3://pics/sorted/', keys: 5, first: ['sorted//2.png', 'sorted/a/notes.txt', 'sorted/a/scan.tiff'] })]);
});

test('without a prefix, and with images in a copy of the bucket', async () => {
  await put('a/1.png', 'b/2.png', 'stray.png');
  const outcome = await resource.deploy({ ...properties({ Prefix: '' }), Images: { Bucket: 'copy', Prefix: '' } });
  expect(await entries(outcome)).toEqual([line('a', 0, 'copy/a/1.png'), line('b', 1, 'copy/b/2.png')]);
});

test('new objects come in with a new revision, as one more line; a rollback brings back what was listed before', async () => {
  await put('sorted/a/1.png', 'sorted/a/2.png', 'sorted/b/3.png');
  const first = await resource.deploy(properties());
  await put('sorted/b/4.png');
  bench.emulator.clearRequests();
  const second = await resource.deploy(properties({ Revision: '2' }));
  expect(second).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4, DatasetArn: first.data!.DatasetArn } });
  expect(bench.emulator.requests().filter(({ operation }) => operation === 'UpdateDatasetEntries').map(({ text }) => text))
    .toEqual([`${line('b', 1, 'pics/sorted/b/4.png')}\n`]);

  const before = await entries(second);
  await put('sorted/a/0.png', 'sorted/normal/5.png');
  bench.s3.objects.delete('pics/sorted/b/3.png');
  bench.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'no' });
  const failed = await resource.deploy(properties({ Revision: '3' }));
  expect(failed).toMatchObject({ status: 'FAILED', reason: 'CreateDataset ended in CREATE_FAILED: no' });
  expect(await entries()).toEqual(before);
});

test('a page that is refused is asked for again, and a class that appears meanwhile has everything listed again', async () => {
  await put('sorted/b/1.png', 'sorted/b/2.png', 'sorted/b/3.png');
  let listings = 0;
  bench.s3.fault = (method, path) => {
    if (method !== 'GET' || path.replace('/', '') !== 'pics') return undefined;
    listings++;
    if (listings === 3) bench.s3.objects.set('pics/sorted/a/0.png', Buffer.from('image'));
    return listings === 1 ? { status: 503, code: 'SlowDown' } : undefined;
  };
  const { result, lines } = await bench.logged(() => resource.deploy(properties()));
  expect(await entries(result)).toEqual([
    line('a', 0, 'pics/sorted/a/0.png'), ...[1, 2, 3].map((name) => line('b', 1, `pics/sorted/b/${name}.png`)),
  ]);
  expect(lines.join('\n')).toMatch(/SlowDown[^]*observing again.*sorted\/a\/0.png/);
});

test.each([
  [[], 'there are no images in class folders under s3://pics/sorted/; .png, .jpg and .jpeg keys such as s3://pics/sorted/normal/1.png were looked for and no other key found either; check bucket and prefix.'],
  [['sorted/1.png', 'sorted/a/2.gif', 'sorted/a/3.gif'], 'were looked for, and 3 other keys found, first sorted/1.png; check bucket and prefix.'],
  [['sorted/train/a/1.png', 'sorted/test/a/2.png'], 'the folders under s3://pics/sorted/ are sets (test, train), not labels; choose one of them for each dataset with prefix, such as "sorted/test/".'],
])('fails without an image in a class folder, before anything is written: %j', async (keys, message) => {
  await put(...keys);
  const outcome = await resource.deploy(properties());
  expect(outcome.status).toBe('FAILED');
  expect(outcome.reason).toContain(message);
  expect(bench.emulator.requests().filter(({ write }) => write)).toEqual([]);
});

test('fails for a bucket that is not there', async () => {
  bench.s3.fault = (_, path) => path.startsWith('pics') ? { status: 404, code: 'NoSuchBucket' } : undefined;
  expect((await resource.deploy(properties())).reason).toContain('the folders of s3://pics/sorted/ cannot be listed: ListObjectsV2 failed: NoSuchBucket');
});

test('fails for more images than a dataset takes', async () => {
  bench.s3.pageKeys = 300_000;
  for (let i = 0; i <= 250_000; i++) bench.s3.objects.set(`pics/sorted/a/${i}.png`, EMPTY);
  const { reason } = await resource.deploy(properties());
  expect(reason).toContain('s3://pics/sorted/');
  expect(reason).toContain('250001');
  expect(bench.emulator.requests().filter(({ write }) => write)).toEqual([]);
});

test('into a dataset of Lookout for Vision, whose classes are checked as ever', async () => {
  const wanted = { ...properties(), ProjectArn: await setup.newProject('lookoutvision') };
  const parts = setup.newResource('Sorted', 'lookoutvision');
  await put('sorted/normal/1.png', 'sorted/anomaly/2.png', 'sorted/anomaly/3.png');
  expect(await parts.deploy(wanted)).toMatchObject({ status: 'SUCCESS', data: { NormalEntries: 1, AnomalyEntries: 2 } });
  const listed = new ListDatasetEntriesCommand({ ProjectName: `project-${setup.count}`, DatasetType: 'train' });
  expect((await bench.lookoutvision.send(listed)).DatasetEntries).toHaveLength(3);

  await put('sorted/broken/4.png');
  expect((await parts.deploy({ ...wanted, Folders: { ...properties().Folders as object, Revision: '2' } })).reason).toContain('s3://pics/sorted/broken/4.png');
});

const EMPTY = Buffer.alloc(0);

async function put(...keys: string[]): Promise<void> {
  for (const key of keys) await bench.put('pics', key, 'image');
}

function properties(folders: Properties = {}): Properties {
  return datasetProperties(setup.projectArn, {
    Folders: { Bucket: 'pics', Prefix: 'sorted/', LabelAttribute: 'label', CreationDate: '2000-01-01T00:00:00.000', ...folders },
  });
}

function line(name: string, number: number, key: string, attribute = 'label', date = '2000-01-01T00:00:00.000'): string {
  return JSON.stringify({
    'source-ref': `s3://${key}`,
    [attribute]: number,
    [`${attribute}-metadata`]: {
      'class-name': name, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': date, 'type': 'groundtruth/image-classification',
    },
  });
}

/** Of the dataset that a deployment answered with, or of the one that is in the project now. */
async function entries(outcome?: Outcome): Promise<string[]> {
  if (outcome && !outcome.data) throw new Error(outcome.reason);
  const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({ ProjectNames: [`project-${setup.count}`] }));
  return bench.entries(outcome?.data!.DatasetArn ?? ProjectDescriptions![0].Datasets![0].DatasetArn!);
}
