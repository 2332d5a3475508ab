import {
  CreateProjectCommand, DeleteDatasetCommand, DescribeDatasetCommand, DescribeProjectsCommand, RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { Fault } from '../../../local/emulator';
import { rekognitionClient } from '../../rigs/clients';
import { labeled, RekognitionSetup, unlabeled } from '../rekognition/setup';

const setup = new RekognitionSetup();
/** Milliseconds after which the impatient client takes a silent connection for a dead one. */
const PATIENCE = 300;
const SIGNED = {
  'authorization': 'AWS4-HMAC-SHA256 Credential=x/20260105/us-east-1/rekognition/aws4_request, SignedHeaders=host, Signature=0',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'RekognitionService.CreateProject',
};
let patient: RekognitionClient;
let impatient: RekognitionClient;
beforeAll(() => {
  patient = rekognitionClient(setup.emulator, 3);
  impatient = new RekognitionClient({
    endpoint: setup.emulator.url, region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' }, maxAttempts: 1,
    requestHandler: { socketTimeout: PATIENCE },
  });
});
afterAll(() => [patient, impatient].forEach((client) => client.destroy()));

const describeProjects = () => setup.client.send(new DescribeProjectsCommand({}));
const createProject = (client = setup.client) => client.send(new CreateProjectCommand({ ProjectName: 'birds' }));
const projects = async () => (await describeProjects()).ProjectDescriptions!.length;

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const answer = await fetch(`${setup.emulator.url}/_emulator${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { status: answer.status, json: await answer.json() };
}

describe('the answer of a call', () => {
  test.each<[string, number]>([
    ['AccessDeniedException', 400], ['InternalServerError', 500], ['InvalidParameterException', 400], ['LimitExceededException', 400],
    ['ProvisionedThroughputExceededException', 400], ['ResourceInUseException', 400], ['ThrottlingException', 500], ['SomethingElse', 400],
  ])('can be %s with status %d, once', async (code, status) => {
    setup.emulator.addFault({ operation: 'DescribeProjects', kind: 'error', code });
    expect(await setup.refusal(describeProjects())).toMatchObject({ code, status });
    expect(await projects()).toBe(0);
    expect(setup.emulator.requests()[0]).toMatchObject({ errorCode: code, status, fault: 'error' });
  });

  test('can be an error with its own status and text, several times, of one operation only', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'error', code: 'ThrottlingException', message: 'Slow down.', status: 400, times: 2 });
    await describeProjects();
    for (let i = 0; i < 2; i++) {
      expect(await setup.refusal(createProject())).toEqual({ code: 'ThrottlingException', status: 400, message: 'Slow down.' });
    }
    await createProject();
  });

  test('can be an HTML page', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'html', status: 502 });
    expect(await setup.refusal(createProject())).toMatchObject({ status: 502 });
    expect(await projects()).toBe(0);
  });

  test('can be cut off, before or after the effect', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'drop' });
    expect(await setup.refusal(createProject())).toMatchObject({ code: expect.stringMatching(/TimeoutError|Error/), status: undefined });
    expect(await projects()).toBe(0);
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'drop', after: true });
    expect(await setup.refusal(createProject())).toMatchObject({ status: undefined });
    expect(await projects()).toBe(1);
    expect(setup.emulator.requests().filter(({ operation }) => operation === 'CreateProject')).toMatchObject([
      { status: 0, fault: 'drop' }, { status: 0, fault: 'drop' },
    ]);
  });

  test.each([[false, 0], [true, 1]])('can fail to come, before or after (%s) the effect: the client gives up', async (after, made) => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'silent', after });
    const began = Date.now();
    expect(await setup.refusal(createProject(impatient))).toMatchObject({ code: 'TimeoutError' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(PATIENCE);
    expect(await projects()).toBe(made);
    expect(setup.emulator.requests()[0]).toMatchObject({ operation: 'CreateProject', status: 0, fault: 'silent' });
  });

  test('can stop in the middle of its body: the client gives up, and finds the effect', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'stall' });
    const answer = await fetch(setup.emulator.url, { method: 'POST', headers: SIGNED, body: '{"ProjectName":"birds"}', signal: AbortSignal.timeout(PATIENCE) });
    expect(answer.status).toBe(200);
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    expect(value!.length).toBe(Math.floor(Number(answer.headers.get('content-length')) / 2));
    await expect(reader.read()).rejects.toThrow('aborted due to timeout');
    expect(await projects()).toBe(1);
    expect(setup.emulator.requests()[0]).toMatchObject({ operation: 'CreateProject', status: 200, fault: 'stall' });
  });

  test('that does not come is given up when the faults are cleared', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'silent' });
    const refused = setup.refusal(createProject());
    while (setup.emulator.requests().length === 0) await new Promise((resolve) => { setTimeout(resolve, 5); });
    setup.emulator.clearFaults();
    expect(await refused).toMatchObject({ status: undefined });
  });

  test('that is lost after the effect looks like a clash to a client that tries again', async () => {
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'error', code: 'InternalServerError', after: true });
    expect(await setup.refusal(createProject(patient))).toMatchObject({ code: 'ResourceInUseException' });
    expect(await projects()).toBe(1);
  });

  test('that is cut off twice is asked for a third time by the client', async () => {
    setup.emulator.addFault({ operation: 'DescribeProjects', kind: 'drop', times: 2 });
    await patient.send(new DescribeProjectsCommand({}));
    expect(setup.emulator.requests()).toHaveLength(3);
  });
});

describe('what a call starts', () => {
  test('can stay in progress until the faults are cleared', async () => {
    const project = await setup.project();
    setup.emulator.addFault({ operation: 'CreateDataset', kind: 'stuck' });
    const arn = await setup.startDataset(project);
    setup.now += 3_600_000;
    expect((await setup.describe(arn)).Status).toBe('CREATE_IN_PROGRESS');
    setup.emulator.clearFaults();
    expect((await setup.describe(arn)).Status).toBe('CREATE_COMPLETE');

    setup.emulator.addFault({ operation: 'DeleteDataset', kind: 'stuck' });
    await setup.client.send(new DeleteDatasetCommand({ DatasetArn: arn }));
    setup.now += 3_600_000;
    expect((await setup.describe(arn)).Status).toBe('DELETE_IN_PROGRESS');
  });

  test('can fail with a given message', async () => {
    const project = await setup.project();
    setup.emulator.addFault({ operation: 'CreateDataset', kind: 'fail', message: 'Internal trouble.', code: 'SERVICE_ERROR' });
    const failed = await setup.dataset(project, [labeled('a.jpg', 'crane')]);
    expect(await setup.describe(failed)).toMatchObject({
      Status: 'CREATE_FAILED', StatusMessage: 'Internal trouble.', StatusMessageCode: 'SERVICE_ERROR', DatasetStats: { TotalEntries: 0 },
    });
    const arn = await setup.dataset(project, [labeled('a.jpg', 'crane')], 'TEST');
    setup.emulator.addFault({ operation: 'UpdateDatasetEntries', kind: 'fail', message: 'No.' });
    expect(await setup.update(arn, [unlabeled('b.jpg')])).toMatchObject({
      Status: 'UPDATE_FAILED', StatusMessage: 'No.', StatusMessageCode: 'CLIENT_ERROR', DatasetStats: { TotalEntries: 1 },
    });
  });
});

describe('a stale description', () => {
  test('is the one before the last write, once', async () => {
    const arn = await setup.dataset(await setup.project(), [labeled('a.jpg', 'crane')]);
    const before = await setup.describe(arn);
    setup.emulator.addFault({ operation: 'DescribeDataset', kind: 'stale' });
    await setup.startUpdate(arn, unlabeled('b.jpg'));
    expect(await setup.describe(arn)).toEqual(before);
    expect((await setup.describe(arn)).Status).toBe('UPDATE_IN_PROGRESS');
  });

  test('is given after every write as often as the settings say', async () => {
    const arn = await setup.dataset(await setup.project(), [labeled('a.jpg', 'crane')]);
    setup.emulator.settings.rekognition.staleDescribe = 2;
    await setup.startUpdate(arn, unlabeled('b.jpg'));
    setup.settle();
    const totals: number[] = [];
    for (let i = 0; i < 3; i++) totals.push((await setup.describe(arn)).DatasetStats!.TotalEntries!);
    expect(totals).toEqual([1, 1, 2]);
  });
});

test.each<[object, string]>([
  [{ operation: 'DetectLabels', kind: 'drop' }, "no service here has the operation 'DetectLabels'"],
  [{ operation: 'DescribeProjects', kind: 'slow' }, "kind 'slow' is not one of"],
  [{ operation: 'DescribeProjects', kind: 'error' }, "needs 'code'"],
  [{ operation: 'DescribeProjects', kind: 'drop', times: 0 }, "'times' of a fault must be a whole number above 0"],
  [{ operation: 'DescribeProjects', kind: 'drop', late: true }, "has no 'late'"],
  [{ operation: 'DescribeProjects', kind: 'stall', after: true }, "has no 'after'"],
  [{ operation: 'DescribeProjects', kind: 'html', status: '503' }, "'status' of a fault must be a number"],
  [{ operation: 'DescribeProjects', kind: 'stale' }, "a fault of kind 'stale' means nothing for DescribeProjects"],
  [{ operation: 'DeleteDataset', kind: 'fail', message: 'No.' }, "a fault of kind 'fail' means nothing for DeleteDataset"],
])('a fault that could never happen is refused: %j', async (fault, message) => {
  expect(() => setup.emulator.addFault(fault as Fault)).toThrow(message);
  expect(await control('POST', '/faults', fault)).toMatchObject({ status: 400, json: { message: expect.stringContaining(message) } });
});

describe('the interface under /_emulator', () => {
  test('takes, shows and forgets faults', async () => {
    const faults = [{ operation: 'CreateProject', kind: 'html' }, { operation: 'DescribeProjects', kind: 'drop', times: 3 }];
    expect(await control('POST', '/faults', faults)).toEqual({ status: 200, json: {} });
    expect((await setup.refusal(createProject())).status).toBe(503);
    expect((await control('GET', '/faults')).json).toEqual({ faults: [faults[1]] });
    await control('DELETE', '/faults');
    expect(await projects()).toBe(0);
  });

  test('shows the log of requests', async () => {
    const arn = await setup.dataset(await setup.project());
    await setup.startUpdate(arn, `${unlabeled('a.jpg')}\n${unlabeled('b.jpg')}\n`);
    const { requests } = (await control('GET', '/requests')).json;
    expect(requests.at(-1)).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'rekognition',
      operation: 'UpdateDatasetEntries',
      write: true,
      status: 200,
      request: { DatasetArn: arn, Changes: { bytes: 70, lines: 2 } },
      durationMs: expect.any(Number),
    });
    expect(requests.filter(({ write }: any) => write).map(({ operation }: any) => operation)).toEqual([
      'CreateProject', 'CreateDataset', 'UpdateDatasetEntries',
    ]);
    expect((await control('GET', '/requests?text=true')).json.requests.at(-1).text).toBe(`${unlabeled('a.jpg')}\n${unlabeled('b.jpg')}\n`);
    await control('DELETE', '/requests');
    expect(setup.emulator.requests()).toEqual([]);
    expect(await setup.refusal(setup.client.send(new DescribeDatasetCommand({ DatasetArn: 'wrong' })))).toMatchObject({ code: 'ValidationException' });
    expect(setup.emulator.requests()).toMatchObject([{ operation: 'DescribeDataset', errorCode: 'ValidationException', status: 400 }]);
  });

  test('shows and changes settings', async () => {
    const changed = await control('PATCH', '/settings', { rekognition: { latency: { createEmptyDataset: 1000 } } });
    expect(changed.json.rekognition.latency).toMatchObject({ createEmptyDataset: 1000, createDataset: 200 });
    const arn = await setup.startDataset(await setup.project());
    setup.now += 999;
    expect((await setup.describe(arn)).Status).toBe('CREATE_IN_PROGRESS');
    setup.now += 1;
    expect((await setup.describe(arn)).Status).toBe('CREATE_COMPLETE');
  });

  test.each<[object, string]>([
    [{ rekognition: { latencies: {} } }, "there is no setting 'rekognition.latencies'"],
    [{ rekognition: { latency: { createDataset: '1' } } }, "setting 'rekognition.latency.createDataset' must be a number"],
    [{ rekognition: { latency: { createDataset: -1 } } }, 'must not be negative'],
    [{ rekognition: { manifestErrors: 'never' } }, "setting 'rekognition.manifestErrors' must be one of sync, async, not 'never'"],
    [{ rekognition: { latency: 5 } }, 'settings of rekognition.latency must be an object'],
    [[], 'settings must be an object'],
  ])('refuses wrong settings: %j', async (patch, message) => {
    expect(await control('PATCH', '/settings', patch)).toMatchObject({ status: 400, json: { message: expect.stringContaining(message) } });
  });

  test('forgets everything on reset', async () => {
    await createProject();
    setup.emulator.addFault({ operation: 'CreateProject', kind: 'drop' });
    setup.emulator.settings.rekognition.staleDescribe = 5;
    await control('POST', '/reset');
    expect(setup.emulator.requests()).toEqual([]);
    expect(setup.emulator.settings.rekognition.staleDescribe).toBe(0);
    expect(await projects()).toBe(0);
    await createProject();
  });

  test('says when there is nothing', async () => {
    expect(await control('GET', '/nothing')).toEqual({ status: 404, json: { message: 'there is no GET /_emulator/nothing here' } });
  });
});
