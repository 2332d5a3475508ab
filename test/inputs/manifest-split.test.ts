import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Aws, CfnParameter } from 'aws-cdk-lib';
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, LabelType, Manifest, lookoutvision, rekognition } from '../../lib';
import type { ManifestSplit, ManifestSplitOptions } from '../../lib';
import { kFoldSplits, trainTestSplit } from '../../lib/manifest';
import { classLine, maskLine, colorMap, GREEN } from '../formats/lookout/samples';
import { png } from '../rigs/images';
import { failOnErrors, makeDataset, makeStack } from '../rigs/stacks';
import { boxLine, folderWith, jsonLines, labelLine, messageOf } from './lines';

const TYPE = 'Custom::RekognitionDataset';
const { TRAIN, TEST } = rekognition.DatasetType;
const refs = Array.from({ length: 40 }, (_, i) => `s3://pics/${i}.jpg`);
const [forTest, forTrain] = [true, false].map((side) => refs.filter((ref) => trainTestSplit('split', 0.2).test.includes(ref) === side));

/** A project with both datasets. */
function makeBoth({ train, test }: ManifestSplit, images?: Images, stack = makeStack()): Stack {
  const project = new rekognition.Project(stack, 'Birds');
  makeDataset(stack, { project, datasetType: TRAIN, manifest: train, images }, 'Train');
  makeDataset(stack, { project, datasetType: TEST, manifest: test, images }, 'Test');
  return stack;
}

/** The lines of each dataset of a stack, by its type. */
function deployed(stack: Stack): Record<string, string[]> {
  const assembly = (stack.node.root as App).synth();
  const datasets = Object.values<any>(assembly.getStackByName(stack.stackName).template.Resources).filter(({ Type }) => Type === TYPE);
  return Object.fromEntries(datasets.map(({ Properties: { DatasetType, Manifest: { Key } } }) =>
    [DatasetType, gunzipSync(readFileSync(join(assembly.directory, `asset.${Key}`))).toString().trimEnd().split('\n')]));
}

function fileOf(...lines: (object | string)[]): string {
  return join(folderWith({ 'a.manifest': jsonLines(...lines) }), 'a.manifest');
}

const warnings = (stack: Stack, id: string) =>
  Annotations.fromStack(stack).findWarning(`/Stack/${id}`, Match.anyValue()).map(({ entry }) => entry.data as string);

describe('two datasets of one manifest', () => {
  const lines = refs.map((ref) => JSON.stringify(labelLine(ref)));
  const linesOf = (some: readonly string[]) => some.map((ref) => JSON.stringify(labelLine(ref)));

  test('hold every line once, as it is in the file', () => {
    const { TRAIN: train, TEST: test } = deployed(makeBoth(Manifest.fromFile(fileOf(...lines)).split()));
    expect(test).toEqual(linesOf(forTest));
    expect(train).toEqual(linesOf(forTrain));
    expect([...train, ...test].sort()).toEqual([...lines].sort());
  });

  test('are a compressed asset each, named by its content: a line more changes one of them', () => {
    const keysOf = (...more: string[]) => {
      const datasets = Template.fromStack(makeBoth(Manifest.fromFile(fileOf(...lines, ...more)).split())).findResources(TYPE);
      return Object.fromEntries(Object.values(datasets).map(({ Properties }) => [Properties.DatasetType, Properties.Manifest.Key]));
    };
    const more = 's3://pics/more.jpg';
    const [before, after] = [keysOf(), keysOf(JSON.stringify(labelLine(more)))];
    expect(before.TRAIN).not.toBe(before.TEST);
    expect(Object.keys(before).filter((type) => before[type] !== after[type])).toEqual([trainTestSplit('split', 0.2).test.includes(more) ? 'TEST' : 'TRAIN']);
  });

  test('of a file of many blocks and other line ends', () => {
    const many = Array.from({ length: 9000 }, (_, i) => JSON.stringify(labelLine(`s3://pics/${i}-ünïcödé.jpg`)));
    const path = join(folderWith({ 'a.manifest': `\ufeff${many.join('\r\n')}` }), 'a.manifest');
    const { TRAIN: train, TEST: test } = deployed(makeBoth(Manifest.fromFile(path).split({ testFraction: 0.3, seed: 'v1' })));
    expect([...train, ...test].sort()).toEqual([...many].sort());
    expect(test.length / many.length).toBeCloseTo(0.3, 1);
  });

  test('of entries', () => {
    const { TEST: test } = deployed(makeBoth(Manifest.fromEntries(refs.map((ref) => labelLine(ref))).split()));
    expect(test).toEqual(linesOf(forTest));
  });

  test('of folders: classes have the same number in both, other files are told of once', () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${['normal', 'scratch', 'dent'][i % 3]}/${i}.png`, png()]));
    const folder = folderWith({ ...files, 'notes.txt': 'text' });
    const stack = makeBoth(Manifest.fromFolders(folder).split({ testFraction: 0.4 }), Images.fromDirectory(folder));
    const all = Object.values(deployed(stack)).flat().map((line) => JSON.parse(line));
    expect(all.map((line) => line['source-ref']).sort()).toEqual(Object.keys(files).sort());
    for (const line of all) expect(line.label).toBe(['normal', 'dent', 'scratch'].indexOf(line['label-metadata']['class-name']));
    expect(warnings(stack, 'Train')).toEqual([expect.stringContaining('notes.txt')]);
    expect(warnings(stack, 'Test')).toEqual([]);
  });

  test('of Lookout for Vision: what is left out is told of once', () => {
    const images = Array.from({ length: 20 }, (_, i) => classLine(`${i}.png`, i % 2 ? 'normal' : 'anomaly'));
    const path = fileOf(...images, classLine('u.png', 'Anomaly'), maskLine('m.png', colorMap(['scratch', GREEN])));
    const stack = makeBoth(Manifest.fromLookout(path, { target: LabelType.CLASSIFICATION }).split({ testFraction: 0.4 }));
    const { TRAIN: train, TEST: test } = deployed(stack);
    expect(train.length + test.length).toBe(21);
    expect(warnings(stack, 'Train')).toEqual([expect.stringContaining('line 21 (s3://parts/u.png)')]);
    expect(warnings(stack, 'Test')).toEqual([]);
  });

  test('a part may be split again', () => {
    const { train, test } = Manifest.fromFile(fileOf(...lines)).split();
    const inner = train.split({ testFraction: 0.5 });
    const { TRAIN: fewer, TEST: validation } = deployed(makeBoth(inner));
    const { TEST: held } = deployed(makeBoth({ train, test }));
    expect([...fewer, ...validation, ...held].sort()).toEqual([...lines].sort());
    expect(validation.length).toBeGreaterThan(5);
  });

  test('kFold: each line is tested once, each in a project of its own', () => {
    const stack = makeStack();
    const folds = Manifest.fromFile(fileOf(...lines)).kFold(4, { seed: 'v1' });
    const tested = folds.flatMap((fold) => {
      const { TRAIN: train, TEST: test } = deployed(makeBoth(fold));
      expect([...train, ...test].sort()).toEqual([...lines].sort());
      return test;
    });
    expect(tested.sort()).toEqual([...lines].sort());
    folds.forEach((fold, i) => makeDataset(stack, { manifest: fold.test, datasetType: TEST }, `Fold${i}`));
    Template.fromStack(stack).resourceCountIs(TYPE, 4);
  });
});

describe('problems are told with the lines of the whole manifest', () => {
  const broken = (ref: string) => boxLine(ref, (bb) => { bb.annotations[0].class_id = 7; });
  const [trainRef] = forTrain;
  const [testRef, otherTestRef] = forTest;

  /** What each of the two datasets says. */
  function said(path: string, images?: (stack: Stack) => Images): { train: string; test: string } {
    const { train, test } = Manifest.fromFile(path).split();
    const messageFor = (manifest: Manifest) => messageOf(() => {
      const stack = makeStack();
      makeDataset(stack, { manifest, images: images?.(stack) });
      return 'nothing';
    });
    return { train: messageFor(train), test: messageFor(test) };
  }

  test('each in the part that its image is in', () => {
    const path = fileOf(broken(testRef), broken(trainRef), labelLine(otherTestRef));
    const { train, test } = said(path);
    expect(train).toMatch(new RegExp(`^Stack/Train: ${path} has a problem:\n  ${path}:2 \\(${trainRef}\\): ERROR_MISSING_CLASS_MAP_ID: [^\n]*$`));
    expect(test).toMatch(new RegExp(`^Stack/Train: ${path} has a problem:\n  ${path}:1 \\(${testRef}\\): ERROR_MISSING_CLASS_MAP_ID: [^\n]*$`));
  });

  test('of two lines with one image: both are in the same part, and the line of the first one is right', () => {
    const path = fileOf(labelLine(trainRef), labelLine(testRef), labelLine(trainRef), labelLine(testRef));
    const { train, test } = said(path);
    expect(train).toContain(`${path}:3 (${trainRef}): ERROR_DUPLICATE_SOURCE_REF: source-ref occurs already in line 1,`);
    expect(test).toContain(`${path}:4 (${testRef}): ERROR_DUPLICATE_SOURCE_REF: source-ref occurs already in line 2,`);
  });

  test('of Lookout for Vision, too', () => {
    const lines = refs.map((_, i) => classLine(`${i}.png`, 'normal'));
    const path = fileOf(...lines, lines[0], ...lines.slice(0, 12));
    const stack = makeStack();
    const project = new lookoutvision.Project(stack, 'Parts', { projectName: 'parts' });
    const { train, test } = Manifest.fromFile(path).split();
    const says = (manifest: Manifest, id: string, datasetType: lookoutvision.DatasetType) =>
      messageOf(() => failOnErrors(new lookoutvision.Dataset(stack, id, { project, datasetType, manifest })));
    const all = `${says(train, 'Train', lookoutvision.DatasetType.TRAIN)}\n${says(test, 'Test', lookoutvision.DatasetType.TEST)}`;
    expect(all.match(/ERROR_DUPLICATE_SOURCE_REF/g)).toHaveLength(2);
    const found = [...all.matchAll(/:(\d+) \(.*\): (?:ERROR.* in line )?(\d+)(?:$|,)/gm)].map(([, line, first]) => [Number(line), Number(first)]);
    expect(found).toContainEqual([41, 1]);
    for (const [line, first] of found.filter(([of]) => of > 41)) expect(line).toBe(first + 41);
    expect(found.length).toBeGreaterThan(3);
  });

  test('of lines without a reference that can be read: in the train subset', () => {
    const endless = (letter: string) => JSON.stringify({ ...labelLine(testRef), note: letter.repeat(500_000) });
    const unreadable = ['{', '{"source-ref":7}', endless('x'), endless('€'), endless('🐦')];
    const path = fileOf(labelLine(testRef), ...unreadable, labelLine(trainRef), labelLine(otherTestRef));
    const { train } = Manifest.fromFile(path).split();
    const message = messageOf(() => makeDataset(makeStack(), { manifest: train }));
    expect([...message.matchAll(/a\.manifest:(\d+)/g)].map(([, line]) => +line)).toEqual([2, 3, 4, 5, 6]);
    expect(message).toContain('ERROR_LINE_TOO_LONG (3 times)');
    const { test } = Manifest.fromFile(path).split();
    expect(() => makeDataset(makeStack(), { manifest: test })).not.toThrow();
  });

  test('of images that are not in the directory', () => {
    const path = fileOf(labelLine(testRef), labelLine(trainRef));
    const folder = folderWith({ 'other.jpg': 'image' });
    const { train, test } = said(path, () => Images.fromDirectory(folder));
    expect(train).toContain(`${path} has a problem:\n  ${path}:2 (${trainRef}): IMAGE_NOT_IN_DIRECTORY:`);
    expect(test).toContain(`${path} has a problem:\n  ${path}:1 (${testRef}): IMAGE_NOT_IN_DIRECTORY:`);
  });

  test('warnings as well', () => {
    const stack = makeBoth(Manifest.fromFile(fileOf(labelLine(trainRef), '', { 'source-ref': testRef }, { 'source-ref': forTrain[1] })).split());
    expect(warnings(stack, 'Train')).toEqual([
      expect.stringMatching(/a\.manifest:2: BLANK_LINE/), expect.stringMatching(/a\.manifest:4 .*WARNING_UNANNOTATED_RECORD/),
    ]);
    expect(warnings(stack, 'Test')).toEqual([expect.stringMatching(/a\.manifest:3 .*WARNING_UNANNOTATED_RECORD/)]);
  });
});

describe('fails', () => {
  const manifest = () => Manifest.fromEntries([labelLine(forTrain[0])]);

  test('for a subset without images', () => {
    const { train, test } = manifest().split();
    expect(() => makeDataset(makeStack(), { manifest: train })).not.toThrow();
    expect(() => makeDataset(makeStack(), { manifest: test }))
      .toThrow('Stack/Train: Manifest.fromEntries has no entries for the test subset; add images, or choose another testFraction or seed');
    expect(() => makeDataset(makeStack(), { manifest: train.split().test }))
      .toThrow('has no entries for the test subset of the train subset; add images');
    const without = kFoldSplits('folds', 3).findIndex((fold) => !fold.test.includes(forTrain[0]));
    expect(() => makeDataset(makeStack(), { manifest: manifest().kFold(3)[without].test })).toThrow(
      `Stack/Train: Manifest.fromEntries has no entries for the test subset of fold ${without + 1}; add images, or make fewer folds or choose another seed`,
    );
  });

  test.each([0, 1, -0.2, 20, NaN])('for a testFraction of %d', (testFraction) => {
    expect(() => manifest().split({ testFraction }))
      .toThrow(`Manifest.split: testFraction is ${testFraction}, but must be more than 0 and less than 1, such as 0.2`);
  });

  test.each([0, 1, 2.5, NaN])('for %d folds', (count) => {
    expect(() => manifest().kFold(count)).toThrow(`Manifest.kFold: the number of folds is ${count}, but must be a whole number, 2 or more`);
  });

  test.each<[string, () => ManifestSplitOptions]>([
    ['testFraction', () => ({ testFraction: new CfnParameter(makeStack(), 'Fraction', { type: 'Number' }).valueAsNumber })],
    ['seed', () => ({ seed: Aws.REGION })],
  ])('for a %s that is known at deployment', (name, options) => {
    expect(() => manifest().split(options())).toThrow(`Manifest.split: ${name} is a token; it must be known at synth, when the lines are split`);
  });

  test.each<[string, (bucket: s3.IBucket) => Manifest, string]>([
    ['fromBucket', (bucket) => Manifest.fromBucket(bucket, 'a.manifest'), 'only known at deployment, but are split at synth; download the manifest and use Manifest.fromFile'],
    ['fromBucketFolders', (bucket) => Manifest.fromBucketFolders(bucket), 'only known at deployment, but are split at synth; use a prefix for each dataset'],
    ['empty', () => Manifest.empty(), 'Manifest.empty has no entries to split'],
  ])('for %s, whose lines synth does not know', (_, make, message) => {
    const whole = make(s3.Bucket.fromBucketName(makeStack(), 'B', 'pics'));
    expect(() => whole.split()).toThrow(new RegExp(`^Manifest\\.split: .*${message.replace(/\./g, '\\.')}`));
    expect(() => whole.kFold(3)).toThrow(new RegExp(`^Manifest\\.kFold: .*${message.replace(/\./g, '\\.')}`));
  });
});

describe('groups', () => {
  const frames = Array.from({ length: 30 }, (_, video) => Array.from({ length: 4 }, (_unused, frame) => `s3://pics/video-${video}/${frame}.jpg`)).flat();
  const videoOf = (ref: string) => /video-\d+/.exec(ref)![0];

  test('stay on one side, whatever else is there', () => {
    const sideOf = ({ test: testing }: { test: { includes(ref: string): boolean } }) =>
      new Map(frames.map((ref) => [videoOf(ref), testing.includes(ref)]));
    const grouped = trainTestSplit('split', 0.3, { groupBy: '^(.*)/' });
    for (const ref of frames) expect(grouped.test.includes(ref)).toBe(sideOf(grouped).get(videoOf(ref)));
    expect(new Set(sideOf(grouped).values()).size).toBe(2);
    for (const { test: testing } of kFoldSplits('folds', 3, { groupBy: '(video-\\d+)' })) {
      for (const video of sideOf({ test: testing }).keys()) {
        expect(new Set(frames.filter((ref) => videoOf(ref) === video).map((ref) => testing.includes(ref))).size).toBe(1);
      }
    }
  });

  test('copies of a photo by Roboflow, and an image that does not match stands for itself', () => {
    const copies = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'].map((hash) => `train/cat_jpg.rf.${hash}.jpg`);
    for (const seed of 'abcdefgh') {
      const { test: testing } = trainTestSplit('split', 0.5, { seed, groupBy: '^(.*)[.]rf[.]' });
      expect(testing.includes(copies[0])).toBe(testing.includes(copies[1]));
      expect(testing.includes('plain.jpg')).toBe(trainTestSplit('split', 0.5, { seed }).test.includes('plain.jpg'));
    }
  });

  test('an expression that is none, or has no group', () => {
    const manifest = Manifest.fromEntries([{}]);
    expect(messageOf(() => manifest.split({ groupBy: '(' }))).toMatch(/^Manifest\.split: groupBy is no regular expression \(.*\); write one whose first group/);
    expect(messageOf(() => manifest.kFold(3, { groupBy: '^a' }))).toBe('Manifest.kFold: groupBy is "^a", which has no group; put what images have in common in parentheses, such as "^(.*)/"');
    expect(messageOf(() => manifest.split({ groupBy: /a/ as any }))).toBe('Manifest.split: groupBy is a RegExp, but must be a string');
  });
});
