import './small-chunks';
import { line } from './human-actions';
import { PROJECT, quietSimulation, Simulation, TRAIN } from './simulation';

/** Out of time in each phase: the reason says how far it got, and the next deploy does not send again what is in. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });

/** An update that is not followed by a rollback: a stack with rollback disabled, deployed again by its owner. */
async function updateOnly(properties: Record<string, unknown>) {
  const { resource } = simulation;
  const outcome = await resource.request({
    RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: resource.properties, ResourceProperties: properties,
  });
  await resource.rest();
  return outcome;
}

const sentBy = async (work: () => Promise<unknown>): Promise<string[][]> => {
  const before = simulation.cloud.writes.length;
  await work();
  return simulation.cloud.writes.slice(before).filter(({ operation }) => operation === 'UpdateDatasetEntries').map(({ lines }) => [...lines]);
};

test('while chunks are sent: tells how many are in, and the next deploy sends the others only', async () => {
  await simulation.resource.deployAndRest(simulation.properties('abcdefgh'));
  const wanted = simulation.properties('abcdefgh', {}, 'owl');
  simulation.functions.totalTimeout = 8_000;
  let outcome: { reason?: string } = {};
  const first = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome.reason).toMatch(/^not finished in time: (\d) of 4 chunks \(\d of 8 entries\) are loaded; UpdateDatasetEntries had not finished\. Deploy again/);
  const settled = Number(/(\d) of 4/.exec(outcome.reason!)![1]);
  expect(settled).toBeGreaterThan(0);
  expect(first).toHaveLength(settled + 1);

  await simulation.cloud.clock.sleep(60_000);
  simulation.functions.totalTimeout = 3_300_000;
  const second = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 8 } });
  expect([...first, ...second].flat()).toHaveLength(8);
  expect(new Set([...first, ...second].flat()).size).toBe(8);
});

test('every deadline on the way: each deploy goes on from there, and no line is sent twice', async () => {
  for (let seconds = 1; seconds < 20; seconds++) {
    simulation = new Simulation();
    await simulation.resource.deployAndRest(simulation.properties('abcdefgh'));
    const wanted = simulation.properties('abcdefgh', {}, 'owl');
    simulation.functions.totalTimeout = seconds * 1000;
    let tries = 0;
    const sent = await sentBy(async () => {
      for (let status = 'FAILED'; status !== 'SUCCESS'; tries++) {
        if (tries > 3) simulation.functions.totalTimeout = 3_300_000;
        const outcome = await updateOnly(wanted);
        status = outcome.status;
        if (status === 'FAILED') expect(outcome.reason).toMatch(/^not finished in time: .*Deploy again/);
        await simulation.cloud.clock.sleep(60_000);
      }
    });
    expect({ seconds, lines: sent.flat().length }).toEqual({ seconds, lines: 8 });
  }
});

test('while the dataset is made: tells that the creation had not finished', async () => {
  simulation.functions.totalTimeout = 10_000;
  const outcome = await simulation.resource.request({ RequestType: 'Create', ResourceProperties: simulation.properties('abc') });
  expect(outcome.reason).toMatch(/^not finished in time: CreateDataset had not finished\. Deploy again/);
});

test('while the dataset is deleted: tells that the deletion had not finished', async () => {
  await simulation.resource.deployAndRest(simulation.properties('abc'));
  simulation.functions.totalTimeout = 2_000;
  const outcome = await simulation.resource.remove(simulation.resource.physicalId!, simulation.resource.properties!);
  expect(outcome.reason).toMatch(/^not finished in time: the dataset is in DELETE_IN_PROGRESS, .* Delete again/);
});

test('a deletion that a creation outlasts: tells to delete again, and that succeeds', async () => {
  const { cloud, resource, functions } = simulation;
  cloud.nextEnd = 'never';
  const ResourceProperties = simulation.properties('abc');
  const create = await resource.request({ RequestType: 'Create', ResourceProperties });
  expect(create.reason).toMatch(/^not finished in time: CreateDataset had not finished/);
  const first = await resource.remove(create.physicalId, ResourceProperties);
  expect(first).toMatchObject({
    status: 'FAILED',
    reason: 'not finished in time: the dataset is in CREATE_IN_PROGRESS, and the service cannot delete it until that has finished. Delete again when it has finished; for a whole stack, run cdk destroy.',
  });
  expect(functions.polls).toBeGreaterThan(20);
  cloud.calm();
  expect((await resource.remove(create.physicalId, ResourceProperties)).status).toBe('SUCCESS');
  expect([cloud.datasets, [...cloud.objects.keys()].filter((key) => key.startsWith('staging/stack'))]).toEqual([[], []]);
});

test('while the manifest is staged: tells so, nothing was written, and the next deploy does it all', async () => {
  const slowly = (seconds: number) => {
    const properties = simulation.properties('abcdefgh');
    const body = simulation.cloud.objects.get(`source/${(properties.Manifest as { Key: string }).Key}`)!;
    simulation.cloud.streams.set(`source/${(properties.Manifest as { Key: string }).Key}`, async function* () {
      for (let at = 0; at < body.length; at += 100) {
        await simulation.cloud.clock.sleep(seconds * 1000);
        yield body.subarray(at, at + 100);
      }
    });
    return properties;
  };
  simulation.functions.totalTimeout = 8_000;
  const outcome = await simulation.resource.request({ RequestType: 'Create', ResourceProperties: slowly(2) });
  expect(outcome.reason).toBe('not finished in time: the manifest had not been compared with the dataset. Deploy again to continue from there, or give the DatasetProvider a longer totalTimeout.');
  expect(simulation.cloud.writes).toEqual([]);
  simulation.functions.totalTimeout = 3_300_000;
  expect(await simulation.resource.deployAndRest(slowly(2))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 8 } });
});

/** Deploys with a deadline until one succeeds; returns what all of them wrote, and their reasons. */
async function untilDone(seconds: number, request: () => Promise<{ status: string; reason?: string }>) {
  const before = simulation.cloud.writes.length;
  const reasons: string[] = [];
  simulation.functions.totalTimeout = seconds * 1000;
  for (let tries = 0; ; tries++) {
    if (tries > 3) simulation.functions.totalTimeout = 3_300_000;
    const { status, reason } = await request();
    await simulation.resource.rest();
    if (status === 'SUCCESS') break;
    expect(reason).toMatch(/^not finished in time: .*(Deploy|Delete) again/);
    reasons.push(reason!);
    await simulation.cloud.clock.sleep(60_000);
  }
  const written = simulation.cloud.writes.slice(before);
  return { reasons, operations: written.map(({ operation }) => operation), lines: written.flatMap(({ lines }) => lines) };
}

type Request = () => Promise<{ status: string; reason?: string }>;

/** Name, seconds that the whole takes, what makes the request, writes and lines in all, what is told on the way. */
type Phase = [string, number, () => Promise<Request>, string[], number, RegExp[]];

const phases: Phase[] = [
  ['a creation from the manifest', 24, async () => {
    const ResourceProperties = simulation.properties('abcdefgh');
    return () => simulation.resource.request({ RequestType: 'Create', ResourceProperties });
  }, ['CreateDataset'], 8, [/CreateDataset had not finished/]],
  ['a creation in chunks', 38, async () => {
    const ResourceProperties = simulation.properties('abcdefgh', { InitialLoad: 'CHUNKS' });
    return () => simulation.resource.request({ RequestType: 'Create', ResourceProperties });
  }, ['CreateDataset', ...Array(4).fill('UpdateDatasetEntries')], 8, [/CreateDataset had not finished/, /\d of [1-4] chunks .* are loaded/]],
  ['a recreation', 34, async () => {
    await simulation.resource.deployAndRest(simulation.properties('abcdefgh'));
    const wanted = simulation.properties('abcdefg');
    return () => updateOnly(wanted);
  }, ['DeleteDataset', 'CreateDataset'], 7, [/DeleteDataset had not finished/, /CreateDataset had not finished/]],
  ['an adoption', 36, async () => {
    simulation.cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
    await simulation.cloud.clock.sleep(60_000);
    const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(`image-${from + i}`, 'bird'));
    for (const text of lines(0, 150)) simulation.cloud.at(TRAIN)!.entries.set(JSON.parse(text)['source-ref'], text);
    const ResourceProperties = simulation.propertiesOf(lines(0, 154).join('\n'), { AdoptExisting: 'true' });
    return () => simulation.resource.request({ RequestType: 'Create', ResourceProperties });
  }, Array(2).fill('UpdateDatasetEntries'), 4, [/had not been compared/, /\d of [12] chunks .* are loaded; UpdateDatasetEntries had not finished/]],
  ['a deletion', 6, async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    return () => simulation.resource.remove(TRAIN, simulation.resource.properties!);
  }, ['DeleteDataset'], 0, [/the dataset is in DELETE_IN_PROGRESS/]],
];

test.each(phases)('every deadline of %s: each deploy goes on, and no write is done twice', async (_, longest, prepare, operations, lines, messages) => {
  const told: string[] = [];
  for (let seconds = 1; seconds <= longest; seconds++) {
    simulation = new Simulation();
    simulation.begin();
    const request = await prepare();
    const { reasons, ...done } = await untilDone(seconds, request);
    // Chunks that are in are no longer in the changes that the next deploy cuts anew, so only lines have a fixed number.
    const once = operations.filter((operation) => operation !== 'UpdateDatasetEntries');
    expect({ seconds, once: done.operations.filter((operation) => operation !== 'UpdateDatasetEntries'), lines: done.lines.length })
      .toEqual({ seconds, once, lines });
    expect(done.operations.length).toBeGreaterThanOrEqual(operations.length);
    expect(new Set(done.lines).size).toBe(lines);
    told.push(...reasons);
  }
  for (const message of messages) expect(told).toContainEqual(expect.stringMatching(message));
});

test('while the counts are looked at: tells that all is in, and the next deploy sends only what the service has lost', async () => {
  await simulation.resource.deployAndRest(simulation.properties('abcdefgh'));
  const wanted = simulation.properties('abcdefghi');
  const push = simulation.cloud.push.bind(simulation.cloud);
  let losing = true;
  simulation.cloud.push = (arn, bytes) => {
    push(arn, bytes);
    const { work } = simulation.cloud.at(TRAIN)!;
    const end = work!.end;
    if (losing) Object.assign(work!, { end: () => { end(); simulation.cloud.at(TRAIN)!.entries.delete('s3://images/i.jpg'); } });
  };
  simulation.functions.totalTimeout = 15_000;
  let outcome: { reason?: string } = {};
  const first = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome.reason).toMatch(/^not finished in time: 1 of 1 chunks \(1 of 1 entries\) are loaded\. Deploy again/);
  losing = false;
  simulation.functions.totalTimeout = 3_300_000;
  const second = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 9 } });
  expect([first.flat(), second.flat()]).toEqual([[line('i', 'bird')], [line('i', 'bird')]]);
});

test.each(['find', 'projectExists', 'open', 'close', 'entries', 'tags', 'tag', 'read', 'write', 'list', 'delete'])(
  'when %s and all calls after it are turned away: tells who said no', async (operation) => {
    const create = async (foreign: boolean, at?: number) => {
      simulation = new Simulation();
      if (foreign) {
        simulation.cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
        await simulation.cloud.clock.sleep(60_000);
      }
      const script = simulation.begin(at === undefined ? undefined : new Map([[at, { do: 'outage' }]]));
      const properties = simulation.properties('abc', { AdoptExisting: String(foreign), Tags: { a: '1' } });
      return { script, outcome: await simulation.resource.request({ RequestType: 'Create', ResourceProperties: properties }) };
    };
    const foreign = operation !== 'projectExists';
    const { script, outcome: undisturbed } = await create(foreign);
    expect(undisturbed.status).toBe('SUCCESS');
    const at = script.log.indexOf(operation);
    expect(at).toBeGreaterThanOrEqual(0);

    const { outcome } = await create(foreign, at);
    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toMatch(/^not finished in time: .*was answered with ThrottlingException.*Deploy again/);
  });
