import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PROJECT_FOLDER } from '../../local/cloud/cloud';
import type { Cloud } from '../../local/cloud/cloud';
import type { RequestRecord } from '../../local/emulator/core/request-log';
import { CloudFormation } from './cloudformation';
import { engineTests } from './engine-tests';
import type { ObservedDataset, Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** The life of the example app, and of one with manifests in a bucket, through the real cdk command line. */
jest.setTimeout(180_000);

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
/** An editable copy of the example. */
let example: string;

beforeAll(async () => {
  scene = await startScene();
  ({ cloud, observer } = scene);
  example = join(cloud.runFolder, 'example');
  cpSync(join(PROJECT_FOLDER, 'example'), example, { recursive: true });
});

afterAll(() => scene?.close());

const manifestFile = (set: string): string => join(example, `${set}.manifest`);
const linesOf = (set: string): any[] => readFileSync(manifestFile(set), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const writeLines = (set: string, lines: readonly any[], end = '\n'): void =>
  writeFileSync(manifestFile(set), lines.map((line) => JSON.stringify(line) + end).join(''));
const resolved = (lines: readonly any[], bucket: string): any[] =>
  lines.map((line) => ({ ...line, 'source-ref': `s3://${bucket}/parts/${line['source-ref']}` }));
const writes = (): RequestRecord[] => cloud.emulator.requests().filter(({ write }) => write);
const named = (records: readonly RequestRecord[]): string[] => records.map(({ operation }) => operation);

describe('the example app', () => {
  const deployArgs = (): string[] => ['deploy', '-c', `example=${example}`];
  let project: string;
  let bucket: string;
  const dataset = async (type: 'TRAIN' | 'TEST'): Promise<ObservedDataset> => (await observer.dataset(project, type))!;

  test('(a) deploy makes both datasets as the manifests say and uploads the images', async () => {
    await scene.cdk(...deployArgs());
    [project] = await observer.projects();
    bucket = (await observer.buckets()).find((name) => name.includes('images'))!;
    for (const [type, set] of [['TRAIN', 'train'], ['TEST', 'test']] as const) {
      const lines = linesOf(set);
      const { description, entries } = await dataset(type);
      expect(description.Status).toBe('CREATE_COMPLETE');
      const { length } = lines;
      expect(description.DatasetStats).toEqual({ TotalEntries: length, LabeledEntries: length, TotalLabels: 6, ErrorEntries: 0 });
      expect(entries).toEqual(resolved(lines, bucket));
      expect(await observer.keys(bucket)).toEqual(expect.arrayContaining(lines.map((line) => `parts/${line['source-ref']}`)));
    }
    expect(named(writes()).sort()).toEqual(['CreateDataset', 'CreateDataset', 'CreateProject']);
  });

  test('(b) deploying the same content again writes nothing, other line ends included', async () => {
    await scene.cdk(...deployArgs());
    expect(writes()).toEqual([]);
    writeLines('train', linesOf('train'), '\r\n');
    await scene.cdk(...deployArgs());
    expect(writes()).toEqual([]);
  });

  test('(c) one changed label and one new image are one call with exactly these two lines', async () => {
    const before = await dataset('TRAIN');
    const lines = linesOf('train');
    lines[4]['condition-metadata']['class-name'] = 'rusty';
    copyFileSync(join(example, 'images', lines[0]['source-ref']), join(example, 'images', 'train', 'new part.png'));
    lines.push({ ...lines[0], 'source-ref': 'train/new part.png' });
    writeLines('train', lines);

    await scene.cdk(...deployArgs());

    const [update, ...more] = writes();
    expect(more).toEqual([]);
    expect(update).toMatchObject({ operation: 'UpdateDatasetEntries', status: 200, request: { DatasetArn: before.arn } });
    expect(update.text!.trim().split('\n').map((line) => JSON.parse(line))).toEqual(resolved([lines[4], lines.at(-1)], bucket));
    const after = await dataset('TRAIN');
    expect(after.arn).toBe(before.arn);
    expect(after.description).toMatchObject({ Status: 'UPDATE_COMPLETE', DatasetStats: { TotalEntries: lines.length } });
    expect(after.entries).toEqual(resolved(lines, bucket));
    expect(await observer.keys(bucket)).toContain('parts/train/new part.png');
  });

  test('(d) without one image the dataset is made anew, and TEST stays untouched', async () => {
    const [train, test] = [await dataset('TRAIN'), await dataset('TEST')];
    const lines = linesOf('train');
    const [removed] = lines.splice(7, 1);
    rmSync(join(example, 'images', removed['source-ref']));
    writeLines('train', lines);

    await scene.cdk(...deployArgs());

    expect(named(writes())).toEqual(['DeleteDataset', 'CreateDataset']);
    const after = await dataset('TRAIN');
    expect(after.arn).not.toBe(train.arn);
    expect(after.entries).toEqual(resolved(lines, bucket));
    expect(await dataset('TEST')).toEqual(test);
  });

  test('(e) a broken line fails the synth with its place and code, and nothing is touched', async () => {
    const before = await dataset('TRAIN');
    const good = readFileSync(manifestFile('train'));
    const lines = linesOf('train');
    lines[2].parts.annotations[0].class_id = 9;
    writeLines('train', lines);

    const { exitCode, output } = await scene.tryCdk(...deployArgs());

    expect(exitCode).not.toBe(0);
    expect(output).toContain('train.manifest:3');
    expect(output).toContain(lines[2]['source-ref']);
    expect(output).toContain('ERROR_MISSING_CLASS_MAP_ID');
    expect(cloud.emulator.requests()).toEqual([]);
    expect(await dataset('TRAIN')).toEqual(before);
    writeFileSync(manifestFile('train'), good);
  });

  test('(f) destroy leaves no dataset, project, bucket or object', async () => {
    expect(await observer.keys(bucket)).not.toEqual([]);
    await scene.cdk('destroy', '--force', '-c', `example=${example}`);
    expect(named(writes()).sort()).toEqual(['DeleteDataset', 'DeleteDataset', 'DeleteProject']);
    expect(await observer.projects()).toEqual([]);
    expect(await observer.buckets()).toEqual([]);
  });
});

describe('an app with manifests that only the deployment can read', () => {
  const app = ['--app', 'node --import tsx test/e2e/bucket-app.ts', '-c', 'manifests=manifests'];
  const deployArgs = (train: string, test: string): string[] =>
    ['deploy', ...app, '-c', `train=${train}.manifest`, '-c', `test=${test}.manifest`];
  const put = async (name: string, lines: readonly any[]): Promise<void> => {
    const Body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await observer.s3.send(new PutObjectCommand({ Bucket: 'manifests', Key: `${name}.manifest`, Body }));
  };
  const dataset = async (type: 'TRAIN' | 'TEST'): Promise<ObservedDataset> => (await observer.dataset('from-bucket', type))!;

  /** A deployment in which something else fails as soon as TRAIN is at work in the service, for seconds; returns the events. */
  const failMeanwhile = async (failing: string, ...args: string[]): Promise<string[]> => {
    const { latency } = cloud.emulator.settings.rekognition;
    const before = { ...latency };
    Object.assign(latency, { createDataset: 6000, updateDatasetEntries: 6000 });
    let ended = false;
    const deployment = scene.tryCdk(...args, '-c', `failing=${failing}`).finally(() => { ended = true; });
    while (!ended && !named(writes()).some((name) => name.includes('Dataset'))) await sleep(20);
    if (!ended) await new CloudFormation(cloud.endpoint).fail('FromBucket', `${failing}Handle`);
    expect((await deployment).exitCode).not.toBe(0);
    Object.assign(latency, before);
    const events = await new CloudFormation(cloud.endpoint).events('FromBucket');
    expect(events.filter((event) => /DELETE_FAILED|ROLLBACK_FAILED/.test(event))).toEqual([]);
    return events;
  };

  beforeAll(async () => {
    await observer.s3.send(new CreateBucketCommand({ Bucket: 'manifests' }));
    const [train, test] = [linesOf('train'), linesOf('test')];
    await put('train-1', train);
    await put('test-1', test);
    // Against train-1, train-2 has a changed, a new and a vanished line; test-2 has a broken one.
    const other = structuredClone(train.slice(1));
    other[0]['condition-metadata']['class-name'] = 'rusty';
    other.push({ ...train[0], 'source-ref': 'train/another.png' });
    await put('train-2', other);
    // train-3 only has a changed one.
    const changed = structuredClone(train);
    changed[0]['condition-metadata']['class-name'] = 'rusty';
    await put('train-3', changed);
    const broken = structuredClone(test);
    broken[5].parts.annotations[0].left = -4;
    await put('test-2', broken);
  });

  test('a dataset that is being created when something else fails is deleted, and nothing is left', async () => {
    const events = await failMeanwhile('First', ...deployArgs('train-1', 'test-1'));
    expect(events).toContainEqual(expect.stringMatching(/^Train.* CREATE_FAILED Resource creation cancelled$/));
    expect(events.at(-1)).toContain(' ROLLBACK_COMPLETE');
    expect(named(writes())).toEqual(['CreateProject', 'CreateDataset', 'DeleteDataset', 'DeleteProject']);
    expect(await observer.projects()).toEqual([]);
    expect(await observer.buckets()).toEqual(['manifests']);
  });

  test('(e) a broken line fails the deployment with its place and code, and the old content comes back', async () => {
    await scene.cdk(...deployArgs('train-1', 'test-1'));
    const [train, test] = [await dataset('TRAIN'), await dataset('TEST')];
    expect(train.entries).toEqual(resolved(linesOf('train'), 'images-elsewhere'));

    const { exitCode, output } = await scene.tryCdk(...deployArgs('train-2', 'test-2'));

    expect(exitCode).not.toBe(0);
    const events = await new CloudFormation(cloud.endpoint).events('FromBucket');
    const failure = events.find((event) => event.includes('UPDATE_FAILED'))!;
    for (const text of ['test-2.manifest:6', linesOf('test')[5]['source-ref'], 'ERROR_INVALID_BOUNDING_BOX']) {
      expect(failure).toContain(text);
      expect(output.replace(/\s+/g, '')).toContain(text);
    }
    // CloudFormation has sent TRAIN its old properties, and TRAIN is what it was before.
    expect(events.at(-1)).toContain('UPDATE_ROLLBACK_COMPLETE');
    expect(named(writes())).toEqual(['DeleteDataset', 'CreateDataset', 'DeleteDataset', 'CreateDataset']);
    expect((await dataset('TRAIN')).entries).toEqual(train.entries);
    expect(await dataset('TEST')).toEqual(test);
  });

  test('a dataset that is being changed when something else fails gets its old content', async () => {
    const [train, test] = [await dataset('TRAIN'), await dataset('TEST')];
    const events = await failMeanwhile('Second', ...deployArgs('train-3', 'test-1'));
    expect(events).toContainEqual(expect.stringMatching(/^Train.* UPDATE_FAILED Resource update cancelled$/));
    expect(events.at(-1)).toContain('UPDATE_ROLLBACK_COMPLETE');
    expect(named(writes())).toEqual(['UpdateDatasetEntries', 'UpdateDatasetEntries']);
    expect((await dataset('TRAIN')).entries).toEqual(train.entries);
    expect(await dataset('TEST')).toEqual(test);
  });

  test('(f) destroy leaves what is not its own, and nothing else', async () => {
    await scene.cdk('destroy', '--force', ...app, '-c', 'train=train-1.manifest', '-c', 'test=test-1.manifest');
    expect(await observer.projects()).toEqual([]);
    expect(await observer.buckets()).toEqual(['manifests']);
    await observer.empty('manifests');
    await observer.s3.send(new DeleteBucketCommand({ Bucket: 'manifests' }));
  });
});

describe('CloudFormation as the local cloud plays it', () => engineTests(() => cloud, () => observer));
