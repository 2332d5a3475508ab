import { ListingIndex, LOOKOUT_LIMITS, lookoutRules } from '../../../lib/manifest';
import type { ManifestPassOptions } from '../../../lib/manifest';
import { file, linesOf, run } from '../passes';

/** Lines of Lookout for Vision, through the same pass as Rekognition's. */

const TYPE = { classification: 'groundtruth/image-classification', segmentation: 'groundtruth/semantic-segmentation' };

function line(ref: string, name: string, more: object = {}, value = name === 'anomaly' ? 1 : 0): string {
  return JSON.stringify({
    'source-ref': ref, 'anomaly-label': value, 'anomaly-label-metadata': { 'class-name': name, 'human-annotated': 'yes', 'type': TYPE.classification }, ...more,
  });
}

function mask(ref: string): object {
  return {
    'anomaly-mask-ref': ref,
    'anomaly-mask-ref-metadata': {
      'internal-color-map': { 0: { 'class-name': 'scratch', 'hex-color': '#2ca02c', 'confidence': 0.0 } }, 'human-annotated': 'yes', 'type': TYPE.segmentation,
    },
  };
}

const pass = (lines: readonly string[], options: Partial<ManifestPassOptions> = {}) => run(file(lines), { rules: lookoutRules('train'), ...options });
const codes = ({ summary }: ReturnType<typeof run>) => summary.problems.map(({ code, line: at }) => at === undefined ? code : `${at} ${code}`);
const NORMALS = Array.from({ length: 10 }, (_, i) => line(`s3://bkt/${i}.png`, 'normal'));

test('counts the classes, and finds nothing in good lines', () => {
  const { summary, resolved } = pass([...NORMALS, line('s3://bkt/x.png', 'anomaly')]);
  expect(summary).toMatchObject({ entries: 11, labeledEntries: 11, classes: { normal: 10, anomaly: 1 }, problems: [] });
  expect(linesOf(resolved)).toHaveLength(11);
});

test('a misspelt class is an error, a broken line and a repeated image are terminal, few images a warning', () => {
  const lines = [line('s3://bkt/1.png', 'Anomaly'), '{"source-ref":', line('s3://bkt/2.png', 'normal'), line('s3://bkt/2.png', 'normal')];
  const result = pass(lines);
  expect(codes(result)).toEqual(['2 ERROR_INVALID_JSON_LINE', '4 ERROR_DUPLICATE_SOURCE_REF', '1 ERROR_UNKNOWN_ANOMALY_CLASS', 'WARNING_TOO_FEW_IMAGES']);
  expect(result.summary.counts).toEqual({ terminal: 2, error: 1, warning: 1, errorLines: 1 });
  expect(result.summary).toMatchObject({ entries: 2, labeledEntries: 1 });
});

test('a Rekognition line with boxes is not one of this service', () => {
  const boxes = JSON.stringify({ 'source-ref': 's3://bkt/box.png', 'bb': { annotations: [] }, 'bb-metadata': { type: 'groundtruth/object-detection' } });
  expect(codes(pass([...NORMALS, boxes]))).toContain('11 ERROR_UNSUPPORTED_USE_CASE_TYPE');
});

test('a test dataset holds 4,000 images', () => {
  const lines = Array.from({ length: 4001 }, (_, i) => line(`s3://bkt/${i}.png`, i % 2 ? 'normal' : 'anomaly'));
  expect(codes(pass(lines, { rules: lookoutRules('test') }))).toEqual(['ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM']);
  expect(codes(pass(lines))).toEqual([]);
});

describe('references', () => {
  const images = { bucket: 'new', prefix: 'parts/' };

  test('of image and mask are resolved alike, and nothing else of the line changes', () => {
    const written = line('a b.png', 'anomaly', mask('masks/ü.png')).replaceAll('"confidence":0', '"confidence": 0.0');
    expect(linesOf(pass([written], { images }).resolved)).toEqual([
      written.replace('a b.png', 's3://new/parts/a b.png').replace('masks/ü.png', 's3://new/parts/masks/ü.png'),
    ]);
    const absolute = line('s3://old/a.png', 'anomaly', mask('s3://masks/m.png'));
    expect(linesOf(pass([absolute], { images }).resolved)).toEqual([absolute.replace('s3://old/', 's3://new/').replace('s3://masks/', 's3://new/')]);
  });

  test('stay as they are written without images', () => {
    const written = line('s3://old/a.png', 'anomaly', mask('s3://masks/m.png'));
    expect(linesOf(pass([written]).resolved)).toEqual([written]);
  });

  test('a mask outside of where the manifest was exported from is an error that names it', () => {
    const lines = [line('s3://old/x/a.png', 'anomaly', mask('s3://old/y/m.png'))];
    const { summary } = pass(lines, { images: { ...images, rewriteFrom: 's3://old/x/' } });
    expect(summary.problems[0]).toMatchObject({ code: 'ERROR_INVALID_MASK_REF_FORMAT', line: 1 });
    expect(summary.problems[0].advice).toMatch(/^"anomaly-mask-ref" does not begin with s3:\/\/old\/x\//);
  });

  test('a mask attribute whose name is escaped, or occurs inside of other values, is found', () => {
    const written = `{"note":"anomaly-mask-ref",${line('a.png', 'anomaly', mask('m.png')).slice(1)}`.replace('"anomaly-mask-ref":', '"anomaly\\u002dmask-ref" :');
    const [resolved] = linesOf(pass([written], { images }).resolved);
    expect(JSON.parse(resolved)).toEqual({ ...JSON.parse(written), 'source-ref': 's3://new/parts/a.png', 'anomaly-mask-ref': 's3://new/parts/m.png' });
  });

  test('may make a line too long', () => {
    const room = LOOKOUT_LIMITS.lineCharacters - line('', 'anomaly', mask('')).length;
    const written = line('a.png', 'anomaly', mask(`${'m'.repeat(room - 9)}.png`));
    expect(written).toHaveLength(LOOKOUT_LIMITS.lineCharacters);
    expect(codes(pass([...NORMALS, written]))).not.toContain('11 ERROR_LINE_TOO_LONG');
    expect(codes(pass([written], { images }))).toContain('1 ERROR_LINE_TOO_LONG');
  });
});

describe('comparison', () => {
  test('with the manifest before: only new and changed lines, each cut into calls of at most 10 MiB', () => {
    const before = pass(NORMALS).summary.index;
    const changed = line('s3://bkt/3.png', 'anomaly');
    const result = pass([...NORMALS.slice(0, 3), changed, ...NORMALS.slice(4), line('s3://bkt/new.png', 'normal')], { previous: before });
    expect(linesOf(result.changed)).toEqual([changed, line('s3://bkt/new.png', 'normal')]);
    expect(result.summary.diff).toMatchObject({ added: 1, changed: 1, unchanged: 9, removed: [] });
    expect(result.summary.classes).toEqual({ normal: 10, anomaly: 1 });

    const long = Array.from({ length: 1500 }, (_, i) => line(`s3://bkt/${i}.png`, 'normal', { note: 'x'.repeat(7800) }));
    const { chunks, bytes } = pass(long).summary;
    expect(bytes).toBeGreaterThan(LOOKOUT_LIMITS.changesBytes);
    expect(chunks).toHaveLength(2);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(LOOKOUT_LIMITS.changesBytes);
  });

  test('with what the service lists: a value that it has put right is no change', () => {
    const sent = [...NORMALS, line('s3://bkt/x.png', 'anomaly', {}, 0), line('s3://bkt/y.png', 'normal', {}, 1)];
    const listing = new ListingIndex();
    for (const item of NORMALS) listing.add(item);
    listing.add(line('s3://bkt/x.png', 'anomaly', {}, 1));
    listing.add(line('s3://bkt/y.png', 'normal', {}, 0));
    const { changed } = pass(sent, { previous: listing.build(), previousIsCanonical: true });
    expect(changed).toBe('');
  });
});
