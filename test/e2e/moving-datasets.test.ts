import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeProjectCommand } from '@aws-sdk/client-lookoutvision';
import { CreateProjectCommand } from '@aws-sdk/client-rekognition';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';
import { jsonLines, labelLine } from '../inputs/lines';
import { decisionsOf, startAuthorizedCloud } from '../rigs/authorizer/authorized-cloud';
import { CloudFormation } from './cloudformation';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/**
 * Datasets that change their slots, one of them in a stack that uses the provider of another, on a cloud in which every call is
 * held to the policies that are in force at that moment: the stack's own changes of them come in CloudFormation's order.
 */
jest.setTimeout(180_000);

let scene: Scene;
let cloud: Cloud;
let observer: Observer;

beforeAll(async () => {
  scene = await startScene('moving-datasets-app.ts', startAuthorizedCloud);
  ({ cloud, observer } = scene);
  const { latency } = cloud.emulator.settings.rekognition;
  for (const name of Object.keys(latency)) latency[name as keyof typeof latency] = 10;
  for (const place of ['old', 'new']) {
    await scene.rekognition.send(new CreateProjectCommand({ ProjectName: `imported-${place}` }));
    const Bucket = `manifests-${place}`;
    await observer.s3.send(new CreateBucketCommand({ Bucket }));
    const put = (Key: string, ...lines: object[]) => observer.s3.send(new PutObjectCommand({ Bucket, Key, Body: jsonLines(...lines) }));
    await put('staying.manifest', labelLine('a.png'), labelLine(`${place}.png`));
    await put('good.manifest', labelLine('a.png'), labelLine('b.png'));
    await put('broken.manifest', labelLine('a.png'), labelLine('no label.png', ''));
  }
  await sleep(50);
});

afterAll(() => scene?.close());

const contextOf = (place: Place, object: string) => ['--all', '-c', `place=${place}`, '-c', `object=${object}`];

type Place = 'old' | 'new';
const SLOTS: Record<Place, [string, 'TRAIN' | 'TEST'][]> = {
  old: [['project-old', 'TRAIN'], ['type', 'TRAIN'], ['name-old', 'TRAIN'], ['imported-old', 'TRAIN'], ['last-old', 'TRAIN'], ['guest-old', 'TRAIN']],
  new: [['project-new', 'TRAIN'], ['type', 'TEST'], ['name-new', 'TRAIN'], ['imported-new', 'TRAIN'], ['last-new', 'TRAIN'], ['guest-new', 'TRAIN']],
};

/** Every dataset is in its slot of this place, whole, and no other slot holds one. */
async function expectAllIn(place: Place): Promise<void> {
  const other = place === 'old' ? 'new' : 'old';
  const entries = async ([project, type]: [string, 'TRAIN' | 'TEST']) => [project, (await observer.dataset(project, type))?.entries.length];
  for (const slot of SLOTS[place]) expect(await entries(slot)).toEqual([slot[0], 2]);
  for (const slot of SLOTS[other]) expect(await entries(slot)).toEqual([slot[0], undefined]);
  expect(await lookoutDatasets(`inspection-${place}`)).toBe(1);
  expect(await lookoutDatasets(`inspection-${other}`)).toBe(0);
  expect((await observer.dataset('stay', 'TRAIN'))!.entries.map((entry) => entry['source-ref'])).toContain(`s3://images-elsewhere/${place}.png`);
  expect((await observer.projects()).filter((name) => name.startsWith('name-'))).toEqual([`name-${place}`]);
}

async function lookoutDatasets(ProjectName: string): Promise<number> {
  const { ProjectDescription } = await scene.lookoutvision.send(new DescribeProjectCommand({ ProjectName }));
  return ProjectDescription!.Datasets!.length;
}

/** What was denied to anybody until now. */
const denied = (): string[] => decisionsOf(cloud).decisions.filter(({ allowed }) => !allowed).map(({ action, resource }) => `${action} on ${resource}`);

const events = () => new CloudFormation(cloud.endpoint).events('Moving');

test('deploy', async () => {
  await scene.cdk('deploy', ...contextOf('old', 'good.manifest'));
  await expectAllIn('old');
});

test('a move that fails halfway, in a slot of its own and after others have moved, is undone', async () => {
  expect((await scene.tryCdk('deploy', ...contextOf('new', 'broken.manifest'))).exitCode).not.toBe(0);
  const seen = await events();
  expect(seen.find((event) => /^Last.* UPDATE_FAILED/.test(event))).toContain('broken.manifest has 2 problems: line 2 (');
  expect(seen.filter((event) => /DELETE_FAILED|ROLLBACK_FAILED/.test(event))).toEqual([]);
  expect(seen.at(-1)).toContain('UPDATE_ROLLBACK_COMPLETE');
  await expectAllIn('old');
  expect(denied()).toEqual([]);
});

test('all of them move, and nothing stays behind', async () => {
  await scene.cdk('deploy', ...contextOf('new', 'good.manifest'));
  expect((await events()).filter((event) => event.includes('DELETE_FAILED'))).toEqual([]);
  await expectAllIn('new');
  expect(denied()).toEqual([]);
});

test('destroy leaves what is not its own, and nothing was denied to anybody', async () => {
  await scene.cdk('destroy', '--force', ...contextOf('new', 'good.manifest'));
  expect((await observer.projects()).sort()).toEqual(['imported-new', 'imported-old']);
  for (const place of ['old', 'new']) expect(await observer.dataset(`imported-${place}`, 'TRAIN')).toBeUndefined();
  expect((await observer.buckets()).sort()).toEqual(['manifests-new', 'manifests-old']);
  expect(denied()).toEqual([]);
  expect(decisionsOf(cloud).decisions.length).toBeGreaterThan(500);
});
