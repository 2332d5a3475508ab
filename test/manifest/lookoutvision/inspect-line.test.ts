import fc from 'fast-check';
import {
  classAdvice, IMAGE_FILE_RULES, inspectLookoutLine, inspectLookoutLineBytes, LOOKOUT_RULES, maskColorsOf, nearestAnomalyClass,
} from '../../../lib/manifest';
import type { LookoutRuleCode } from '../../../lib/manifest';

type Place = (string | number)[];

const without = (object: object, member: string) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== member));
const line = (members: object = {}, ref: unknown = 's3://parts/a.png') => JSON.stringify({ 'source-ref': ref, ...members });
const metadata = (more: object = {}) => ({ 'class-name': 'anomaly', 'human-annotated': 'yes', 'type': 'groundtruth/image-classification', ...more });
const label = (more: object = {}, value: unknown = 1) => ({ 'lbl': value, 'lbl-metadata': metadata(more) });
const SCRATCH = { 'class-name': 'scratch', 'hex-color': '#2ca02c', 'confidence': 0 };
const maskMetadata = (map: unknown = { 1: SCRATCH }) =>
  ({ 'internal-color-map': map, 'human-annotated': 'yes', 'type': 'groundtruth/semantic-segmentation' });
const mask = (map?: unknown, ref: unknown = 's3://masks/a.png') => ({ 'm-ref': ref, 'm-ref-metadata': maskMetadata(map) });
const colors = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) =>
  [i, { 'class-name': `type ${i}`, 'hex-color': `#0000${(16 + i).toString(16)}` }]));

/** code, what the line does wrong, the line, place, a piece of the advice */
const ROWS: [LookoutRuleCode, string, string, Place, string][] = [
  ['ERROR_LINE_TOO_LONG', 'over 8,192 characters', line({ x: 'x'.repeat(8192) }), [], 'more than 8192'],
  ['ERROR_INVALID_JSON_LINE', 'cut off', line(label()).slice(0, -1), [], 'not valid JSON'],
  ['ERROR_INVALID_JSON_LINE', 'array', '[]', [], 'is an array'],
  ['ERROR_INVALID_JSON_LINE', 'two source-refs', '{"source-ref":"s3://parts/a.png","source-ref":"s3://parts/b.png"}', [], 'more than one source-ref'],
  ['ERROR_MISSING_SOURCE_REF', 'none', JSON.stringify(label()), [], 'has no source-ref'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'relative', line(label(), 'a.png'), [], 's3://bucket/key'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'number', line(label(), 1), [], 'is 1'],
  ['SUSPICIOUS_SOURCE_REF', 'percent-encoded', line(label(), 's3://parts/a%20b.png'), [], 'percent-encoded'],

  ['ERROR_NO_LABEL_ATTRIBUTES', 'class without metadata', line({ lbl: 1 }), [], '"lbl" comes without "lbl-metadata"'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata of another name', line({ 'lbl': 1, 'label-metadata': metadata() }), [],
    '"lbl" comes without "lbl-metadata", and "label-metadata" without "label"; a label needs both'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata without class', line({ 'lbl-metadata': metadata() }), [], '"lbl-metadata" comes without "lbl"'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'mask without metadata', line({ ...label(), 'm-ref': 's3://masks/a.png' }), [], '"m-ref" comes without "m-ref-metadata"'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata of a mask without it', line({ ...label(), 'm-ref-metadata': maskMetadata() }), [], 'comes without "m-ref"'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'metadata is a string', line({ 'lbl': 1, 'lbl-metadata': 'x' }), ['lbl-metadata'], 'is "x"'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'no class-name', line({ 'lbl': 1, 'lbl-metadata': without(metadata(), 'class-name') }),
    ['lbl-metadata'], 'class-name is nothing'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'no human-annotated', line({ 'lbl': 1, 'lbl-metadata': without(metadata(), 'human-annotated') }),
    ['lbl-metadata'], 'human-annotated is nothing'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'human-annotated maybe', line(label({ 'human-annotated': 'maybe' })), ['lbl-metadata'], 'is "maybe"'],
  ['ERROR_UNSUPPORTED_USE_CASE_TYPE', 'no type', line({ 'lbl': 1, 'lbl-metadata': without(metadata(), 'type') }), ['lbl-metadata'], 'is nothing'],
  ['ERROR_UNSUPPORTED_USE_CASE_TYPE', 'boxes', line(label({ type: 'groundtruth/object-detection' })), ['lbl-metadata'], 'is "groundtruth/object-detection"'],
  ['ERROR_UNKNOWN_ANOMALY_CLASS', 'capital', line(label({ 'class-name': 'Anomaly' })), ['lbl-metadata'], 'it probably means "anomaly"'],
  ['ERROR_UNKNOWN_ANOMALY_CLASS', 'another word', line(label({ 'class-name': 'good' })), ['lbl-metadata'], 'it probably means "normal"'],
  ['ERROR_UNKNOWN_ANOMALY_CLASS', 'no such class', line(label({ 'class-name': 'scratch' })), ['lbl-metadata'], 'make it "normal" or "anomaly"'],
  ['WARNING_CONFIDENCE', 'over 1', line(label({ confidence: 2 })), ['lbl-metadata'], 'is 2'],
  ['WARNING_CONFIDENCE', 'string', line(label({ confidence: '1' })), ['lbl-metadata'], 'is "1"'],
  ['WARNING_SEVERAL_LABEL_ATTRIBUTES', 'two classes', line({ ...label(), 'other': 0, 'other-metadata': metadata() }), [], '"lbl" and "other"'],
  ['WARNING_UNANNOTATED_RECORD', 'reference alone', line(), [], 'no label'],

  ['ERROR_MASK_WITHOUT_CLASS', 'segmentation job', line(mask()), ['m-ref'], 'but no class'],
  ['ERROR_MASK_ATTRIBUTE_NAME', 'not -ref', line({ ...label(), 'mask': 's3://masks/a.png', 'mask-metadata': maskMetadata() }), ['mask'], '"mask-ref"'],
  ['ERROR_INVALID_MASK_REF_FORMAT', 'relative', line({ ...label(), ...mask(undefined, 'masks/a.png') }), ['m-ref'], 'is "masks/a.png"'],
  ['WARNING_MASK_FORMAT', 'JPEG', line({ ...label(), ...mask(undefined, 's3://masks/a.jpg') }), ['m-ref'], 'does not end in .png'],
  ['ERROR_INVALID_COLOR_MAP', 'missing', line({ ...label(), ...mask(null) }), ['m-ref-metadata'], 'internal-color-map must be'],
  ['ERROR_INVALID_COLOR_MAP', 'empty', line({ ...label(), ...mask({}) }), ['m-ref-metadata'], 'internal-color-map must be'],
  ['ERROR_INVALID_COLOR_MAP', 'no name', line({ ...label(), ...mask({ 1: without(SCRATCH, 'class-name') }) }), ['m-ref-metadata'], 'class-name of "1" is nothing'],
  ['ERROR_INVALID_COLOR_MAP', 'no color', line({ ...label(), ...mask({ 1: without(SCRATCH, 'hex-color') }) }), ['m-ref-metadata'], 'hex-color of "1" is nothing'],
  ['ERROR_INVALID_COLOR_MAP', 'short color', line({ ...label(), ...mask({ 1: { ...SCRATCH, 'hex-color': '#2ca' } }) }), ['m-ref-metadata'], 'is "#2ca"'],
  ['ERROR_INVALID_COLOR_MAP', 'one color for two types', line({ ...label(), ...mask({ 1: SCRATCH, 2: { 'class-name': 'dent', 'hex-color': '#2CA02C' } }) }),
    ['m-ref-metadata'], 'both "scratch" and "dent"'],
  ['WARNING_TOO_MANY_ANOMALY_TYPES_IN_MASK', '21 types', line({ ...label(), ...mask(colors(21)) }), ['m-ref-metadata'], '21 anomaly types'],
  ['WARNING_MASK_ON_NORMAL_IMAGE', 'a scratch', line({ ...label({ 'class-name': 'normal' }), ...mask() }), ['m-ref'], 'has "scratch"'],
];

const LOSES_THE_CLASS: readonly LookoutRuleCode[] = [
  'ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'ERROR_UNSUPPORTED_USE_CASE_TYPE', 'ERROR_UNKNOWN_ANOMALY_CLASS',
];

test.each(ROWS)('%s: %s', (code, _what, text, place, advice) => {
  const inspected = inspectLookoutLine(text);

  const { severity, message } = LOOKOUT_RULES[code];
  expect(inspected.findings).toEqual([{ code, severity, message, place, advice: expect.stringContaining(advice) }]);
  expect(inspected.findings[0].advice).not.toMatch(/\.$/);
  expect(inspected.dropped).toBe(severity === 'terminal');
  if (severity === 'terminal') expect(inspected.bucket).toBeUndefined();
  const paired = text.includes('"lbl":') && text.includes('"lbl-metadata":');
  expect(inspected.class === undefined).toBe(inspected.dropped || !paired || LOSES_THE_CLASS.includes(code));
});

test('every rule on lines has a row', () => {
  const ofManifests: readonly LookoutRuleCode[] = [
    'ERROR_EMPTY_MANIFEST', 'ERROR_MANIFEST_SIZE_TOO_LARGE', 'ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', 'ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS',
    'ERROR_DUPLICATE_SOURCE_REF', 'WARNING_TOO_MANY_SEGMENTATION_ENTRIES', 'WARNING_TOO_MANY_ANOMALY_TYPES', 'WARNING_TOO_FEW_IMAGES',
    'WARNING_MASKS_INCOMPLETE', 'BLANK_LINE',
  ];
  const ofFiles = [...Object.keys(IMAGE_FILE_RULES), 'ERROR_IMAGE_SIZES_DIFFER', 'ERROR_INVALID_MASK'];
  expect(new Set([...ROWS.map(([code]) => code), ...ofManifests, ...ofFiles])).toEqual(new Set(Object.keys(LOOKOUT_RULES)));
});

test('any line gets findings that point into it, and a class only when it is one', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<any>(
    metadata(), maskMetadata(), 's3://masks/a.png', { ...metadata(), 'class-name': 'normal' }, { type: 'groundtruth/image-classification' },
    maskMetadata({ 0: null }), maskMetadata({ a: SCRATCH, b: 1 })));
  const members = fc.dictionary(fc.constantFrom('lbl', 'lbl-metadata', 'm-ref', 'm-ref-metadata', '__proto__', 'x', 'source-ref-metadata'), value);
  fc.assert(fc.property(members, (given) => {
    const text = line(given);
    const { class: found, labelAttribute, maskAttribute, anomalyTypes, findings, dropped } = inspectLookoutLine(text);
    expect(dropped).toBe(false);
    expect([undefined, 'normal', 'anomaly']).toContain(found);
    if (found !== undefined) expect((given as any)[`${labelAttribute}-metadata`]['class-name']).toBe(found);
    if (maskAttribute === undefined) expect(anomalyTypes).toEqual([]);
    for (const { place } of findings) expect(place.every((step) => Object.hasOwn(JSON.parse(text), step))).toBe(true);
    if (findings.length === 0) expect(found).toBeDefined();
  }), { numRuns: 500 });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { expect(inspectLookoutLine(text)).toHaveProperty('findings'); }));
});

describe('what a line says', () => {
  test('a class, found by the type of its metadata and not by a name', () => {
    const text = line({ 'anomaly-label': 5, 'anomaly-label-metadata': { type: 'other' }, ...label({ 'class-name': 'normal', 'creation-date': '2025-01-15T08:00:00' }, 'ignored') });
    expect(inspectLookoutLine(text)).toEqual({
      sourceRef: 's3://parts/a.png', bucket: 'parts', class: 'normal', labelAttribute: 'lbl',
      maskAttribute: undefined, maskRef: undefined, anomalyTypes: [], findings: [], dropped: false,
    });
  });

  test('a mask as AWS\'s own sample data has it: no background, no confidence, upper-case color, JavaScript date', () => {
    const text = line({ ...label(), 'm-ref': 's3://masks/a.png', 'm-ref-metadata': {
      ...maskMetadata({ 0: { 'class-name': 'cracked', 'hex-color': '#23A436' } }),
      'creation-date': 'Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)',
    } });
    expect(inspectLookoutLine(text)).toMatchObject({
      class: 'anomaly', maskAttribute: 'm-ref', maskRef: 's3://masks/a.png', anomalyTypes: ['cracked'], findings: [],
    });
    expect(maskColorsOf(maskMetadata({ 0: { 'class-name': 'cracked', 'hex-color': '#23A436' } }))).toEqual([{ className: 'cracked', hexColor: '#23a436' }]);
  });

  test('a normal image with a mask of background alone, as the Marketplace wants it', () => {
    const text = line({ ...label({ 'class-name': 'normal' }), ...mask({ 0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff', 'confidence': 0 } }) });
    expect(inspectLookoutLine(text)).toMatchObject({ class: 'normal', anomalyTypes: [], findings: [] });
  });

  test('a reference that is resolved first, also for the length of the line', () => {
    const images = { bucket: 'parts-of-production', prefix: '' };
    expect(inspectLookoutLine(line(label(), 'a.png'), images)).toMatchObject({ sourceRef: 's3://parts-of-production/a.png', bucket: images.bucket, findings: [] });
    const text = line({ ...label(), x: 'x'.repeat(8192 - 10 - line(label(), 'a.png').length) }, 'a.png');
    expect(inspectLookoutLine(text).findings).not.toEqual([]);
    expect(inspectLookoutLine(text, images).findings.map(({ code }) => code)).toEqual(['ERROR_LINE_TOO_LONG']);
  });

  test('further members, which are nobody\'s business', () => {
    expect(inspectLookoutLine(line({ ...label(), 'camera': 7, 'shift-metadata': { crew: 2 } })).findings).toEqual([]);
  });

  test('bytes that are not UTF-8 are refused', () => {
    expect(inspectLookoutLineBytes(Buffer.from(line(label())))).toMatchObject({ class: 'anomaly', dropped: false });
    expect(inspectLookoutLineBytes(Buffer.from(line(label(), 's3://parts/ä.png'), 'latin1'))).toMatchObject({
      dropped: true, findings: [{ code: 'ERROR_INVALID_JSON_LINE', advice: expect.stringContaining('UTF-8') }],
    });
  });
});

test.each([
  ['Normal', 'normal'], ['nromal', 'normal'], ['norml', 'normal'], [' normal ', 'normal'], ['good', 'normal'], ['OK', 'normal'],
  ['Anomaly', 'anomaly'], ['anomally', 'anomaly'], ['anomolous', 'anomaly'], ['abnormal', 'anomaly'], ['NG', 'anomaly'], ['defect', 'anomaly'],
  ['scratch', undefined], ['gold', undefined], ['bat', undefined], ['0', undefined], ['', undefined], ['n'.repeat(100_000), undefined],
])('class-name %j probably means %j', (written, meant) => {
  expect(nearestAnomalyClass(written)).toBe(meant);
  expect(classAdvice(written)).toContain(meant === undefined ? 'make it "normal" or "anomaly"' : `it probably means "${meant}"`);
});
