import { Annotations, Tags } from 'aws-cdk-lib';
import type { Stack, StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, lookoutvision, Manifest, rekognition, RemovedEntryPolicy } from '../../lib';
import { classLine, colorMap, GREEN, maskLine } from '../formats/lookout/samples';
import { boxLine, folderWith, labelLine } from '../inputs/lines';
import { jpeg } from '../rigs/images';
import { makeStack } from '../rigs/stacks';

/** Datasets of both services, each given in another way, and a look-up: everything the package can make. */
export function makeWidestStack(props?: StackProps, context?: Record<string, unknown>): Stack {
  const stack = makeStack(props, context);
  const project = new rekognition.Project(stack, 'Birds', { projectName: 'birds' });
  new rekognition.Dataset(stack, 'Train', {
    project,
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.fromEntries([labelLine('crows/1.jpg'), boxLine('crows/2.jpg')]),
    images: Images.fromDirectory(folderWith({ 'crows/1.jpg': jpeg(), 'crows/2.jpg': jpeg() }), { prefix: 'birds/' }),
  });
  new rekognition.Dataset(stack, 'Test', {
    project,
    datasetType: rekognition.DatasetType.TEST,
    manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, 'Manifests', 'manifests'), 'birds/test.manifest', { version: 'v1' }),
    images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'Pictures', 'pictures'), { rewriteFrom: 's3://old-bucket/exports/' }),
    removedEntries: RemovedEntryPolicy.KEEP,
  });
  const forest = rekognition.Project.fromProjectName(stack, 'Forest', 'forest');
  new rekognition.Dataset(stack, 'Trees', {
    project: forest,
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.empty(),
    adoptExisting: true,
  });
  new rekognition.Dataset(stack, 'Sorted', {
    project: forest,
    datasetType: rekognition.DatasetType.TEST,
    manifest: Manifest.fromBucketFolders(s3.Bucket.fromBucketName(stack, 'Photos', 'photos'), { prefix: 'sorted/', revision: '1' }),
  });
  Annotations.of(stack).acknowledgeWarning('cdk-vision-datasets:LookoutVision.serviceDiscontinued');
  const line = new lookoutvision.Project(stack, 'Line', { projectName: 'line' });
  new lookoutvision.Dataset(stack, 'LineTrain', {
    project: line,
    datasetType: lookoutvision.DatasetType.TRAIN,
    manifest: Manifest.fromEntries([
      ...Array.from({ length: 10 }, (_, i) => classLine(`${i}.png`, 'normal')), maskLine('10.png', colorMap(['scratch', GREEN])),
    ]),
    images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'Parts', 'parts'), { prefix: 'line/' }),
  });
  new lookoutvision.Dataset(stack, 'LineTest', {
    project: line,
    datasetType: lookoutvision.DatasetType.TEST,
    manifest: Manifest.fromBucketFolders(s3.Bucket.fromBucketName(stack, 'Inspected', 'inspected'), { prefix: 'test/' }),
    removedEntries: RemovedEntryPolicy.FAIL,
  });
  Tags.of(stack).add('team', 'ornithology');
  return stack;
}
