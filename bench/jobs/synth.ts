import { rmSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';
import { IMAGES } from './answers';

/** Synthesises a stack with one dataset from a manifest file. */
export function synth(path: string, outdir: string, fresh: string): { resources: number } {
  if (fresh === 'fresh') rmSync(outdir, { recursive: true, force: true });
  const app = new App({ outdir });
  const stack = new Stack(app, 'Bench');
  new rekognition.Dataset(stack, 'Train', {
    project: new rekognition.Project(stack, 'Project'),
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.fromFile(path),
    images: Images.inBucket(Bucket.fromBucketName(stack, 'Images', IMAGES.bucket), { prefix: IMAGES.prefix, rewriteFrom: IMAGES.rewriteFrom }),
  });
  const { template } = app.synth().getStackByName('Bench');
  const types = Object.values<any>(template.Resources).map(({ Type }) => Type);
  return { resources: types.filter((type) => type === 'Custom::RekognitionDataset').length };
}
