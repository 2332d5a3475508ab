import { join } from 'node:path';
import { Annotations as CdkAnnotations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';
import { folderWith } from '../inputs/lines';
import { makeDataset, makeStack } from '../rigs/stacks';

const inRegion = (region?: string) => makeStack({ env: { account: '123456789012', region } });
const UNSUPPORTED = 'cdk-vision-datasets:Rekognition.unsupportedRegion';
const { TRAIN, TEST } = rekognition.DatasetType;

describe('a Region without Custom Labels', () => {
  test('is said once a stack, with the Regions that have it', () => {
    const stack = inRegion('eu-north-1');
    makeDataset(stack);
    makeDataset(stack, { datasetType: TEST }, 'Test');
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(UNSUPPORTED));
    expect(warnings.map(({ id, entry }) => [id, entry.data])).toEqual([['/Stack/TrainProject', expect.stringMatching(
      /^Amazon Rekognition Custom Labels is available in us-east-1, .*, ap-northeast-2, but the stack is in eu-north-1, where its deployment will fail; /,
    )]]);
  });

  test.each(['cn-north-1', 'us-gov-west-1', 'ap-east-1'])('is said of a stack in %s with a project alone, whether it is made or looked up', (region) => {
    for (const make of [
      (stack: ReturnType<typeof inRegion>) => new rekognition.Project(stack, 'Birds'),
      (stack: ReturnType<typeof inRegion>) => rekognition.Project.fromProjectName(stack, 'Birds', 'birds'),
    ]) {
      const stack = inRegion(region);
      make(stack);
      Annotations.fromStack(stack).hasWarning('/Stack/Birds', Match.stringLikeRegexp(UNSUPPORTED));
    }
  });

  test('can be acknowledged, for a Region that AWS adds later', () => {
    const stack = inRegion('eu-north-1');
    CdkAnnotations.of(stack).acknowledgeWarning(UNSUPPORTED);
    makeDataset(stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(UNSUPPORTED))).toEqual([]);
  });

  test.each(['eu-west-1', 'ap-northeast-2', undefined])('is not said of %s', (region) => {
    const stack = inRegion(region);
    makeDataset(stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe('a Region that takes fewer images', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `{"source-ref":"s3://pictures/${i}"}\n`).join('');
  const folder = folderWith({ 28001: lines(28_001), 28000: lines(28_000), 7001: lines(7_001), 7000: lines(7_000) });
  const synth = (region: string | undefined, datasetType: rekognition.DatasetType, count: number) => () =>
    makeDataset(inRegion(region), { datasetType, manifest: Manifest.fromFile(join(folder, `${count}`)) });

  test.each([
    ['ap-south-1', TRAIN, 28_000], ['ap-south-1', TEST, 7_000], ['eu-west-2', TRAIN, 28_000], ['eu-west-2', TEST, 7_000],
  ])('%s, %s: fails cdk synth beyond %i, with Region and limit', (region, type, limit) => {
    expect(synth(region, type, limit + 1)).toThrow(
      `ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: the manifest has ${limit + 1} lines, more than the ${limit} of a ${type} dataset in ${region}; divide it, or deploy to another Region.`,
    );
    expect(synth(region, type, limit)).not.toThrow();
  });

  test.each(['eu-west-1', undefined])('%s takes as many as most Regions do', (region) => {
    expect(synth(region, TRAIN, 28_001)).not.toThrow();
  });
});

test('an image bucket in another Region fails cdk synth', () => {
  const stack = inRegion('eu-west-1');
  const bucket = s3.Bucket.fromBucketAttributes(stack, 'Pictures', { bucketName: 'pictures', region: 'us-east-1' });
  expect(() => makeDataset(stack, { images: Images.inBucket(bucket) })).toThrow(
    'Stack/Train: the image bucket Stack/Pictures is in the Region us-east-1, but the stack is in eu-west-1, and the service reads images in the Region of the project alone; copy them to a bucket in eu-west-1',
  );
  const here = s3.Bucket.fromBucketAttributes(stack, 'Here', { bucketName: 'pictures', region: 'eu-west-1' });
  expect(() => makeDataset(stack, { images: Images.inBucket(here) }, 'Test')).not.toThrow();
});
