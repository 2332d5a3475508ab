import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cloud } from '../../local/cloud/cloud';
import { CloudFormation } from './cloudformation';
import type { Observer } from './observer';
import { zip } from './zip';

/** What the local cloud adds to MiniStack behaves as CloudFormation does. */
export function engineTests(cloud: () => Cloud, observer: () => Observer): void {
  let cloudFormation: CloudFormation;
  beforeAll(() => { cloudFormation = new CloudFormation(cloud().endpoint); });

  const calls = (): string[] => cloud().emulator.requests().filter(({ write }) => write).map(({ operation }) => operation);

  test('AWS::Rekognition::Project: tags change in place, a name is a replacement, delete waits until it is gone', async () => {
    const outputs = { Ref: { Value: { Ref: 'Project' } }, Arn: { Value: { 'Fn::GetAtt': ['Project', 'Arn'] } } };
    const deploy = (ProjectName: string, tags: Record<string, string>): Promise<string> => {
      cloud().emulator.clearRequests();
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return cloudFormation.deploy('Projects', { Project: { Type: 'AWS::Rekognition::Project', Properties: { ProjectName, Tags } } }, outputs);
    };
    expect(await deploy('one', { a: '1', b: '2' })).toBe('CREATE_COMPLETE');
    expect(await cloudFormation.output('Projects', 'Ref')).toBe('one');
    expect(await cloudFormation.output('Projects', 'Arn')).toMatch(/^arn:aws:rekognition:us-east-1:000000000000:project\/one\/\d+$/);

    expect(await deploy('one', { b: '3' })).toBe('UPDATE_COMPLETE');
    expect(calls()).toEqual(['UntagResource', 'TagResource']);
    expect(cloud().emulator.requests().find(({ operation }) => operation === 'TagResource')!.request.Tags).toEqual({ b: '3' });

    expect(await deploy('two', { b: '3' })).toBe('UPDATE_COMPLETE');
    expect(calls()).toEqual(['CreateProject', 'DeleteProject']);
    expect(await observer().projects()).toEqual(['two']);
    expect(await cloudFormation.output('Projects', 'Ref')).toBe('two');

    expect(await cloudFormation.destroy('Projects')).toBe('DELETE_COMPLETE');
    expect(await observer().projects()).toEqual([]);
  });

  test('AWS::S3::Bucket: tags are set, and a bucket with an object in it is not deleted', async () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full', Tags: [{ Key: 'a', Value: '1' }] } };
    expect(await cloudFormation.deploy('Buckets', { Bucket: bucket })).toBe('CREATE_COMPLETE');
    expect(await observer().tags('full')).toEqual({ a: '1' });
    await observer().s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'a', Body: 'a' }));
    expect(await cloudFormation.destroy('Buckets')).toBe('DELETE_FAILED');
    expect((await cloudFormation.events('Buckets')).join('\n')).toContain('is not empty');
    await observer().empty('full');
    expect(await cloudFormation.destroy('Buckets')).toBe('DELETE_COMPLETE');
  });

  test('Custom::CDKBucketDeployment: unpacks, fills in markers, filters, prunes, moves and deletes', async () => {
    const { s3 } = observer();
    const put = (Key: string, files: Record<string, string>) => s3.send(new PutObjectCommand({ Bucket: 'assets', Key, Body: zip(files) }));
    const body = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket: 'target', Key }))).Body!.transformToString();
    const buckets = Object.fromEntries(['assets', 'target'].map((BucketName) => [BucketName, { Type: 'AWS::S3::Bucket', Properties: { BucketName } }]));
    const deploy = (properties: object): Promise<string> => cloudFormation.deploy('Deployment', {
      ...buckets,
      Deployment: {
        Type: 'Custom::CDKBucketDeployment',
        DependsOn: ['assets', 'target'],
        Properties: {
          ServiceToken: 'not called', SourceBucketNames: ['assets', 'assets'], SourceObjectKeys: ['1.zip', '2.zip'],
          DestinationBucketName: 'target', DestinationBucketKeyPrefix: 'web', ...properties,
        },
      },
    });
    expect(await cloudFormation.deploy('Deployment', buckets)).toBe('CREATE_COMPLETE');
    await put('1.zip', { 'a b/ü.html': '<p>', 'same.txt': 'first' });
    await put('2.zip', { 'same.txt': 'second', 'config.json': '{"bucket":"<<marker>>"}', 'skip.tmp': '' });
    await s3.send(new PutObjectCommand({ Bucket: 'target', Key: 'web/old.txt', Body: 'old' }));
    await s3.send(new PutObjectCommand({ Bucket: 'target', Key: 'web/old.tmp', Body: 'old' }));
    await s3.send(new PutObjectCommand({ Bucket: 'target', Key: 'elsewhere.txt', Body: 'old' }));

    expect(await deploy({
      SourceMarkers: [{}, { '<<marker>>': 'a "quoted" name' }], SourceMarkersConfig: [{}, { jsonEscape: 'true' }],
      Exclude: ['*.tmp'], SystemMetadata: { 'cache-control': 'no-cache' }, UserMetadata: { Team: 'workshop' },
    })).toBe('UPDATE_COMPLETE');
    expect((await observer().keys('target')).sort()).toEqual(['elsewhere.txt', 'web/a b/ü.html', 'web/config.json', 'web/old.tmp', 'web/same.txt']);
    expect(await body('web/same.txt')).toBe('second');
    expect(JSON.parse(await body('web/config.json'))).toEqual({ bucket: 'a "quoted" name' });
    expect(await s3.send(new GetObjectCommand({ Bucket: 'target', Key: 'web/a b/ü.html' })))
      .toMatchObject({ ContentType: 'text/html', CacheControl: 'no-cache', Metadata: { team: 'workshop' } });

    expect(await deploy({ Prune: false, RetainOnDelete: false, SourceObjectKeys: ['1.zip', '1.zip'] })).toBe('UPDATE_COMPLETE');
    expect(await observer().keys('target')).toContain('web/config.json');

    expect(await deploy({ RetainOnDelete: false, DestinationBucketKeyPrefix: 'moved', Extract: false })).toBe('UPDATE_COMPLETE');
    expect((await observer().keys('target')).sort()).toEqual(['elsewhere.txt', 'moved/1.zip', 'moved/2.zip']);

    expect(await cloudFormation.deploy('Deployment', buckets)).toBe('UPDATE_COMPLETE');
    expect(await observer().keys('target')).toEqual(['elsewhere.txt']);
    await observer().empty('target');
    await observer().empty('assets');
    expect(await cloudFormation.destroy('Deployment')).toBe('DELETE_COMPLETE');
  });

  test('a custom resource whose Create failed gets a Delete with the id that its failure named', async () => {
    const code = `
      exports.handler = async (event) => {
        await fetch(process.env.AWS_ENDPOINT_URL + '/seen/' + event.RequestType + '-' + event.PhysicalResourceId, { method: 'PUT', body: '' });
        await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
          Status: event.RequestType === 'Create' ? 'FAILED' : 'SUCCESS', Reason: 'on purpose', PhysicalResourceId: 'half-made',
          StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId }) });
      };`;
    const role = {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] } },
    };
    const handler = {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: code }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    };
    const thing = { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Handler', 'Arn'] } } };
    await observer().s3.send(new CreateBucketCommand({ Bucket: 'seen' }));
    expect(await cloudFormation.deploy('Failing', { Role: role, Handler: handler, Thing: thing })).toBe('ROLLBACK_COMPLETE');
    expect((await cloudFormation.events('Failing')).join('\n')).toContain('Thing CREATE_FAILED on purpose');
    expect(await observer().keys('seen')).toEqual(['Create-undefined', 'Delete-half-made']);
    expect(await cloudFormation.destroy('Failing')).toBe('DELETE_COMPLETE');
  });
}
