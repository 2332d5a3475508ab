/** The rules on lines, written twice: by the library, which advises, and by the emulated service, which judges. */
import fc from 'fast-check';
import { inspectLookoutLineBytes } from '../../../lib/manifest';
import { judgeLine } from '../../../local/emulator/lookoutvision/line-rules';
import { spoiledBytes, spoiledMembers, spoiledTokens } from '../../manifest/spoiled-lines';
import { isSilent, sharedSilentRules } from '../silent-rules';
import type { SilentRule } from '../silent-rules';
import { labeled, masked, unlabeled } from './setup';

/**
 * The same lines every time, so that a failure is the doing of a change.
 * Others: `LINES=1000000 SEED=1 npx jest test/emulator/lookoutvision/line-rules`.
 */
const LINES = Number(process.env.LINES ?? 6_000);
const SEED = Number(process.env.SEED ?? 20261130);

const REFUSALS: Readonly<Record<string, RegExp>> = {
  ERROR_LINE_TOO_LONG: /longer than/,
  ERROR_INVALID_JSON_LINE: /UTF-8|JSON|longer than/,
  ERROR_MISSING_SOURCE_REF: /no source-ref/,
  ERROR_INVALID_SOURCE_REF_FORMAT: /source-ref is no/,
};

/** What library and service say of a line, unless they say the same. */
function disagreement(bytes: Buffer): { foretold: unknown; judged: unknown } | undefined {
  const { dropped, findings, sourceRef, bucket, class: anomalyClass } = inspectLookoutLineBytes(bytes);
  const judged = judgeLine(bytes);
  if (dropped || typeof judged === 'string') {
    return dropped && typeof judged === 'string' && REFUSALS[findings[0].code].test(judged) ? undefined : { foretold: findings, judged };
  }
  // Nothing else tells the customer that an image comes without its label.
  const lost = findings.some(({ severity, code }) => severity === 'error' || code === 'WARNING_UNANNOTATED_RECORD');
  const agreed =
    sourceRef === judged.sourceRef && bucket === judged.bucket && anomalyClass === judged.class && (judged.unlabeled === undefined || lost);
  return agreed ? undefined : { foretold: { sourceRef, bucket, class: anomalyClass, lost }, judged };
}

/** Where the guide is silent the two may differ: why, a line for which they do, and which lines are meant. */
const SILENT: readonly SilentRule[] = [
  ...sharedSilentRules({
    twoReferences: '{"source-ref":"s3://parts/a.png","source-ref":"s3://parts/b.png"}',
    bucketName: unlabeled('a.png', 'im'),
    halfPair: '{"source-ref":"s3://parts/\\ud800.png"}',
    characters: labeled('a.png', 'normal', {}, { x: '\u{1f600}'.repeat(4096) }),
  }),
  {
    why: 'whether the metadata of one attribute can be an attribute with metadata itself: the library takes it for one',
    example: JSON.stringify({ ...JSON.parse(labeled('a.png')), 'lbl-metadata': 1, 'lbl-metadata-metadata': JSON.parse(labeled('a.png'))['lbl-metadata'] }),
    about: (_text, line) => Object.keys(line).some((name) => name.endsWith('-metadata-metadata')),
  },
];

/** A disagreement that no row explains. */
const unexplained = (bytes: Buffer) => isSilent(SILENT, bytes) ? undefined : disagreement(bytes);

const SAMPLES = [
  labeled('a.png'), labeled('b.png', 'anomaly'), masked('c.png'), unlabeled('d.png'), labeled('e.png', 'Anomaly'),
  labeled('f.png', 'normal', {}, { 'other': 1, 'other-metadata': JSON.parse(labeled('f.png', 'anomaly'))['lbl-metadata'] }),
  labeled('g.png', 'normal', {}, { x: 'x'.repeat(8192 - 160) }),
];
const NASTY: unknown[] = [
  'normal', 'anomaly', 'NORMAL', 'normal ', 'groundtruth/semantic-segmentation', 'lbl', 'lbl-metadata', 'lbl-metadata-metadata', 'source-ref-metadata', '__proto__',
  '\ud800', 's3://imgs/\ud800', 's3://imgs//a', 's3://imgs/ ', 's3://i_m.G-s/a', 's3:///a', 's3://bücket/a', 'x'.repeat(8192),
  { type: 'groundtruth/image-classification' }, { 'type': 'groundtruth/image-classification', 'class-name': 'normal', 'human-annotated': 'no' },
  { type: 'groundtruth/semantic-segmentation' },
];

test.each([
  ['members', spoiledMembers(SAMPLES, ...NASTY)],
  ['tokens', spoiledTokens(SAMPLES).map((text) => Buffer.from(text))],
  ['bytes', spoiledBytes([...SAMPLES, ...SAMPLES.map((text) => text.replaceAll('":', '": '))])],
])('library and service agree on lines with spoiled %s', (_what, lines: fc.Arbitrary<Buffer>) => {
  fc.assert(fc.property(lines, (bytes) => {
    const found = unexplained(bytes);
    if (found) throw new Error(JSON.stringify({ line: bytes.toString(), ...found }));
  }), { seed: SEED, numRuns: Math.ceil(LINES / 3) });
}, 3_600_000);

test.each([
  ['2025-01-15T08:00:00.433061', '2025-01-15T08:00:00.433Z'], ['2025-01-15 08:00:00', '2025-01-15T08:00:00Z'], ['2025-01-15', '2025-01-15T00:00:00Z'],
  ['2025-01-15T08:00:00+02:00', '2025-01-15T06:00:00Z'], ['2025-01-15T08:00:00+0200', '2025-01-15T06:00:00Z'], ['2025-01-15T08:00Z', '2025-01-15T08:00:00Z'],
  ['Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)', '2022-08-22T20:52:52Z'], ['Aug 22 2022 13:52:52', '2022-08-22T13:52:52Z'],
  ['some day', undefined], ['', undefined],
])('the creation-date %p is %p', (written, instant) => {
  const line = labeled('a.png', 'normal', { 'creation-date': written });
  expect(judgeLine(Buffer.from(line))).toMatchObject({ class: 'normal', created: instant && Date.parse(instant) });
});

test.each(SILENT.map((row) => [row.why, row] as const))('%s', (_why, { example, about }) => {
  expect(about(example, JSON.parse(example))).toBe(true);
  expect(disagreement(Buffer.from(example))).toBeDefined();
});
