/** The rules on lines, written twice: by the library, which advises, and by the emulated service, which judges. */
import fc from 'fast-check';
import { inspectLineBytes, ManifestPass, rekognitionRules } from '../../../lib/manifest';
import { REFUSALS } from '../../../local/emulator/rekognition/dataset-entries';
import { EntryReader } from '../../../local/emulator/rekognition/entry-reader';
import { judgeLine } from '../../../local/emulator/rekognition/line-rules';
import { BOX, boxes, BOXED, CLASSIFIED, classification, detection, line, manyBoxes } from '../../manifest/samples';
import { spoiledBytes, spoiledMembers, spoiledTokens } from '../../manifest/spoiled-lines';
import { isSilent, sharedSilentRules } from '../silent-rules';
import type { SilentRule } from '../silent-rules';

/**
 * The same lines every time, so that a failure is the doing of a change.
 * Others: `LINES=1000000 SEED=1 npx jest test/emulator/rekognition/line-rules`.
 */
const LINES = Number(process.env.LINES ?? 20_000);
const SEED = Number(process.env.SEED ?? 20261130);

const REMOVALS: Readonly<Record<string, string>> = {
  ERROR_LINE_TOO_LONG: 'too long',
  ERROR_INVALID_JSON_LINE: 'no JSON object',
  ERROR_MISSING_SOURCE_REF: 'no source-ref',
  ERROR_INVALID_SOURCE_REF_FORMAT: 'no S3 location',
};

type Labels = readonly { readonly name: string; readonly boxed: boolean }[];
const named = (labels: Labels) => labels.map(({ name, boxed }) => `${name} ${boxed}`).sort();
/** The order in which errors are listed is not told. */
const sorted = (errors: readonly object[]) => errors.map((error) => JSON.stringify(error)).sort();
const isName = ({ name }: { readonly name: string }) => name.length > 0 && name.length <= 255;

/** What the library says the service will make of a line. */
function foretold(bytes: Buffer): unknown {
  const { dropped, sourceRef, bucket, labeled, labels, findings } = inspectLineBytes(bytes);
  if (dropped) return REMOVALS[findings[0].code];
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ code, message, place }) => ({ code, message, place }));
  return { sourceRef, bucket, labeled, labels: named(labels.filter(isName)), errors: sorted(errors) };
}

/** What the emulated service makes of it. */
function judged(bytes: Buffer, fractions: 'accept' | 'error' = 'accept'): unknown {
  const verdict = judgeLine(bytes, fractions);
  if (typeof verdict === 'string') return verdict;
  const { sourceRef, bucket, labeled, labels, errors } = verdict;
  return { sourceRef, bucket, labeled, labels: named(labels), errors: sorted(errors) };
}

const disagrees = (bytes: Buffer) => JSON.stringify(foretold(bytes)) !== JSON.stringify(judged(bytes));

/** Where the guide is silent the two may differ: why, a line for which they do, and which lines are meant. */
const SILENT: readonly SilentRule[] = [
  ...sharedSilentRules({
    twoReferences: '{"source-ref":"s3://imgs/a.jpg","source-ref":"s3://imgs/b.jpg"}',
    bucketName: line({}, 's3://im/a.jpg'),
    halfPair: '{"source-ref":"s3://imgs/\\ud800.jpg"}',
    characters: line({ 'a': 1, 'a-metadata': classification('\u{1f600}'.repeat(200)) }),
  }),
  {
    why: 'whether an image is labeled by boxes whose type is not that of boxes, and which are none',
    example: line({ 'a': { annotations: [] }, 'a-metadata': classification() }),
    about: (_text, { 'source-ref': _, ...members }) => Object.values(members).some((value) => value?.annotations?.length === 0),
  },
  {
    why: 'whether the service takes every member named errors or warnings for one that it added, or only lists of codes and messages',
    example: line({ warnings: 1 }),
    about: (_text, { errors, warnings }) => [errors, warnings].some((value) => value !== undefined),
  },
];

/** A disagreement that no row explains. */
const unexplained = (bytes: Buffer) => disagrees(bytes) && !isSilent(SILENT, bytes);

/** Where a service that takes no fractions lists an error, the library at least warns. */
function fractionsAreWarned(bytes: Buffer): boolean {
  return JSON.stringify(judged(bytes, 'accept')) === JSON.stringify(judged(bytes, 'error'))
    || inspectLineBytes(bytes).findings.some(({ code, severity }) => severity !== 'warning' || code === 'WARNING_FRACTION_OF_PIXEL');
}

const SAMPLES = [
  CLASSIFIED, BOXED, manyBoxes(51),
  line(),
  line({ 'a': 1, 'a-metadata': classification('x'), 'b': 0, 'b-metadata': classification('y', { 'job-name': 'j' }) }),
  line({ 'a': 1, 'a-metadata': classification('x'), 'bb': boxes(), 'bb-metadata': detection() }),
  line({ 'bb': boxes([BOX, { top: 0, left: 0, height: 600, width: 800, class_id: 12 }]), 'bb-metadata': detection({ 'objects': [{ confidence: 0.5 }, { confidence: 0 }],
    'class-map': { 0: 'Krän', 12: 'dog', 7: 'unused' } }) }),
  line({ 'bb': { image_size: [{ width: 3840, height: 1000, depth: 1 }], annotations: [{ ...BOX, height: 3.0001 }] }, 'bb-metadata': detection() }),
  line({ 'x': 1, 'x-metadata': classification('n'.repeat(255)) }),
  line({ 'a': 1, 'a-metadata': classification(), 'cl-metadata': { is_labeled: true }, 'cl-errors': [{ code: 'c', message: 'm' }] }),
  line({ 'a': [0], 'a-metadata': { ...classification(), 'class-map': { 0: 'x' }, 'type': 'groundtruth/image-classification-multilabel' } }),
];
const NASTY: unknown[] = [
  -0, 0.1, 0.30000000000000004, 2.34375, 3, 3.0000000000000004, 63.5, 64.5, 800.5, 799.9, 1e308, 1e-320, 'a'.repeat(255), '\u{1f600}'.repeat(200), '\ud800', 's3://imgs/\ud800',
  's3://imgs//a', 's3://imgs/ ', 's3://imgs/\n', 's3://i_m.G-s/a', 's3:///a', 's3://bücket/a', 's3://imgs', ' s3://imgs/a', 's3://imgs/a ', '__proto__', 'toString', 'a-metadata',
  'a-metadata-metadata', 'source-ref-metadata', '-metadata', 'cl-metadata', 'cl-errors', 'warnings', 'yes ', 'YES', [[]], [null], { confidence: null }, [{ confidence: 2 }],
  { ['__proto__']: null, constructor: 1 }, { is_labeled: true }, [{ code: 'x', message: 'y' }], { annotations: [] }, { image_size: [], annotations: [] },
  { 1.5: 'x' }, { '-1': 'x' }, { '00': 'x' }, { 0: 1 }, { 0: '' }, { 0: 'n'.repeat(256) }, { image_size: [{ width: 64, height: 63, depth: 1 }], annotations: [BOX] },
];
const short = SAMPLES.filter((text) => text.length < 1500);

test.each([
  ['members', spoiledMembers(SAMPLES, ...NASTY)],
  ['tokens', spoiledTokens(short).map((text) => Buffer.from(text))],
  ['bytes', spoiledBytes([...short, ...short.map((text) => text.replaceAll('":', '": '))])],
])('library and service agree on lines with spoiled %s', (_what, lines: fc.Arbitrary<Buffer>) => {
  fc.assert(fc.property(lines, (bytes) => {
    if (!fractionsAreWarned(bytes)) throw new Error(`not warned: ${bytes.toString()}`);
    if (unexplained(bytes)) throw new Error(JSON.stringify({ line: bytes.toString(), foretold: foretold(bytes), judged: judged(bytes) }));
  }), { seed: SEED, numRuns: Math.ceil(LINES / 3) });
}, 3_600_000);

/** Lines of all kinds but blank ones, which the library takes out before the service sees them. */
const kinds = fc.oneof(
  { arbitrary: fc.nat(40).map((i) => line({}, `s3://imgs/${i}.jpg`)), weight: 12 },
  fc.constantFrom('{', '[]', '{}', line({}, 1), line({}, 's3://other/a.jpg'), 'x'.repeat(100_001), line({ x: 'x'.repeat(100_000) })),
);

test('library and service refuse the same manifests', () => {
  fc.assert(fc.property(fc.array(kinds, { maxLength: 14 }), fc.boolean(), fc.boolean(), (some, ended, manyLabels) => {
    const labels = Array.from({ length: 251 }, (_, i) => line({ 'a': 1, 'a-metadata': classification(`label ${i}`) }, `s3://imgs/label-${i}.jpg`));
    const manifest = Buffer.from(`${[...some, ...manyLabels ? labels : []].join('\n')}${ended && some.length > 0 ? '\n' : ''}`);
    const pass = new ManifestPass({ rules: rekognitionRules, maxProblems: 1000 });
    pass.push(manifest);
    const messages = pass.end().problems.filter((problem) => problem.line === undefined && problem.severity === 'terminal').map(({ message }) => message);

    const reader = new EntryReader('accept');
    reader.push(manifest);
    reader.end();
    const { refusal } = reader;
    expect(messages.length > 0).toBe(refusal !== undefined);
    // The library tells all reasons, and has no own words for a file of anything but JSON.
    if (refusal !== undefined && refusal !== REFUSALS.format) expect(messages).toContain(refusal);
  }), { seed: SEED, numRuns: 300 });
});

test.each(SILENT.map((row) => [row.why, row] as const))('%s', (_why, { example, about }) => {
  expect(about(example, JSON.parse(example))).toBe(true);
  expect(disagrees(Buffer.from(example))).toBe(true);
});
