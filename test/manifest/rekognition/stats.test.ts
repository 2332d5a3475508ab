import { DatasetStats, inspectLine } from '../../../lib/manifest';
import type { InspectedLine } from '../../../lib/manifest';
import { BOXED, CLASSIFIED, classification, line } from '../samples';

function statsOf(lines: readonly InspectedLine[]): DatasetStats {
  const stats = new DatasetStats();
  for (const item of lines) stats.add(item);
  return stats;
}

const good = inspectLine(CLASSIFIED);
const bad = inspectLine('no JSON');
const label = (name: string) => inspectLine(line({ 'x': 1, 'x-metadata': classification(name) }));
const codes = (stats: DatasetStats, bytes?: number) => stats.validate(bytes).map(({ code, severity, place }) => [code, severity, place]);

test('counts entries, labels and buckets', () => {
  const stats = statsOf([good, good, inspectLine(BOXED), inspectLine(line()), bad]);
  stats.addDropped();

  expect(stats).toMatchObject({
    lines: 6, entries: 4, labeledEntries: 3, buckets: ['imgs'],
    labels: [{ name: 'crane', entries: 1, boxedEntries: 1 }, { name: 'harbour', entries: 2, boxedEntries: 0 }],
  });
});

test.each<[string, () => [DatasetStats, number?], [DatasetStats, number?]]>([
  ['ERROR_EMPTY_MANIFEST', () => [new DatasetStats()], [statsOf([good])]],
  ['ERROR_MANIFEST_SIZE_TOO_LARGE', () => [statsOf([good]), 1_073_741_825], [statsOf([good]), 1_073_741_824]],
  ['ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', () => [statsOf(Array(250_001).fill(good))], [statsOf(Array(250_000).fill(good))]],
  ['ERROR_MANIFEST_TOO_MANY_LABELS', () => [statsOf(Array.from({ length: 251 }, (_, i) => label(`${i}`)))],
    [statsOf(Array.from({ length: 250 }, (_, i) => label(`${i}`)))]],
  ['ERROR_TOO_MANY_RECORDS_IN_ERROR', () => [statsOf([good, good, good, bad])], [statsOf([good, good, good, good, bad])]],
  ['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', () => [statsOf([good, inspectLine(line({}, 's3://other/a.jpg'))])], [statsOf([good, good])]],
])('%s, and not at the limit', (code, broken, atLimit) => {
  expect(codes(...broken())).toEqual([[code, 'terminal', []]]);
  expect(codes(...atLimit)).toEqual([]);
});

test('lines that were not inspected count as entries and tell their bucket', () => {
  const stats = statsOf([good]);
  stats.addUninspected('other');
  stats.addUninspected();
  expect(stats).toMatchObject({ lines: 3, entries: 3, labeledEntries: 1 });
  expect(codes(stats)).toEqual([['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', 'terminal', []]]);
});
