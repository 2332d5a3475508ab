import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Manifest } from '../../../lib';
import { folderOf } from '../../formats/conversions';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { messageOf } from '../lines';

/** An entry of a job that tells no confidence. */
const entry = (name: string, more: object = {}) => ({
  'source-ref': `s3://pics/${name}.png`,
  'sport': 0,
  'sport-metadata': {
    'class-name': 'tennis', 'human-annotated': 'yes', 'creation-date': '2018-10-18T22:18:13', 'type': 'groundtruth/image-classification', ...more,
  },
});
const linesOf = (...entries: object[]) => entries.map((one) => `${JSON.stringify(one)}\n`).join('');

/** What a dataset says of the manifest. */
function warnings(manifest: Manifest): string[] {
  const stack = makeStack();
  makeDataset(stack, { manifest });
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry: { data } }) => data as string);
}

test('mends are one warning of a kind, which can be acknowledged', () => {
  const folder = folderOf({ 'output.manifest': linesOf(...['a', 'b', 'c', 'd'].map((name) => entry(name))) });
  expect(warnings(Manifest.fromGroundTruth(join(folder, 'output.manifest'))).map((text) => text.replaceAll(folder, '.'))).toEqual([
    './output.manifest: labels without a confidence get 1 (4 in all): output.manifest:1 (s3://pics/a.png): sport; output.manifest:2 (s3://pics/b.png): sport; '
    + 'output.manifest:3 (s3://pics/c.png): sport; and 1 more [ack: cdk-vision-datasets:Manifest.confidence]',
  ]);
});

describe('the error of fromFile', () => {
  const message = (...entries: object[]) => {
    const folder = folderOf({ 'output.manifest': linesOf(...entries) });
    return messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(join(folder, 'output.manifest')) })).split('\n').at(-1);
  };

  test('names the mend of the lines that it would make right', () => {
    expect(message(entry('a'), entry('b'), entry('c', { confidence: 1 })))
      .toBe('Manifest.fromGroundTruth(path) takes 2 of these lines: labels without a confidence get 1.');
    const multi = { 'source-ref': 's3://pics/a.png', 'tags': [1], 'tags-metadata': { ...entry('a')['sport-metadata'], 'class-map': { 1: 'ball' }, 'type': 'groundtruth/image-classification-multilabel' } };
    expect(message(multi)).toBe('Manifest.fromGroundTruth(path) takes one of these lines: image-level labels of one attribute get an attribute each; labels without a confidence get 1.');
  });

  test('is that of the rules where the labels are null', () => {
    const type = 'groundtruth/object-detection';
    expect(message({ 'source-ref': 's3://pics/a.png', 'dogs': null, 'dogs-metadata': { ...entry('a')['sport-metadata'], type } })).not.toMatch(/destructure|fromGroundTruth/);
  });

  test('names none of a line that stays wrong', () => {
    expect(message({ ...entry('a'), 'source-ref': 'pics/a.txt' })).not.toContain('fromGroundTruth');
    expect(message(entry('a', { 'class-name': 7 }))).not.toContain('fromGroundTruth');
  });
});

test('arguments', () => {
  const folder = folderOf({ 'output.manifest': linesOf(entry('a')), 'empty/a.txt': '' });
  const of = (path: any, options?: any) => messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromGroundTruth(path, options) })).replaceAll(folder, '.');
  expect(of(7)).toBe('Manifest.fromGroundTruth: path is 7, but must be a string');
  expect(of('nowhere')).toMatch(/^Manifest.fromGroundTruth: there is no file "nowhere"/);
  expect(of(join(folder, 'empty'))).toBe('Stack/Train: Manifest.fromGroundTruth: "./empty" has no files that end in .manifest; name the manifest');
  expect(of(join(folder, 'output.manifest'), { labelSource: 7 })).toBe('Manifest.fromGroundTruth: labelSource is 7, but must be a string');
  expect(of(join(folder, 'output.manifest'), { strict: 'yes' })).toBe('Manifest.fromGroundTruth: strict is "yes", but must be true or false');
  expect(of(join(folder, 'output.manifest'), { strict: true })).toContain('labels without a confidence get 1');
});
