import fc from 'fast-check';
import { inspectLineBytes } from '../../../lib/manifest';
import type { ImageLocation, InspectedLine } from '../../../lib/manifest';
import { LineRewriter } from '../../../lib/manifest/lines/line-rewriter';
import { SourceLine } from '../../../lib/manifest/lines/source-line';
import { LineScanner } from '../../../lib/manifest/rekognition/line-scanner';
import { BOX, boxes, BOXED, CLASSIFIED, classification, detection, line, manyBoxes } from '../samples';
import { spoiledBytes, spoiledMembers, spoiledTokens } from '../spoiled-lines';

const source = new SourceLine();
const plain = new LineScanner(undefined);
const images: ImageLocation = { bucket: 'new', prefix: 'p/', rewriteFrom: 's3://imgs/' };
const resolving = { scanner: new LineScanner(images), rewriter: new LineRewriter(images) };

/** Puts the line into a larger buffer, as in a chunk. */
function accepts(bytes: Buffer, scanner = plain): boolean {
  const chunk = Buffer.concat([Buffer.from('x\n'), bytes, Buffer.from('\n"}]}')]);
  source.set(chunk, 2, 2 + bytes.length);
  return source.findReference() && scanner.accepts(source);
}

const labelsOf = ({ labels }: InspectedLine) => labels.map(({ name, boxed }) => `${name} ${boxed}`).sort();

/** The property: what the scanner accepts is what the plain checker finds nothing in, with the same labels. */
function expectAgreement(bytes: Buffer): void {
  if (accepts(bytes)) {
    const inspected = inspectLineBytes(bytes);
    expect(inspected).toMatchObject({ findings: [], dropped: false, labeled: plain.line.labeled, bucket: plain.line.bucket });
    expect(labelsOf(plain.line)).toEqual(labelsOf(inspected));
  }
  source.set(bytes, 0, bytes.length);
  if (resolving.rewriter.locate(source) && accepts(bytes, resolving.scanner)) {
    const inspected = inspectLineBytes(bytes, images);
    expect(inspected).toMatchObject({ findings: [], dropped: false, bucket: 'new' });
    expect(labelsOf(resolving.scanner.line)).toEqual(labelsOf(inspected));
  }
}

const ORDINARY = [
  CLASSIFIED, BOXED, manyBoxes(50),
  line({ 'a': 1, 'a-metadata': classification('x'), 'b': 0, 'b-metadata': classification('y', { 'job-name': 'j' }) }),
  line({ 'bb': boxes([BOX, { top: 0, left: 0, height: 600, width: 800, class_id: 12 }]), 'bb-metadata': detection({ 'objects': [{ confidence: 0.5 }, { confidence: 0 }],
    'class-map': { 0: 'Krän', 12: 'dog', 7: 'unused' } }) }),
  line({ 'bb': { image_size: [{ width: 2000, height: 100, depth: 1 }], annotations: [{ ...BOX, height: 20 }] }, 'bb-metadata': detection() }),
  line({ 'x': 1, 'x-metadata': classification('n'.repeat(255)), 'y': 1, 'y-metadata': classification('n'.repeat(255)) }),
  line({ 'bb-metadata': detection(), 'bb': { annotations: [BOX], image_size: [{ depth: 3, height: 600, width: 800 }] } }),
];
/** As Python's json.dumps writes it. */
const spaced = (text: string) => text.replaceAll('":', '": ').replaceAll(/,(?=["{])/g, ', ');

test.each(ORDINARY.flatMap((text) => [text, spaced(text)]))('ordinary line %# is accepted', (text) => {
  expect(inspectLineBytes(Buffer.from(text)).findings).toEqual([]);
  expect(accepts(Buffer.from(text))).toBe(true);
  expectAgreement(Buffer.from(text));
});

test.each([
  ['two values of one name', '{"source-ref":"s3://imgs/a.jpg","a":1,"a":1,"a-metadata":M,"a-metadata":M}'],
  ['two values of one name, metadata of two', '{"source-ref":"s3://imgs/a.jpg","a":1,"a":1,"a-metadata":M,"b-metadata":M}'],
  ['two metadata of one name', '{"source-ref":"s3://imgs/a.jpg","a":1,"b":1,"a-metadata":M,"a-metadata":M}'],
  ['a second source-ref', '{"source-ref":"s3://imgs/a.jpg","source-ref":1,"source-ref-metadata":M}'],
  ['a service member as attribute', '{"source-ref":"s3://imgs/a.jpg","cl-a":1,"cl-a-metadata":M}'],
  ['a bucket that cannot exist', '{"source-ref":"s3://Imgs/a.jpg","a":1,"a-metadata":M}'],
  ['nothing but a reference', '{"source-ref":"s3://imgs/a.jpg"}'],
  ['text behind the object', '{"source-ref":"s3://imgs/a.jpg","a":1,"a-metadata":M} '],
  ['a class map that says one label twice', BOXED.replace('{"0":"crane"}', '{"0":"crane","1":"crane"}')],
  ['a class map that says one id twice', BOXED.replace('{"0":"crane"}', '{"0":"crane","0":"dog"}')],
  ['an image too long for its width', BOXED.replace('"width":800,"height":600', '"width":2021,"height":101').replace('"height":80', '"height":8')],
  ['a member of an image size twice', BOXED.replace('"depth":3', '"depth":3,"depth":3')],
  ['image sizes twice', BOXED.replace('"image_size"', '"image_size":[{"width":800,"height":600,"depth":3}],"image_size"')],
  ['annotations twice', manyBoxes(2).replace('"annotations":', `"annotations":[${JSON.stringify(BOX)}],"annotations":`).replace('"objects":[', '"objects":[{"confidence":1},')],
  ['a member of metadata twice', CLASSIFIED.replace('"class-name"', '"class-name":"x","class-name"')],
  ['a leading zero', BOXED.replace('"left":10', '"left":010')],
  ['a class map with bytes that are no text', BOXED.replace('crane', 'cr\u00e4ne')],
])('%s takes the slow path', (_what, text) => {
  const bytes = Buffer.from(text.replaceAll('M', JSON.stringify(classification())), 'latin1');
  expect(accepts(bytes)).toBe(false);
  expect(accepts(bytes)).toBe(false);
});

test('never disagrees with the plain checker: members spoiled', () => {
  fc.assert(fc.property(spoiledMembers(ORDINARY), expectAgreement), { numRuns: 4000 });
});

test('never disagrees with the plain checker: tokens spoiled', () => {
  fc.assert(fc.property(spoiledTokens(ORDINARY.filter((text) => text.length < 1200)), (spoiled) => {
    expectAgreement(Buffer.from(spoiled));
    expectAgreement(Buffer.from(spoiled.replace('crane', 'cr\u00e4ne'), 'latin1'));
  }), { numRuns: 6000 });
});

test('never disagrees with the plain checker: bytes spoiled', () => {
  const short = [...ORDINARY, ...ORDINARY.map(spaced)].filter((text) => text.length < 1200);
  fc.assert(fc.property(spoiledBytes(short), expectAgreement), { numRuns: 6000 });
});
