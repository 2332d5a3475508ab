import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CfnElement } from 'aws-cdk-lib';
import { App, Annotations as CdkAnnotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnProject } from 'aws-cdk-lib/aws-lookoutvision';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, lookoutvision, Manifest, rekognition, RemovedEntryPolicy } from '../../lib';
import { labeled, masked, unlabeled } from '../emulator/lookoutvision/setup';
import { folderWith } from '../inputs/lines';
import { png } from '../rigs/images';
import { failOnErrors, makeStack, statementsOf } from '../rigs/stacks';

const TYPE = 'Custom::LookoutVisionDataset';

/** Enough to train with, so that nothing is to be said of it. */
const LINES = [...Array.from({ length: 10 }, (_, i) => labeled(`${i}.png`)), masked('bad.png').replace('s3://masks', 's3://parts')];
const manifest = (lines: readonly string[]) => Manifest.fromEntries(lines.map((line) => JSON.parse(line)));

/** A dataset with nothing chosen; `props` overrules. */
function makeDataset(stack: Stack, props: Partial<lookoutvision.DatasetProps> = {}, id = 'Train'): lookoutvision.Dataset {
  return failOnErrors(new lookoutvision.Dataset(stack, id, {
    project: props.project ?? new lookoutvision.Project(stack, `${id}Project`),
    datasetType: lookoutvision.DatasetType.TRAIN,
    manifest: manifest(LINES),
    ...props,
  }));
}

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
}

describe('a project', () => {
  test('is the native resource, with a name made of its path or the given one', () => {
    const stack = makeStack();
    const project = new lookoutvision.Project(stack, 'Parts');
    new lookoutvision.Project(stack, 'Named', { projectName: 'line-1_parts' });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::LookoutVision::Project', { ProjectName: 'Stack-Parts-A2BFFB6A' });
    template.hasResourceProperties('AWS::LookoutVision::Project', { ProjectName: 'line-1_parts' });
    const id = stack.getLogicalId(project.node.defaultChild as CfnElement);
    expect(stack.resolve([project.projectName, project.projectArn])).toEqual([{ Ref: id }, { 'Fn::GetAtt': [id, 'Arn'] }]);
  });

  test('of a name has the ARN that this service makes of names', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
    const project = lookoutvision.Project.fromProjectName(stack, 'Parts', 'parts');
    expect(stack.resolve(project.projectArn)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lookoutvision:eu-west-1:123456789012:project/parts']] });
    expect(warnings(stack)).toEqual([]);
  });

  test('of an L1 construct has its name and ARN', () => {
    const stack = makeStack();
    const native = new CfnProject(stack, 'Native', { projectName: 'parts' });
    const project = lookoutvision.Project.fromCfnProject(native);
    expect(lookoutvision.Project.fromCfnProject(native)).toBe(project);
    makeDataset(stack, { project });
    Template.fromStack(stack).hasResourceProperties(TYPE, { ProjectArn: { 'Fn::GetAtt': ['Native', 'Arn'] } });
  });

  test.each(['', '-parts', 'pa.rts', 'ü', 'x'.repeat(256)])('cannot be named "%s"', (projectName) => {
    const stack = makeStack();
    expect(() => new lookoutvision.Project(stack, 'Parts', { projectName })).toThrow(`"${projectName}" is not a valid name of a Lookout for Vision project`);
    expect(() => lookoutvision.Project.fromProjectName(stack, 'Old', projectName)).toThrow('is not a valid name');
  });
});

describe('what the handler is told', () => {
  test('the defaults', () => {
    const stack = makeStack();
    makeDataset(stack);
    Template.fromStack(stack).hasResource(TYPE, {
      DeletionPolicy: 'Delete',
      Properties: {
        ProjectArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TrainProject'), 'Arn'] },
        DatasetType: 'TRAIN',
        Manifest: { Key: Match.stringLikeRegexp('\\.manifestgz$'), Encoding: 'gzip' },
        Images: Match.absent(), Tags: Match.absent(),
        RemovedEntries: 'RECREATE', InitialLoad: 'MANIFEST', AdoptExisting: 'false', MaxErrorEntries: '0',
      },
    });
  });

  test('every choice', () => {
    const stack = makeStack();
    const provider = new DatasetProvider(stack, 'Own');
    makeDataset(stack, {
      project: lookoutvision.Project.fromProjectName(stack, 'Parts', 'parts'),
      datasetType: lookoutvision.DatasetType.TEST,
      manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, 'Manifests', 'manifests'), 'test.manifest', { version: 'v1' }),
      images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'Pictures', 'pictures'), { prefix: 'parts' }),
      removedEntries: RemovedEntryPolicy.UNLABEL,
      adoptExisting: true,
      removalPolicy: RemovalPolicy.RETAIN,
      provider,
    });
    Template.fromStack(stack).hasResource(TYPE, {
      DeletionPolicy: 'Retain',
      Properties: {
        DatasetType: 'TEST', RemovedEntries: 'UNLABEL', AdoptExisting: 'true',
        Manifest: { Bucket: 'manifests', Key: 'test.manifest', Version: 'v1' }, Images: { Bucket: 'pictures', Prefix: 'parts/' },
      },
    });
    expect(stack.node.tryFindChild('cdk-vision-datasets.DatasetProvider')).toBeUndefined();
  });

  test('the attributes come from it', () => {
    const stack = makeStack();
    const dataset = makeDataset(stack);
    const id = stack.getLogicalId(dataset.node.defaultChild as CfnElement);
    const { datasetStatus, totalEntries, labeledEntries, normalEntries, anomalyEntries, contentHash } = dataset;
    expect(stack.resolve([datasetStatus, totalEntries, labeledEntries, normalEntries, anomalyEntries, contentHash]))
      .toEqual(['DatasetStatus', 'TotalEntries', 'LabeledEntries', 'NormalEntries', 'AnomalyEntries', 'ContentHash'].map((name) => ({ 'Fn::GetAtt': [id, name] })));
  });

  test('the same provider serves datasets of both services', () => {
    const stack = makeStack();
    makeDataset(stack);
    new rekognition.Dataset(stack, 'Birds', {
      project: new rekognition.Project(stack, 'BirdsProject'), datasetType: rekognition.DatasetType.TRAIN, manifest: Manifest.empty(),
    });
    const [lookout, birds] = [TYPE, 'Custom::RekognitionDataset'].map((type) => Object.values(Template.fromStack(stack).findResources(type))[0]);
    expect(lookout.Properties.ServiceToken).toEqual(birds.Properties.ServiceToken);
  });
});

describe('permissions', () => {
  const statements = (stack: Stack) => statementsOf(Template.fromStack(stack));

  test('are named: the project alone, and every dataset where IAM knows no finer grain', () => {
    const stack = makeStack();
    makeDataset(stack);
    expect(statements(stack)).toMatchObject([
      { Action: 'lookoutvision:DescribeProject', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TrainProject/), 'Arn'] } },
      {
        Action: ['CreateDataset', 'DescribeDataset', 'ListDatasetEntries', 'UpdateDatasetEntries', 'DeleteDataset'].map((name) => `lookoutvision:${name}`),
        Resource: '*',
      },
      { Action: 's3:GetObject' },
    ]);
  });

  test('are for the calls that the handler makes, and for no others', () => {
    const source = readFileSync(join(__dirname, '..', '..', 'lambda', 'services', 'lookoutvision', 'adapter.ts'), 'utf8');
    const calls = [...source.matchAll(/this\.(?:call|found)[^(]*\('(\w+)'/g)].map(([, name]) => `lookoutvision:${name}`);
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.empty() });
    expect(statements(stack).flatMap(({ Action }) => Action).sort()).toEqual([...new Set(calls)].sort());
  });

  test('for a manifest in an encrypted bucket', () => {
    const stack = makeStack();
    const bucket = new s3.Bucket(stack, 'Manifests', { encryptionKey: new kms.Key(stack, 'Key') });
    makeDataset(stack, { manifest: Manifest.fromBucket(bucket, 'x.manifest', { version: '1' }) });
    expect(statements(stack).slice(2)).toMatchObject([{ Action: 's3:GetObjectVersion' }, { Action: 'kms:Decrypt' }]);
  });
});

describe('at synth', () => {
  test('a warning says that the service ended, and can be acknowledged', () => {
    const stack = makeStack();
    makeDataset(stack);
    expect(warnings(stack)).toEqual(Array(2).fill(expect.stringMatching(/discontinued Amazon Lookout for Vision on October 31, 2025: .*Manifest\.fromLookout.*\[ack: cdk-vision-datasets:LookoutVision\.serviceDiscontinued\]$/)));

    const quiet = makeStack();
    makeDataset(quiet);
    CdkAnnotations.of(quiet).acknowledgeWarning('cdk-vision-datasets:LookoutVision.serviceDiscontinued');
    expect(warnings(quiet)).toEqual([]);
  });

  test('every line is held to the rules of this service', () => {
    const lines = [labeled('x.png', 'Anomaly'), labeled('y.png', 'good'), LINES[0], LINES[0]];
    expect(() => makeDataset(makeStack(), { manifest: manifest([...LINES.slice(1), ...lines]) })).toThrow(new RegExp([
      'Stack/Train: Manifest.fromEntries has 3 problems:',
      '.*:14 \\(s3://parts/0.png\\): ERROR_DUPLICATE_SOURCE_REF: source-ref occurs already in line 13.*',
      '  ERROR_UNKNOWN_ANOMALY_CLASS \\(2 times\\): in ".*" class-name is "…", and .*; it probably means "…".',
      '.*:11 \\(s3://parts/x.png\\): "Anomaly", "anomaly"',
      '.*:12 \\(s3://parts/y.png\\): "good", "normal"$',
    ].join('\\n')));
  });

  test('too few images and images without a class are warnings', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: manifest([LINES[0], unlabeled('x.png')]), project: lookoutvision.Project.fromProjectName(stack, 'Parts', 'parts') });
    expect(warnings(stack).map((text) => /\[ack: (.*)\]$/.exec(text)![1]).sort()).toEqual([
      'cdk-vision-datasets:Dataset.tooFewImages', 'cdk-vision-datasets:Dataset.unannotatedRecord', 'cdk-vision-datasets:LookoutVision.serviceDiscontinued',
    ]);
  });

  test('images and masks of a directory have to be there', () => {
    const images = () => Images.fromDirectory(folderWith({ 'a.png': png(), 'masks/a.png': png() }));
    const line = (mask: string) => JSON.parse(masked('a.png').replaceAll(/s3:\/\/parts\/|s3:\/\/masks\//g, '').replace('"m-ref":"a.png"', `"m-ref":"${mask}"`));
    expect(() => makeDataset(makeStack(), { images: images(), manifest: Manifest.fromEntries([line('masks/a.png')]) })).not.toThrow();
    expect(() => makeDataset(makeStack(), { images: images(), manifest: Manifest.fromEntries([line('masks/A.png')]) }))
      .toThrow('has no file "masks/A.png", but it has "masks/a.png"');
  });

  test('a project has one place for each type', () => {
    const stack = makeStack();
    const project = new lookoutvision.Project(stack, 'Parts');
    makeDataset(stack, { project });
    expect(() => makeDataset(stack, { project }, 'Again')).toThrow('the project already has a TRAIN dataset, Stack/Train');
    expect(() => makeDataset(stack, { project, datasetType: lookoutvision.DatasetType.TEST }, 'Test')).not.toThrow();
  });
});
