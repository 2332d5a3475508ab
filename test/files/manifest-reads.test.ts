import * as fs from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Images, Manifest, rekognition } from '../../lib';
import { folderWith, jsonLines, labelLine } from '../inputs/lines';
import { png } from '../rigs/images';
import { makeDataset } from '../rigs/stacks';

jest.mock('node:fs', () => ({ ...jest.requireActual('node:fs'), openSync: jest.fn(jest.requireActual('node:fs').openSync) }));

const { TRAIN, TEST } = rekognition.DatasetType;
const names = Array.from({ length: 40 }, (_, i) => `${i}.png`);
const folder = folderWith(Object.fromEntries(names.map((name) => [name, png()])));
const path = join(folderWith({ manifest: jsonLines(...names.map((name) => labelLine(name))) }), 'manifest');

/** How often a synth opens the manifest, the first time and when the cloud assembly has the assets. */
function reads(define: (stack: Stack, manifest: Manifest, images: Images) => void): number[] {
  const outdir = folderWith({});
  return ['first', 'again'].map(() => {
    jest.mocked(fs.openSync).mockClear();
    const app = new App({ outdir });
    define(new Stack(app, 'Stack'), Manifest.fromFile(path), Images.fromDirectory(folder));
    app.synth();
    return jest.mocked(fs.openSync).mock.calls.filter(([file]) => file === path).length;
  });
}

test('a manifest is read to check it and, when the cloud assembly lacks it, once more to pack it', () => {
  expect(reads((stack, manifest, images) => makeDataset(stack, { manifest, images }))).toEqual([2, 1]);
});

test('so is each subset of a split', () => {
  expect(reads((stack, manifest, images) => {
    const { train, test } = manifest.split();
    makeDataset(stack, { manifest: train, images, datasetType: TRAIN }, 'Train');
    makeDataset(stack, { manifest: test, images, datasetType: TEST }, 'Test');
  })).toEqual([4, 2]);
});
