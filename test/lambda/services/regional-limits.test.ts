import type { Slot } from '../../../lambda/core/slot';
import { profileOf } from '../../../lambda/services';
import { ManifestPass } from '../../../lib/manifest';

/** What the handler says of a manifest of so many lines for a dataset in a Region. */
function problemsOf(region: string, datasetType: Slot['datasetType'], count: number): string[] {
  const slot = { projectArn: `arn:aws:rekognition:${region}:123456789012:project/birds/1690476084738`, datasetType };
  const pass = new ManifestPass({ rules: profileOf(slot).rules(slot) });
  pass.push(Buffer.from(Array.from({ length: count }, (_, i) => `{"source-ref":"s3://pictures/${i}"}\n`).join('')));
  return pass.end().problems.filter(({ severity }) => severity === 'terminal').map(({ advice }) => advice);
}

test.each([
  ['ap-south-1', 'TRAIN', 28_000], ['ap-south-1', 'TEST', 7_000], ['eu-west-2', 'TRAIN', 28_000], ['eu-west-2', 'TEST', 7_000],
] as const)('%s, %s: a manifest in a bucket is refused beyond %i, before the dataset is touched', (region, type, limit) => {
  expect(problemsOf(region, type, limit)).toEqual([]);
  expect(problemsOf(region, type, limit + 1)).toEqual([
    `the manifest has ${limit + 1} lines, more than the ${limit} of a ${type} dataset in ${region}; divide it, or deploy to another Region`,
  ]);
});

test('other Regions take as many as before', () => {
  expect(problemsOf('eu-west-1', 'TEST', 28_001)).toEqual([]);
});
