/** An app whose manifests are only known at deploy time: objects of the bucket `manifests`, named by the context. */
import { App, CfnOutput, CfnWaitCondition, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';

const app = new App();
const manifest = (set: string): string => app.node.getContext(set);

const stack = new Stack(app, 'FromBucket');
const manifests = s3.Bucket.fromBucketName(stack, 'Manifests', manifest('manifests'));
const images = Images.inBucket(s3.Bucket.fromBucketName(stack, 'Images', 'images-elsewhere'), { prefix: 'parts/' });
const project = new rekognition.Project(stack, 'Project', { projectName: 'from-bucket' });
const train = new rekognition.Dataset(stack, 'Train', {
  project, images, datasetType: rekognition.DatasetType.TRAIN, manifest: Manifest.fromBucket(manifests, manifest('train')),
});
const test = new rekognition.Dataset(stack, 'Test', {
  project, images, datasetType: rekognition.DatasetType.TEST, manifest: Manifest.fromBucket(manifests, manifest('test')),
});
// TRAIN has its new content when TEST fails, so that a rollback has something to undo.
test.node.addDependency(train);
// Fails when it is told to, whatever the datasets are at.
const failing = app.node.tryGetContext('failing');
if (failing) new CfnWaitCondition(stack, failing, { handle: new CfnWaitConditionHandle(stack, `${failing}Handle`).ref, timeout: '600' });

new CfnOutput(stack, 'TrainHash', { value: train.contentHash });
