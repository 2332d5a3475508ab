import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest } from '../../lib';
import { boxLine, folderWith, imageMetadata, jsonLines, labelLine } from '../inputs/lines';
import { makeDataset, makeStack } from '../rigs/stacks';

const REF = 's3://pictures/broken.jpg';

/** Every rule on a line that the Custom Labels guide lists, with a line that breaks it. The advice must name the culprit. */
const RULES: [code: string, what: string, line: object | string, culprit: RegExp][] = [
  // The service silently drops these lines.
  ['ERROR_LINE_TOO_LONG', 'more than 100,000 characters', { ...labelLine(REF), note: 'x'.repeat(100_000) }, /100000|100,000/],
  ['ERROR_MISSING_SOURCE_REF', 'no source-ref', { 'bird': 1, 'bird-metadata': imageMetadata('crow') }, /source-ref/],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'not s3://bucket/key', labelLine('https://pictures/broken.jpg'), /https:\/\/pictures\/broken\.jpg/],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'no key', labelLine('s3://pictures/'), /s3:\/\/pictures\//],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'no string', labelLine(7 as any), /7/],
  ['ERROR_INVALID_JSON_LINE', 'no JSON', `{"source-ref":"${REF}",}`, /JSON/],
  ['ERROR_INVALID_JSON_LINE', 'no object', '[1]', /object/],
  ['ERROR_INVALID_JSON_LINE', 'two references', `{"source-ref":"${REF}","source-ref":"${REF}"}`, /source-ref/],
  ['ERROR_DUPLICATE_SOURCE_REF', 'the reference of another line', labelLine('s3://pictures/good-0.jpg'), /1/],
  // The service keeps these lines and lists the error on them.
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata without label', { 'source-ref': REF, 'bird-metadata': imageMetadata('crow') }, /bird/],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'label without metadata', { 'source-ref': REF, 'bird': 1 }, /bird-metadata/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'a label that is no integer', { ...labelLine(REF), bird: 'crow' }, /bird/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'boxes without image size', boxLine(REF, (bb) => { delete bb.image_size; }), /image_size/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'a box without width', boxLine(REF, (bb) => { delete bb.annotations[0].width; }), /width/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'no creation date', boxLine(REF, (_bb, metadata) => { delete metadata['creation-date']; }), /creation-date/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'no class-map', boxLine(REF, (_bb, metadata) => { delete metadata['class-map']; }), /class-map/],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'no class-name', boxLine(REF, (_bb, _metadata, line) => {
    line['bird'] = 1;
    line['bird-metadata'] = { ...imageMetadata('crow'), 'class-name': undefined };
  }), /class-name/],
  ['ERROR_NO_VALID_LABEL_ATTRIBUTES', 'only invalid labels', boxLine(REF, (_bb, metadata) => { metadata.type = 'groundtruth/other'; }), /./],
  ['ERROR_UNSUPPORTED_USE_CASE_TYPE', 'an unknown type', boxLine(REF, (_bb, metadata) => { metadata.type = 'groundtruth/other'; }), /groundtruth\/other/],
  ['ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', 'a box without confidence', boxLine(REF, (_bb, metadata) => { metadata.objects = []; }), /objects|confidence/],
  ['ERROR_MISSING_CLASS_MAP_ID', 'an unknown class', boxLine(REF, (bb) => { bb.annotations[0].class_id = 7; }), /7/],
  ['ERROR_INVALID_BOUNDING_BOX', 'a box beyond the frame', boxLine(REF, (bb) => { bb.annotations[0].left = 790; }), /800/],
  ['ERROR_INVALID_BOUNDING_BOX', 'a negative box', boxLine(REF, (bb) => { bb.annotations[0].top = -1; }), /-1/],
  ['ERROR_BOUNDING_BOX_TOO_SMALL', 'a box of one pixel', boxLine(REF, (bb) => {
    bb.image_size[0] = { width: 4000, height: 3000, depth: 3 };
    bb.annotations[0] = { class_id: 0, left: 0, top: 0, width: 3, height: 3 };
  }), /3/],
  ['ERROR_NO_VALID_ANNOTATIONS', 'only invalid boxes', boxLine(REF, (bb) => { bb.annotations[0].left = 790; }), /./],
  ['ERROR_TOO_MANY_BOUNDING_BOXES', 'more than 50 boxes', boxLine(REF, (bb, metadata) => {
    bb.annotations = Array(51).fill(bb.annotations[0]);
    metadata.objects = Array(51).fill({ confidence: 1 });
  }), /51/],
  ['ERROR_INVALID_IMAGE_DIMENSION', 'a small image', boxLine(REF, (bb) => { bb.image_size[0] = { width: 60, height: 600, depth: 3 }; bb.annotations[0].width = 20; }), /60/],
  ['ERROR_INVALID_LABEL_NAME_LENGTH', 'a long label', boxLine(REF, (_bb, metadata) => { metadata['class-map'][0] = 'x'.repeat(300); }), /300|255/],
];

/** Enough good lines that the rule on one line, and not the one on the fraction of bad lines, is what fails. */
const GOOD = Array.from({ length: 12 }, (_, i) => labelLine(`s3://pictures/good-${i}.jpg`));

test.each(RULES)('%s (%s) fails cdk synth with line, reference, code and advice', (code, _what, line, culprit) => {
  const path = join(folderWith({ 'birds.manifest': jsonLines(...GOOD, line) }), 'birds.manifest');
  let message = '';
  try {
    makeDataset(makeStack(), { manifest: Manifest.fromFile(path) });
  } catch (error) {
    message = (error as Error).message;
  }
  const said = message.split('\n').find((one) => one.includes(`: ${code}: `)) ?? `no ${code} in:\n${message}`;
  expect(said.startsWith(`  ${path}:13`)).toBe(true);
  const reference = typeof line === 'string' ? /"source-ref":"([^"]*)"/.exec(line)?.[1] : (line as any)['source-ref'];
  if (typeof reference === 'string') expect(said).toContain(`(${reference}): `);
  expect(said.slice(said.indexOf(code))).toMatch(culprit);
});

test('a problem names the reference as the manifest has it, whatever it becomes at deployment', () => {
  const broken = (reference: string) => ({ ...labelLine(reference), 'bird-metadata': {} });
  const path = join(folderWith({ 'birds.manifest': jsonLines(...GOOD, broken('crows/a b.jpg'), broken('s3://pictures/c.jpg')) }), 'birds.manifest');
  const stack = makeStack();
  const images = Images.inBucket(new s3.Bucket(stack, 'Pictures'), { prefix: 'birds/' });
  expect(() => makeDataset(stack, { manifest: Manifest.fromFile(path), images }))
    .toThrow(/birds\.manifest:13 \(crows\/a b\.jpg\)\n.*birds\.manifest:14 \(s3:\/\/pictures\/c\.jpg\)$/);
});

const VERDICTS: [code: string, manifest: string][] = [
  ['ERROR_TOO_MANY_RECORDS_IN_ERROR', jsonLines(...GOOD.slice(0, 3), '{')],
  ['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', jsonLines(...GOOD, labelLine('s3://elsewhere/1.jpg'))],
  ['ERROR_MANIFEST_TOO_MANY_LABELS', jsonLines(...Array.from({ length: 251 }, (_, i) => labelLine(`s3://pictures/${i}.jpg`, `label ${i}`)))],
  ['ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', Array.from({ length: 250_001 }, (_, i) => `{"source-ref":"s3://pictures/${i}"}\n`).join('')],
];

test.each(VERDICTS)('%s fails cdk synth for the whole manifest, whatever is tolerated', (code, manifest) => {
  const path = join(folderWith({ 'birds.manifest': manifest }), 'birds.manifest');
  expect(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(path), maxErrorEntries: 1_000_000 }))
    .toThrow(new RegExp(`\n  ${path}: ${code}: `));
});

test.each([
  ['WARNING_UNANNOTATED_RECORD', 'unannotatedRecord', { 'source-ref': REF }],
  ['WARNING_NO_ANNOTATIONS', 'noAnnotations', boxLine(REF, (bb, metadata) => { bb.annotations = []; metadata.objects = []; })],
  ['BLANK_LINE', 'blankLine', ' '],
])('%s is a warning', (code, id, line) => {
  const path = join(folderWith({ 'birds.manifest': jsonLines(...GOOD, line) }), 'birds.manifest');
  const stack = makeStack();
  makeDataset(stack, { manifest: Manifest.fromFile(path) });
  Annotations.fromStack(stack).hasWarning('/Stack/Train', Match.stringLikeRegexp(`birds.manifest:13.*: ${code}: .*cdk-vision-datasets:Dataset.${id}`));
});
