import { TimeBudget } from '../../../lambda/core/time-budget';
import { parseOperation } from '../../../lambda/dataset/operation';
import type { Operation } from '../../../lambda/dataset/operation';
import { continueOperation, startOperation } from '../../../lambda/dataset/reconcile';
import type { Outcome, Parts } from '../../../lambda/dataset/reconcile';
import { Invocation, Script } from '../../lifecycle/faults';
import { STAGING } from '../../lifecycle/in-memory-functions';
import { Gate, InMemoryDatasets, InMemoryObjects } from '../../lifecycle/in-memory-services';
import { PROJECT, quietSimulation, TEST, TRAIN } from '../../lifecycle/simulation';
import type { Simulation } from '../../lifecycle/simulation';

const OWNER = { stackId: 'workflow', logicalId: 'birds' };
const SLOT = { projectArn: PROJECT, datasetType: 'TRAIN' } as const;

afterEach(() => { jest.restoreAllMocks(); });

describe('without CloudFormation, as the states of a workflow would run it', () => {
  const plain = { owner: OWNER, slot: SLOT, tags: {}, previousTags: {}, guardedBefore: false, hasId: true };
  const state = {
    slot: SLOT, removedEntries: 'RECREATE', externalChanges: 'OVERWRITE', initialLoad: 'MANIFEST', adoptExisting: false, maxErrorEntries: 0,
    tags: {},
  } as const;

  /** A state that begins the operation, then one that is repeated until it is done; returns how often. */
  async function run({ cloud }: Simulation, operation: Operation): Promise<{ outcome: Outcome; states: number }> {
    const partsOf = (): Parts => {
      const now = cloud.clock.now();
      const budget = new TimeBudget(cloud.clock, now + 5_000, now + 10_000, now + 3_600_000);
      const gate = new Gate(cloud, budget, new Script(), new Invocation());
      return { budget, store: new InMemoryObjects(gate), stagingBucket: STAGING, connect: () => new InMemoryDatasets(gate) };
    };
    await startOperation(operation, partsOf(), cloud.clock.now());
    for (let states = 1; ; states++) {
      const outcome = await continueOperation(operation, partsOf());
      if (outcome.done) return { outcome, states };
    }
  }

  test('a dataset is made, changed and deleted from plain values, over several short states', async () => {
    const simulation = quietSimulation();
    const desiredOf = (names: string) => {
      const { Manifest } = simulation.properties(names);
      return { ...state, manifest: Manifest as { Bucket: string; Key: string }, source: names, properties: names };
    };
    const made = await run(simulation, { ...plain, kind: 'create', runId: '1', requestId: '1', desired: desiredOf('abc') });
    expect(made.states).toBeGreaterThan(1);
    expect(made.outcome).toMatchObject({ applied: { dataset: { status: 'CREATE_COMPLETE', counts: { total: 3, labeled: 3 } } } });
    expect(simulation.names()).toBe('abc');

    const changed = await run(simulation, {
      ...plain, kind: 'update', runId: '2', requestId: '2', previousSlot: SLOT, desired: desiredOf('abcd'), change: { from: 'abc', to: 'abcd' },
    });
    expect(changed.outcome).toMatchObject({ applied: { dataset: { counts: { total: 4 } } } });
    expect(simulation.names()).toBe('abcd');

    expect((await run(simulation, { ...plain, kind: 'delete', runId: '3', requestId: '3' })).outcome).toEqual({ done: true });
    expect(simulation.names()).toBeUndefined();
    expect([...simulation.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/`))).toEqual([]);
  });
});

describe('an event of CloudFormation', () => {
  const event = (RequestType: string, more: object): any => ({
    RequestType, RequestId: 'request', StackId: 'stack', LogicalResourceId: 'Birds', ...more,
  });
  const properties = (overrides: object = {}) => ({
    WireVersion: '1', ProjectArn: PROJECT, DatasetType: 'TRAIN', RemovedEntries: 'FAIL', InitialLoad: 'CHUNKS', AdoptExisting: 'true',
    MaxErrorEntries: '7', Tags: { team: 'birds' }, ...overrides,
  });
  beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(() => undefined); });

  test('a Create: its slot, owner and desired state', () => {
    expect(parseOperation(event('Create', { ResourceProperties: properties() }), 'run')).toMatchObject({
      kind: 'create', owner: { stackId: 'stack', logicalId: 'Birds' }, runId: 'run', requestId: 'request', slot: SLOT, hasId: false,
      desired: { slot: SLOT, removedEntries: 'FAIL', initialLoad: 'CHUNKS', adoptExisting: true, maxErrorEntries: 7, tags: { team: 'birds' } },
    });
  });

  test('an Update to another slot whose old one no Delete will empty', () => {
    const old = properties({ DatasetType: 'TEST', ExternalChanges: 'FAIL', Tags: { team: 'cats' } });
    const update = event('Update', { PhysicalResourceId: TRAIN, ResourceProperties: properties(), OldResourceProperties: old });
    const test = { ...SLOT, datasetType: 'TEST' };
    const operation = parseOperation(update, 'run');
    expect(operation).toMatchObject({
      kind: 'update', slot: SLOT, previousSlot: test, abandonedSlot: test, previousTags: { team: 'cats' }, guardedBefore: true,
    });
    // Later polls are told, because the id is another one by then.
    const poll = { ...update, PhysicalResourceId: TRAIN, RunId: 'run', Abandoned: TEST, Failed: 'reason' };
    expect(parseOperation(poll, 'run', poll)).toEqual({ ...operation, failure: 'reason' });
  });

  test('an Update of an unknown version is not refused, as it may be a rollback; a Create is', () => {
    const unknown = properties({ WireVersion: '2', RemovedEntries: 'ARCHIVE' });
    const update = event('Update', { PhysicalResourceId: TRAIN, ResourceProperties: unknown, OldResourceProperties: properties() });
    expect(parseOperation(update, 'run')).toMatchObject({
      slot: SLOT, unreadable: { reason: { name: 'DeployError' }, withoutContent: { removedEntries: 'KEEP' } },
    });
    expect(() => parseOperation(event('Create', { ResourceProperties: unknown }), 'run')).toThrow('WireVersion "2"');
  });

  test('a Delete reads the id before the properties, and nothing else than the tags', () => {
    const unknown = { ProjectArn: PROJECT, DatasetType: 'TEST', Tags: { team: 'birds' } };
    const remove = (PhysicalResourceId: string, ResourceProperties: object) =>
      parseOperation(event('Delete', { PhysicalResourceId, ResourceProperties }), 'run');
    expect(remove(TRAIN, unknown)).toMatchObject({ kind: 'delete', slot: SLOT, tags: { team: 'birds' }, hasId: true });
    expect(remove('invented', unknown)).toMatchObject({ slot: { datasetType: 'TEST' }, hasId: false });
    expect(remove('invented', {})).toBeUndefined();
  });
});
