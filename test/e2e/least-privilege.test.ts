import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateDatasetEntriesCommand as UpdateLookoutEntriesCommand } from '@aws-sdk/client-lookoutvision';
import { CreateDatasetCommand, CreateProjectCommand, UpdateDatasetEntriesCommand } from '@aws-sdk/client-rekognition';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';
import { labeled } from '../emulator/lookoutvision/setup';
import { imageMetadata, jsonLines, labelLine } from '../inputs/lines';
import { decisionsOf, readImagesIn, startAuthorizedCloud } from '../rigs/authorizer/authorized-cloud';
import type { Decision } from '../rigs/authorizer/authorized-cloud';
import { CloudFormation } from './cloudformation';
import type { Observer } from './observer';
import { outsideTests } from './outside-tests';
import { startScene } from './setup';
import type { Scene } from './setup';

/**
 * The life of a stack on a cloud in which every call is held to the policies of its caller, the handler's above all:
 * nothing it needs is denied, nothing it is granted goes unused, and what it is not granted is denied.
 */
jest.setTimeout(120_000);

/** Of the names that CloudFormation makes. */
const HANDLER_ROLE = /^Guarded-cdkvisiondatasetsDatasetProviderRole/;
/** The session of the attempts that are no part of the stack's life. */
const OUTSIDE = 'outside';
/** Granted, and not seen in use: the Lambda service writes the functions' logs with their role, and here it does so without a call. */
const UNUSED = ['logs:CreateLogStream', 'logs:PutLogEvents'];

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
/** A dataset that has nothing to do with the stack. */
let strangers: string;

beforeAll(async () => {
  scene = await startScene('least-privilege-app.ts', startAuthorizedCloud);
  ({ cloud, observer } = scene);
  await readImagesIn(cloud, ['pictures']);
  const { latency } = cloud.emulator.settings.rekognition;
  for (const name of Object.keys(latency)) latency[name as keyof typeof latency] = 10;
  for (const Bucket of ['manifests', 'photos']) await observer.s3.send(new CreateBucketCommand({ Bucket }));
  await observer.s3.send(new PutBucketVersioningCommand({ Bucket: 'manifests', VersioningConfiguration: { Status: 'Enabled' } }));
  await put('manifests', 'secret.manifest', jsonLines(labelLine('s3://images-elsewhere/a.png')));
  await makeDataset('forest', 'TEST');
  strangers = await makeDataset('strangers', 'TRAIN');
});

afterAll(() => scene?.close());

async function put(Bucket: string, Key: string, Body: string): Promise<string> {
  return (await observer.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId!;
}

/** Makes a dataset by hand, with an entry of its own. */
async function makeDataset(ProjectName: string, DatasetType: 'TRAIN' | 'TEST'): Promise<string> {
  const { ProjectArn } = await scene.rekognition.send(new CreateProjectCommand({ ProjectName }));
  await sleep(2 * cloud.emulator.settings.rekognition.latency.createProject);
  const GroundTruthManifest = { S3Object: { Bucket: 'manifests', Name: 'secret.manifest' } };
  const DatasetSource = { GroundTruthManifest };
  const { DatasetArn } = await scene.rekognition.send(new CreateDatasetCommand({ ProjectArn, DatasetType, DatasetSource }));
  return DatasetArn!;
}

/** The images of each round: one more in the second, one less in the third, and another in the fourth, which has a broken manifest. */
const IMAGES: Record<number, string[]> = { 1: ['a', 'b', 'c'], 2: ['a', 'b', 'c', 'd'], 3: ['a', 'c', 'd'], 4: ['a', 'c', 'd', 'e'] };
const BROKEN_ROUND = 4;
/** More bytes than S3 takes in one part of an upload, in few lines. */
const LARGE = Array.from({ length: 80 }, (_, i) => ({
  ...labelLine(`${i}.png`), 'bird-metadata': { ...imageMetadata('crow'), 'job-name': 'x'.repeat(80_000) },
}));

/** Writes the manifests of a round; returns the context for the app. */
async function prepare(round: number): Promise<string[]> {
  const folder = join(cloud.runFolder, 'files');
  mkdirSync(folder, { recursive: true });
  const images = IMAGES[round].map((name) => `${name}.png`);
  const lines = images.map((name) => labelLine(name));
  for (const name of ['file', 'adopted']) writeFileSync(join(folder, `${name}.manifest`), jsonLines(...lines));
  const dated = { 'confidence': 1, 'creation-date': '2025-01-15T08:00:00.000' };
  const inspected = [...images, ...Array.from({ length: 10 }, (_, i) => `${i}.png`)].map((name) => labeled(name, 'normal', dated));
  const anomalies = Array.from({ length: 10 }, (_, i) => labeled(`bad-${i}.png`, 'anomaly', dated));
  for (const type of ['TRAIN', 'TEST']) writeFileSync(join(folder, `Lookout${type}.manifest`), jsonLines(...inspected, ...anomalies));

  const version = await put('manifests', 'version.manifest', jsonLines(...lines));
  const broken = round === BROKEN_ROUND ? [labelLine('no label.png', '')] : [];
  await put('manifests', `object-${round}.manifest`, jsonLines(...LARGE, ...lines, ...broken));
  await observer.empty('photos');
  for (const name of images) await put('photos', `sorted/crow/${name}`, 'image');
  const context = { folder, round, version, object: `object-${round}.manifest`, tag: round === 1 ? 'team' : 'owner' };
  return Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const DATASETS = [['birds', 'TRAIN'], ['birds', 'TEST'], ['forest', 'TRAIN'], ['forest', 'TEST'], ['crates', 'TRAIN']] as const;
const arnOf = async (project: string, type: 'TRAIN' | 'TEST'): Promise<string> => (await observer.dataset(project, type))!.arn;

async function expectContent(round: number): Promise<void> {
  for (const [project, type] of DATASETS) {
    const { entries } = (await observer.dataset(project, type))!;
    const images = entries.flatMap((entry) => /([a-z]+)\.png$/.exec(entry['source-ref'])?.[1] ?? []);
    expect([project, type, images.sort()]).toEqual([project, type, IMAGES[round]]);
    expect(JSON.stringify(entries)).not.toContain('owl');
  }
}

const handlerDecisions = (): Decision[] => decisionsOf(cloud).decisions.filter(({ principal }) => {
  const [, role, session] = principal.split('/');
  return HANDLER_ROLE.test(role) && session !== OUTSIDE;
});

const handlerRole = (): string => handlerDecisions()[0].principal.split('/')[1];

/** The context of the last deployment that went well. */
let lastGood: string[];

test('deploy: every kind of manifest, and a dataset that is adopted', async () => {
  lastGood = await prepare(1);
  await scene.cdk('deploy', ...lastGood);
  await expectContent(1);
});

test('deploy of the same makes no call', async () => {
  const before = handlerDecisions().length;
  await scene.cdk('deploy', ...lastGood);
  expect(handlerDecisions().length).toBe(before);
});

test('deploy of changes and other tags, after somebody has edited the datasets by hand', async () => {
  for (const [project, type] of DATASETS) {
    const DatasetArn = await arnOf(project, type);
    const [image] = (await observer.dataset(project, type))!.entries.slice(-1);
    const GroundTruth = Buffer.from(jsonLines(labelLine(image['source-ref'], 'owl')));
    await scene.rekognition.send(new UpdateDatasetEntriesCommand({ DatasetArn, Changes: { GroundTruth } }));
  }
  for (const DatasetType of ['train', 'test']) {
    const Changes = Buffer.from(labeled('a.png', 'anomaly').replace('s3://parts/', 's3://images-elsewhere/'));
    await scene.lookoutvision.send(new UpdateLookoutEntriesCommand({ ProjectName: 'inspection', DatasetType, Changes }));
  }
  lastGood = await prepare(2);
  await scene.cdk('deploy', ...lastGood);
  await expectContent(2);
});

test('deploy without an image makes the datasets anew', async () => {
  const before = await arnOf('birds', 'TRAIN');
  lastGood = await prepare(3);
  await scene.cdk('deploy', ...lastGood);
  expect(await arnOf('birds', 'TRAIN')).not.toBe(before);
  await expectContent(3);
});

test('a deployment that fails rolls back', async () => {
  expect((await scene.tryCdk('deploy', ...await prepare(BROKEN_ROUND))).exitCode).not.toBe(0);
  const events = await new CloudFormation(cloud.endpoint).events('Guarded');
  const failed = events.find((event) => event.includes('UPDATE_FAILED'));
  expect(failed).toContain(`object-4.manifest has 2 problems: line ${LARGE.length + IMAGES[BROKEN_ROUND].length + 1} (`);
  expect(events.at(-1)).toContain('UPDATE_ROLLBACK_COMPLETE');
  await expectContent(3);
});

describe('with the credentials of the handler', () => outsideTests(() => cloud, () => observer, handlerRole, () => strangers, OUTSIDE));

test('destroy leaves what is not its own, and nothing else', async () => {
  await scene.cdk('destroy', '--force', ...lastGood);
  expect(await observer.projects()).toEqual(expect.arrayContaining(['forest', 'strangers']));
  expect(await observer.dataset('forest', 'TEST')).toBeUndefined();
  expect(await arnOf('strangers', 'TRAIN')).toBe(strangers);
  expect((await observer.buckets()).sort()).toEqual(['manifests', 'photos']);
});

test('in all of that, nothing was denied to anybody', () => {
  const decisions = decisionsOf(cloud).decisions.filter(({ principal }) => !principal.endsWith(`/${OUTSIDE}`));
  expect(decisions.filter(({ allowed }) => !allowed)).toEqual([]);
  expect(handlerDecisions().length).toBeGreaterThan(500);
});

test('every action of every statement was used, and no statement names actions or services by a wildcard', () => {
  const { statements } = decisionsOf(cloud);
  const granted = statements.filter(({ role }) => HANDLER_ROLE.test(role));
  expect(granted.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  const used = new Set(handlerDecisions().flatMap(({ action, statements: by }) => by.map((statement) => `${statement} ${action}`)));
  const unused = granted.flatMap(({ statement, actions, resources }) => actions
    .filter((action) => !used.has(`${statement} ${action}`))
    .map((action) => `${action} on ${resources.join(', ')}`));
  expect(unused.sort()).toEqual(UNUSED.map((action) => expect.stringMatching(`^${action} on `)));
});
