import { existsSync } from 'node:fs';
import { App, BootstraplessSynthesizer, CfnParameter, CliCredentialsStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, Manifest, rekognition } from '../../lib';
import { estimatePolicySize } from '../../lib/provider/policy-size';
import { folderWith, labelLine } from '../inputs/lines';
import { jpeg } from '../rigs/images';
import { makeDataset, makeStack } from '../rigs/stacks';

const FUNCTION = 'AWS::Lambda::Function';
const HANDLERS = { Properties: { Handler: Match.stringLikeRegexp('^index'), Environment: { Variables: { STAGING_BUCKET: Match.anyValue() } } } };

jest.mock('node:fs', () => ({ ...jest.requireActual('node:fs'), existsSync: jest.fn(jest.requireActual('node:fs').existsSync) }));

test('two functions of one asset, one role and one log group do the work', () => {
  const stack = makeStack();
  new DatasetProvider(stack, 'Provider');
  const template = Template.fromStack(stack);
  const handlers = Object.values(template.findResources(FUNCTION, HANDLERS));
  expect(handlers.map((handler) => handler.Properties.Handler).sort()).toEqual(['index.isComplete', 'index.onEvent']);
  for (const same of ['Code', 'Role', 'LoggingConfig', 'Environment', 'Timeout', 'MemorySize', 'Runtime']) {
    expect(handlers[0].Properties[same]).toEqual(handlers[1].Properties[same]);
  }
  expect(handlers[0].Properties).toMatchObject({
    Timeout: 900,
    MemorySize: 1024,
    Environment: { Variables: { STAGING_BUCKET: { Ref: expect.stringMatching(/^ProviderStaging/) }, TOTAL_TIMEOUT_SECONDS: '3300', NODE_OPTIONS: '--max-semi-space-size=2' } },
  });
  const groups = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  expect(groups).toHaveLength(1);
  const framework = Object.values(template.findResources(FUNCTION, { Properties: { Handler: Match.stringLikeRegexp('^framework') } }));
  expect(framework.map((one) => one.Properties.LoggingConfig.LogGroup)).toEqual(Array(3).fill({ Ref: groups[0] }));
  template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
});

test('its staging bucket is private, encrypted, cleaned up and goes with the stack', () => {
  const stack = makeStack();
  new DatasetProvider(stack, 'Provider');
  const template = Template.fromStack(stack);
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Delete',
    Properties: {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
          { ExpirationInDays: 30, Prefix: 'reports/', Status: 'Enabled' },
        ],
      },
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]) },
  });
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
});

test('a key encrypts the staging bucket, and the functions may use it', () => {
  const stack = makeStack();
  new DatasetProvider(stack, 'Provider', { encryptionKey: new kms.Key(stack, 'Key') });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] })]) },
  });
});

test('what the user brings is used, and nothing is made in its place', () => {
  const stack = makeStack();
  const vpc = new ec2.Vpc(stack, 'Vpc');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const frameworkOnEventRole = new iam.Role(stack, 'First', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const frameworkCompleteAndTimeoutRole = new iam.Role(stack, 'Second', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  new DatasetProvider(stack, 'Provider', {
    memorySize: 3008,
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })],
    role,
    frameworkOnEventRole,
    frameworkCompleteAndTimeoutRole,
    logGroup: new logs.LogGroup(stack, 'Mine'),
    stagingBucket: new s3.Bucket(stack, 'Staging'),
    totalTimeout: Duration.minutes(10),
  });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 1);
  template.resourceCountIs('AWS::Logs::LogGroup', 1);
  const functions = Object.values(template.findResources(FUNCTION)).map((one) => one.Properties);
  expect(functions).toHaveLength(5);
  for (const one of functions) {
    expect(one.VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }]);
    expect(one.LoggingConfig.LogGroup).toEqual({ Ref: expect.stringMatching(/^Mine/) });
  }
  const roleOf = (handler: string) => functions.find((one) => one.Handler === handler)!.Role['Fn::GetAtt'][0];
  for (const handler of ['index.onEvent', 'index.isComplete']) expect(roleOf(handler)).toBe(stack.getLogicalId(role.node.defaultChild as any));
  expect(roleOf('framework.onEvent')).toMatch(/^First/);
  for (const handler of ['framework.isComplete', 'framework.onTimeout']) expect(roleOf(handler)).toMatch(/^Second/);
  template.hasResourceProperties(FUNCTION, {
    MemorySize: 3008,
    Environment: { Variables: { TOTAL_TIMEOUT_SECONDS: '600', STAGING_BUCKET: { Ref: Match.stringLikeRegexp('^Staging') } } },
  });
});

test('a role that must not be changed is used as it is', () => {
  const stack = makeStack();
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/datasets', { mutable: false });
  makeDataset(stack, { provider: new DatasetProvider(stack, 'Provider', { role }) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(FUNCTION, { Handler: 'index.onEvent', Role: 'arn:aws:iam::123456789012:role/datasets' });
  expect(Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => !/framework|waiter/.test(id))).toEqual([]);
});

test('a role of another stack gets the permissions where it can', () => {
  const stack = makeStack();
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/datasets');
  makeDataset(stack, { provider: new DatasetProvider(stack, 'Provider', { role }) });
  Template.fromStack(stack).resourcePropertiesCountIs('AWS::IAM::Policy', { Roles: ['datasets'] }, 4);
});

test('in a network, its own role may attach to it', () => {
  const stack = makeStack();
  new DatasetProvider(stack, 'Provider', { vpc: new ec2.Vpc(stack, 'Vpc') });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaENIManagementAccess']] }],
  });
});

describe('totalTimeout', () => {
  test.each([
    [55, 3300, 3420, 3600], [1, 60, 180, 360], [20, 1200, 1320, 1500],
  ])('%i minutes: handler, framework, CloudFormation give up in this order', (minutes, ours, framework, service) => {
    const stack = makeStack();
    makeDataset(stack, { provider: new DatasetProvider(stack, 'Provider', { totalTimeout: Duration.minutes(minutes) }) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(FUNCTION, { Environment: { Variables: { TOTAL_TIMEOUT_SECONDS: String(ours) } } });
    template.hasResourceProperties('Custom::RekognitionDataset', { ServiceTimeout: String(service) });
    const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const text = JSON.stringify(machine.Properties.DefinitionString);
    const [, seconds, attempts] = /IntervalSeconds\\*":(\d+),\\*"MaxAttempts\\*":(\d+)/.exec(text)!;
    expect(Number(seconds) * Number(attempts)).toBe(framework);
  });

  test('seconds that polls do not divide are rounded up', () => {
    const stack = makeStack();
    new DatasetProvider(stack, 'Provider', { totalTimeout: Duration.seconds(61) });
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'))).toMatch(/MaxAttempts\\*":37/);
  });

  test.each([Duration.seconds(59), Duration.minutes(56), Duration.hours(2), Duration.millis(60_500)])('fails for %s', (totalTimeout) => {
    expect(() => new DatasetProvider(makeStack(), 'Provider', { totalTimeout })).toThrow(/^totalTimeout of DatasetProvider is .*, but must be a whole number of seconds from 1 to 55 minutes/);
  });
});

test('fails for a totalTimeout that is known at deployment', () => {
  const stack = makeStack();
  const totalTimeout = Duration.minutes(new CfnParameter(stack, 'Minutes', { type: 'Number' }).valueAsNumber);
  expect(() => new DatasetProvider(stack, 'Provider', { totalTimeout })).toThrow('totalTimeout of DatasetProvider is a token, but its value must be known at synth');
});

describe('limit of inline policies', () => {
  /** Datasets with a provider of their own in one stack. */
  const synth = (count: number) => {
    const stack = makeStack();
    for (let i = 0; i < count; i++) makeDataset(stack, {}, `Dataset${i}`);
    return Template.fromStack(stack);
  };

  test('ten datasets fit', () => {
    synth(10).resourceCountIs('Custom::RekognitionDataset', 10);
  });

  test('so do the ten of five folds with images that are uploaded', () => {
    const stack = makeStack();
    const files = Array.from({ length: 60 }, (_, i) => `${i}.jpg`);
    const images = Images.fromDirectory(folderWith(Object.fromEntries(files.map((name) => [name, jpeg()]))));
    Manifest.fromEntries(files.map((name) => labelLine(name))).kFold(5).forEach(({ train, test }, i) => {
      const project = new rekognition.Project(stack, `Fold${i}`);
      makeDataset(stack, { project, images, manifest: train }, `Train${i}`);
      makeDataset(stack, { project, images, manifest: test, datasetType: rekognition.DatasetType.TEST }, `Test${i}`);
    });
    Template.fromStack(stack).resourceCountIs('Custom::RekognitionDataset', 10);
  });

  test('fails for too many datasets and says what to do', () => {
    expect(() => synth(20)).toThrow(/the permissions of 20 datasets need about \d+ characters, including a reserve for two datasets that move, but IAM limits the inline policies of a role to 10240 characters; create another provider with new DatasetProvider/);
  });

  test('fails never late: what is estimated is at least what IAM will count', () => {
    const stack = makeStack();
    for (const [id, projectName] of [['A', undefined], ['B', 'b'.repeat(255)], ['C', 'c']] as const) {
      makeDataset(stack, { project: new rekognition.Project(stack, id, { projectName }) }, `Dataset${id}`);
    }
    makeDataset(stack, { project: rekognition.Project.fromProjectName(stack, 'D', 'd') }, 'DatasetD');
    const { Resources } = Template.fromStack(stack).toJSON();
    const names: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::Region': 'ap-southeast-1', 'AWS::AccountId': '1'.repeat(12) };
    const deployed = (value: any): any => {
      if (Array.isArray(value)) return value.map(deployed);
      if (typeof value !== 'object' || value === null) return value;
      if ('Ref' in value) return names[value.Ref] ?? Resources[value.Ref].Properties.ProjectName ?? 'n'.repeat(63);
      if ('Fn::GetAtt' in value) {
        return `arn:aws:rekognition:ap-southeast-1:${'1'.repeat(12)}:project/${Resources[value['Fn::GetAtt'][0]].Properties.ProjectName ?? 'n'.repeat(63)}/1690476084738`;
      }
      if ('Fn::Select' in value) return '0'.repeat(36);
      if ('Fn::Sub' in value) return value['Fn::Sub'].replace(/\$\{(.*?)\}/g, (_: string, name: string) => names[name]);
      if ('Fn::Join' in value) return value['Fn::Join'][1].map(deployed).join(value['Fn::Join'][0]);
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deployed(member)]));
    };
    const policies = stack.node.findAll().filter((construct): construct is iam.Policy => construct instanceof iam.Policy && !construct.node.path.includes('framework-') && !construct.node.path.includes('waiter'));
    // One for each slot, for what all have in common, for the staged objects, and for the manifest that is the same.
    expect(policies).toHaveLength(7);
    for (const policy of policies) {
      const counted = JSON.stringify(deployed(stack.resolve(policy.document))).length;
      expect(estimatePolicySize(policy)).toBeGreaterThanOrEqual(counted);
      expect(estimatePolicySize(policy)).toBeLessThan(1.6 * counted);
    }
  });

  test('leaves room for the two datasets of a project that gets another name', () => {
    const [eleven, twelve] = [11, 12].map((count) => () => synth(count));
    expect(eleven).not.toThrow();
    expect(twelve).toThrow(/including a reserve for two datasets that move/);
  });
});

describe('the provider that a stack has by itself', () => {
  const resources = (make: (stack: Stack) => void) => {
    const stack = makeStack();
    make(stack);
    makeDataset(stack);
    return Template.fromStack(stack);
  };
  const deployed = (template: Template) => ({
    token: Object.values(template.findResources('Custom::RekognitionDataset')).map(({ Properties }) => Properties.ServiceToken),
    bucket: Object.keys(template.findResources('AWS::S3::Bucket')),
  });

  test('is the same with other props: datasets that are deployed keep their service token, and the staging bucket stays', () => {
    const before = resources(() => undefined);
    const after = resources((stack) => DatasetProvider.of(stack, {
      memorySize: 2048, totalTimeout: Duration.minutes(30), vpc: new ec2.Vpc(stack, 'Vpc'),
    }));
    expect(deployed(after)).toEqual(deployed(before));
    expect(Object.keys(after.findResources('AWS::StepFunctions::StateMachine'))).toEqual(Object.keys(before.findResources('AWS::StepFunctions::StateMachine')));
    after.hasResourceProperties(FUNCTION, { MemorySize: 2048, VpcConfig: Match.anyValue() });
  });

  test('is found by of, also from a construct in the stack', () => {
    const stack = makeStack();
    const dataset = makeDataset(stack);
    const provider = DatasetProvider.of(stack);
    expect(DatasetProvider.of(dataset)).toBe(provider);
    expect(DatasetProvider.of(stack, {})).toBe(provider);
    Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  });

  test('fails for other props than it was made of, and takes the same again', () => {
    const stack = makeStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const provider = DatasetProvider.of(stack, { memorySize: 2048, encryptionKey });
    expect(DatasetProvider.of(stack, { memorySize: 2048, encryptionKey })).toBe(provider);
    expect(() => DatasetProvider.of(stack, { memorySize: 4096 })).toThrow(
      'Stack: DatasetProvider.of has different values for memorySize, encryptionKey than the existing provider of the stack, Stack/cdk-vision-datasets.DatasetProvider; call it with props only once, before the first dataset and the first Project.fromProjectName of the stack',
    );
  });

  test('fails for props after the first dataset', () => {
    const stack = makeStack();
    makeDataset(stack);
    expect(() => DatasetProvider.of(stack, { memorySize: 2048 })).toThrow(/^Stack: DatasetProvider.of has different values for memorySize than/);
  });
});

describe('a stack that publishes no assets', () => {
  const bootstrapless = (app = new App()) => new Stack(app, 'Stack', { synthesizer: new BootstraplessSynthesizer() });
  const SAID = 'but Stack uses the BootstraplessSynthesizer, which does not support assets; use the DefaultStackSynthesizer (after cdk bootstrap) or the CliCredentialsStackSynthesizer, or ';

  test('is told so, and what to do', () => {
    expect(() => makeDataset(bootstrapless())).toThrow(
      `Stack/cdk-vision-datasets.DatasetProvider: DatasetProvider needs an asset, ${SAID}create the provider in another stack and pass it to the datasets as provider`,
    );
  });

  test('takes datasets with a provider of another stack, and manifests in buckets', () => {
    const app = new App();
    const stack = bootstrapless(app);
    const provider = new DatasetProvider(new Stack(app, 'Provider'), 'Provider');
    makeDataset(stack, { provider });
    expect(() => makeDataset(stack, { provider, manifest: Manifest.fromEntries([{ 'source-ref': 's3://pictures/1.jpg' }]) }, 'Test')).toThrow(
      `Stack/Test: Manifest.fromEntries needs an asset, ${SAID}upload the manifest yourself and write Manifest.fromBucket(bucket, key)`,
    );
    Template.fromStack(stack).resourceCountIs('Custom::RekognitionDataset', 1);
  });

  test('takes no images of this machine', () => {
    const app = new App();
    const images = Images.fromDirectory(folderWith({ '1.jpg': jpeg() }));
    const provider = new DatasetProvider(new Stack(app, 'Provider'), 'Provider');
    expect(() => makeDataset(bootstrapless(app), { provider, images })).toThrow(`Stack/Train: Images.fromDirectory needs an asset, ${SAID}upload the images yourself and write Images.inBucket(bucket)`);
  });

  test('may credit the CLI with its assets', () => {
    const stack = new Stack(new App(), 'Stack', { synthesizer: new CliCredentialsStackSynthesizer() });
    makeDataset(stack);
    Template.fromStack(stack).resourceCountIs('Custom::RekognitionDataset', 1);
  });
});

test('fails with what to do when the handler is not built', () => {
  const stack = makeStack();
  jest.mocked(existsSync).mockReturnValueOnce(false);
  expect(() => new DatasetProvider(stack, 'Provider')).toThrow(/^the handler of DatasetProvider is not built: .*assets.dataset-handler.index\.js is missing; run "npm run build"/);
});

test('region and partition may be known at deployment', () => {
  const stack = makeStack();
  rekognition.Project.fromProjectArn(stack, 'P', new CfnParameter(stack, 'Arn').valueAsString);
  makeDataset(stack);
  expect(JSON.stringify(Template.fromStack(stack))).not.toMatch(/arn:aws:/);
});
