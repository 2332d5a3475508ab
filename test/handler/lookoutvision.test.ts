import {
  CreateDatasetCommand, DeleteDatasetCommand, DescribeDatasetCommand, ListDatasetEntriesCommand,
  UpdateDatasetEntriesCommand,
} from '@aws-sdk/client-lookoutvision';
import type { DatasetDescription, LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import type { RequestRecord } from '../../local/emulator/core/request-log';
import { labeled, masked, text, unlabeled } from '../emulator/lookoutvision/setup';
import type { Bench } from '../rigs/bench';
import { datasetProperties } from '../rigs/cloudformation';
import type { CustomResource } from '../rigs/cloudformation';
import type { Properties } from '../rigs/cloudformation';
import { fastClock } from '../rigs/fast-clock';
import { HandlerSetup } from './setup';

/** What happens when, for Lookout for Vision: the built handler bundle, over HTTP, events in the order of CloudFormation. */

jest.setTimeout(60_000);

const setup = new HandlerSetup('lookoutvision', 'Parts');
let bench: Bench;
let client: LookoutVisionClient;
let project: string;
let resource: CustomResource;

beforeEach(() => {
  ({ bench, resource } = setup);
  client = bench.lookoutvision;
  project = `project-${setup.count}`;
});

const [A, B, C] = [labeled('a.png'), labeled('b.png', 'anomaly'), labeled('c.png')];

describe('Create', () => {
  test('into an empty slot: imported from the staged manifest in one write, counted by class', async () => {
    const outcome = await resource.deploy(await properties([A, B, C]));
    expect(outcome).toMatchObject({ status: 'SUCCESS', physicalId: `${arnOf(project)}/dataset/train` });
    expect(outcome.data).toEqual({
      DatasetStatus: 'CREATE_COMPLETE', TotalEntries: 3, LabeledEntries: 3, NormalEntries: 2, AnomalyEntries: 1,
      ContentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await entries()).toEqual([A, B, C]);
    expect(named(writes())).toEqual(['CreateDataset']);
  });

  test('without a manifest: an empty dataset, at once', async () => {
    const outcome = await resource.deploy({ ...await properties([]), Manifest: undefined });
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { DatasetStatus: 'CREATE_COMPLETE', TotalEntries: 0 } });
  });

  test('train and test at the same time', async () => {
    const other = setup.newResource('Test');
    const outcomes = await Promise.all([
      resource.deploy(await properties([A, B])), other.deploy(await properties([C], { DatasetType: 'TEST' })),
    ]);
    expect(outcomes).toMatchObject([{ data: { TotalEntries: 2 } }, { data: { TotalEntries: 1 }, physicalId: `${arnOf(project)}/dataset/test` }]);
    expect(await entries('test')).toEqual([C]);
  });

  test('references of images and masks are resolved against the bucket', async () => {
    await resource.deploy(await properties([masked('1.png')], { Images: { Bucket: 'new-bucket', Prefix: 'x/' } }));
    expect(await entries()).toEqual([masked('1.png').replaceAll(/s3:\/\/(parts|masks)\//g, 's3://new-bucket/')]);
  });

  test('answer lost: sent again with the same token, and made once', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'drop', after: true });
    const outcome = await resource.deploy(await properties([A, B]));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
    const [first, second, ...more] = requests('CreateDataset');
    expect(more).toEqual([]);
    expect(first.request).toEqual(second.request);
    expect((first.request).ClientToken).toMatch(/^[0-9a-f]{64}$/);
  });

  test('answer never heard before time was up: the Delete that follows finds out that the dataset is ours', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'drop', after: true });
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'html', times: 50 });
    const fields = { RequestType: 'Create', ResourceProperties: await properties([A]) };
    const outcome = await bench.withTotalTimeout(60, () => resource.request(fields));
    expect(outcome.reason).toMatch(/not finished in time: .*CreateDataset/);
    expect(await described()).toBeDefined();
    bench.emulator.clearFaults();

    expect(await resource.remove(outcome.physicalId, fields.ResourceProperties)).toMatchObject({ status: 'SUCCESS' });
    expect(await described()).toBeUndefined();
    expect(await leftovers()).toEqual([]);
  });

  test('never taken, and somebody else was faster: left alone', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'html', times: 50 });
    const fields = { RequestType: 'Create', ResourceProperties: await properties([A]) };
    const outcome = await bench.withTotalTimeout(60, () => resource.request(fields));
    bench.emulator.clearFaults();
    await foreignDataset([C]);

    expect(await resource.remove(outcome.physicalId, fields.ResourceProperties)).toMatchObject({ status: 'SUCCESS' });
    expect(await entries()).toEqual([C]);
  });

  test('repeated after its answer to CloudFormation was lost: carries on, writes nothing', async () => {
    const fields = { RequestType: 'Create', ResourceProperties: await properties([A, B]) };
    await resource.request(fields);
    bench.emulator.clearRequests();
    expect(await resource.request(fields)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
    expect(writes()).toEqual([]);
  });

  test('into a slot of somebody else: fails before anything is changed, and rollback leaves it alone', async () => {
    await foreignDataset([C]);
    const outcome = await resource.deploy(await properties([A]));
    expect(outcome.reason).toMatch(new RegExp(`^the project already has a TRAIN dataset, ${arnOf(project)}/dataset/train/\\d{13}, .*adoptExisting`));
    expect(outcome.reason).not.toContain('fromDatasetArn');
    expect(writes()).toEqual([]);
    expect(await entries()).toEqual([C]);
  });

  test('into a slot of another resource of the stack: names the owner', async () => {
    await setup.newResource('Owner').deploy(await properties([A]));
    expect((await resource.deploy(await properties([B]))).reason).toContain(`belongs to resource Owner of stack stack-${setup.count};`);
    expect(await entries()).toEqual([A]);
  });

  test('with adoptExisting: brings it to the manifest, and from then on it is ours', async () => {
    await foreignDataset([A, B]);
    const outcome = await resource.deploy(await properties([A, B, C], { AdoptExisting: 'true' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    expect(updates()).toEqual([[C]]);
    await resource.deploy(await properties([A, C], { AdoptExisting: 'true' }));
    await resource.destroy();
    expect(await described()).toBeUndefined();
  });

  test('adopted from another resource, whose Delete then leaves it alone', async () => {
    const old = setup.newResource('Old');
    await old.deploy(await properties([A]));
    await resource.deploy(await properties([A], { AdoptExisting: 'true' }));
    expect(await old.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await entries()).toEqual([A]);
  });

  test('adoption that fails: restored with its entries', async () => {
    await foreignDataset([A, B]);
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'fail', message: 'A bad day.' });
    const outcome = await resource.deploy(await properties([B, C], { AdoptExisting: 'true' }));
    expect(outcome.reason).toContain('A bad day.');
    expect((await entries()).sort()).toEqual([A, B].sort());
    expect(await leftovers()).toEqual([]);
  });

  test('that ends in CREATE_FAILED is told, and what it left is removed', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'fail', message: 'The manifest cannot be read.' });
    const outcome = await resource.deploy(await properties([A]));
    expect(outcome).toMatchObject({ status: 'FAILED', reason: 'CreateDataset ended in CREATE_FAILED: The manifest cannot be read.' });
    expect(await described()).toBeUndefined();
    expect(await leftovers()).toEqual([]);
  });

  test.each([
    ['a misspelt class', labeled('x.png', 'Anomaly'), 'ERROR_UNKNOWN_ANOMALY_CLASS'],
    ['a line of more than 8,192 characters', labeled('x.png', 'normal', {}, { note: 'x'.repeat(8192) }), 'ERROR_LINE_TOO_LONG'],
    ['an image in another bucket', labeled('x.png').replace('s3://parts', 's3://elsewhere'), 'ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS'],
  ])('with %s: fails before any call that writes', async (_, wrong, code) => {
    const outcome = await resource.deploy(await properties([A, wrong]));
    expect(outcome.reason).toContain(code);
    expect(writes()).toEqual([]);
  });

  test('in a project that is not there', async () => {
    const wanted = await properties([A], { ProjectArn: arnOf('no-such') });
    expect((await resource.deploy(wanted)).reason).toContain(`there is no project ${arnOf('no-such')}`);
  });
});

describe('Update', () => {
  beforeEach(async () => {
    await resource.deploy(await properties([A, B, C]));
    bench.emulator.clearRequests();
  });

  test('with the same content: no write', async () => {
    expect(await resource.deploy(await properties([A, B, C]))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    expect(named(bench.emulator.requests())).not.toContain('ListDatasetEntries');
    expect(writes()).toEqual([]);
  });

  test('with lines added and relabelled: one write that carries exactly these', async () => {
    const wanted = [A, labeled('b.png'), C, labeled('d.png', 'anomaly')];
    const outcome = await resource.deploy(await properties(wanted));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { DatasetStatus: 'UPDATE_COMPLETE', NormalEntries: 3, AnomalyEntries: 1 } });
    expect(updates()).toEqual([[wanted[1], wanted[3]]]);
    expect(await entries()).toEqual(wanted);
  });

  test('A to B to A within the life of a token: every change takes effect', async () => {
    const relabelled = labeled('a.png', 'anomaly');
    for (const first of [relabelled, A, relabelled]) {
      await resource.deploy(await properties([first, B, C]));
      expect(await entries()).toEqual([first, B, C]);
    }
    expect(new Set(requests('UpdateDatasetEntries').map(({ request }) => (request).ClientToken)).size).toBe(3);
  });

  test('answer lost: sent again with the same token, and done once', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'UpdateDatasetEntries', kind: 'drop', after: true });
    expect(await resource.deploy(await properties([A, B, C, labeled('d.png')]))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    const [first, second, ...more] = requests('UpdateDatasetEntries');
    expect(more).toEqual([]);
    expect(first.request).toEqual(second.request);
  });

  test('with more than 10 MiB: the fewest calls, none over the limit, never two at a time', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => labeled(`${i}.png`, 'normal', {}, { note: 'x'.repeat(7900) }));
    await resource.deploy(await properties([A, B, C, ...lines]));
    const calls = requests('UpdateDatasetEntries');
    expect(calls.map(({ status }) => status)).toEqual(Array(Math.ceil(Buffer.byteLength(text(lines)) / 10_485_760)).fill(202));
    expect(Math.max(...calls.map(({ text: sent }) => Buffer.byteLength(sent!)))).toBeLessThanOrEqual(10_485_760);
    expect(calls.map(({ text: sent }) => sent).join('')).toBe(text(lines));
  });

  test('with lines removed: deleted and made again, exactly as the manifest', async () => {
    expect(await resource.deploy(await properties([A, C]))).toMatchObject({ status: 'SUCCESS', physicalId: `${arnOf(project)}/dataset/train` });
    expect(named(writes())).toEqual(['DeleteDataset', 'CreateDataset']);
    expect(await entries()).toEqual([A, C]);
  });

  test('with lines removed and removedEntries UNLABEL, KEEP or FAIL', async () => {
    expect(await resource.deploy(await properties([A, C], { RemovedEntries: 'UNLABEL' }))).toMatchObject({ data: { TotalEntries: 3, LabeledEntries: 2 } });
    expect(await entries()).toEqual([A, unlabeled('b.png'), C]);
    expect(await resource.deploy(await properties([A], { RemovedEntries: 'KEEP' }))).toMatchObject({ data: { TotalEntries: 3, LabeledEntries: 2 } });
    expect((await resource.deploy(await properties([C], { RemovedEntries: 'FAIL' }))).reason).toContain('removedEntries is FAIL');
    expect(named(writes())).toEqual(['UpdateDatasetEntries']);
  });

  test('that the service rolls back: told with its status, and the old content stays', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'UpdateDatasetEntries', kind: 'fail', message: 'Line 7 is bad.' });
    const outcome = await resource.deploy(await properties([A, B, C, labeled('d.png')]));
    expect(outcome.reason).toBe('UpdateDatasetEntries, chunk 1 of 1, ended in UPDATE_FAILED_ROLLBACK_COMPLETE: Line 7 is bad.');
    expect(await entries()).toEqual([A, B, C]);
    expect(named(writes())).toEqual(['UpdateDatasetEntries']);

    expect(await resource.deploy(await properties([A, B, C, labeled('d.png')]))).toMatchObject({ data: { DatasetStatus: 'UPDATE_COMPLETE', TotalEntries: 4 } });
  });

  test('without its record: read back, and values that the service puts right are no change', async () => {
    const inverted = A.replace('"lbl":0', '"lbl":1');
    await resource.deploy(await properties([inverted, B, C]));
    for (const key of [...bench.s3.objects.keys()]) if (key.includes(`stack-${setup.count}-`)) bench.s3.objects.delete(key);
    bench.emulator.clearRequests();
    expect(await resource.deploy(await properties([inverted, B, C]))).toMatchObject({ status: 'SUCCESS' });
    expect(named(bench.emulator.requests())).toContain('ListDatasetEntries');
    expect(writes()).toEqual([]);
  });

  test('of a dataset that was deleted by hand: made again', async () => {
    await client.send(new DeleteDatasetCommand({ ProjectName: project, DatasetType: 'train' }));
    bench.emulator.clearRequests();
    await resource.deploy(await properties([A, B, C, labeled('d.png')]));
    expect(named(writes())).toEqual(['CreateDataset']);
    expect(await entries()).toHaveLength(4);
  });

  test('of a dataset that was replaced by hand: somebody else\'s, and refused', async () => {
    await client.send(new DeleteDatasetCommand({ ProjectName: project, DatasetType: 'train' }));
    await foreignDataset([C]);
    const fields = {
      RequestType: 'Update', ResourceProperties: await properties([A]), OldResourceProperties: resource.properties, PhysicalResourceId: resource.physicalId,
    };
    expect((await resource.request(fields)).reason).toContain('adoptExisting');
    expect(await entries()).toEqual([C]);
  });

  test('to the other type: made there, and the old one is deleted', async () => {
    await resource.deploy(await properties([A], { DatasetType: 'TEST' }));
    expect(await entries('test')).toEqual([A]);
    expect(await described('train')).toBeUndefined();
  });

  test.each([true, false])('to the other type, which fails (and CloudFormation forgets the new id: %s): the old one stays, the new one goes', async (forgets) => {
    resource.forgetsFailedIds = forgets;
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'CreateDataset', kind: 'fail', message: 'No room.' });
    expect((await resource.deploy(await properties([A], { DatasetType: 'TEST' }))).reason).toContain('No room.');
    expect(await described('test')).toBeUndefined();
    expect(await entries()).toEqual([A, B, C]);
    await resource.destroy();
    expect(await leftovers()).toEqual([]);
  });

  test.each([
    ['throttled, with Retry-After', { kind: 'error', code: 'ThrottlingException', retryAfter: 2 }],
    ['over a quota for a moment', { kind: 'error', code: 'ServiceQuotaExceededException', status: 402 }],
    ['refused by a service that is ill', { kind: 'error', code: 'InternalServerException', retryAfter: 2 }],
    ['answered with a page', { kind: 'html', status: 502 }],
    ['while another change is under way', { kind: 'error', code: 'ConflictException' }],
  ] as const)('%s: tried again', async (_, effect) => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'UpdateDatasetEntries', ...effect });
    const began = fastClock.now();
    expect(await resource.deploy(await properties([A, B, C, labeled('d.png')]))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    if ('retryAfter' in effect) expect(fastClock.now() - began).toBeGreaterThanOrEqual(2000);
    expect(updates()).toEqual([[labeled('d.png')]]);
  });

  test('with as many requests as the service allowed, two datasets at once', async () => {
    const other = setup.newResource('Test');
    bench.emulator.settings.lookoutvision.requestsPerSecond = 5;
    try {
      const outcomes = await Promise.all([
        resource.deploy(await properties([A, B, C, labeled('d.png')])), other.deploy(await properties([A], { DatasetType: 'TEST' })),
      ]);
      expect(outcomes).toMatchObject([{ status: 'SUCCESS' }, { status: 'SUCCESS' }]);
    } finally {
      bench.emulator.settings.lookoutvision.requestsPerSecond = 0;
    }
  });

  test('a stale status is not taken for the end', async () => {
    bench.emulator.settings.lookoutvision.staleDescribe = 3;
    try {
      const lines = [A, B, C];
      for (const more of ['d', 'e']) {
        lines.push(labeled(`${more}.png`));
        expect(await resource.deploy(await properties(lines))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: lines.length } });
      }
    } finally {
      bench.emulator.settings.lookoutvision.staleDescribe = 0;
    }
  });
});

describe('Delete', () => {
  beforeEach(async () => {
    await resource.deploy(await properties([A, B]));
    bench.emulator.clearRequests();
  });

  test('of ours: gone, with everything in the staging bucket', async () => {
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await described()).toBeUndefined();
    expect(await leftovers()).toEqual([]);
  });

  test('answer lost: sent again with the same token', async () => {
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'DeleteDataset', kind: 'drop', after: true });
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await leftovers()).toEqual([]);
  });

  test('that ends in DELETE_FAILED is told, and the next one goes on', async () => {
    bench.emulator.settings.lookoutvision.latency.deleteDataset = 5000;
    bench.emulator.addFault({ service: 'lookoutvision', operation: 'DeleteDataset', kind: 'fail', message: 'Not today.' });
    expect((await resource.destroy()).reason).toBe('DeleteDataset ended in DELETE_FAILED: Not today.');
    bench.emulator.settings.lookoutvision.latency.deleteDataset = 0;
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await described()).toBeUndefined();
  });

  test('of a dataset that is described as deleted for a while, is busy, or is not there', async () => {
    bench.emulator.settings.lookoutvision.deleteCompleteReads = 2;
    await client.send(new UpdateDatasetEntriesCommand({ ProjectName: project, DatasetType: 'train', Changes: Buffer.from(text([C])) }));
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    bench.emulator.settings.lookoutvision.deleteCompleteReads = 0;
    expect(await resource.remove(`${arnOf(project)}/dataset/train`, await properties([A]))).toMatchObject({ status: 'SUCCESS' });
    expect(await resource.remove('invented-by-cloudformation', await properties([A]))).toMatchObject({ status: 'SUCCESS' });
  });

  test('of somebody else\'s: left alone', async () => {
    await resource.destroy();
    await foreignDataset([C]);
    expect(await resource.remove(`${arnOf(project)}/dataset/train`, await properties([A]))).toMatchObject({ status: 'SUCCESS' });
    expect(await entries()).toEqual([C]);
  });
});

function arnOf(name: string): string {
  return `arn:aws:lookoutvision:us-east-1:000000000000:project/${name}`;
}

let manifests = 0;

async function properties(lines: readonly string[], overrides: Properties = {}): Promise<Properties> {
  const Key = `lookout-${++manifests}.manifest`;
  await bench.put('source', Key, text(lines));
  return datasetProperties(arnOf(project), { Manifest: { Bucket: 'source', Key }, ...overrides });
}

async function described(type = 'train'): Promise<DatasetDescription | undefined> {
  return client.send(new DescribeDatasetCommand({ ProjectName: project, DatasetType: type })).then(
    ({ DatasetDescription }) => DatasetDescription,
    (error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      return undefined;
    },
  );
}

async function entries(type = 'train'): Promise<string[]> {
  return (await client.send(new ListDatasetEntriesCommand({ ProjectName: project, DatasetType: type }))).DatasetEntries!;
}

async function foreignDataset(lines: readonly string[]): Promise<void> {
  await client.send(new CreateDatasetCommand({ ProjectName: project, DatasetType: 'train' }));
  await client.send(new UpdateDatasetEntriesCommand({ ProjectName: project, DatasetType: 'train', Changes: Buffer.from(text(lines)) }));
  await bench.until(async () => (await described())!.Status === 'UPDATE_COMPLETE');
  bench.emulator.clearRequests();
}

function requests(operation: string): RequestRecord[] {
  return bench.emulator.requests().filter((request) => request.operation === operation);
}

function writes(): RequestRecord[] {
  return bench.emulator.requests().filter(({ write, status }) => write && status < 300);
}

function named(records: readonly RequestRecord[]): string[] {
  return records.map(({ operation }) => operation);
}

/** The lines of every update that was taken. */
function updates(): string[][] {
  return requests('UpdateDatasetEntries').filter(({ status }) => status === 202).map((request) => request.text!.trimEnd().split('\n'));
}

/** What is left of the stack's resources in the staging bucket, reports apart. */
async function leftovers(): Promise<string[]> {
  const owner = [...bench.s3.objects].filter(([key, body]) => key.startsWith('staging/owners/') && body.toString().includes(`stack-${setup.count}/`));
  return [...owner.map(([key]) => key), ...await setup.staged()];
}
