import type { CfnElement } from 'aws-cdk-lib';
import { App, CfnParameter, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, ExternalChangePolicy, Images, Manifest, rekognition, RemovedEntryPolicy } from '../../lib';
import { makeDataset, makeStack, statementsOf } from '../rigs/stacks';

const TYPE = 'Custom::RekognitionDataset';
const PROJECT_ARN = 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738';
const DATASET_ARN = 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/dataset/test/1690476084738';

describe('what the handler is told', () => {
  test('the defaults', () => {
    const stack = makeStack();
    makeDataset(stack);
    Template.fromStack(stack).hasResource(TYPE, {
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        ServiceToken: Match.anyValue(),
        ServiceTimeout: '3600',
        ProjectArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TrainProject'), 'Arn'] },
        DatasetType: 'TRAIN',
        Manifest: { Bucket: 'manifests', Key: 'birds.manifest', Version: Match.absent(), Encoding: Match.absent() },
        Images: Match.absent(),
        RemovedEntries: 'RECREATE',
        ExternalChanges: 'OVERWRITE',
        InitialLoad: 'MANIFEST',
        AdoptExisting: 'false',
        MaxErrorEntries: '0',
        Tags: Match.absent(),
      },
    });
  });

  test('every choice', () => {
    const stack = makeStack();
    const bucket = s3.Bucket.fromBucketName(stack, 'Pictures', 'pictures');
    makeDataset(stack, {
      project: rekognition.Project.fromProjectArn(stack, 'Birds', PROJECT_ARN),
      datasetType: rekognition.DatasetType.TEST,
      images: Images.inBucket(bucket, { prefix: 'birds', rewriteFrom: 's3://old/exports' }),
      removedEntries: RemovedEntryPolicy.UNLABEL,
      externalChanges: ExternalChangePolicy.FAIL,
      initialLoad: rekognition.InitialLoad.CHUNKS,
      adoptExisting: true,
      maxErrorEntries: 7,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Template.fromStack(stack).hasResource(TYPE, {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ProjectArn: PROJECT_ARN,
        DatasetType: 'TEST',
        Images: { Bucket: 'pictures', Prefix: 'birds/', RewriteFrom: 's3://old/exports/' },
        RemovedEntries: 'UNLABEL',
        ExternalChanges: 'FAIL',
        InitialLoad: 'CHUNKS',
        AdoptExisting: 'true',
        MaxErrorEntries: '7',
      },
    });
  });

  test('an empty dataset has no manifest', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.empty() });
    Template.fromStack(stack).hasResourceProperties(TYPE, { Manifest: Match.absent() });
  });

  test('tags follow Tags.of, from any level, and stay off without it', () => {
    const stack = makeStack();
    const dataset = makeDataset(stack);
    Tags.of(stack).add('team', 'ornithology');
    Tags.of(dataset).add('season', '2026');
    Template.fromStack(stack).hasResourceProperties(TYPE, { Tags: { team: 'ornithology', season: '2026' } });
  });

  test('a number that is known at deployment passes', () => {
    const stack = makeStack();
    makeDataset(stack, { maxErrorEntries: new CfnParameter(stack, 'Most', { type: 'Number' }).valueAsNumber });
    Template.fromStack(stack).hasResourceProperties(TYPE, { MaxErrorEntries: { Ref: 'Most' } });
  });
});

describe('attributes', () => {
  test('strings and numbers come from the handler', () => {
    const stack = makeStack();
    const dataset = makeDataset(stack);
    const attribute = (name: string) => ({ 'Fn::GetAtt': [stack.getLogicalId(dataset.node.defaultChild as CfnElement), name] });
    expect(stack.resolve([
      dataset.datasetArn, dataset.datasetStatus, dataset.totalEntries, dataset.labeledEntries, dataset.totalLabels, dataset.errorEntries,
      dataset.contentHash,
    ])).toEqual([
      attribute('DatasetArn'), attribute('DatasetStatus'), attribute('TotalEntries'), attribute('LabeledEntries'), attribute('TotalLabels'),
      attribute('ErrorEntries'), attribute('ContentHash'),
    ]);
  });

  test('applyRemovalPolicy works as on any resource', () => {
    const stack = makeStack();
    makeDataset(stack).applyRemovalPolicy(RemovalPolicy.RETAIN);
    Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain' });
  });
});

describe('order', () => {
  test('permissions come before the dataset and go after it, and so does the staging bucket with its emptying', () => {
    const stack = makeStack();
    makeDataset(stack);
    const template = Template.fromStack(stack);
    const [{ DependsOn }] = Object.values(template.findResources(TYPE));
    expect(DependsOn).toEqual(expect.arrayContaining([
      ...Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => /^TrainPolicy|SharedPolicies/.test(id)),
      ...Object.keys(template.findResources('AWS::S3::Bucket')),
      ...Object.keys(template.findResources('AWS::S3::BucketPolicy')),
      ...Object.keys(template.findResources('Custom::S3AutoDeleteObjects')),
    ]));
    expect(DependsOn.filter((id: string) => /^TrainPolicy/.test(id))).toHaveLength(1);
  });

  test('the key of the manifest bucket may be used for as long', () => {
    const stack = makeStack();
    const bucket = new s3.Bucket(stack, 'Manifests', { encryption: s3.BucketEncryption.KMS, encryptionKey: new kms.Key(stack, 'Key') });
    makeDataset(stack, { manifest: Manifest.fromBucket(bucket, 'a.manifest') });
    expect(statementsOf(Template.fromStack(stack))).toContainEqual({
      Action: 'kms:Decrypt', Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching('^Key'), 'Arn'] },
    });
  });

  test('two datasets of a stack share its provider, and may have another one', () => {
    const stack = makeStack();
    const project = new rekognition.Project(stack, 'Birds');
    makeDataset(stack, { project });
    makeDataset(stack, { project, datasetType: rekognition.DatasetType.TEST }, 'Test');
    makeDataset(stack, { provider: new DatasetProvider(stack, 'Large', { memorySize: 2048 }) }, 'Other');
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 2);
    const tokens = Object.values(template.findResources(TYPE)).map((resource) => JSON.stringify(resource.Properties.ServiceToken));
    expect(new Set(tokens).size).toBe(2);
  });
});

test('a provider may be in another stack', () => {
  const app = new App();
  const [theirs, ours] = ['Theirs', 'Ours'].map((name) => new Stack(app, name));
  const encryptionKey = new kms.Key(ours, 'Key');
  const manifest = Manifest.fromBucket(new s3.Bucket(ours, 'Manifests', { encryption: s3.BucketEncryption.KMS, encryptionKey }), 'a.manifest');
  makeDataset(ours, { manifest, provider: new DatasetProvider(theirs, 'Provider') });
  Template.fromStack(theirs).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  Template.fromStack(ours).resourceCountIs('AWS::StepFunctions::StateMachine', 0);
  Template.fromStack(ours).hasResourceProperties('AWS::IAM::Policy', { Roles: [{ 'Fn::ImportValue': Match.anyValue() }] });
});

describe('grants', () => {
  test.each([
    ['grantRead', ['rekognition:DescribeDataset', 'rekognition:ListDatasetEntries', 'rekognition:ListDatasetLabels']],
    ['grantWrite', 'rekognition:UpdateDatasetEntries'],
  ] as const)('%s', (grant, Action) => {
    const stack = makeStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    makeDataset(stack)[grant](role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action, Effect: 'Allow', Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Train'), 'DatasetArn'] } }] },
      Roles: [{ Ref: Match.stringLikeRegexp('^Role') }],
    });
  });

  test('any action on an imported dataset', () => {
    const stack = makeStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    rekognition.Dataset.fromDatasetArn(stack, 'Theirs', DATASET_ARN).grant(role, 'rekognition:ListDatasetLabels');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'rekognition:ListDatasetLabels', Effect: 'Allow', Resource: DATASET_ARN }] },
    });
  });
});

describe('fromDatasetArn', () => {
  test('knows account and region', () => {
    const dataset = rekognition.Dataset.fromDatasetArn(makeStack(), 'Theirs', DATASET_ARN);
    expect(dataset.datasetArn).toBe(DATASET_ARN);
    expect(dataset.env).toEqual({ account: '123456789012', region: 'eu-west-1' });
  });

  test('takes an ARN that is known at deployment', () => {
    const stack = makeStack();
    expect(stack.resolve(rekognition.Dataset.fromDatasetArn(stack, 'Theirs', new CfnParameter(stack, 'Arn').valueAsString).datasetArn)).toEqual({ Ref: 'Arn' });
  });

  test.each([PROJECT_ARN, 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/dataset/TRAIN/1', 'birds'])('fails for "%s"', (arn) => {
    expect(() => rekognition.Dataset.fromDatasetArn(makeStack(), 'Theirs', arn)).toThrow(/is not the ARN of a Rekognition dataset; it must look like/);
  });
});

describe('errors at synth', () => {
  test('fails for two datasets in one place', () => {
    const stack = makeStack();
    const project = new rekognition.Project(stack, 'Birds');
    makeDataset(stack, { project });
    expect(() => makeDataset(stack, { project }, 'Again')).toThrow(
      'Stack/Again: the project already has a TRAIN dataset, Stack/Train, and a project can have only one of each type; merge the two manifests, use the other type, or create another project',
    );
  });

  test('fails for two datasets in one place of a project that was imported twice', () => {
    const stack = makeStack();
    makeDataset(stack, { project: rekognition.Project.fromProjectArn(stack, 'A', PROJECT_ARN) });
    expect(() => makeDataset(stack, { project: rekognition.Project.fromProjectArn(stack, 'B', PROJECT_ARN) }, 'Again')).toThrow(/already has a TRAIN dataset/);
  });

  test('the same place of projects in two apps is no conflict', () => {
    for (let app = 0; app < 2; app++) {
      const stack = makeStack();
      makeDataset(stack, { project: rekognition.Project.fromProjectArn(stack, 'A', PROJECT_ARN) });
    }
  });

  test.each([-1, 0.5, NaN, Infinity])('fails for maxErrorEntries %p', (maxErrorEntries) => {
    expect(() => makeDataset(makeStack(), { maxErrorEntries })).toThrow(`Stack/Train: maxErrorEntries is ${maxErrorEntries}, but must be an integer, 0 or more`);
  });

  test('fails for a project in another region, and one in another account', () => {
    const elsewhere = makeStack({ env: { region: 'us-east-1', account: '123456789012' } });
    expect(() => makeDataset(elsewhere, { project: rekognition.Project.fromProjectArn(elsewhere, 'Birds', PROJECT_ARN) }))
      .toThrow('Stack/Train: the project is in region eu-west-1, but the stack is in us-east-1; define the dataset in a stack with the region of the project');
    const other = makeStack({ env: { region: 'eu-west-1', account: '111111111111' } });
    expect(() => makeDataset(other, { project: rekognition.Project.fromProjectArn(other, 'Birds', PROJECT_ARN) })).toThrow(/in account 123456789012/);
  });

  test('a failed dataset leaves nothing behind in the stack', () => {
    const stack = new Stack(new App(), 'Stack');
    expect(() => makeDataset(stack, { maxErrorEntries: -1 })).toThrow();
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
  });
});
