import { inspectLookoutLine, LookoutDatasetStats } from '../../../lib/manifest';

const image = (key: string, name?: string, types?: string[], bucket = 'parts') => inspectLookoutLine(JSON.stringify({
  'source-ref': `s3://${bucket}/${key}.png`,
  ...(name && { 'lbl': 1, 'lbl-metadata': { 'class-name': name, 'human-annotated': 'yes', 'type': 'groundtruth/image-classification' } }),
  ...(types && {
    'm-ref': `s3://masks/${key}.png`,
    'm-ref-metadata': {
      'type': 'groundtruth/semantic-segmentation',
      'internal-color-map': Object.fromEntries(types.map((type, i) => [i, { 'class-name': type, 'hex-color': `#0000${(16 + i).toString(16)}` }])),
    },
  }),
}));

function statsOf(...lines: ReturnType<typeof image>[]): LookoutDatasetStats {
  const stats = new LookoutDatasetStats();
  for (const line of lines) stats.add(line);
  return stats;
}
const many = (count: number, line = image('a', 'normal')) => Array.from({ length: count }, () => line);
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

test('counts as ImageStats does', () => {
  const stats = statsOf(image('1', 'normal'), image('2', 'anomaly', ['scratch', 'dent']), image('3', 'anomaly', ['scratch']), image('4', 'Anomaly'),
    image('5'), inspectLookoutLine('{}'));
  expect(stats).toMatchObject({ lines: 6, total: 5, labeled: 3, normal: 1, anomaly: 2, anomalyTypes: ['dent', 'scratch'], buckets: ['parts'] });
  expect(stats.validate('train')).toEqual([]);
});

test('what fails a whole manifest', () => {
  expect(codes(statsOf().validate('train'))).toEqual(['ERROR_EMPTY_MANIFEST']);
  expect(codes(statsOf(image('1')).validate('train', 1_073_741_824))).toEqual([]);
  expect(codes(statsOf(image('1')).validate('train', 1_073_741_825))).toEqual(['ERROR_MANIFEST_SIZE_TOO_LARGE']);
  const [several] = statsOf(image('1'), image('2', 'normal', undefined, 'others')).validate('test');
  expect(several).toMatchObject({ code: 'ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', severity: 'terminal', advice: expect.stringContaining('"parts" and "others"') });
});

test.each([['train', 16_000], ['test', 4_000]] as const)('a %s dataset has %d images at most', (type, most) => {
  expect(statsOf(...many(most)).validate(type)).toEqual([]);
  expect(codes(statsOf(...many(most + 1)).validate(type))).toEqual(['ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM']);
});

test.each([
  ['train', true, 20, 10], ['train', false, 10, 0], ['test', false, 10, 10],
] as const)('training needs enough images: %s, single %s: %d normal and %d anomalous', (type, single, normal, anomaly) => {
  const bad = image('b', 'anomaly');
  expect(statsOf(...many(normal), ...many(anomaly, bad)).warnings(type, single)).toEqual([]);
  const missing = statsOf(...many(normal - 1), ...many(Math.max(0, anomaly - 1), bad)).warnings(type, single);
  expect(codes(missing)).toEqual(anomaly === 0 ? ['WARNING_TOO_FEW_IMAGES'] : ['WARNING_TOO_FEW_IMAGES', 'WARNING_TOO_FEW_IMAGES']);
  expect(missing[0]).toMatchObject({ severity: 'warning', advice: expect.stringContaining(`needs ${normal}`) });
});

test('what spoils a segmentation model', () => {
  const scratched = image('s', 'anomaly', ['scratch']);
  expect(codes(statsOf(...many(8_000), scratched).warnings('train'))).toEqual(['WARNING_TOO_MANY_SEGMENTATION_ENTRIES']);
  expect(codes(statsOf(...many(8_001)).warnings('train'))).toEqual([]);
  expect(codes(statsOf(...many(10), scratched, image('b', 'anomaly')).warnings('train'))).toEqual(['WARNING_MASKS_INCOMPLETE']);
  const types = Array.from({ length: 101 }, (_, i) => image(`t${i}`, 'anomaly', [`type ${i}`]));
  expect(codes(statsOf(...many(10), ...types).warnings('train'))).toEqual(['WARNING_TOO_MANY_ANOMALY_TYPES']);
});
