/** An app with a project of Lookout for Vision whose images, masks and manifests are in the folder that the context names. */
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Images, lookoutvision, Manifest } from '../../lib';

const app = new App();
const folder: string = app.node.getContext('folder');

const stack = new Stack(app, 'Inspection');
const project = new lookoutvision.Project(stack, 'Project', { projectName: 'inspection' });
const images = Images.fromDirectory(join(folder, 'images'), { prefix: 'parts' });
const train = new lookoutvision.Dataset(stack, 'Train', {
  project, images, datasetType: lookoutvision.DatasetType.TRAIN, manifest: Manifest.fromFile(join(folder, 'train.manifest')),
});
new lookoutvision.Dataset(stack, 'Test', {
  project, images, datasetType: lookoutvision.DatasetType.TEST, manifest: Manifest.fromFile(join(folder, 'test.manifest')),
});

new CfnOutput(stack, 'Trained', { value: `${train.datasetStatus} ${train.normalEntries} normal, ${train.anomalyEntries} anomalous` });
