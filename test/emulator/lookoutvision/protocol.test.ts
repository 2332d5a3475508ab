import {
  CreateDatasetCommand, CreateModelCommand, CreateProjectCommand, DescribeModelCommand, DescribeProjectCommand, ListDatasetEntriesCommand,
  ListModelsCommand, ListProjectsCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import { OPERATIONS } from '../../../local/emulator/lookoutvision/operations';
import { labeled, LookoutSetup, unlabeled } from './setup';

const setup = new LookoutSetup();
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=key/20260105/us-east-1/lookoutvision/aws4_request, SignedHeaders=host;x-amz-date, Signature=0a';

async function http(method: string, path: string, body?: string, headers: Record<string, string> = { 'authorization': SIGNATURE, 'content-type': 'application/json' }) {
  const answer = await fetch(`${setup.emulator.url}/2020-11-20${path}`, { method, body, headers });
  return { status: answer.status, headers: answer.headers, json: await answer.json() as any };
}

test('an answer is restJson1: numbers for dates, an object also when there is nothing to say', async () => {
  const { status, headers, json } = await http('POST', '/projects', '{"ProjectName":"parts"}');
  expect([status, headers.get('content-type'), headers.get('x-amzn-errortype')]).toEqual([200, 'application/json', null]);
  expect(headers.get('x-amzn-requestid')).toMatch(/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/);
  expect(json.ProjectMetadata.CreationTimestamp).toBe(setup.now / 1000);
  await http('POST', '/projects/parts/datasets', '{"DatasetType":"test"}');
  expect(await http('DELETE', '/projects/parts/datasets/test')).toMatchObject({ status: 202, json: {} });
});

test('an error has its name in a header, its members in the body and the status of the model', async () => {
  const { status, headers, json } = await http('GET', '/projects/parts');
  expect([status, headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
  expect(json).toEqual({ Message: 'Project parts could not be found', ResourceId: 'parts', ResourceType: 'PROJECT' });
});

test.each([
  ['no such path', 'GET', '/models', undefined, 404, 'UnknownOperationException'],
  ['no such method', 'PUT', '/projects', '{}', 404, 'UnknownOperationException'],
  ['hosting', 'POST', '/projects/parts/models/1/start', '{}', 404, 'UnknownOperationException'],
  ['no JSON', 'POST', '/projects', '{"ProjectName":', 400, 'SerializationException'],
  ['no object', 'POST', '/projects', '[]', 400, 'SerializationException'],
  ['no body', 'POST', '/projects', undefined, 400, 'SerializationException'],
  ['a path that is not percent-encoded', 'GET', '/projects/%zz', undefined, 400, 'SerializationException'],
  ['an encoded slash in a name', 'GET', '/projects/a%2Fb', undefined, 400, 'ValidationException'],
  ['an empty name', 'GET', '/projects/', undefined, 400, 'ValidationException'],
  ['a number that is none', 'GET', '/projects?maxResults=many', undefined, 400, 'SerializationException'],
  ['a boolean that is none', 'GET', '/projects/p/datasets/train/entries?labeled=yes', undefined, 400, 'SerializationException'],
  ['a date that is none', 'GET', '/projects/p/datasets/train/entries?createdBefore=yesterday', undefined, 400, 'SerializationException'],
  ['a date without offset', 'GET', '/projects/p/datasets/train/entries?createdAfter=2020-01-01T00%3A00%3A00', undefined, 400, 'SerializationException'],
  ['changes that are not base64', 'PATCH', '/projects/p/datasets/train/entries', '{"Changes":"{}"}', 400, 'SerializationException'],
])('a request with %s is refused', async (_, method, path, body, status, code) => {
  const answer = await http(method, path, body);
  expect([answer.status, answer.headers.get('x-amzn-errortype'), typeof answer.json.Message]).toEqual([status, code, 'string']);
});

test('an unsigned request is refused before it is read', async () => {
  expect(await http('POST', '/projects', '[]', {})).toMatchObject({ status: 403 });
  expect((await http('POST', '/projects', '[]', { authorization: 'Bearer a' })).headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException');
});

const source = (S3Object: object) => new CreateDatasetCommand({ ProjectName: 'p', DatasetType: 'train', DatasetSource: { GroundTruthManifest: { S3Object } as any } });
const entries = (more: object) => new ListDatasetEntriesCommand({ ProjectName: 'p', DatasetType: 'train', ...more });
const changes = (more: object) => new UpdateDatasetEntriesCommand({ ProjectName: 'p', DatasetType: 'train', Changes: Buffer.from('{}'), ...more });
const tag = (Tags: { Key: string; Value: string }[], ResourceArn = 'a') => new TagResourceCommand({ ResourceArn, Tags });
const key = (Key: string) => source({ Bucket: 'abc', Key });

/** The commands' types differ; the client takes them all. */
const send = (command: any) => (setup.client as { send(command: any): Promise<any> }).send(command);

test.each<[string, object, string]>([
  ['a name with a blank', new CreateProjectCommand({ ProjectName: 'a b' }), 'projectName'],
  ['a name that begins with a dash', new CreateProjectCommand({ ProjectName: '-a' }), 'projectName'],
  ['a name that begins with an underscore', new CreateProjectCommand({ ProjectName: '_a' }), 'projectName'],
  ['256 characters', new CreateProjectCommand({ ProjectName: 'a'.repeat(256) }), 'projectName'],
  ['no name', new CreateProjectCommand({} as any), 'projectName'],
  ['a token with an underscore', new CreateProjectCommand({ ProjectName: 'a', ClientToken: 'a_b' }), 'clientToken'],
  ['a token of 65 characters', new CreateProjectCommand({ ProjectName: 'a', ClientToken: 'a'.repeat(65) }), 'clientToken'],
  ['TRAIN in capitals', new CreateDatasetCommand({ ProjectName: 'p', DatasetType: 'TRAIN' }), 'datasetType'],
  ['an unknown type', new CreateDatasetCommand({ ProjectName: 'p', DatasetType: 'training' }), 'datasetType'],
  ['a bucket of two characters', source({ Bucket: 'ab', Key: 'a' }), 'datasetSource.groundTruthManifest.s3Object.bucket'],
  ['a bucket of 64 characters', source({ Bucket: 'a'.repeat(64), Key: 'a' }), 'bucket'],
  ['no key', source({ Bucket: 'abc' }), 'datasetSource.groundTruthManifest.s3Object.key'],
  ...[' ', ':', '=', '+', '@', '&', 'ä'].map((sign): [string, object, string] => [`a key with '${sign}'`, key(`a${sign}b`), 's3Object.key']),
  ['a key that begins with a slash', key('/a'), 's3Object.key'],
  ['a key of 1,025 characters', key('a'.repeat(1025)), 's3Object.key'],
  ['no changes', changes({ Changes: undefined }), 'changes'],
  ['empty changes', changes({ Changes: Buffer.alloc(0) }), 'changes'],
  ['changes over 10 MiB', changes({ Changes: Buffer.alloc(10_485_761, ' ') }), 'changes'],
  ['no page at all', entries({ MaxResults: 0 }), 'maxResults'],
  ['101 results', entries({ MaxResults: 101 }), 'maxResults'],
  ['a base64url token', entries({ NextToken: 'a-b_' }), 'nextToken'],
  ['a class of another name', entries({ AnomalyClass: 'good' }), 'anomalyClass'],
  ['a blank part of a reference', entries({ SourceRefContains: ' ' }), 'sourceRefContains'],
  ['a tag with a hash sign', tag([{ Key: 'a#', Value: '' }]), 'tags.1.member.key'],
  ['a tag without value', tag([{ Key: 'a' } as any]), 'tags.1.member.value'],
  ['201 tags', tag(Array.from({ length: 201 }, (_, i) => ({ Key: `k${i}`, Value: '' }))), 'tags'],
  ['an ARN of 1,012 characters', tag([], 'a'.repeat(1012)), 'resourceArn'],
])('a broken constraint is a ValidationException: %s', async (_, command, member) => {
  const { code, status, message } = await setup.refusal(send(command));
  expect([code, status]).toEqual(['ValidationException', 400]);
  expect(message).toMatch(/^\d validation errors? detected: Value '?.*'? at '[\w.]+' failed to satisfy constraint: Member must /s);
  expect(message).toContain(`${member}' failed`);
});

test('the largest changes and the longest token are taken', async () => {
  await setup.project('p');
  await setup.dataset('p');
  const padded = Buffer.alloc(10_485_760, '\n');
  padded.write(unlabeled('a.png'));
  await send(changes({ Changes: padded, ClientToken: 'f'.repeat(64) }));
  expect((await setup.ended('p')).ImageStats!.Total).toBe(1);
  expect(setup.emulator.requests().find(({ operation }) => operation === 'UpdateDatasetEntries')).toMatchObject({
    service: 'lookoutvision', write: true, status: 202, request: { ProjectName: 'p', ClientToken: 'f'.repeat(64), Changes: { bytes: 10_485_760 } },
  });
});

test('each half of a source is needed', async () => {
  await setup.project('p');
  for (const DatasetSource of [{}, { GroundTruthManifest: {} }]) {
    expect(await setup.refusal(send(new CreateDatasetCommand({ ProjectName: 'p', DatasetType: 'train', DatasetSource })))).toMatchObject({ status: 400 });
  }
});

describe('pages', () => {
  const projects = (more: object = {}) => setup.client.send(new ListProjectsCommand(more));

  test('of projects, in the order of their making', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `p${i}`);
    for (const name of names) await setup.project(name);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await projects({ MaxResults: 2, NextToken });
      seen.push(page.Projects!.map(({ ProjectName }) => ProjectName).join());
      NextToken = page.NextToken;
      expect(NextToken ?? 'a').toMatch(/^[a-zA-Z0-9/+=]+$/);
    } while (NextToken);
    expect(seen).toEqual(['p0,p1', 'p2,p3', 'p4']);
    expect((await projects({ MaxResults: 5 })).NextToken).toBeUndefined();
    expect(await setup.refusal(projects({ NextToken: 'abcd' }))).toMatchObject({ code: 'ValidationException' });
  });

  test('of 100 entries; a token belongs to its dataset and filters', async () => {
    for (const name of ['a', 'b']) {
      await setup.project(name);
      await setup.dataset(name, Array.from({ length: 101 }, (_, i) => labeled(`${i}.png`)));
    }
    const list = (more: object) => setup.client.send(entries({ ProjectName: 'a', ...more }));
    const first = await list({});
    expect(first.DatasetEntries).toHaveLength(100);
    const { NextToken } = first;
    const rest = await list({ NextToken });
    expect([rest.DatasetEntries!.length, rest.NextToken]).toEqual([1, undefined]);
    for (const other of [{ ProjectName: 'b' }, { Labeled: true }, { SourceRefContains: 'png' }]) {
      expect(await setup.refusal(list({ NextToken, ...other }))).toMatchObject({ code: 'ValidationException' });
    }
  });

  test('the token behind the last page may be empty', async () => {
    await setup.project('p0');
    expect((await projects()).NextToken).toBeUndefined();
    setup.settings.emptyNextToken = true;
    expect((await projects()).NextToken).toBe('');
  });

  test('ListProjects may lag behind', async () => {
    await setup.project('p0');
    setup.settings.staleProjects = 1;
    await setup.project('p1');
    const counts = [(await projects()).Projects!.length, (await projects()).Projects!.length];
    expect(counts).toEqual([1, 2]);
  });
});

describe('tags', () => {
  const model = 'arn:aws:lookoutvision:us-east-1:000000000000:model/parts/1';
  const tagsOf = async (ResourceArn = model) => (await setup.client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
  const train = () => setup.client.send(new CreateModelCommand({
    ProjectName: 'parts', OutputConfig: { S3Location: { Bucket: 'models', Prefix: 'out/' } }, Tags: [{ Key: 'team', Value: 'a b' }], Description: 'first',
  }));

  test('are those of models', async () => {
    await setup.dataset(await setup.project(), [labeled('a.png')]);
    expect((await train()).ModelMetadata!.ModelArn).toBe(model);
    await send(tag([{ Key: 'line 1/2', Value: '' }, { Key: 'team', Value: 'c' }], model));
    expect(await tagsOf()).toEqual([{ Key: 'team', Value: 'c' }, { Key: 'line 1/2', Value: '' }]);
    await setup.client.send(new UntagResourceCommand({ ResourceArn: model, TagKeys: ['line 1/2', 'none'] }));
    expect(await tagsOf()).toEqual([{ Key: 'team', Value: 'c' }]);
    await setup.client.send(new UntagResourceCommand({ ResourceArn: model, TagKeys: [] }));
    const full = Array.from({ length: 200 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    expect(await setup.refusal(send(tag(full, model)))).toMatchObject({ code: 'ServiceQuotaExceededException', status: 402 });

    const { ModelDescription } = await setup.client.send(new DescribeModelCommand({ ProjectName: 'parts', ModelVersion: 'latest' }));
    expect(ModelDescription).toMatchObject({ ModelVersion: '1', Description: 'first', OutputConfig: { S3Location: { Bucket: 'models', Prefix: 'out/' } } });
    expect((await setup.client.send(new ListModelsCommand({ ProjectName: 'parts' }))).Models).toHaveLength(1);
  });

  test.each([
    [model, 404, 'ResourceNotFoundException'],
    ['arn:aws:lookoutvision:us-east-1:000000000000:project/parts', 400, 'ValidationException'],
    ['arn:aws:lookoutvision:eu-west-1:000000000000:model/parts/1', 400, 'ValidationException'],
  ])('of %s: %d', async (arn, status, code) => {
    await setup.project();
    expect(await setup.refusal(tagsOf(arn))).toMatchObject({ status, code });
  });
});

test('the operations are those of projects, datasets and tags', () => {
  expect(Object.keys(OPERATIONS).filter((name) => !name.includes('Model'))).toEqual([
    'CreateProject', 'DescribeProject', 'ListProjects', 'DeleteProject', 'CreateDataset', 'DescribeDataset', 'UpdateDatasetEntries', 'ListDatasetEntries',
    'DeleteDataset', 'TagResource', 'UntagResource', 'ListTagsForResource',
  ]);
});

test('a project has a name of its own', async () => {
  await setup.project();
  expect(await setup.refusal(setup.project())).toMatchObject({
    code: 'ConflictException', status: 409, message: 'Project parts already exists', ResourceId: 'parts', ResourceType: 'PROJECT',
  });
  expect(await setup.refusal(setup.client.send(new DescribeProjectCommand({ ProjectName: 'none' })))).toMatchObject({ status: 404 });
});
