import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PNG } from 'pngjs';
import { Images, LabelType, Manifest } from '../../../lib';
import type { ManifestFromLookoutOptions } from '../../../lib';
import { classLine, colorMap, drawMask, GREEN, maskLine, RED, WHITE } from '../../formats/lookout/samples';
import { palettePng } from '../../rigs/palette-png';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { folderWith, jsonLines } from '../lines';

const { DETECTION, CLASSIFICATION, MULTILABEL } = LabelType;
const MAP = colorMap(['BACKGROUND', WHITE], ['scratch', GREEN], ['dent', RED]);
const inScratch = (x: number, y: number) => x >= 5 && x < 25 && y >= 9 && y < 19;
const inDent = (x: number, y: number) => x >= 40 && x < 60 && y >= 30 && y < 62;
const MASK = drawMask(96, 64, (x, y) => inScratch(x, y) ? GREEN : inDent(x, y) ? RED : WHITE);
const BOXES = [{ class_id: 1, left: 5, top: 9, width: 20, height: 10 }, { class_id: 0, left: 40, top: 30, width: 20, height: 32 }];

function png(options: object, mask = MASK): Buffer {
  const image = new PNG({ width: mask.width, height: mask.height });
  image.data = Buffer.from(mask.data);
  return PNG.sync.write(image, options);
}

/** A manifest with its masks in a folder; gives the path. */
function export_(lines: readonly object[], masks: Record<string, Buffer>, name = 'train.manifest'): string {
  return join(folderWith({ [name]: jsonLines(...lines), ...masks }), name);
}

/** The lines that are deployed. */
function synthesised(path: string, options: ManifestFromLookoutOptions, images?: Images): { lines: any[]; stack: Stack; key: string } {
  const stack = makeStack();
  makeDataset(stack, { manifest: Manifest.fromLookout(path, options), images });
  const assembly = (stack.node.root as App).synth();
  const resources = Object.values<any>(assembly.getStackByName(stack.stackName).template.Resources);
  const { Key } = resources.find(({ Type }) => Type === 'Custom::RekognitionDataset').Properties.Manifest;
  const text = gunzipSync(readFileSync(join(assembly.directory, `asset.${Key}`))).toString();
  return { lines: text.trimEnd().split('\n').map((line) => JSON.parse(line)), stack, key: Key };
}

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data as string);
}

describe('masks', () => {
  const onClear = drawMask(96, 64, (x, y) => inScratch(x, y) ? GREEN : inDent(x, y) ? RED : [0, 0, 0, 0]);
  const paletteIndex = (x: number, y: number) => inScratch(x, y) ? 1 : inDent(x, y) ? 2 : 0;
  const palette = (alphas?: readonly number[]) => palettePng(96, 64, [WHITE, GREEN, RED], paletteIndex, alphas);
  const grey = drawMask(96, 64, (x, y) => inScratch(x, y) ? [80, 80, 80, 255] : inDent(x, y) ? [10, 10, 10, 255] : WHITE);
  const greyMap = colorMap(['BACKGROUND', WHITE], ['scratch', '#505050'], ['dent', '#0a0a0a']);

  test.each<[string, Buffer, object]>([
    ['RGBA, opaque', png({ colorType: 6 }), MAP],
    ['RGBA, transparent background', png({ colorType: 6 }, onClear), MAP],
    ['RGB', png({ colorType: 2 }), MAP],
    ['palette', palette(), MAP],
    ['palette with a transparent background', palette([0]), MAP],
    ['grey', png({ colorType: 0 }, grey), greyMap],
    ['grey with alpha', png({ colorType: 4 }, grey), greyMap],
    ['16 bits', png({ colorType: 6, bitDepth: 16 }, { ...onClear, data: sixteenBits(onClear.data) }), MAP],
  ])('%s', (_, bytes, map) => {
    const { lines } = synthesised(export_([maskLine('1.png', map)], { 'masks/1.png': bytes }), { target: DETECTION });
    expect(lines[0]['bounding-box']).toEqual({ image_size: [{ width: 96, height: 64, depth: 3 }], annotations: BOXES });
  });

  function sixteenBits(data: Uint8Array): Uint8Array {
    return new Uint8Array(Uint16Array.from(data, (value) => value * 257).buffer);
  }

  test('are found by the longest end of their key', () => {
    const at = (key: string) => ({ ...maskLine(key, MAP), 'm-ref': `s3://export/train/masks/${key}` });
    const small = drawMask(64, 64, (x, y) => x < 10 && y < 10 ? GREEN : WHITE);
    const path = export_([at('a/1.png'), at('b/1.png')], { 'm/a/1.png': png({}), 'm/b/1.png': png({}, small), 'm/1.png': png({}, small) });
    const { lines } = synthesised(path, { target: DETECTION, masks: join(path, '..', 'm') });
    expect(lines.map((line) => line['bounding-box'].annotations.length)).toEqual([2, 1]);
  });

  test('one file for two references is an error', () => {
    const at = (key: string) => ({ ...maskLine(key, MAP), 'm-ref': `s3://export/masks/${key}` });
    const path = export_([at('a/1.png'), at('b/1.png')], { 'masks/1.png': png({}) });
    expect(() => synthesised(path, { target: DETECTION })).toThrow(/train\.manifest:2 \(s3:\/\/parts\/b\/1\.png\): ERROR_INVALID_MASK: the masks "s3:\/\/export\/masks\/a\/1\.png" and "s3:\/\/export\/masks\/b\/1\.png" both lead to the file ".*masks.1\.png"/);
  });

  test('a missing, a false and a damaged one are errors with line and file', () => {
    const path = export_([maskLine('1.png', MAP), maskLine('2.png', MAP), maskLine('3.png', MAP)],
      { 'masks/2.png': Buffer.from('JFIF'), 'masks/3.png': png({}).subarray(0, 60) });
    let message = '';
    try { synthesised(path, { target: DETECTION }); } catch (error) { message = (error as Error).message; }
    expect(message).toContain('cannot be converted because of 3 problems');
    expect(message).toMatch(/train\.manifest:1 \(s3:\/\/parts\/1\.png\): ERROR_INVALID_MASK: the mask "s3:\/\/parts\/m\/1\.png" is not in ".*masks"/);
    expect(message).toMatch(/train\.manifest:2 .*masks.2\.png"\) is not a PNG file/);
    expect(message).toMatch(/train\.manifest:3 .*masks.3\.png"\) is damaged/);
  });

  test('a missing directory is an error at once', () => {
    const path = export_([maskLine('1.png', MAP)], {});
    expect(() => Manifest.fromLookout(path, { target: DETECTION })).toThrow(/there is no directory ".*masks".*choose LabelType\.CLASSIFICATION/);
    expect(() => Manifest.fromLookout(path, { target: CLASSIFICATION })).not.toThrow();
  });
});

describe('targets', () => {
  const lines = [classLine('n.png', 'normal'), maskLine('1.png', MAP)];
  const path = () => export_(lines, { 'masks/1.png': png({}) });

  test('classification, with labels of choice', () => {
    const { lines: [normal, anomaly] } = synthesised(path(), { target: CLASSIFICATION, normalLabel: 'good', anomalyLabel: 'bad' });
    expect([normal, anomaly].map((line) => line['lbl-metadata']['class-name'])).toEqual(['good', 'bad']);
  });

  test('a label for each type, by the colour map or by the mask', () => {
    const one = drawMask(64, 64, (x, y) => x < 10 && y < 10 ? GREEN : WHITE);
    const file = export_(lines, { 'masks/1.png': png({}, one) });
    const labels = (masks?: string) => Object.keys(synthesised(file, { target: MULTILABEL, masks }).lines[1]).filter((key) => key.endsWith('-metadata'));
    expect(labels()).toEqual(['lbl-metadata', 'lbl-scratch-metadata', 'lbl-dent-metadata']);
    expect(labels(join(file, '..', 'masks'))).toEqual(['lbl-metadata', 'lbl-scratch-metadata']);
  });

  test('relative references work with a directory of images', () => {
    const relative = [{ ...classLine('x', 'normal'), 'source-ref': 'n.png' }, { ...maskLine('1.png', MAP), 'source-ref': '1.png' }];
    const file = export_(relative, { 'masks/1.png': png({}) });
    const images = folderWith({ 'n.png': png({}), '1.png': png({}) });
    expect(synthesised(file, { target: DETECTION }, Images.fromDirectory(images)).lines.map((line) => line['source-ref'])).toEqual(['n.png', '1.png']);
    expect(() => synthesised(file, { target: DETECTION })).toThrow('ERROR_INVALID_SOURCE_REF_FORMAT');
    expect(() => synthesised(file, { target: DETECTION }, Images.fromDirectory(folderWith({ 'n.png': png({}) })))).toThrow('IMAGE_NOT_IN_DIRECTORY');
  });

  test('another bucket takes the images over', () => {
    const stack = makeStack();
    const images = Images.inBucket(new s3.Bucket(stack, 'B'), { rewriteFrom: 's3://parts/', prefix: 'p/' });
    expect(() => makeDataset(stack, { manifest: Manifest.fromLookout(path(), { target: DETECTION }), images })).not.toThrow();
  });

  test('what the rules say of the result is said', () => {
    const long = 'x'.repeat(300);
    expect(() => synthesised(path(), { target: CLASSIFICATION, normalLabel: long })).toThrow(/train\.manifest \(converted\):1 \(s3:\/\/parts\/n\.png\): ERROR_INVALID_LABEL_NAME_LENGTH/);
  });

  test('two synths of the same content have the same key', () => {
    const key = () => synthesised(path(), { target: DETECTION }).key;
    expect(key()).toMatch(/^[0-9a-f]{64}\.manifestgz$/);
    expect(key()).toBe(key());
  });
});

describe('what was lost', () => {
  const lines = [
    classLine('n.png', 'normal'), classLine('u.png', 'Anomaly'), classLine('v.png', 'good'), classLine('w.png', 'bad'), classLine('y.png', 'ok'),
    classLine('a.png', 'anomaly'), { ...maskLine('1.png', MAP), more: 1 },
  ];

  test('is a warning of each kind, with count and lines, that can be acknowledged', () => {
    const small = drawMask(96, 64, (x, y) => x > 90 && y > 60 ? GREEN : inDent(x, y) ? RED : WHITE);
    const { stack } = synthesised(export_(lines, { 'masks/1.png': png({}, small) }), { target: DETECTION });
    const said = warnings(stack).filter((text) => text.includes('[ack: cdk-vision-datasets:Manifest.'));
    expect(said.map((text) => /Manifest\.(\w+)\]/.exec(text)![1]).sort()).toEqual(['anomalyWithoutMask', 'furtherAttribute', 'smallRegion', 'unlabeledImage']);
    expect(said.find((text) => text.includes('unlabeledImage'))).toMatch(
      /train\.manifest: images without a class \(normal or anomaly\) are left out \(4 in all\): line 2 \(s3:\/\/parts\/u\.png\): .*"Anomaly".*; line 3 .*; line 4 .*; and 1 more/);
    expect(said.find((text) => text.includes('smallRegion'))).toContain('line 7 (s3://parts/1.png): scratch, 15 pixels in 5x3 at 91,61');
  });

  test('is no warning where the target has no place for it', () => {
    const { stack } = synthesised(export_([classLine('n.png', 'normal'), maskLine('1.png', MAP)], {}), { target: CLASSIFICATION });
    expect(warnings(stack)).toEqual([]);
  });

  test('is an error when nothing is left', () => {
    const path = export_([classLine('a.png', 'anomaly'), classLine('n.png', 'normal')], { 'masks/1.png': png({}) });
    expect(() => synthesised(path, { target: DETECTION })).toThrow(/has no line that can be converted to detection\n.*anomalous images without a mask.*\n.*normal images are left out/);
  });
});

describe('options', () => {
  const path = () => export_([classLine('n.png', 'normal')], {});

  test.each<[string, Partial<ManifestFromLookoutOptions>, string]>([
    ['minDefectPixels', { minDefectPixels: 0 }, 'minDefectPixels is 0'],
    ['minDefectPixels', { minDefectPixels: 1.5 }, 'minDefectPixels is 1.5'],
    ['creationDate', { creationDate: 'today' }, 'creationDate is "today"'],
  ])('%s is checked', (_, options, message) => {
    expect(() => Manifest.fromLookout(path(), { target: CLASSIFICATION, ...options })).toThrow(message);
  });

  test('the file must be there', () => {
    expect(() => Manifest.fromLookout('none.manifest', { target: CLASSIFICATION })).toThrow(/there is no file "none\.manifest" \(looked for .*none\.manifest\)/);
  });
});
