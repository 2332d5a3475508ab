/** An app that takes an exported Lookout for Vision dataset, and images in class folders, to Rekognition. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, LabelType, Manifest, rekognition } from '../../lib';

const app = new App();
const folder: string = app.node.getContext('export');

const stack = new Stack(app, 'Migration');
const bucket = s3.Bucket.fromBucketName(stack, 'Images', 'images-elsewhere');
new rekognition.Dataset(stack, 'Defects', {
  project: new rekognition.Project(stack, 'DefectsProject', { projectName: 'defects' }),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromLookout(`${folder}/datasets/train.manifest`, { target: LabelType.DETECTION, masks: `${folder}/train/masks` }),
  images: Images.inBucket(bucket, { prefix: 'line1/', rewriteFrom: 's3://export/train/images/' }),
});
new rekognition.Dataset(stack, 'Quality', {
  project: new rekognition.Project(stack, 'QualityProject', { projectName: 'quality' }),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromFolders(`${folder}/sorted`),
  images: Images.inBucket(bucket, { prefix: 'sorted/' }),
});
