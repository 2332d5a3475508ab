import { DatasetTally, inspectLine, type InspectedLine } from '../../../lib/manifest';
import { BOXED, CLASSIFIED, classification, line } from '../samples';

function tallyOf(lines: readonly InspectedLine[]): DatasetTally {
  const tally = new DatasetTally();
  for (const item of lines) tally.add(item);
  return tally;
}

const good = inspectLine(CLASSIFIED);
const bad = inspectLine('no JSON');
const label = (name: string) => inspectLine(line({ 'x': 1, 'x-metadata': classification(name) }));
const codes = (tally: DatasetTally, bytes?: number) => tally.verdicts(bytes).map(({ code, severity, place }) => [code, severity, place]);

test('counts entries, labels and buckets', () => {
  const tally = tallyOf([good, good, inspectLine(BOXED), inspectLine(line()), bad]);
  tally.addDropped();

  expect(tally).toMatchObject({
    lines: 6, entries: 4, labeledEntries: 3, buckets: ['imgs'],
    labels: [{ name: 'crane', entries: 1, boxedEntries: 1 }, { name: 'harbour', entries: 2, boxedEntries: 0 }],
  });
});

test.each<[string, () => [DatasetTally, number?], [DatasetTally, number?]]>([
  ['ERROR_EMPTY_MANIFEST', () => [new DatasetTally()], [tallyOf([good])]],
  ['ERROR_MANIFEST_SIZE_TOO_LARGE', () => [tallyOf([good]), 1_073_741_825], [tallyOf([good]), 1_073_741_824]],
  ['ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', () => [tallyOf(Array(250_001).fill(good))], [tallyOf(Array(250_000).fill(good))]],
  ['ERROR_MANIFEST_TOO_MANY_LABELS', () => [tallyOf(Array.from({ length: 251 }, (_, i) => label(`${i}`)))],
    [tallyOf(Array.from({ length: 250 }, (_, i) => label(`${i}`)))]],
  ['ERROR_TOO_MANY_RECORDS_IN_ERROR', () => [tallyOf([good, good, good, bad])], [tallyOf([good, good, good, good, bad])]],
  ['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', () => [tallyOf([good, inspectLine(line({}, 's3://other/a.jpg'))])], [tallyOf([good, good])]],
])('%s, and not at the limit', (code, broken, atLimit) => {
  expect(codes(...broken())).toEqual([[code, 'terminal', []]]);
  expect(codes(...atLimit)).toEqual([]);
});

test('lines that were not inspected count as entries and tell their bucket', () => {
  const tally = tallyOf([good]);
  tally.addUninspected('other');
  tally.addUninspected();
  expect(tally).toMatchObject({ lines: 3, entries: 3, labeledEntries: 1 });
  expect(codes(tally)).toEqual([['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', 'terminal', []]]);
});
