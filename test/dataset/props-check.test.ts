import { Duration } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, lookoutvision, Manifest, rekognition } from '../../lib';
import { makeStack } from '../rigs/stacks';

/** Plain JavaScript: no compiler has looked at the properties. */
const api: any = {
  Dataset: rekognition.Dataset, LookoutDataset: lookoutvision.Dataset, Manifest, Images, DatasetProvider, Project: rekognition.Project,
};

const PROJECT = 'but must be a rekognition.IProject, such as new rekognition.Project(scope, id) or rekognition.Project.fromProjectName(scope, id, name); for a CfnProject use rekognition.Project.fromCfnProject(cfnProject)';
const MANIFEST = 'but must be a Manifest, such as Manifest.fromFile(path) or Manifest.fromBucket(bucket, key)';
const IMAGES = 'but must be Images, such as Images.inBucket(bucket) or Images.fromDirectory(path)';
const TYPE = 'but must be rekognition.DatasetType.TRAIN or rekognition.DatasetType.TEST';
const REMOVED = 'but must be RemovedEntryPolicy.RECREATE, RemovedEntryPolicy.UNLABEL, RemovedEntryPolicy.KEEP or RemovedEntryPolicy.FAIL';

const stack = makeStack();
const bucket = new s3.Bucket(stack, 'Bucket');

test.each<[prop: string, given: unknown, said: string]>([
  ['project', undefined, `project is missing, ${PROJECT}`],
  ['project', 'birds', `project is "birds", ${PROJECT}`],
  ['project', new CfnProject(stack, 'Native', { projectName: 'birds' }), `project is a CfnProject, ${PROJECT}`],
  ['project', new lookoutvision.Project(stack, 'Parts'), `project is a Project, ${PROJECT}`],
  ['project', lookoutvision.Project.fromProjectName(stack, 'Lines', 'lines'), `project is an ImportedProject, ${PROJECT}`],
  ['datasetType', undefined, `datasetType is missing, ${TYPE}`],
  ['datasetType', 'train', `datasetType is "train", ${TYPE}`],
  ['manifest', undefined, `manifest is missing, ${MANIFEST}`],
  ['manifest', 'birds.manifest', `manifest is "birds.manifest", ${MANIFEST}`],
  ['manifest', Manifest, `manifest is the function Manifest, ${MANIFEST}`],
  ['images', bucket, `images is a Bucket, ${IMAGES}`],
  ['images', 's3://birds/', `images is "s3://birds/", ${IMAGES}`],
  ['removedEntries', 'recreate', `removedEntries is "recreate", ${REMOVED}`],
  ['removedEntries', null, `removedEntries is null, ${REMOVED}`],
  ['initialLoad', 'chunks', 'initialLoad is "chunks", but must be rekognition.InitialLoad.MANIFEST or rekognition.InitialLoad.CHUNKS'],
  ['adoptExisting', 'false', 'adoptExisting is "false", but must be true or false'],
  ['maxErrorEntries', '5', 'maxErrorEntries is "5", but must be an integer, 0 or more'],
  ['removalPolicy', 'RETAIN', 'removalPolicy is "RETAIN", but must be RemovalPolicy.DESTROY or RemovalPolicy.RETAIN'],
  ['provider', {}, 'provider is a plain object, but must be a DatasetProvider, such as new DatasetProvider(scope, id)'],
])('a dataset says what is wrong with %s: %p', (prop, given, said) => {
  const own = makeStack();
  const props = { project: new rekognition.Project(own, 'Birds'), datasetType: 'TRAIN', manifest: Manifest.empty(), [prop]: given };
  expect(() => new api.Dataset(own, 'Train', props)).toThrow(new Error(`Stack/Train: ${said}`));
});

test('properties that are right are taken without an enum, too', () => {
  const own = makeStack();
  const props = { project: new rekognition.Project(own, 'Birds'), datasetType: 'TEST', manifest: Manifest.empty(), removedEntries: 'KEEP', initialLoad: 'CHUNKS' };
  expect(new api.Dataset(own, 'Test', props).totalEntries).toBeDefined();
});

test('no properties at all', () => {
  expect(() => new api.Dataset(makeStack(), 'Train')).toThrow('Stack/Train: project is missing');
  expect(() => new api.LookoutDataset(makeStack(), 'Train')).toThrow('Stack/Train: project is missing, but must be a lookoutvision.IProject');
});

test.each<[prop: string, given: unknown, said: string]>([
  ['project', new rekognition.Project(stack, 'Other'), 'project is a Project, but must be a lookoutvision.IProject'],
  ['project', rekognition.Project.fromProjectArn(stack, 'Arn', 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738'), 'project is a ProjectFromArn, but must be a lookoutvision.IProject'],
  ['datasetType', 'train', 'datasetType is "train", but must be lookoutvision.DatasetType.TRAIN or lookoutvision.DatasetType.TEST'],
  ['externalChanges', 'fail', 'externalChanges is "fail", but must be ExternalChangePolicy.OVERWRITE or ExternalChangePolicy.FAIL'],
  ['removedEntries', 'keep', 'removedEntries is "keep", but must be RemovedEntryPolicy.RECREATE'],
])('a dataset of Lookout for Vision says what is wrong with %s: %p', (prop, given, said) => {
  const own = makeStack();
  const props = { project: new lookoutvision.Project(own, 'Parts'), datasetType: 'TRAIN', manifest: Manifest.empty(), [prop]: given };
  expect(() => new api.LookoutDataset(own, 'Train', props)).toThrow(`Stack/Train: ${said}`);
});

test.each<[call: string, run: () => unknown, said: string]>([
  ['Manifest.fromFile', () => api.Manifest.fromFile(), 'path is missing, but must be a string'],
  ['Manifest.fromFile', () => api.Manifest.fromFile(Buffer.from('{}')), 'path is a Buffer, but must be a string'],
  ['Manifest.fromFolders', () => api.Manifest.fromFolders(), 'path is missing, but must be a string'],
  ['Manifest.fromBucket', () => api.Manifest.fromBucket('birds', 'a.manifest'), 'bucket is "birds", but must be a bucket, such as s3.Bucket.fromBucketName(scope, id, name)'],
  ['Manifest.fromBucket', () => api.Manifest.fromBucket(bucket), 'key is missing, but must be a string'],
  ['Manifest.fromBucketFolders', () => api.Manifest.fromBucketFolders('birds'), 'bucket is "birds", but must be a bucket'],
  ['Manifest.fromEntries', () => api.Manifest.fromEntries({}), 'entries is a plain object, but must be an array of objects'],
  ['Manifest.fromEntries', () => api.Manifest.fromEntries(['{}']), 'entries is an array, but must be an array of objects'],
  ['Manifest.fromLookout', () => api.Manifest.fromLookout('x.manifest'), 'target is missing, but must be LabelType.CLASSIFICATION, LabelType.MULTILABEL or LabelType.DETECTION'],
  ['Manifest.split', () => api.Manifest.fromEntries([]).split(0.2), 'options is 0.2, but must be an object, such as { testFraction: 0.2 }'],
  ['Images.inBucket', () => api.Images.inBucket('birds'), 'bucket is "birds", but must be a bucket'],
  ['Images.fromDirectory', () => api.Images.fromDirectory(), 'path is missing, but must be a string'],
  ['Images.fromDirectory', () => api.Images.fromDirectory('.', { bucket: 'birds' }), 'bucket is "birds", but must be a bucket'],
])('%s says what is wrong with its arguments', (call, run, said) => {
  expect(run).toThrow(`${call}: ${said}`);
});

test('a provider says what is wrong with its time limit', () => {
  expect(() => new api.DatasetProvider(makeStack(), 'Provider', { totalTimeout: 30 }))
    .toThrow('totalTimeout of DatasetProvider is 30, but must be a Duration, such as Duration.minutes(30)');
  expect(new api.DatasetProvider(makeStack(), 'Provider', { totalTimeout: Duration.minutes(30) })).toBeDefined();
});

test.each([undefined, 5, null])('a project says that %p is no name', (name) => {
  const said = `"${name}" is not a valid name of a Rekognition project`;
  expect(() => api.Project.fromProjectName(makeStack(), 'Birds', name)).toThrow(said);
});
