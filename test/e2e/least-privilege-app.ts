/** An app with a dataset for every way to give a manifest, each of which needs permissions of its own; the context says what is in them. */
import { join } from 'node:path';
import { App, Stack, Tags } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, lookoutvision, Manifest, rekognition } from '../../lib';

const app = new App();
const context = (name: string): string => app.node.getContext(name);
const file = (name: string): Manifest => Manifest.fromFile(join(context('folder'), `${name}.manifest`));

const stack = new Stack(app, 'Guarded');
const bucket = (name: string): s3.IBucket => s3.Bucket.fromBucketName(stack, name, name);
const manifests = bucket('manifests');
const images = Images.inBucket(bucket('images-elsewhere'));

const birds = new rekognition.Project(stack, 'Birds', { projectName: 'birds' });
const forest = rekognition.Project.fromProjectName(stack, 'Forest', 'forest');
const crates = new rekognition.Project(stack, 'Crates', { projectName: 'crates' });
const { TRAIN, TEST } = rekognition.DatasetType;
const datasets = [
  new rekognition.Dataset(stack, 'File', {
    project: birds, datasetType: TRAIN, images: Images.inBucket(bucket('pictures'), { grantRead: true }), manifest: file('file'),
  }),
  new rekognition.Dataset(stack, 'Version', {
    project: birds, datasetType: TEST, images, manifest: Manifest.fromBucket(manifests, 'version.manifest', { version: context('version') }),
  }),
  new rekognition.Dataset(stack, 'Folders', {
    project: forest, datasetType: TRAIN, manifest: Manifest.fromBucketFolders(bucket('photos'), { prefix: 'sorted/', revision: context('round') }),
  }),
  new rekognition.Dataset(stack, 'Adopted', { project: forest, datasetType: TEST, images, manifest: file('adopted'), adoptExisting: true }),
];
// Last of all, so that a rollback of its failure has something to undo.
const object = new rekognition.Dataset(stack, 'Object', {
  project: crates, datasetType: TRAIN, images, manifest: Manifest.fromBucket(manifests, context('object')),
});
object.node.addDependency(...datasets);
for (const dataset of [...datasets, object]) Tags.of(dataset).add(context('tag'), 'ours');

const inspection = new lookoutvision.Project(stack, 'Inspection', { projectName: 'inspection' });
for (const datasetType of [lookoutvision.DatasetType.TRAIN, lookoutvision.DatasetType.TEST]) {
  const name = `Lookout${datasetType}`;
  object.node.addDependency(new lookoutvision.Dataset(stack, name, { project: inspection, datasetType, images, manifest: file(name) }));
}
