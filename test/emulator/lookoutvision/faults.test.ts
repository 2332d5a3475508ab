import {
  CreateDatasetCommand, CreateProjectCommand, DeleteDatasetCommand, DescribeProjectCommand, ListProjectsCommand,
  UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import type { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { startEmulator } from '../../../local/emulator';
import { lookoutClient, rekognitionClient } from '../../rigs/clients';
import { labeled, LookoutSetup, text, unlabeled } from './setup';

const setup = new LookoutSetup();
let patient: LookoutVisionClient;
beforeAll(() => { patient = lookoutClient(setup.emulator, 3); });
afterAll(() => patient.destroy());

const EIGHT_HOURS = 8 * 3_600_000;
const projects = async () => (await setup.client.send(new ListProjectsCommand({}))).Projects!.length;
const create = (ClientToken?: string, ProjectName = 'parts', client = setup.client) => client.send(new CreateProjectCommand({ ProjectName, ClientToken }));
const remove = (ClientToken?: string) => setup.client.send(new DeleteDatasetCommand({ ProjectName: 'parts', DatasetType: 'train', ClientToken }));
const asked = (operation: string) => setup.emulator.requests().filter((record) => record.operation === operation);

describe('a client token', () => {
  test('makes a call happen once, for eight hours', async () => {
    const { ProjectMetadata } = await create('one');
    setup.now += EIGHT_HOURS - 1;
    expect((await create('one')).ProjectMetadata).toEqual(ProjectMetadata);
    expect(await setup.refusal(create('two'))).toMatchObject({ code: 'ConflictException' });
    setup.now += 1;
    expect(await setup.refusal(create('one'))).toMatchObject({ code: 'ConflictException', message: 'Project parts already exists' });
  });

  test('that was used with other parameters is refused', async () => {
    await create('one');
    expect(await setup.refusal(create('one', 'others'))).toMatchObject({ code: 'ConflictException', status: 409, ResourceType: 'PROJECT', ResourceId: 'others' });
    setup.settings.tokenMismatch = 'ValidationException';
    expect(await setup.refusal(create('one', 'others'))).toMatchObject({ code: 'ValidationException', status: 400 });
    await setup.dataset('parts', [labeled('a.png')]);
    await setup.startUpdate('parts', labeled('b.png'), { ClientToken: 'one' });
    await setup.ended('parts');
    expect(await setup.refusal(setup.startUpdate('parts', labeled('c.png'), { ClientToken: 'one' }))).toMatchObject({ code: 'ValidationException' });
  });

  test('is remembered for each operation, also across a finished deletion', async () => {
    await setup.project();
    await setup.dataset('parts', [labeled('a.png')]);
    await remove('one');
    await setup.dataset('parts', [labeled('b.png')]);
    await remove('one');
    expect(await setup.keys('parts')).toEqual(['b.png']);
    await remove('two');
    expect(await setup.refusal(setup.keys('parts'))).toMatchObject({ status: 404 });
  });

  test('of the same content sent again changes nothing', async () => {
    await setup.project();
    await setup.dataset('parts', [labeled('a.png')]);
    const update = (name: string, ClientToken: string) => setup.startUpdate('parts', labeled('a.png', name), { ClientToken }).then(() => setup.ended('parts'));
    for (const name of ['anomaly', 'normal', 'anomaly']) await update(name, `content-${name}`);
    expect((await setup.describe('parts')).ImageStats).toMatchObject({ Normal: 1, Anomaly: 0 });
  });

  test('of a refused call is free again', async () => {
    await setup.project();
    expect(await setup.refusal(remove('one'))).toMatchObject({ status: 404 });
    await setup.dataset('parts');
    await remove('one');
    expect(await setup.refusal(setup.describe('parts'))).toMatchObject({ status: 404 });
  });

  test('lets two calls at once be one', async () => {
    await setup.project();
    const source = setup.manifest(labeled('a.png'));
    const start = () => fetch(`${setup.emulator.url}/2020-11-20/projects/parts/datasets`, {
      method: 'POST',
      headers: {
        'x-amzn-client-token': 'one',
        'content-type': 'application/json',
        'authorization': 'AWS4-HMAC-SHA256 Credential=k/20260105/r/s/aws4_request, SignedHeaders=h, Signature=0',
      },
      body: JSON.stringify({ DatasetType: 'train', DatasetSource: source }),
    }).then(async (answer) => [answer.status, await answer.text()]);
    const [first, second] = await Promise.all([start(), start()]);
    expect(first[0]).toBe(202);
    expect(second).toEqual(first);
  });
});

describe('an answer that is lost after the effect', () => {
  test.each([{ kind: 'drop' as const }, { kind: 'error' as const, code: 'InternalServerException' }, { kind: 'html' as const, status: 503 }])(
    '%j: the client tries again with its token and gets the first answer', async (effect) => {
      setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', after: true, ...effect });
      expect((await create(undefined, 'parts', patient)).ProjectMetadata).toMatchObject({ ProjectName: 'parts' });
      expect(await projects()).toBe(1);
      const tokens = asked('CreateProject').map(({ request }) => request.ClientToken);
      expect(tokens).toHaveLength(2);
      expect(new Set(tokens).size).toBe(1);
    });

  test('an update whose answer is lost is made once', async () => {
    await setup.project();
    await setup.dataset('parts', [labeled('a.png')]);
    setup.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'drop', after: true });
    await patient.send(new UpdateDatasetEntriesCommand({ ProjectName: 'parts', DatasetType: 'train', Changes: Buffer.from(labeled('b.png')) }));
    expect((await setup.ended('parts')).ImageStats!.Total).toBe(2);
    expect(asked('UpdateDatasetEntries')).toMatchObject([{ status: 0, fault: 'drop' }, { status: 202 }]);
  });
});

describe('a refusal', () => {
  test.each<[string, number, object]>([
    ['AccessDeniedException', 403, {}],
    ['ConflictException', 409, { ResourceId: 'emulated', ResourceType: 'DATASET' }],
    ['InternalServerException', 500, {}],
    ['ResourceNotFoundException', 404, { ResourceId: 'emulated', ResourceType: 'DATASET' }],
    ['ServiceQuotaExceededException', 402, { QuotaCode: 'L-EMULATED', ServiceCode: 'lookoutvision' }],
    ['ThrottlingException', 429, { QuotaCode: 'L-EMULATED', ServiceCode: 'lookoutvision' }],
    ['ValidationException', 400, {}],
  ])('can be %s with status %d and its members', async (code, status, members) => {
    setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', kind: 'error', code, message: 'Asked for.' });
    expect(await setup.refusal(create())).toMatchObject({ code, status, message: 'Asked for.', ...members });
    expect(await projects()).toBe(0);
  });

  test('with 402 or 409 is not tried again by the client, one with 429 or 500 is', async () => {
    for (const [code, calls] of [
      ['ServiceQuotaExceededException', 1], ['ConflictException', 1], ['ThrottlingException', 2], ['InternalServerException', 2],
    ] as const) {
      setup.emulator.clearRequests();
      setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', kind: 'error', code });
      await create(undefined, code, patient).catch(() => undefined);
      expect([code, asked('CreateProject').length]).toEqual([code, calls]);
    }
  });

  test('can be an HTML page, which the client cannot read', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', kind: 'html', status: 502 });
    expect(await setup.refusal(create())).toMatchObject({ code: 'SyntaxError', status: 502 });
    expect(await projects()).toBe(0);
  });

  test('says when to try again, and the client waits', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', kind: 'error', code: 'ThrottlingException', retryAfter: 1 });
    expect(await setup.refusal(create())).toMatchObject({ status: 429, RetryAfterSeconds: 1 });
    setup.emulator.addFault({ operation: 'CreateProject', service: 'lookoutvision', kind: 'error', code: 'ThrottlingException', retryAfter: 1 });
    const before = Date.now();
    await create(undefined, 'parts', patient);
    expect(Date.now() - before).toBeGreaterThanOrEqual(950);
  });
});

test('more than five calls of an operation in a second are throttled, when the settings say so', async () => {
  setup.settings.requestsPerSecond = 5;
  const describe = () => setup.client.send(new DescribeProjectCommand({ ProjectName: 'none' }));
  const codes = async (calls: number) => {
    const seen: string[] = [];
    for (let i = 0; i < calls; i++) seen.push((await setup.refusal(describe())).code);
    return seen;
  };
  const [gone, slow] = ['ResourceNotFoundException', 'ThrottlingException'];
  expect(await codes(7)).toEqual([gone, gone, gone, gone, gone, slow, slow]);
  expect(await setup.refusal(describe())).toMatchObject({ status: 429, RetryAfterSeconds: 1 });
  await projects();
  setup.now += 200;
  expect(await codes(2)).toEqual([gone, slow]);
  setup.now += 60_000;
  expect(await codes(6)).toEqual([gone, gone, gone, gone, gone, slow]);
});

describe('what a call starts', () => {
  test('can stay in progress until the faults are cleared', async () => {
    await setup.project();
    for (const operation of ['CreateDataset', 'UpdateDatasetEntries', 'DeleteDataset']) {
      setup.emulator.addFault({ operation, kind: 'stuck' });
      if (operation === 'CreateDataset') await setup.startDataset('parts', setup.manifest(labeled('a.png')));
      else if (operation === 'DeleteDataset') await remove();
      else await setup.startUpdate('parts', labeled('b.png'));
      setup.now += 3_600_000;
      expect((await setup.describe('parts')).Status).toMatch(/_IN_PROGRESS$/);
      setup.emulator.clearFaults();
    }
    expect(await setup.refusal(setup.describe('parts'))).toMatchObject({ status: 404 });
  });

  test('can fail with a given message', async () => {
    await setup.project();
    setup.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'Internal trouble.' });
    expect(await setup.dataset('parts', [labeled('a.png')])).toMatchObject({ Status: 'CREATE_FAILED', StatusMessage: 'Internal trouble.', ImageStats: { Total: 0 } });
    await remove();
    await setup.dataset('parts', [labeled('a.png')]);
    setup.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'No.' });
    expect(await setup.update('parts', [unlabeled('b.png')])).toMatchObject({
      Status: 'UPDATE_FAILED_ROLLBACK_COMPLETE', StatusMessage: 'No.', ImageStats: { Total: 1 },
    });
  });
});

describe('a stale description', () => {
  test('is the one before the last update: once, or as often as the settings say', async () => {
    await setup.project();
    const before = await setup.dataset('parts', [labeled('a.png')]);
    setup.emulator.addFault({ operation: 'DescribeDataset', service: 'lookoutvision', kind: 'stale' });
    await setup.startUpdate('parts', text([unlabeled('b.png')]));
    expect(await setup.describe('parts')).toEqual(before);
    expect((await setup.describe('parts')).Status).toBe('UPDATE_IN_PROGRESS');
    await setup.ended('parts');

    setup.settings.staleDescribe = 2;
    await setup.startUpdate('parts', unlabeled('c.png'));
    setup.now += 10_000;
    const totals: number[] = [];
    for (let i = 0; i < 3; i++) totals.push((await setup.describe('parts')).ImageStats!.Total!);
    expect(totals).toEqual([2, 2, 3]);
  });
});

describe('two services on one server', () => {
  test('a fault without a service meets either of them, one with a service only that', async () => {
    const rekognition = rekognitionClient(setup.emulator);
    try {
      setup.emulator.addFault({ operation: 'CreateProject', service: 'rekognition', kind: 'drop' });
      await create();
      setup.emulator.clearFaults();
      setup.emulator.addFault({ operation: 'CreateProject', kind: 'error', code: 'AccessDeniedException' });
      expect(await setup.refusal(create())).toMatchObject({ status: 403 });
      expect((await rekognition.send(new DescribeProjectsCommand({}))).ProjectDescriptions).toEqual([]);
      expect(setup.emulator.requests().map(({ service }) => service)).toEqual(['lookoutvision', 'lookoutvision', 'rekognition']);
    } finally {
      rekognition.destroy();
    }
  });

  test('a fault without a service must mean something for both', () => {
    const fault = { operation: 'DeleteDataset', kind: 'fail', message: 'No.' } as const;
    expect(() => setup.emulator.addFault(fault)).toThrow('means nothing for DeleteDataset');
    setup.emulator.addFault({ ...fault, service: 'lookoutvision' });
  });

  test('settings of both are reached by their names, and checked', async () => {
    const patch = async (body: object) => {
      const answer = await fetch(`${setup.emulator.url}/_emulator/settings`, { method: 'PATCH', body: JSON.stringify(body) });
      return [answer.status, await answer.json()] as [number, any];
    };
    const [status, settings] = await patch({ lookoutvision: { latency: { createDataset: 5 }, strict: true } });
    expect([status, settings.lookoutvision.latency.createDataset, settings.rekognition.latency.createDataset]).toEqual([200, 5, 200]);
    const [refused, { message }] = await patch({ lookoutvision: { tokenMismatch: 'Other' } });
    expect([refused, message]).toEqual([400, expect.stringContaining('must be one of ConflictException, ValidationException')]);
    setup.emulator.reset();
    expect(setup.settings).toMatchObject({ strict: false, latency: { createDataset: 1000 } });
  });
});

test.each([
  [undefined, 'ValidationException', 400, 'started without an S3 endpoint'],
  ['http://127.0.0.1:1', 'InternalServerException', 500, 'Internal server error'],
])('with the S3 endpoint %s a manifest cannot be read: %s', async (s3Endpoint, code, status, message) => {
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const alone = await startEmulator({ s3Endpoint });
  const client = lookoutClient(alone);
  try {
    await client.send(new CreateProjectCommand({ ProjectName: 'parts' }));
    const DatasetSource = { GroundTruthManifest: { S3Object: { Bucket: 'bucket', Key: 'a.manifest' } } };
    const call = client.send(new CreateDatasetCommand({ ProjectName: 'parts', DatasetType: 'train', DatasetSource }));
    expect(await setup.refusal(call)).toMatchObject({ code, status, message: expect.stringContaining(message) });
    expect(log).toHaveBeenCalledTimes(status === 500 ? 1 : 0);
    const { ProjectDescription } = await client.send(new DescribeProjectCommand({ ProjectName: 'parts' }));
    expect(ProjectDescription!.Datasets).toEqual([]);
  } finally {
    log.mockRestore();
    client.destroy();
    await alone.close();
  }
});
