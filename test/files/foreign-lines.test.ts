import { join } from 'node:path';
import { Manifest, lookoutvision } from '../../lib';
import { classLine, colorMap, GREEN, maskLine } from '../formats/lookout/samples';
import { boxLine, folderWith, jsonLines, labelLine, messageOf } from '../inputs/lines';
import { failOnErrors, makeDataset, makeStack } from '../rigs/stacks';

/** Whoever gives a manifest to the wrong reader is told the right one. */

const file = (...lines: object[]) => Manifest.fromFile(join(folderWith({ 'parts.manifest': jsonLines(...lines) }), 'parts.manifest'));
const said = (...lines: object[]) => messageOf(() => makeDataset(makeStack(), { manifest: file(...lines) }));
/** The last line of a message, if it names a reader. */
const advice = (message: string) => message.split('\n').filter((line) => line.includes('Manifest.from')).join('\n');

const LOOKOUT = [classLine('1.png', 'normal'), classLine('2.png', 'anomaly'), maskLine('3.png', colorMap(['scratch', GREEN]))];
const READ_THEM = 'The lines are of Lookout for Vision: read them with Manifest.fromLookout(path, { target }), which converts them.';

test('a manifest of Lookout for Vision: its problems, and once the reader', () => {
  const message = said(...LOOKOUT);
  expect(message).toContain('ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT (3 times)');
  expect(advice(message)).toBe(READ_THEM);
});

test('images without a label and lines that both services read change nothing', () => {
  const both = classLine('4.png', 'normal', { 'confidence': 1, 'creation-date': '2022-08-22T20:52:52' });
  expect(advice(said({ 'source-ref': 's3://parts/0.png' }, ...LOOKOUT, both))).toBe(READ_THEM);
});

test('a manifest in which only some lines are of Lookout for Vision', () => {
  const mixed = [labelLine('s3://parts/1.jpg'), ...LOOKOUT, boxLine('s3://parts/2.jpg')];
  expect(advice(said(...mixed))).toBe('3 of 5 labeled lines are of Lookout for Vision: put them into a manifest of their own '
    + 'and read it with Manifest.fromLookout(path, { target }), which converts them.');
});

test('the same with a manifest that was split, of whose lines only some are looked at', () => {
  const lines = Array.from({ length: 40 }, (_, i) => classLine(`${i}.png`, 'normal'));
  expect(advice(messageOf(() => makeDataset(makeStack(), { manifest: file(...lines).split().train })))).toBe(READ_THEM);
});

test.each<[string, object[]]>([
  ['a label of Rekognition without its confidence', [{ ...labelLine('s3://parts/1.jpg'), 'bird-metadata': { ...classLine('1', 'crow')['lbl-metadata'] } }]],
  ['metadata that no service reads', [{ ...labelLine('s3://parts/1.jpg'), 'bird-metadata': [] }]],
  ['another problem', [classLine('1.png', 'normal', { 'confidence': 1, 'creation-date': 'x' }), { 'source-ref': 'https://parts/2.png' }]],
])('no reader is named for %s', (_, lines) => {
  expect(said(...lines)).not.toContain('fromLookout');
});

test('a dataset of Lookout for Vision is given its manifests by this reader', () => {
  const stack = makeStack();
  const wrong = classLine('4.png', 'normal', { 'human-annotated': 1 });
  const project = lookoutvision.Project.fromProjectName(stack, 'Project', 'parts');
  const message = messageOf(() => failOnErrors(new lookoutvision.Dataset(stack, 'Parts', {
    project, datasetType: lookoutvision.DatasetType.TRAIN, manifest: file(...LOOKOUT, wrong),
  })));
  expect(message).toContain('ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT');
  expect(advice(message)).toBe('');
});

test('errors that are tolerated are no reason to speak', () => {
  expect(() => makeDataset(makeStack(), { manifest: file(...LOOKOUT), maxErrorEntries: 3 })).not.toThrow();
});
