/** An app with one dataset, of which the context says what the user does with it. */
import { App, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { DatasetProvider, Manifest, rekognition } from '../../lib';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name);
const stack = new Stack(app, 'Gestures');
const memory = context('memory');
if (memory) DatasetProvider.of(stack, { memorySize: Number(memory) });
const revision = context('revision');

new rekognition.Dataset(stack, context('id') ?? 'Train', {
  project: revision
    ? rekognition.Project.fromProjectName(stack, 'ByName', 'birds', { revision })
    : new rekognition.Project(stack, 'Birds', { projectName: 'birds' }),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromEntries([{
    'source-ref': 's3://pictures/1.jpg',
    'bird': 1,
    'bird-metadata': {
      'class-name': 'crow', 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification',
    },
  }]),
  adoptExisting: context('adopt') !== undefined,
});
if (context('retain')) RemovalPolicies.of(stack).retain();
