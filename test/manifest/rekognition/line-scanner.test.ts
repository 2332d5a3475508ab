import fc from 'fast-check';
import { inspectLineBytes } from '../../../lib/manifest';
import type { ImageLocation, InspectedLine } from '../../../lib/manifest';
import { LineRewriter } from '../../../lib/manifest/lines/line-rewriter';
import { SourceLine } from '../../../lib/manifest/lines/source-line';
import { LineScanner } from '../../../lib/manifest/rekognition/line-scanner';
import { BOX, boxes, BOXED, CLASSIFIED, classification, detection, line, manyBoxes } from '../samples';

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

/** Values that stand where others belong. */
const scrap = fc.constantFrom<any>(null, true, -1, 0, 1, 1.5, 1e21, 64, 63, 99, 4096, 4097, 1281, 2001, 99999999, '', 'yes', 'no', 'x'.repeat(256), 'ä', '\u0000', '"', '\\',
  'a.jpg', 'a%20', ' a', '../a', 's3://imgs/',
  's3://imgs/a', 's3://im/a', 'S3://imgs/b', 'https://a/b', 'groundtruth/object-detection', 'groundtruth/image-classification',
  [], {}, [1], { 0: 'x' }, { 1: 'x', 0: 'y' }, [{ confidence: 1 }], [{}], BOX, boxes(), detection(), classification(), 'cl-x', 'source-ref', 'errors');

/** Replaces, removes, adds or renames one member somewhere inside. */
function spoil(value: any, path: readonly number[], change: number, with_: any): any {
  if (typeof value !== 'object' || value === null || path.length === 0) return change === 0 ? with_ : value;
  const names = Object.keys(value);
  if (names.length === 0) return with_;
  const name = names[path[0] % names.length];
  if (path.length > 1) {
    const inner = spoil(value[name], path.slice(1), change, with_);
    return Array.isArray(value) ? value.map((item, i) => String(i) === name ? inner : item) : { ...value, [name]: inner };
  }
  if (Array.isArray(value)) return change === 1 ? value.slice(1) : [...value, with_];
  const entries = Object.entries(value);
  if (change === 1) return Object.fromEntries(entries.filter(([other]) => other !== name));
  if (change === 2) return Object.fromEntries(entries.map(([other, of]) => [other === name && typeof with_ === 'string' ? with_ : other, of]));
  return change === 3 ? { ...value, extra: with_ } : { ...value, [name]: with_ };
}

test('never disagrees with the plain checker: members spoiled', () => {
  fc.assert(fc.property(
    fc.constantFrom(...ORDINARY), fc.array(fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), fc.nat(4), scrap),
      { minLength: 1, maxLength: 2 }),
    (text, spoils) => {
      const value = spoils.reduce((spoiled, [path, change, with_]) => spoil(spoiled, path, change, with_), JSON.parse(text));
      expectAgreement(Buffer.from(JSON.stringify(value)));
    }), { numRuns: 4000 });
});

test('never disagrees with the plain checker: tokens spoiled', () => {
  const tokens = /"[^"]*": ?(?:"[^"]*"|[\d.]+)|"[^"]*"|[\d.]+/g;
  const edit = fc.oneof(
    scrap.map((value) => () => JSON.stringify(value)),
    scrap.map((value) => (token: string) => `${token},${token.replace(/(:).*|$/, `$1${JSON.stringify(value)}`)}`),
    fc.constantFrom(
      (token: string) => `${token},${token}`,
      (token: string) => token.replace(/\d/, '0$&'),
      (token: string) => token.replace(/\d/, '$&.0'),
      (token: string) => token.replace(/\w/, 'cl-$&'),
      (token: string) => token.replace(/: ?.*/, `: ${JSON.stringify('y'.repeat(256))}`),
    ));
  fc.assert(fc.property(
    fc.constantFrom(...ORDINARY.filter((text) => text.length < 1200)), fc.array(fc.tuple(fc.nat(), edit), { minLength: 1, maxLength: 2 }),
    (text, edits) => {
      const spoiled = edits.reduce((whole, [at, change]) => {
        const found = [...whole.matchAll(tokens)];
        const token = found[at % found.length];
        return whole.slice(0, token.index) + change(token[0]) + whole.slice(token.index + token[0].length);
      }, text);
      expectAgreement(Buffer.from(spoiled));
      expectAgreement(Buffer.from(spoiled.replace('crane', 'cr\u00e4ne'), 'latin1'));
    }), { numRuns: 6000 });
});

test('never disagrees with the plain checker: bytes spoiled', () => {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('":,{}[]\\ 019.-e/tn\n\u0000\u007f\u00e4', 'latin1')), fc.nat(255));
  fc.assert(fc.property(
    fc.constantFrom(...ORDINARY, ...ORDINARY.map(spaced)).filter((text) => text.length < 1200),
    fc.array(
      fc.record({ at: fc.nat(), remove: fc.nat(2), add: fc.array(byte, { maxLength: 2 }), copy: fc.nat(40) }),
      { minLength: 1, maxLength: 2 }),
    (text, edits) => {
      let bytes = Buffer.from(text);
      for (const { at, remove, add, copy } of edits) {
        const from = at % bytes.length;
        const repeated = copy > 36 ? bytes.subarray(from, from + copy * 3) : Buffer.alloc(0);
        bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(add), repeated, bytes.subarray(from + remove)]);
      }
      expectAgreement(bytes);
    }), { numRuns: 6000 });
});
