import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { convertLookout, convertLookoutToMarketplace } from '../../lib/formats';
import { PROJECT_FOLDER } from '../../local/cloud/cloud';
import type { Cloud } from '../../local/cloud/cloud';
import { png } from '../rigs/images';
import { block } from '../rigs/pages';
import { DEFECTS, expectedBoxes, HEIGHT, line, maskFile, NORMAL, WIDTH } from './defects';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** A segmentation dataset of Lookout for Vision with drawn masks, through the real cdk command line into a Rekognition dataset. */
jest.setTimeout(120_000);

const NAMES = [...Object.keys(DEFECTS), ...NORMAL];

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
/** As AWS's export script writes it. */
let folder: string;

beforeAll(async () => {
  scene = await startScene();
  ({ cloud, observer } = scene);
  folder = join(cloud.runFolder, 'export');
  write('datasets/train.manifest', NAMES.map((name) => `${JSON.stringify(line(name))}\n`).join(''));
  for (const name of NAMES) write(`train/images/${name}`, png(WIDTH, HEIGHT));
  for (const name of Object.keys(DEFECTS)) write(`train/masks/${name}`, maskFile(name));
  for (const name of ['normal/1.png', 'normal/2.png', 'anomaly/1.png']) write(`sorted/${name}`, png());
});

afterAll(() => scene?.close());

function write(name: string, content: Buffer | string, to = folder): void {
  mkdirSync(dirname(join(to, name)), { recursive: true });
  writeFileSync(join(to, name), content);
}

const deploy = (app: string, ...args: string[]) =>
  scene.cdk('deploy', '--app', `node --import tsx test/e2e/${app}`, '-c', `export=${folder}`, ...args);

test('deploy makes the dataset with the boxes of the drawn shapes, and a second time changes nothing', async () => {
  await deploy('migration-app.ts');
  const { description, entries } = (await observer.dataset('defects', 'TRAIN'))!;
  expect(description).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 125, LabeledEntries: 5, TotalLabels: 2, ErrorEntries: 0 } });
  expect(entries.map((entry) => entry['source-ref'])).toEqual(NAMES.map((name) => `s3://images-elsewhere/line1/${name}`));
  for (const [i, name] of Object.keys(DEFECTS).entries()) {
    expect([name, entries[i]['bounding-box']]).toEqual([name, { image_size: [{ width: WIDTH, height: HEIGHT, depth: 3 }], annotations: expectedBoxes(name) }]);
    expect(entries[i]['bounding-box-metadata']).toMatchObject({ 'creation-date': '2022-08-22T20:52:52.000', 'type': 'groundtruth/object-detection' });
  }
  for (const entry of entries.slice(5)) expect(entry['bounding-box'].annotations).toEqual([]);

  const sorted = (await observer.dataset('quality', 'TRAIN'))!;
  expect(sorted.entries.map((entry) => [entry['source-ref'], entry['label-metadata']['class-name']])).toEqual([
    ['s3://images-elsewhere/sorted/anomaly/1.png', 'anomaly'],
    ['s3://images-elsewhere/sorted/normal/1.png', 'normal'],
    ['s3://images-elsewhere/sorted/normal/2.png', 'normal'],
  ]);

  await deploy('migration-app.ts');
  expect(cloud.emulator.requests().filter((request) => request.write)).toEqual([]);
});

describe('a deployed dataset of Lookout for Vision', () => {
  let work: string;

  beforeAll(() => {
    // A folder where only the last client is installed.
    work = join(cloud.runFolder, 'work');
    mkdirSync(work);
    symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(work, 'node_modules'), 'dir');
    writeFileSync(join(work, 'export-lookout.mjs'), block('js', '// export-lookout.mjs'));
  });

  const exportLookout = (...args: string[]) => promisify(execFile)(process.execPath, ['export-lookout.mjs', ...args], { cwd: work, env: cloud.environment });

  test('is exported by the script of the documentation, every page of it', async () => {
    await deploy('export-app.ts', 'Inspection');
    cloud.emulator.clearRequests();
    const { stdout } = await exportLookout('line-1', 'train');
    expect(stdout).toBe('datasets/lookout/datasets/train.manifest: 125 images (CREATE_COMPLETE)\n');
    expect(cloud.emulator.requests().map(({ operation }) => operation)).toEqual(['DescribeDataset', 'ListDatasetEntries', 'ListDatasetEntries']);

    const lines = manifest(work, 'datasets/lookout').toString().trimEnd().split('\n').map((text) => JSON.parse(text));
    expect(lines).toEqual(NAMES.map((name) => {
      const inBucket = JSON.parse(JSON.stringify(line(name)).replaceAll('s3://export/train/', 's3://parts/line-1/'));
      // The service lists values of its own, whatever was sent.
      return { ...inBucket, 'anomaly-label': name in DEFECTS ? 1 : 0 };
    }));
  });

  test('that is not there is not exported', async () => {
    await expect(exportLookout('line-1', 'test')).rejects.toThrow(/Dataset test could not be found in project line-1/);
  });

  test('becomes, with its masks, the Rekognition dataset that the first manifest becomes', async () => {
    for (const key of (await observer.keys('parts')).filter((name) => name.startsWith('line-1/masks/'))) {
      const { Body } = await observer.s3.send(new GetObjectCommand({ Bucket: 'parts', Key: key }));
      write(key.replace('line-1/masks/', 'datasets/lookout/train/masks/'), Buffer.from(await Body!.transformToByteArray()), work);
    }
    await deploy('export-app.ts', 'Moved', '-c', `exported=${join(work, 'datasets', 'lookout')}`);
    const [exported, original] = [(await observer.dataset('exported', 'TRAIN'))!, (await observer.dataset('original', 'TRAIN'))!];
    expect(exported.description.DatasetStats).toEqual({ TotalEntries: 125, LabeledEntries: 5, TotalLabels: 2, ErrorEntries: 0 });
    expect(exported.entries).toEqual(original.entries);
    expect(exported.entries[1]['bounding-box'].annotations).toEqual(expectedBoxes(NAMES[1]));
  });

  test.each(['classification', 'multilabel', 'marketplace'] as const)('becomes the same %s as the first manifest', (target) => {
    const convert = (bytes: Buffer) => (target === 'marketplace'
      ? convertLookoutToMarketplace(bytes, { emptyMaskRef: 's3://export/train/empty.png' })
      : convertLookout(bytes, { target })).lines;
    const first = Buffer.from(manifest(folder).toString().replaceAll('s3://export/train/', 's3://parts/line-1/'));
    expect(convert(manifest(work, 'datasets/lookout'))).toEqual(convert(first));
    expect(convert(first)).toHaveLength(125);
  });

  const manifest = (...at: string[]): Buffer => readFileSync(join(...at, 'datasets', 'train.manifest'));
});
