import { App, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Manifest, rekognition } from '../../lib';

/** A stack of its own app: nothing of another test is in it. */
export function makeStack(props: StackProps = {}, context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context }), 'Stack', props);
}

/** A dataset with the manifest in a bucket and nothing else chosen; `props` overrules. */
export function makeDataset(stack: Stack, props: Partial<rekognition.DatasetProps> = {}, id = 'Train'): rekognition.Dataset {
  return new rekognition.Dataset(stack, id, {
    project: props.project ?? new rekognition.Project(stack, `${id}Project`),
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, `${id}Manifests`, 'manifests'), 'birds.manifest'),
    ...props,
  });
}
