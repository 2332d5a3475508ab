/**
 * An app with a dataset of Lookout for Vision, made of a folder that AWS's export script wrote; and, when the context names
 * what was exported from that dataset, with the same as Rekognition datasets: of the exported manifest and of the first one.
 */
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, lookoutvision, LabelType, Manifest, rekognition } from '../../lib';

const app = new App();
const folder: string = app.node.getContext('export');

const inspection = new Stack(app, 'Inspection');
const bucket = new s3.Bucket(inspection, 'Parts', { bucketName: 'parts', removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
new lookoutvision.Dataset(inspection, 'Train', {
  project: new lookoutvision.Project(inspection, 'Project', { projectName: 'line-1' }),
  datasetType: lookoutvision.DatasetType.TRAIN,
  manifest: Manifest.fromFile(`${folder}/datasets/train.manifest`),
  images: Images.fromDirectory(`${folder}/train`, { bucket, prefix: 'line-1/', rewriteFrom: 's3://export/train/' }),
});

const exported: string | undefined = app.node.tryGetContext('exported');
if (exported !== undefined) {
  const stack = new Stack(app, 'Moved');
  const make = (id: string, from: string, images: Images) => new rekognition.Dataset(stack, id, {
    project: new rekognition.Project(stack, `${id}Project`, { projectName: id.toLowerCase() }),
    datasetType: rekognition.DatasetType.TRAIN,
    manifest: Manifest.fromLookout(`${from}/datasets/train.manifest`, { target: LabelType.DETECTION, masks: `${from}/train/masks` }),
    images,
  });
  make('Exported', exported, Images.asIs());
  make('Original', folder, Images.inBucket(s3.Bucket.fromBucketName(stack, 'Parts', 'parts'), { prefix: 'line-1/', rewriteFrom: 's3://export/train/' }));
}
