import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Images, Manifest } from '../../../lib';
import type { ManifestFromFoldersOptions } from '../../../lib';
import { inspectLookoutLine } from '../../../lib/manifest';
import { png } from '../../rigs/images';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { folderWith } from '../lines';

function synthesised(path: string, options: ManifestFromFoldersOptions = {}): { text: string; lines: any[]; stack: Stack } {
  const stack = makeStack();
  const { allowExternalSymlinks } = options;
  makeDataset(stack, { manifest: Manifest.fromFolders(path, options), images: Images.fromDirectory(path, { allowExternalSymlinks }) });
  const [text] = textsOf(stack);
  return { text, lines: linesOf(text), stack };
}

/** The manifests of the datasets of a stack. */
function textsOf(stack: Stack): string[] {
  const assembly = (stack.node.root as App).synth();
  const resources = Object.values<any>(assembly.getStackByName(stack.stackName).template.Resources);
  return resources.filter(({ Type }) => Type === 'Custom::RekognitionDataset')
    .map(({ Properties }) => gunzipSync(readFileSync(join(assembly.directory, `asset.${Properties.Manifest.Key}`))).toString());
}

const linesOf = (text: string): any[] => text.trimEnd().split('\n').map((line) => JSON.parse(line));
const manifestsOf = (stack: Stack) => textsOf(stack).map(linesOf);

const images = (...names: string[]): Record<string, Buffer> => Object.fromEntries(names.map((name) => [name, png()]));

test('a line for each image, in the order of the names, with the class of its folder', () => {
  const { text, lines } = synthesised(folderWith(images('normal/ü 2.png', 'normal/10.jpg', 'anomaly/deep/er/1.JPEG', 'anomaly/1.png')));
  expect(lines.map((line) => [line['source-ref'], line.label, line['label-metadata']['class-name']])).toEqual([
    ['anomaly/1.png', 1, 'anomaly'], ['anomaly/deep/er/1.JPEG', 1, 'anomaly'], ['normal/10.jpg', 0, 'normal'], ['normal/ü 2.png', 0, 'normal'],
  ]);
  expect(text.split('\n')[0]).toBe('{"source-ref":"anomaly/1.png","label":1,"label-metadata":{"class-name":"anomaly","confidence":1,"human-annotated":"yes","creation-date":"2000-01-01T00:00:00.000","type":"groundtruth/image-classification"}}');
});

test('any classes will do, and both services take the lines', () => {
  const { lines } = synthesised(folderWith(images('rook/1.png', 'crow/1.png', 'jay/1.png')));
  expect(lines.map((line) => [line['label-metadata']['class-name'], line.label])).toEqual([['crow', 0], ['jay', 1], ['rook', 2]]);
  const { text } = synthesised(folderWith(images('normal/1.png', 'anomaly/1.png')));
  for (const line of text.trimEnd().split('\n')) {
    const inspected = inspectLookoutLine(line, { bucket: 'pics', prefix: '' });
    expect([inspected.class, inspected.findings]).toEqual([line.includes('anomaly/') ? 'anomaly' : 'normal', []]);
  }
});

test('attribute and date are the options, and nothing depends on the day or on the dates of the files', () => {
  const { lines } = synthesised(folderWith(images('a/1.png')), { labelAttribute: 'quality', creationDate: '2026-03-04T05:06:07' });
  expect(lines[0]).toMatchObject({ 'quality': 0, 'quality-metadata': { 'creation-date': '2026-03-04T05:06:07' } });
  expect(synthesised(folderWith(images('b/1.png', 'a/1.png'))).text).toBe(synthesised(folderWith(images('a/1.png', 'b/1.png'))).text);
});

describe('sets', () => {
  const classes = (lines: readonly any[]) => lines.map((line) => [line['source-ref'], line['label-metadata']['class-name']]);

  test('are the first folders, where all of them are called so and have class folders', () => {
    const path = folderWith(images('train/crow/1.png', 'train/rook/2.png', 'Valid/crow/3.png', 'test/rook/deep/4.png', 'test/stray.png'));
    const { lines, stack } = synthesised(path);
    expect(classes(lines)).toEqual([['Valid/crow/3.png', 'crow'], ['test/rook/deep/4.png', 'rook'], ['train/crow/1.png', 'crow'], ['train/rook/2.png', 'rook']]);
    expect(lines.map((line) => line.label)).toEqual([0, 1, 0, 1]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('otherFile'))[0].entry.data).toContain('left out: test/stray.png');
    const { train, test: testing } = Manifest.fromFolders(path).predefinedSplit();
    const both = makeStack();
    makeDataset(both, { manifest: train, images: Images.fromDirectory(path) }, 'Train');
    makeDataset(both, { manifest: testing, images: Images.fromDirectory(path) }, 'Test');
    expect(manifestsOf(both).map((manifest) => manifest.map((line) => line['source-ref']))).toEqual([['Valid/crow/3.png', 'train/crow/1.png', 'train/rook/2.png'], ['test/rook/deep/4.png']]);
  });

  test.each([
    ['one folder is called otherwise', ['train/crow/1.png', 'bus/2.png'], ['bus', 'train']],
    ['no folder has class folders', ['train/1.png', 'test/2.png'], ['test', 'train']],
  ])('are classes, where %s', (_why, names, expected) => {
    const path = folderWith(images(...names));
    expect(classes(synthesised(path).lines).map(([, name]) => name).sort()).toEqual(expected);
    expect(() => Manifest.fromFolders(path).predefinedSplit()).toThrow('the source has no sets');
  });
});

test('other files are left out with a warning, hidden ones without', () => {
  const path = folderWith(images('a/1.png', 'a/.DS_Store', '.git/a/1.png', 'labels.csv', 'stray.png', 'a/notes.txt', 'b/scan.tiff'));
  const { lines, stack } = synthesised(path);
  expect(lines.map((line) => line['source-ref'])).toEqual(['a/1.png']);
  const said = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('Manifest\\.otherFile'));
  expect(said.map(({ entry }) => entry.data)).toEqual([expect.stringContaining('a/notes.txt, b/scan.tiff, labels.csv and 1 more')]);
});

test('links are followed, and one that leads nowhere is an error', () => {
  const path = folderWith(images('a/1.png'));
  const elsewhere = folderWith(images('2.png'));
  symlinkSync(elsewhere, join(path, 'b'), 'dir');
  expect(synthesised(path, { allowExternalSymlinks: true }).lines.map((line) => line['source-ref'])).toEqual(['a/1.png', 'b/2.png']);
  symlinkSync(join(path, 'none'), join(path, 'a', '2.png'));
  expect(() => Manifest.fromFolders(path)).toThrow('"a/2.png" in');
  expect(() => Manifest.fromFolders(path, { allowExternalSymlinks: true })).toThrow('"a/2.png" in');
});

test('fails for an attribute that cannot hold the class, and for a date that is none', () => {
  const path = folderWith(images('a/1.png'));
  expect(() => Manifest.fromFolders(path, { labelAttribute: 'source-ref' })).toThrow('labelAttribute is "source-ref"');
  expect(() => Manifest.fromFolders(path, { creationDate: 'today' })).toThrow('creationDate is "today"');
});

test('fails without images in class folders, and without a directory', () => {
  const path = folderWith({ 'stray.png': 'image' });
  mkdirSync(join(path, 'normal'));
  expect(() => Manifest.fromFolders(path)).toThrow('has no images in class folders');
  expect(() => Manifest.fromFolders('datasets/none')).toThrow(/there is no directory "datasets\/none" \(looked for .*none\)/);
  writeFileSync(join(path, 'file'), '');
  expect(() => Manifest.fromFolders(join(path, 'file'))).toThrow('there is no directory');
});
