import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DescribeDatasetCommand, paginateListDatasetEntries, paginateListProjects } from '@aws-sdk/client-lookoutvision';
import type { DatasetDescription, LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import type { Cloud } from '../../local/cloud/cloud';
import type { RequestRecord } from '../../local/emulator/core/request-log';
import { png } from '../rigs/images';
import { CloudFormation } from './cloudformation';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** The life of a project with a train and a test dataset of Lookout for Vision, through the real cdk command line. */
jest.setTimeout(180_000);

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
let client: LookoutVisionClient;
let folder: string;
let bucket: string;

beforeAll(async () => {
  scene = await startScene('lookoutvision-app.ts');
  ({ cloud, observer, lookoutvision: client } = scene);
  folder = join(cloud.runFolder, 'inspection');
  write('train', TRAIN);
  write('test', TEST);
});

afterAll(() => scene?.close());

type Line = Record<string, any>;

function line(name: string, anomaly = false, mask = false): Line {
  const by = { 'human-annotated': 'yes', 'creation-date': '2025-01-15T08:00:00.000' };
  return {
    'source-ref': `${name}.png`,
    'anomaly-label': anomaly ? 1 : 0,
    'anomaly-label-metadata': { 'class-name': anomaly ? 'anomaly' : 'normal', 'confidence': 1, ...by, 'type': 'groundtruth/image-classification' },
    ...(mask && {
      'anomaly-mask-ref': `masks/${name}.png`,
      'anomaly-mask-ref-metadata': {
        'internal-color-map': {
          0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff', 'confidence': 0 }, 1: { 'class-name': 'scratch', 'hex-color': '#2ca02c', 'confidence': 0 },
        },
        ...by, 'type': 'groundtruth/semantic-segmentation',
      },
    }),
  };
}

const TRAIN = [...Array.from({ length: 12 }, (_, i) => line(`ok-${i}`)), line('bad-1', true, true), line('bad-2', true, true)];
const TEST = [...Array.from({ length: 10 }, (_, i) => line(`test-ok-${i}`)), ...Array.from({ length: 10 }, (_, i) => line(`test-bad-${i}`, true, true))];

/** Writes a manifest, and a file for each of its references. */
function write(set: string, lines: readonly Line[]): void {
  for (const file of lines.flatMap((one) => [one['source-ref'], one['anomaly-mask-ref'] ?? []].flat())) {
    const path = join(folder, 'images', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, png());
  }
  writeFileSync(join(folder, `${set}.manifest`), lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

const folderArgs = () => ['-c', `folder=${folder}`];
const deploy = () => scene.cdk('deploy', ...folderArgs());

const writes = (): RequestRecord[] => cloud.emulator.requests().filter((request) => request.write);
const named = (records: readonly RequestRecord[]): string[] => records.map(({ operation }) => operation);

/** Lines as the service has them. */
const resolved = (lines: readonly Line[]): Line[] => lines.map((one) => ({
  ...one,
  'source-ref': `s3://${bucket}/parts/${one['source-ref']}`,
  ...(one['anomaly-mask-ref'] && { 'anomaly-mask-ref': `s3://${bucket}/parts/${one['anomaly-mask-ref']}` }),
}));

async function described(type: string): Promise<DatasetDescription> {
  return (await client.send(new DescribeDatasetCommand({ ProjectName: 'inspection', DatasetType: type }))).DatasetDescription!;
}

async function entries(type: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const page of paginateListDatasetEntries({ client }, { ProjectName: 'inspection', DatasetType: type })) {
    lines.push(...page.DatasetEntries!.map((text) => JSON.parse(text)));
  }
  return lines;
}

async function projects(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListProjects({ client }, {})) names.push(...page.Projects!.map(({ ProjectName }) => ProjectName!));
  return names;
}

test('deploy makes project and datasets as the manifests say, uploads images and masks, and warns that the service ended', async () => {
  const output = await deploy();
  [bucket] = (await observer.buckets()).filter((name) => name.includes('images'));
  expect(output).toContain('AWS discontinued Amazon Lookout for Vision on October 31, 2025');
  expect(output).toContain('CREATE_COMPLETE 12 normal, 2 anomalous');
  expect(await projects()).toEqual(['inspection']);
  expect(named(writes()).sort()).toEqual(['CreateDataset', 'CreateDataset', 'CreateProject']);
  expect(await described('train')).toMatchObject({ Status: 'CREATE_COMPLETE', ImageStats: { Total: 14, Labeled: 14, Normal: 12, Anomaly: 2 } });
  expect(await described('test')).toMatchObject({ Status: 'CREATE_COMPLETE', ImageStats: { Total: 20, Labeled: 20, Normal: 10, Anomaly: 10 } });
  expect(await entries('train')).toEqual(resolved(TRAIN));
  expect(await entries('test')).toEqual(resolved(TEST));
  expect(await observer.keys(bucket)).toEqual(expect.arrayContaining(['parts/ok-0.png', 'parts/masks/bad-1.png']));
});

test('the same again writes nothing', async () => {
  await deploy();
  expect(writes()).toEqual([]);
});

test('one new image and one relabeled one are one call with exactly these two lines', async () => {
  const lines = [...TRAIN, line('bad-3', true, true)];
  lines[4] = line('ok-4', true, true);
  write('train', lines);
  const output = await deploy();
  const [update, ...more] = writes();
  expect(more).toEqual([]);
  expect(update).toMatchObject({ operation: 'UpdateDatasetEntries', status: 202 });
  expect(update.text!.trimEnd().split('\n').map((text) => JSON.parse(text))).toEqual(resolved([lines[4], lines[14]]));
  expect(output).toContain('UPDATE_COMPLETE 11 normal, 4 anomalous');
  expect(await entries('train')).toEqual(resolved(lines));
  write('train', lines);
});

test('an update that the service rolls back fails the deployment, and everything is as before', async () => {
  const [before, lines] = [await entries('train'), [...TRAIN, line('bad-3', true, true), line('ok-99')]];
  lines[4] = line('ok-4', true, true);
  write('train', lines);
  cloud.emulator.addFault({ service: 'lookoutvision', operation: 'UpdateDatasetEntries', kind: 'fail', message: 'The service is having a bad day.' });
  const { exitCode, output } = await scene.tryCdk('deploy', ...folderArgs());
  expect(exitCode).not.toBe(0);
  expect(output.replace(/\s+/g, ' ')).toContain('ended in UPDATE_FAILED_ROLLBACK_COMPLETE: The service is having a bad day.');
  expect((await new CloudFormation(cloud.endpoint).events('Inspection')).at(-1)).toContain('UPDATE_ROLLBACK_COMPLETE');
  expect(named(writes())).toEqual(['UpdateDatasetEntries']);
  expect(await entries('train')).toEqual(before);
});

test('a misspelt class fails the synth with its line, and nothing is touched', async () => {
  const wrong = structuredClone(TRAIN);
  wrong[2]['anomaly-label-metadata']['class-name'] = 'Normal';
  write('train', wrong);
  const { exitCode, output } = await scene.tryCdk('deploy', ...folderArgs());
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/train\.manifest:3 \(ok-2\.png\): ERROR_UNKNOWN_ANOMALY_CLASS: .*probably means "normal"/);
  expect(cloud.emulator.requests()).toEqual([]);
});

test('with a mask that is no file of the directory the synth fails', async () => {
  write('train', TRAIN);
  rmSync(join(folder, 'images', 'masks', 'bad-2.png'));
  const { exitCode, output } = await scene.tryCdk('deploy', ...folderArgs());
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/train\.manifest:14 .*"masks\/bad-2\.png"/);
});

test('without two images the dataset is made anew, and the test dataset stays untouched', async () => {
  const [before, train] = [await described('test'), await described('train')];
  write('train', TRAIN.slice(0, -1));
  await deploy();
  expect(named(writes())).toEqual(['DeleteDataset', 'CreateDataset']);
  expect((await described('train')).CreationTimestamp!.getTime()).toBeGreaterThan(train.CreationTimestamp!.getTime());
  expect(await entries('train')).toEqual(resolved(TRAIN.slice(0, -1)));
  expect(await described('test')).toEqual(before);
});

test('destroy leaves no dataset, project, bucket or object', async () => {
  await scene.cdk('destroy', '--force', ...folderArgs());
  expect(named(writes()).sort()).toEqual(['DeleteDataset', 'DeleteDataset', 'DeleteProject']);
  expect(await projects()).toEqual([]);
  expect(await observer.buckets()).toEqual([]);
});
