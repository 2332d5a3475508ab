/** An app of ten datasets: five pairs for cross-validation, each in a project of its own; the context has the manifest. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';

const app = new App();
const stack = new Stack(app, 'Folds');
const images = Images.inBucket(s3.Bucket.fromBucketName(stack, 'Images', 'images-elsewhere'));

Manifest.fromFile(app.node.getContext('manifest')).kFold(5).forEach(({ train, test }, i) => {
  const project = new rekognition.Project(stack, `Project${i}`, { projectName: `fold-${i}` });
  new rekognition.Dataset(stack, `Train${i}`, { project, datasetType: rekognition.DatasetType.TRAIN, images, manifest: train });
  new rekognition.Dataset(stack, `Test${i}`, { project, datasetType: rekognition.DatasetType.TEST, images, manifest: test });
});
