/** An app whose datasets change their slots, each in another way; the context says which slot is meant. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, lookoutvision, Manifest, rekognition } from '../../lib';

const app = new App();
const place: 'old' | 'new' = app.node.getContext('place');
const stack = new Stack(app, 'Moving');
const images = Images.inBucket(s3.Bucket.fromBucketName(stack, 'Elsewhere', 'images-elsewhere'));
const line = (key: string, label: string) => ({
  'source-ref': key,
  'class': label === 'anomaly' ? 1 : 0,
  'class-metadata': { 'class-name': label, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification' },
});
const manifest = Manifest.fromEntries([line('a.png', 'crow'), line('b.png', 'crow')]);
const fromBucket = (id: string, key: string) => Manifest.fromBucket(s3.Bucket.fromBucketName(stack, `${id}Manifests`, `manifests-${place}`), key);
const { TRAIN, TEST } = rekognition.DatasetType;

/** Two projects, of which the place names one. */
const projects = (id: string, scope = stack) => ({
  old: new rekognition.Project(scope, `${id}Old`, { projectName: `${id.toLowerCase()}-old` }),
  new: new rekognition.Project(scope, `${id}New`, { projectName: `${id.toLowerCase()}-new` }),
});

const datasets = [
  new rekognition.Dataset(stack, 'ToProject', { project: projects('Project')[place], datasetType: TRAIN, images, manifest }),
  new rekognition.Dataset(stack, 'ToType', {
    project: new rekognition.Project(stack, 'Type', { projectName: 'type' }), datasetType: { old: TRAIN, new: TEST }[place], images, manifest,
  }),
  new rekognition.Dataset(stack, 'Renamed', {
    project: new rekognition.Project(stack, 'Name', { projectName: `name-${place}` }), datasetType: TRAIN, images, manifest,
  }),
  new rekognition.Dataset(stack, 'Imported', {
    project: rekognition.Project.fromProjectName(stack, 'Import', `imported-${place}`), datasetType: TRAIN, images, manifest,
  }),
  // Its manifest moves, while it stays.
  new rekognition.Dataset(stack, 'Staying', {
    project: new rekognition.Project(stack, 'Stay', { projectName: 'stay' }), datasetType: TRAIN, images, manifest: fromBucket('Staying', 'staying.manifest'),
  }),
];

const inspections = {
  old: new lookoutvision.Project(stack, 'InspectionOld', { projectName: 'inspection-old' }),
  new: new lookoutvision.Project(stack, 'InspectionNew', { projectName: 'inspection-new' }),
};
const inspected = new lookoutvision.Dataset(stack, 'Inspected', {
  project: inspections[place],
  datasetType: lookoutvision.DatasetType.TRAIN,
  images,
  manifest: Manifest.fromEntries(Array.from({ length: 20 }, (_, i) => line(`${i}.png`, i < 10 ? 'normal' : 'anomaly'))),
});

// Last of all, so that its failure comes when the others have moved.
const last = new rekognition.Dataset(stack, 'Last', {
  project: projects('Last')[place], datasetType: TRAIN, images, manifest: fromBucket('Last', app.node.getContext('object')),
});
last.node.addDependency(inspected, ...datasets);

// Of another stack, with the provider of the first.
const guest = new Stack(app, 'Guest');
new rekognition.Dataset(guest, 'Train', {
  project: projects('Guest', guest)[place], datasetType: TRAIN, images, manifest, provider: DatasetProvider.of(stack),
});
