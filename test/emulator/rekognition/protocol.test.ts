import {
  CreateDatasetCommand, CreateProjectCommand, DescribeProjectsCommand, ListDatasetEntriesCommand, ListTagsForResourceCommand,
  TagResourceCommand, UntagResourceCommand, UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-rekognition';
import { startEmulator } from '../../../local/emulator';
import { rekognitionClient } from '../../rigs/clients';
import { RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();

const PROJECT = 'arn:aws:rekognition:us-east-1:000000000000:project/birds/1';
const DATASET = 'arn:aws:rekognition:us-east-1:000000000000:project/birds/dataset/train/1';
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=key/20260105/us-east-1/rekognition/aws4_request, SignedHeaders=host;x-amz-date, Signature=0a';

function post(target: string | undefined, body: string | Uint8Array<ArrayBuffer>, authorization: string | undefined = SIGNATURE) {
  return fetch(setup.emulator.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', ...(target && { 'x-amz-target': target }), ...(authorization && { authorization }) },
    body,
  });
}

test('an answer is awsJson1_1', async () => {
  await setup.project();
  const answer = await post('RekognitionService.DescribeProjects', '{}');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/);
  const [project] = (await answer.json() as any).ProjectDescriptions;
  expect(project.CreationTimestamp).toBe(Number(project.ProjectArn.split('/').at(-1)) / 1000);
});

test('an error has its code, a text and the request id', async () => {
  const answer = await post('RekognitionService.DescribeDataset', JSON.stringify({ DatasetArn: DATASET }));
  expect(answer.status).toBe(400);
  const id = answer.headers.get('x-amzn-requestid');
  expect(await answer.json()).toEqual({
    __type: 'ResourceNotFoundException', Code: 'ResourceNotFoundException', Logref: id, Message: `The resource ${DATASET} does not exist.`,
  });
});

test.each([
  ['of no operation', 'RekognitionService.DetectLabels', '{}', SIGNATURE, 400, 'UnknownOperationException'],
  ['named like a method', 'RekognitionService.toString', '{}', SIGNATURE, 400, 'UnknownOperationException'],
  ['of no service', 'Other.DescribeProjects', '{}', SIGNATURE, 400, 'UnknownOperationException'],
  ['without a target', undefined, '{}', SIGNATURE, 400, 'UnknownOperationException'],
  ['that is no JSON', 'RekognitionService.DescribeProjects', '{"MaxResults":', SIGNATURE, 400, 'SerializationException'],
  ['of bytes that are no UTF-8', 'RekognitionService.DescribeProjects', Buffer.from([0x7b, 0xff, 0x7d]), SIGNATURE, 400, 'SerializationException'],
  ['that is no object', 'RekognitionService.DescribeProjects', '[]', SIGNATURE, 400, 'SerializationException'],
  ['without a body', 'RekognitionService.DescribeProjects', '', SIGNATURE, 400, 'SerializationException'],
  ['with a word for a number', 'RekognitionService.DescribeProjects', '{"MaxResults":"9"}', SIGNATURE, 400, 'SerializationException'],
  ['with a word for a boolean', 'RekognitionService.ListDatasetEntries', `{"DatasetArn":"${DATASET}","HasErrors":"yes"}`, SIGNATURE, 400, 'SerializationException'],
  ...['a b=', 'YQ', 'YR==', 'YQ==\\n', '_-8='].map((text): [string, string, string, string, number, string] =>
    [`with changes that are no base64: ${text}`, 'RekognitionService.UpdateDatasetEntries', `{"Changes":{"GroundTruth":"${text}"}}`, SIGNATURE, 400, 'SerializationException']),
  ['that is not signed', 'RekognitionService.DescribeProjects', '{}', '', 400, 'MissingAuthenticationTokenException'],
  ['with another signature', 'RekognitionService.DescribeProjects', '{}', 'Bearer abc', 400, 'IncompleteSignatureException'],
  ['over 16 MiB', 'RekognitionService.DescribeProjects', ' '.repeat(16 * 1024 * 1024 + 1), SIGNATURE, 413, 'RequestEntityTooLargeException'],
] as [string, string | undefined, string | Uint8Array<ArrayBuffer>, string, number, string][])('a request %s is refused in JSON', async (_, target, body, authorization, status, code) => {
  const answer = await post(target, body, authorization);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ __type: code });
});

const s3Object = (S3Object: object) => ({ ProjectArn: PROJECT, DatasetType: 'TRAIN', DatasetSource: { GroundTruthManifest: { S3Object } } });
const update = (GroundTruth: Buffer) => ({ DatasetArn: DATASET, Changes: { GroundTruth } });
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, '']));

test.each<[string, any, object, string]>([
  ['no name', CreateProjectCommand, {}, "Value null at 'projectName' failed to satisfy constraint: Member must not be null"],
  ['an empty name', CreateProjectCommand, { ProjectName: '' }, "Value '' at 'projectName' failed to satisfy constraint: Member must have length greater than or equal to 1"],
  ['a name of 256 characters', CreateProjectCommand, { ProjectName: 'a'.repeat(256) }, 'Member must have length less than or equal to 255'],
  ['a name with a blank', CreateProjectCommand, { ProjectName: 'a b' }, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.\\-]+'],
  ['an unknown feature', CreateProjectCommand, { ProjectName: 'a', Feature: 'OTHER' }, 'Member must satisfy enum value set: [CONTENT_MODERATION, CUSTOM_LABELS]'],
  ['201 tags', CreateProjectCommand, { ProjectName: 'a', Tags: many(201) }, 'Member must have length less than or equal to 200'],
  ['a tag of AWS', CreateProjectCommand, { ProjectName: 'a', Tags: { 'aws:a': '' } }, "Value '{aws:a=}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, "],
  ['a long tag value', CreateProjectCommand, { ProjectName: 'a', Tags: { a: 'b'.repeat(257) } }, "at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, "],
  ['11 project names', DescribeProjectsCommand, { ProjectNames: Array(11).fill('a') }, 'Member must have length less than or equal to 10'],
  ['no project names', DescribeProjectsCommand, { ProjectNames: [] }, 'Member must have length greater than or equal to 1'],
  ['pages of 101', DescribeProjectsCommand, { MaxResults: 101 }, "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"],
  ['pages of 0', DescribeProjectsCommand, { MaxResults: 0 }, 'Member must have value greater than or equal to 1'],
  ['a token of 1025 characters', DescribeProjectsCommand, { NextToken: 'a'.repeat(1025) }, 'Member must have length less than or equal to 1024'],
  ['a type in lower case', CreateDatasetCommand, { ProjectArn: PROJECT, DatasetType: 'train' }, 'Member must satisfy enum value set: [TRAIN, TEST]'],
  ['an ARN of something else', CreateDatasetCommand, { ProjectArn: DATASET, DatasetType: 'TRAIN' }, "at 'projectArn' failed"],
  ['a bucket of two characters', CreateDatasetCommand, s3Object({ Bucket: 'ab', Name: 'a' }), "at 'datasetSource.groundTruthManifest.s3Object.bucket' failed"],
  ['a key of 1025 characters', CreateDatasetCommand, s3Object({ Bucket: 'abc', Name: 'a'.repeat(1025) }), "s3Object.name' failed"],
  ['no changes', UpdateDatasetEntriesCommand, { DatasetArn: DATASET }, "Value null at 'changes' failed"],
  ['empty changes', UpdateDatasetEntriesCommand, update(Buffer.alloc(0)), "Value 'java.nio.HeapByteBuffer[pos=0 lim=0 cap=0]' at 'changes.groundTruth' failed"],
  ['changes of 5 MiB and a byte', UpdateDatasetEntriesCommand, update(Buffer.alloc(5_242_881, ' ')), 'Member must have length less than or equal to 5242880'],
  ['11 labels', ListDatasetEntriesCommand, { DatasetArn: DATASET, ContainsLabels: Array(11).fill('a') }, "at 'containsLabels' failed"],
  ['an empty label', ListDatasetEntriesCommand, { DatasetArn: DATASET, ContainsLabels: [''] }, "Value '[]' at 'containsLabels' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 255, "],
  ['a blank part', ListDatasetEntriesCommand, { DatasetArn: DATASET, SourceRefContains: ' ' }, "at 'sourceRefContains' failed"],
  ['a short ARN', TagResourceCommand, { ResourceArn: 'arn', Tags: {} }, "at 'resourceArn' failed"],
  ['no tags', TagResourceCommand, { ResourceArn: PROJECT }, "Value null at 'tags' failed"],
  ['201 tag keys', UntagResourceCommand, { ResourceArn: PROJECT, TagKeys: Array(201).fill('a') }, "at 'tagKeys' failed"],
])('%s breaks a constraint of the model', async (_, Command, input, message) => {
  const refusal = await setup.refusal(setup.client.send(new Command(input)));
  expect(refusal).toMatchObject({ code: 'ValidationException', status: 400 });
  expect(refusal.message).toMatch(/^[12] validation errors? detected: Value /);
  expect(refusal.message).toContain(message);
});

test('every broken constraint is named, and the body of that refusal has a type and a message only', async () => {
  const refusal = await post('RekognitionService.UpdateDatasetEntries', JSON.stringify({ DatasetArn: 'arn', Changes: { GroundTruth: '' } }));
  expect(await refusal.json()).toEqual({
    __type: 'ValidationException',
    message: expect.stringMatching(/^3 validation errors detected: .*'datasetArn'.*; .*'datasetArn'.*; .*'changes.groundTruth'/),
  });
});

test('changes of exactly 5 MiB are accepted, unless the stricter reading of the limit is wanted', async () => {
  const arn = await setup.dataset(await setup.project());
  const changes = (bytes: number) => unlabeled('a.jpg').padEnd(99_000, ' ').padEnd(bytes, `\n${unlabeled('b.jpg')}`);
  await setup.startUpdate(arn, changes(5_242_880));
  await setup.ended(arn);
  setup.emulator.settings.rekognition.strictChangesSize = true;
  expect(await setup.refusal(setup.startUpdate(arn, changes(5_000_000)))).toMatchObject({ code: 'ValidationException' });
  await setup.startUpdate(arn, changes(4_999_999));
});

test('an S3 endpoint that does not answer is an error of the server, and without one no manifest is found', async () => {
  const source = { GroundTruthManifest: { S3Object: { Bucket: 'manifests-bucket', Name: 'birds.manifest' } } };
  const printed = jest.spyOn(console, 'error').mockImplementation();
  for (const [s3Endpoint, expected] of [
    ['http://127.0.0.1:1', { code: 'InternalServerError', status: 500, message: 'Internal server error' }],
    [undefined, { code: 'InvalidS3ObjectException', status: 400 }],
  ] as const) {
    const emulator = await startEmulator({ s3Endpoint });
    const client = rekognitionClient(emulator);
    try {
      const { ProjectArn } = await client.send(new CreateProjectCommand({ ProjectName: 'birds' }));
      const call = client.send(new CreateDatasetCommand({ ProjectArn, DatasetType: 'TRAIN', DatasetSource: source }));
      expect(await setup.refusal(call)).toMatchObject(expected);
    } finally {
      client.destroy();
      await emulator.close();
    }
  }
  expect(printed).toHaveBeenCalledTimes(1);
  expect(String(printed.mock.calls[0])).toContain('ECONNREFUSED');
  printed.mockRestore();
});

describe('tags', () => {
  const list = async (arn: string) => (await setup.client.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags;
  const tag = (arn: string, Tags: Record<string, string>) => setup.client.send(new TagResourceCommand({ ResourceArn: arn, Tags }));
  const untag = (arn: string, TagKeys: string[]) => setup.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys }));

  test('of a dataset are set when it is created, added, replaced and removed', async () => {
    const { DatasetArn: arn } = await setup.client.send(new CreateDatasetCommand({
      ProjectArn: await setup.project(), DatasetType: 'TRAIN', Tags: { 'team': 'zoo', 'cost center': '7' },
    }));
    await tag(arn!, { team: 'park', name: '' });
    await untag(arn!, ['cost center', 'unknown']);
    expect(await list(arn!)).toEqual({ team: 'park', name: '' });
  });

  test('are at most 50', async () => {
    const arn = await setup.project();
    await tag(arn, many(50));
    await tag(arn, { key1: 'again' });
    expect(await setup.refusal(tag(arn, { one: 'more' }))).toMatchObject({ code: 'ServiceQuotaExceededException', status: 400 });
    expect(Object.keys((await list(arn))!)).toHaveLength(50);
    const creation = setup.client.send(new CreateProjectCommand({ ProjectName: 'other', Tags: many(51) }));
    expect(await setup.refusal(creation)).toMatchObject({ code: 'InvalidParameterException' });
  });

  test('of nothing are not found', async () => {
    for (const call of [list(PROJECT), tag(DATASET, {}), untag('arn:aws:rekognition:us-east-1:000000000000:collection/a', [])]) {
      expect(await setup.refusal(call)).toMatchObject({ code: 'ResourceNotFoundException', status: 400 });
    }
  });
});
