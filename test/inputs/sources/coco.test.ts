import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Images, LabelType, Manifest, ValidationImages } from '../../../lib';
import { folderOf } from '../../formats/conversions';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { messageOf } from '../lines';

/** A COCO file with a box on each of these images. */
function coco(...names: string[]) {
  return {
    images: names.map((file_name, id) => ({ id, file_name, width: 100, height: 100 })),
    categories: [{ id: 0, name: 'cat' }],
    annotations: names.map((_, id) => ({ id, image_id: id, category_id: 0, bbox: [10, 10, 50, 50] })),
  };
}

const EXPORT = {
  'train/_annotations.coco.json': coco('a.png', 'b.png'), 'train/a.png': 100, 'train/b.png': 100,
  'valid/_annotations.coco.json': coco('c.png'), 'valid/c.png': 100,
  'test/_annotations.coco.json': coco('d.png'), 'test/d.png': 100,
};

/** The references that each dataset of a stack is deployed with. */
function deployed(stack: Stack): string[][] {
  const assembly = (stack.node.root as App).synth();
  const resources = Object.values<any>(assembly.getStackByName(stack.stackName).template.Resources);
  return resources.filter(({ Type }) => Type === 'Custom::RekognitionDataset').map(({ Properties }) => {
    const text = gunzipSync(readFileSync(join(assembly.directory, `asset.${Properties.Manifest.Key}`))).toString();
    return text.trimEnd().split('\n').map((line) => JSON.parse(line)['source-ref'] as string);
  });
}

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data as string);
}

test('a Roboflow export is one Images for both datasets, which is uploaded once', () => {
  const folder = folderOf(EXPORT);
  const images = Images.fromDirectory(folder);
  const { train, test: testing } = Manifest.fromCoco(folder).predefinedSplit();
  const stack = makeStack();
  makeDataset(stack, { manifest: train, images }, 'Train');
  makeDataset(stack, { manifest: testing, images }, 'Test');
  expect(deployed(stack)).toEqual([['train/a.png', 'train/b.png', 'valid/c.png'], ['test/d.png']]);
  Template.fromStack(stack).resourceCountIs('Custom::CDKBucketDeployment', 1);
  expect(warnings(stack)).toEqual([expect.stringMatching(/1 validation images are in the training dataset; choose validation.*\[ack: cdk-vision-datasets:Manifest\.validationImages\]/)]);
});

test('a file each, with the root of the export as image directory', () => {
  const folder = folderOf(EXPORT);
  const stack = makeStack();
  const images = Images.fromDirectory(folder);
  const of = (set: string) => Manifest.fromCoco(join(folder, set, '_annotations.coco.json'), { imageDirectory: folder });
  makeDataset(stack, { manifest: of('train'), images }, 'Train');
  makeDataset(stack, { manifest: of('test'), images }, 'Test');
  expect(deployed(stack)).toEqual([['train/a.png', 'train/b.png'], ['test/d.png']]);
  expect(warnings(stack)).toEqual([]);
});

describe('sets of the source', () => {
  const references = (manifest: Manifest) => {
    const stack = makeStack();
    makeDataset(stack, { manifest, images: Images.fromDirectory(folderOf(EXPORT)) });
    return [deployed(stack)[0], warnings(stack)];
  };

  test('validation images go where the option says, without a warning', () => {
    const manifest = Manifest.fromCoco(folderOf(EXPORT));
    const split = (validation: ValidationImages) => manifest.predefinedSplit({ validation });
    expect(references(split(ValidationImages.TRAIN).train)).toEqual([['train/a.png', 'train/b.png', 'valid/c.png'], []]);
    expect(references(split(ValidationImages.TEST).test)).toEqual([['test/d.png', 'valid/c.png'], []]);
    expect(references(split(ValidationImages.LEAVE_OUT).train)).toEqual([['train/a.png', 'train/b.png'], []]);
  });

  test('a split that mixes them is told so', () => {
    const { train } = Manifest.fromCoco(folderOf(EXPORT)).split({ testFraction: 0.01 });
    expect(references(train)[1]).toEqual([expect.stringContaining('sets of its own (test 1, train 2, validation 1); predefinedSplit() keeps them')]);
  });

  test('that are not there', () => {
    const single = Manifest.fromCoco(join(folderOf({ 'coco.json': coco('a.png') }), 'coco.json'));
    expect(messageOf(() => single.predefinedSplit())).toMatch(/^Manifest.predefinedSplit: the source has no sets; /);
    expect(messageOf(() => Manifest.fromEntries([{}]).predefinedSplit())).toMatch(/the source has no sets/);
    expect(messageOf(() => Manifest.fromCoco(folderOf(EXPORT)).split().train.predefinedSplit())).toMatch(/already split/);
    const { test: none } = Manifest.fromCoco(folderOf({ 'train/_annotations.coco.json': coco('a.png') })).predefinedSplit();
    expect(messageOf(() => references(none))).toMatch(/has no entries for the test set; add images, or move some to this set/);
  });
});

test('what cannot be converted is one error with the first places', () => {
  const annotations = [7, 8, 9, 10].map((image_id) => ({ id: image_id, image_id, category_id: 0, bbox: [0, 0, 9, 9] }));
  const folder = folderOf({ 'coco.json': { ...coco('a.png'), annotations } });
  const path = join(folder, 'coco.json');
  expect(messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromCoco(path) }))).toBe(`Stack/Train: ${path} cannot be converted because of 4 problems:
  annotations have an image_id that no image has; export the file again (4 times):
    coco.json: annotation 7: image_id 7
    coco.json: annotation 8: image_id 8
    coco.json: annotation 9: image_id 9
    … and 1 more`);
});

test('what cannot be read', () => {
  const message = (content: unknown) => {
    const folder = folderOf({ 'coco.json': content });
    return messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromCoco(join(folder, 'coco.json')) })).replaceAll(folder, '.');
  };
  expect(message('{"images": [NaN]}')).toBe('Stack/Train: ./coco.json cannot be converted because of a problem:\n'
    + '  coco.json: images[0] holds NaN or Infinity, which Python writes but JSON does not know; write numbers, or null: correct the file, or export it again.');
  expect(message([{ image_id: 1, score: 0.5, bbox: [], category_id: 1 }])).toContain('is a file of results (detections with a score), not of annotations');
  expect(message({ images: [], annotations: [{ segments_info: [] }] })).toContain('holds panoptic segmentation');
  expect(message({ images: [], annotations: [{ id: 1, image_id: 1, caption: 'A cat.' }] })).toContain('holds captions and no labels');
  expect(message({ shapes: [] })).toContain('is no COCO file: it has no array "images", "annotations", "categories"');
});

test('the wrong reader names the right one', () => {
  const folder = folderOf({
    'birds.manifest': '{"source-ref":"a.png","label":0}\n{"source-ref":"b.png"}\n', 'coco.json': JSON.stringify(coco('a.png'), null, 2), 'small.json': coco('a.png'),
  });
  const message = (manifest: Manifest) => messageOf(() => makeDataset(makeStack(), { manifest })).replaceAll(folder, '.');
  expect(message(Manifest.fromCoco(join(folder, 'birds.manifest')))).toContain('birds.manifest: is a manifest (JSON Lines); read it with Manifest.fromFile(path): another format was asked for.');
  for (const name of ['coco.json', 'small.json']) {
    expect(message(Manifest.fromFile(join(folder, name)))).toBe(`Stack/Train: ./${name} is a COCO file, not a manifest: read it with Manifest.fromCoco(path).`);
  }
});

test('strict makes errors of warnings', () => {
  const folder = folderOf({ 'coco.json': coco('a.png', 'b.png'), 'a.png': 100 });
  const of = (strict: boolean) => makeDataset(makeStack(), { manifest: Manifest.fromCoco(join(folder, 'coco.json'), { strict }), images: Images.fromDirectory(folder) });
  expect(of(false)).toBeDefined();
  expect(messageOf(() => of(true))).toContain('coco.json: b.png: images that are not in the image directory are left out');
});

test('arguments', () => {
  const folder = folderOf({ 'coco.json': coco('a.png'), 'empty/x.txt': '' });
  const file = join(folder, 'coco.json');
  const of = (path: any, options?: any) => messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromCoco(path, options) })).replaceAll(folder, '.');
  expect(of(7)).toBe('Manifest.fromCoco: path is 7, but must be a string');
  expect(of('nowhere.json')).toMatch(/^Manifest.fromCoco: there is no file "nowhere.json"/);
  expect(of(join(folder, 'empty'))).toBe('Stack/Train: Manifest.fromCoco: "./empty" has no _annotations.coco.json, annotations/instances_….json, labels.json, result.json or annotations.json; name the file with the annotations');
  expect(of(file, { target: 'boxes' })).toBe('Manifest.fromCoco: target is "boxes", but must be LabelType.CLASSIFICATION, LabelType.MULTILABEL or LabelType.DETECTION');
  expect(of(file, { crowd: 'yes' })).toBe('Manifest.fromCoco: crowd is "yes", but must be true or false');
  expect(of(file, { imageDirectory: join(folder, 'pictures') })).toMatch(/^Stack\/Train: Manifest.fromCoco: there is no directory ".\/pictures"/);
  expect(of(file, { labelAttribute: 'source-ref' })).toMatch(/labelAttribute is "source-ref"/);
  expect(of(file, { creationDate: 'today' })).toMatch(/creationDate is "today"/);
  expect(of(file, { target: LabelType.CLASSIFICATION })).toContain('the images have boxes; choose the target DETECTION');
});
