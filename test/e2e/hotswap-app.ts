/** An app whose dataset is the manifest of the folder it runs in. */
import { App, Stack } from 'aws-cdk-lib';
import { Manifest, rekognition } from '../../lib';

const stack = new Stack(new App(), 'Hotswap');
new rekognition.Dataset(stack, 'Train', {
  project: new rekognition.Project(stack, 'Birds', { projectName: 'birds' }),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromFile('birds.manifest'),
});
