/** The example app that cdk.json names: photos of workshop parts, and the TRAIN and TEST datasets made of them. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../lib';

const app = new App();
/** Folder with `images/`, `train.manifest` and `test.manifest`; `-c example=<folder>` names another one. */
const example: string = app.node.tryGetContext('example') ?? 'example';

const stack = new Stack(app, 'WorkshopParts', { description: 'Photos of workshop parts as Rekognition Custom Labels datasets' });

const bucket = new s3.Bucket(stack, 'Images', {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.DESTROY,
  autoDeleteObjects: true,
});
const project = new rekognition.Project(stack, 'Parts');
const images = Images.fromDirectory(`${example}/images`, { bucket, prefix: 'parts/' });

const train = new rekognition.Dataset(stack, 'Train', {
  project,
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromFile(`${example}/train.manifest`),
  images,
});
const test = new rekognition.Dataset(stack, 'Test', {
  project,
  datasetType: rekognition.DatasetType.TEST,
  manifest: Manifest.fromFile(`${example}/test.manifest`),
  images,
});

new CfnOutput(stack, 'ImageBucket', { value: bucket.bucketName });
new CfnOutput(stack, 'ProjectArn', { value: project.projectArn });
new CfnOutput(stack, 'TrainDatasetArn', { value: train.datasetArn });
new CfnOutput(stack, 'TrainDatasetStatus', { value: train.datasetStatus });
new CfnOutput(stack, 'TestDatasetArn', { value: test.datasetArn });
new CfnOutput(stack, 'TestDatasetStatus', { value: test.datasetStatus });
