import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../local/cloud/cloud';
import { jsonLines, labelLine } from '../inputs/lines';
import { CloudFormation } from './cloudformation';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** Ten datasets in one stack of a new account: ten concurrent executions of functions, five calls a second of each operation. */
jest.setTimeout(600_000);

/** Milliseconds that the service takes for a creation, a change and a deletion. */
const LATENCY = { createDataset: 5000, createEmptyDataset: 2000, updateDatasetEntries: 3000, deleteDataset: 2000 };
const FOLDS = [0, 1, 2, 3, 4];

let scene: Scene;
let cloud: Cloud;
let observer: Observer;

beforeAll(async () => {
  scene = await startScene('many-datasets-app.ts');
  ({ cloud, observer } = scene);
  Object.assign(cloud.emulator.settings.rekognition.latency, LATENCY);
});

afterAll(() => scene?.close());

/** Runs the command line with a manifest in which the images of these numbers are crows, and the others robins. */
async function cdk(command: string[], crows: readonly number[]): Promise<void> {
  const manifest = join(cloud.runFolder, 'birds.manifest');
  writeFileSync(manifest, jsonLines(...Array.from({ length: 100 }, (_, i) => labelLine(`${i}.png`, crows.includes(i) ? 'crow' : 'robin'))));
  const { exitCode, output } = await scene.tryCdk(...command, '-c', `manifest=${manifest}`);
  if (exitCode !== 0) {
    const failures = (await new CloudFormation(cloud.endpoint).events('Folds')).filter((event) => event.includes('_FAILED'));
    throw new Error(`cdk ${command.join(' ')} ended with ${exitCode}, ${refusedCalls()} calls and ${refusedExecutions()} executions were refused:\n`
      + `${failures.join('\n')}\n${output}`);
  }
}

const refusedCalls = (): number => cloud.emulator.requests().filter(({ errorCode }) => errorCode === 'ProvisionedThroughputExceededException').length;
const refusedExecutions = (): number => readFileSync(cloud.logFile, 'utf8').split('\n').filter((line) => line.startsWith('Lambda refused an execution of')).length;

/** The entries of every dataset together: of the five tests, and of the five trains. */
async function expectCrows(crows: readonly number[]): Promise<void> {
  for (const [type, times] of [['TEST', 1], ['TRAIN', 4]] as const) {
    const found: number[] = [];
    for (const fold of FOLDS) {
      const { description, entries } = (await observer.dataset(`fold-${fold}`, type))!;
      expect(description.DatasetStats).toMatchObject({ TotalEntries: entries.length, ErrorEntries: 0 });
      for (const entry of entries) {
        if (entry['bird-metadata']['class-name'] === 'crow') found.push(Number(/(\d+)\.png$/.exec(entry['source-ref'])![1]));
      }
    }
    expect(found.sort((a, b) => a - b)).toEqual(crows.flatMap((crow) => Array<number>(times).fill(crow)));
  }
}

const CROWS = Array.from({ length: 40 }, (_, i) => i);

test('all of them are created by one deployment', async () => {
  await cdk(['deploy'], CROWS);
  // Those that meet within a second: all is done in a fifth more calls at most.
  expect(refusedCalls()).toBeLessThan(cloud.emulator.requests().length / 5);
  await expectCrows(CROWS);
});

test('all of them are changed by one deployment', async () => {
  await cdk(['deploy'], CROWS.slice(1));
  await expectCrows(CROWS.slice(1));
});

test('all of them are deleted', async () => {
  await cdk(['destroy', '--force'], CROWS.slice(1));
  expect(await observer.projects()).toEqual([]);
});

test('no function was refused an execution', () => {
  expect(refusedExecutions()).toBe(0);
});
