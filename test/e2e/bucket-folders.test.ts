import { readFileSync } from 'node:fs';
import { DescribeDatasetCommand } from '@aws-sdk/client-lookoutvision';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** Class folders of a bucket, through the real cdk command line into a dataset of each service. */
jest.setTimeout(180_000);

const TRAINING = 'line-1/training/';
/** In the order of S3's listing, which is that of the names. */
const ANOMALIES = Array.from({ length: 30 }, (_, i) => `${TRAINING}anomaly/${100 + i}.jpg`);
const NORMAL = [...Array.from({ length: 1050 }, (_, i) => `${TRAINING}normal/${1000 + i}.png`), `${TRAINING}normal/night/1.PNG`];
const OTHERS = [
  TRAINING, `${TRAINING}normal/`, `${TRAINING}empty/`, // what consoles make of folders
  `${TRAINING}normal/.DS_Store`, `${TRAINING}normal/notes.txt`, `${TRAINING}stray.png`, 'line-1/training-old/normal/1.png', 'line-1/validation/normal/1.png',
];

let scene: Scene;
let cloud: Cloud;
let observer: Observer;

beforeAll(async () => {
  scene = await startScene('bucket-folders-app.ts');
  ({ cloud, observer } = scene);
  await observer.s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  const keys = [...ANOMALIES, ...NORMAL, ...OTHERS];
  while (keys.length > 0) await Promise.all(keys.splice(0, 25).map(put));
});

afterAll(() => scene?.close());

const put = (Key: string) => observer.s3.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: Buffer.from(Key.endsWith('/') ? '' : 'image') }));

const cdk = (command: string, revision: string, ...args: string[]) => scene.cdk(command, ...args, '-c', `revision=${revision}`);

/** What was sent to the services and changes something. */
const writes = () => cloud.emulator.requests().filter(({ write }) => write);
const names = () => writes().map(({ service, operation }) => `${service} ${operation}`).sort();

async function entries(): Promise<[reference: string, value: number, name: string][]> {
  const dataset = (await observer.dataset('sorted', 'TRAIN'))!;
  return dataset.entries.map((entry) => [entry['source-ref'], entry.label, entry['label-metadata']['class-name']]);
}

const expected = (anomalies: readonly string[], normal: readonly string[]) => [
  ...anomalies.map((key) => [`s3://photos/${key}`, 1, 'anomaly']), ...normal.map((key) => [`s3://photos/${key}`, 0, 'normal']),
];

const imageStats = async () =>
  (await scene.lookoutvision.send(new DescribeDatasetCommand({ ProjectName: 'sorted', DatasetType: 'train' }))).DatasetDescription!.ImageStats;

test('all images of all pages become entries, and the log counts what is left out', async () => {
  const page = await observer.s3.send(new ListObjectsV2Command({ Bucket: 'photos', Prefix: `${TRAINING}normal/` }));
  expect([page.IsTruncated, page.Contents!.length]).toEqual([true, 1000]);

  await cdk('deploy', '1');
  expect(names()).toEqual(['lookoutvision CreateDataset', 'lookoutvision CreateProject', 'rekognition CreateDataset', 'rekognition CreateProject']);
  expect(await entries()).toEqual(expected(ANOMALIES, NORMAL));
  expect(await imageStats()).toEqual({ Total: 1081, Labeled: 1081, Normal: 1051, Anomaly: 30 });

  const said = readFileSync(cloud.logFile, 'utf8');
  expect(said).toMatch(/keys left out that are no \.png, \.jpg or \.jpeg image in a class folder.*"keys":2,"first":\["line-1\/training\/normal\/notes\.txt","line-1\/training\/stray\.png"\]/);
});

test('a new image comes in with a new revision, as one line that is sent', async () => {
  const added = `${TRAINING}normal/2999.png`;
  await put(added);
  await cdk('deploy', '1');
  expect(cloud.emulator.requests()).toEqual([]);

  await cdk('deploy', '2');
  expect(names()).toEqual(['lookoutvision UpdateDatasetEntries', 'rekognition UpdateDatasetEntries']);
  for (const { text } of writes()) expect(text!.trimEnd().split('\n').map((line) => JSON.parse(line)['source-ref'])).toEqual([`s3://photos/${added}`]);
  expect((await entries()).at(-1)).toEqual([`s3://photos/${added}`, 0, 'normal']);
  expect(await imageStats()).toEqual({ Total: 1082, Labeled: 1082, Normal: 1052, Anomaly: 30 });
});

test('an image that moves to the other folder moves to the other class', async () => {
  await observer.s3.send(new DeleteObjectCommand({ Bucket: 'photos', Key: `${TRAINING}normal/2999.png` }));
  await put(`${TRAINING}anomaly/999.png`);
  await cdk('deploy', '3');
  expect(names()).toEqual(['lookoutvision CreateDataset', 'lookoutvision DeleteDataset', 'rekognition CreateDataset', 'rekognition DeleteDataset']);
  expect(await entries()).toEqual(expected([...ANOMALIES, `${TRAINING}anomaly/999.png`], NORMAL));
  expect(await imageStats()).toEqual({ Total: 1082, Labeled: 1082, Normal: 1051, Anomaly: 31 });
});

test('destroy leaves the photos, and nothing else', async () => {
  await cdk('destroy', '3', '--force');
  expect(names()).toEqual(['lookoutvision DeleteDataset', 'lookoutvision DeleteProject', 'rekognition DeleteDataset', 'rekognition DeleteProject']);
  expect(await observer.projects()).toEqual([]);
  expect(await observer.buckets()).toEqual(['photos']);
  expect(await observer.keys('photos')).toHaveLength(31 + 1051 + OTHERS.length);
});
