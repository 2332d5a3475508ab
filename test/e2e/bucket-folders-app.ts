/** An app whose datasets, one of each service, are class folders of the bucket `photos`; the context has their revision. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { lookoutvision, Manifest, rekognition } from '../../lib';

const app = new App();
const stack = new Stack(app, 'Sorted');
const photos = s3.Bucket.fromBucketName(stack, 'Photos', 'photos');
const manifest = Manifest.fromBucketFolders(photos, { prefix: 'line-1/training', revision: app.node.getContext('revision') });

new rekognition.Dataset(stack, 'Train', {
  project: new rekognition.Project(stack, 'Project', { projectName: 'sorted' }),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest,
});
new lookoutvision.Dataset(stack, 'LookoutTrain', {
  project: new lookoutvision.Project(stack, 'LookoutProject', { projectName: 'sorted' }),
  datasetType: lookoutvision.DatasetType.TRAIN,
  manifest,
});
