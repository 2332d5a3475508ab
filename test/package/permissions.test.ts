import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, Manifest } from '../../lib';
import { makeDataset, makeStack, policiesOf } from '../rigs/stacks';
import { makeWidestStack } from './widest';

/** Every statement of policies as "action, action on resource", intrinsic functions written as names. */
function statements(template: Template, policy: (id: string) => boolean): string[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => policy(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .map(asText);
}

function asText({ Effect, Action, Resource, Condition }: any): string {
  expect(Effect).toBe('Allow');
  return `${[Action].flat().join(', ')} on ${[Resource].flat().map(text).join(', ')}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`;
}

function text(value: any): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref.replace(/[0-9A-F]{8}$/, '')}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, '')}.${value['Fn::GetAtt'][1]}>`;
  if ('Fn::Sub' in value) return value['Fn::Sub'];
  if ('Fn::Select' in value) {
    const [part, { 'Fn::Split': [separator, of] }] = value['Fn::Select'];
    expect(separator).toBe('/');
    return `<part ${part} of ${of.Ref}>`;
  }
  return value['Fn::Join'][1].map(text).join('');
}

const HANDLER = join(__dirname, '..', '..', 'lambda');

/** What IAM calls the calls of the SDK. */
const S3_ACTIONS: Record<string, string[]> = {
  GetObject: ['s3:GetObject', 's3:GetObjectVersion'],
  PutObject: ['s3:PutObject'],
  DeleteObjects: ['s3:DeleteObject'],
  ListObjectsV2: ['s3:ListBucket'],
  CreateMultipartUpload: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  CompleteMultipartUpload: ['s3:PutObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
};

/** What the service itself reads as the caller: the staged manifest, images, and their buckets. */
const OF_THE_SERVICE = [
  's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:ListBucket',
];

/** The actions that the handler's calls need. */
function actionsOfCalls(): string[] {
  return readdirSync(HANDLER, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.ts')).flatMap((file) => {
    const calls = [...readFileSync(join(HANDLER, file), 'utf8').matchAll(/new (\w+)Command\(/g)].map(([, name]) => name);
    // The services have actions of the names of their calls, each in an adapter of its own.
    const service = /\b(rekognition|lookoutvision)\b/.exec(file)?.[1];
    return calls.flatMap((name) => S3_ACTIONS[name] ?? (service ? [`${service}:${name}`] : fail(`${file} makes the call ${name}, whose action is not known`)));
  });
}

function fail(message: string): never {
  throw new Error(message);
}

const ARN = 'arn:<AWS::Partition>:rekognition:<AWS::Region>:<AWS::AccountId>:project';
const ONE_DATASET = 'rekognition:DescribeDataset, rekognition:ListDatasetEntries, rekognition:UpdateDatasetEntries, rekognition:DeleteDataset, rekognition:ListTagsForResource, rekognition:TagResource, rekognition:UntagResource';

const STAGING = '<cdkvisiondatasetsDatasetProviderStaging.Arn>';
const STACK = 'Stack-<part 2 of AWS::StackId>';
/** Each dataset has these. */
const STAGED = [
  `s3:GetObject, s3:GetObjectAcl, s3:GetObjectTagging, s3:GetObjectVersion, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload on ${STAGING}/${STACK}/*`,
  `s3:GetObject, s3:PutObject, s3:DeleteObject on ${STAGING}/owners/*`,
  `s3:PutObject on ${STAGING}/reports/${STACK}/*`,
];

/** How the documentation names what policies are about. */
const NAMES: [RegExp, string][] = [
  [/^<Birds.Arn>$|^<Forest.ProjectArn>$|^<Line.Arn>$|^<KeyedProject.Arn>$/, '<project>'],
  [/^arn:<AWS::Partition>:rekognition:<AWS::Region>:<AWS::AccountId>:project\/(<Birds>|forest|<KeyedProject>)\/dataset\/(train|test)\/\*$/, '<project>/dataset/<type>/*'],
  [/^arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}\//, '<asset bucket>/'],
  [/^arn:<AWS::Partition>:s3:::manifests\/birds\/test.manifest$|^<Manifests.Arn>\/birds.manifest$/, '<manifest>'],
  [/^arn:<AWS::Partition>:s3:::(photos|inspected)$/, '<listed bucket>'],
  [/^<\w*Staging.Arn>/, '<staging bucket>'],
  [/Stack-<part 2 of AWS::StackId>/, '<stack>'],
  [/^<TrainImagesBucket.Arn>\/birds\/\*$|^<Images.Arn>\/\*$/, '<images>'],
  [/^<TrainImagesBucket.Arn>$|^<Images.Arn>$/, '<image bucket>'],
  [/^<StagingKey.Arn>$/, '<staging key>'],
  [/^<Key.Arn>$/, '<key>'],
  [/^<\w*Logs.Arn>$/, '<log group>'],
];

/** Every action of the statements with what it is on, as the documentation has them. */
function named(list: readonly any[]): string[] {
  return list.flatMap(({ Action, Resource }) => [Action].flat().flatMap((action) => [Resource].flat()
    .map((resource) => `${action} on ${NAMES.reduce((name, [pattern, instead]) => name.replace(pattern, instead), text(resource))}`)));
}

test('the documentation has every action with what it is on, why and by which source, and no other', () => {
  const stack = makeStack();
  const key = new kms.Key(stack, 'Key');
  const bucket = (id: string) => new s3.Bucket(stack, id, { encryptionKey: key });
  makeDataset(stack, {
    manifest: Manifest.fromBucket(bucket('Manifests'), 'birds.manifest'),
    images: Images.inBucket(bucket('Images'), { grantRead: true }),
    provider: new DatasetProvider(stack, 'Provider', { encryptionKey: new kms.Key(stack, 'StagingKey') }),
  }, 'Keyed');
  const ofHandler = (template: Template) => Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: any) => /^(cdkvisiondatasetsDataset)?ProviderRole/.test(Ref)));
  const granted = [stack, makeWidestStack()].flatMap((one) => ofHandler(Template.fromStack(one)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  const rows = readFileSync(join(__dirname, '..', '..', 'docs', 'permissions.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  for (const cells of rows) expect(cells).toEqual(Array(4).fill(expect.stringMatching(/./)));
  const documented = rows.flatMap(([actions, resource]) => [...actions.matchAll(/`(.+?)`/g)].map(([, action]) => `${action} on ${resource.slice(1, -1)}`));
  expect([...new Set(named(granted))].sort()).toEqual(documented.sort());
});

describe('permissions of the handler in a stack with datasets of both services', () => {
  const template = Template.fromStack(makeWidestStack());
  const [role] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => /^cdkvisiondatasetsDatasetProviderRole/.test(id));
  const ofHandler = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: { Ref: string }) => role === Ref)).map(([id]) => id);

  const statementsOf = (dataset: string) => policiesOf(template, dataset)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement).map(asText);

  test('for all of them', () => {
    expect(statements(template, (id) => id.startsWith('cdkvisiondatasetsDatasetProviderRole'))).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on <cdkvisiondatasetsDatasetProviderLogs.Arn>',
      'rekognition:DescribeProjects on *',
      's3:GetBucketAcl, s3:GetBucketLocation, s3:ListBucket on <cdkvisiondatasetsDatasetProviderStaging.Arn>',
    ]);
  });

  test('for a dataset with its manifest as an asset: such assets alone, and the same with every content', () => {
    expect(statementsOf('Train')).toEqual([
      'rekognition:CreateDataset, rekognition:TagResource on <Birds.Arn>',
      `${ONE_DATASET} on ${ARN}/<Birds>/dataset/train/*`,
      ...STAGED,
      `s3:GetObject on arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}/*.manifestgz`,
      's3:GetObject, s3:GetObjectAcl, s3:GetObjectTagging, s3:GetObjectVersion on <TrainImagesBucket.Arn>/birds/*',
      's3:GetBucketAcl, s3:GetBucketLocation, s3:ListBucket on <TrainImagesBucket.Arn>',
    ]);
  });

  test('for a dataset with a version of a manifest in a bucket', () => {
    expect(statementsOf('Test')).toEqual([
      'rekognition:CreateDataset, rekognition:TagResource on <Birds.Arn>',
      `${ONE_DATASET} on ${ARN}/<Birds>/dataset/test/*`,
      ...STAGED,
      's3:GetObjectVersion on arn:<AWS::Partition>:s3:::manifests/birds/test.manifest',
    ]);
  });

  test('for an empty dataset in a project that is looked up', () => {
    expect(statementsOf('Trees')).toEqual([
      'rekognition:CreateDataset, rekognition:TagResource on <Forest.ProjectArn>',
      `${ONE_DATASET} on ${ARN}/forest/dataset/train/*`,
      ...STAGED,
    ]);
  });

  test('for a dataset whose class folders are listed: keys under the prefix, and no object', () => {
    expect(statementsOf('Sorted')).toEqual([
      'rekognition:CreateDataset, rekognition:TagResource on <Forest.ProjectArn>',
      `${ONE_DATASET} on ${ARN}/forest/dataset/test/*`,
      ...STAGED,
      's3:ListBucket on arn:<AWS::Partition>:s3:::photos if {"StringLike":{"s3:prefix":"sorted/*"}}',
    ]);
  });

  test.each([
    ['masks, and its manifest as an asset', 'LineTrain', 's3:GetObject on arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/*.manifestgz'],
    ['class folders that are listed', 'LineTest', 's3:ListBucket on arn:<AWS::Partition>:s3:::inspected if {"StringLike":{"s3:prefix":"test/*"}}'],
  ])('for a dataset of Lookout for Vision with %s: its datasets have no ARN, and images and masks are granted where the user says so', (_, dataset, manifest) => {
    expect(statementsOf(dataset)).toEqual([
      'lookoutvision:DescribeProject on <Line.Arn>',
      'lookoutvision:CreateDataset, lookoutvision:DescribeDataset, lookoutvision:ListDatasetEntries, lookoutvision:UpdateDatasetEntries, lookoutvision:DeleteDataset on *',
      ...STAGED,
      manifest,
    ]);
  });

  test('are for the calls that the handler makes, and for no others', () => {
    const needed = new Set([...actionsOfCalls(), ...OF_THE_SERVICE]);
    const actions = statements(template, (id) => ofHandler.includes(id)).flatMap((statement) => statement.split(' on ')[0].split(', '));
    expect([...new Set(actions)].filter((action) => !action.startsWith('logs:')).sort()).toEqual([...needed].sort());
  });

  test('and no others: each slot has a policy of its own on the role of the handler, and each source that datasets share', () => {
    expect(ofHandler.map((id) => id.replace(/(?<=Policy)([0-9A-F]{8})+$/, '').replace(/(?<=SharedPolicies)([0-9A-F]{8}){2}$/, '')).sort()).toEqual([
      'LineTestPolicy', 'LineTrainPolicy', 'SortedPolicy', 'TestPolicy', 'TrainPolicy', 'TreesPolicy', 'cdkvisiondatasetsDatasetProviderRoleDefaultPolicy',
      // Of the staging bucket, the assets, the images that are uploaded, the version in a bucket, and two prefixes.
      ...Array(6).fill('cdkvisiondatasetsDatasetProviderSharedPolicies'),
    ]);
    expect(template.findResources('AWS::IAM::Role')[role].Properties.ManagedPolicyArns).toBeUndefined();
  });
});
