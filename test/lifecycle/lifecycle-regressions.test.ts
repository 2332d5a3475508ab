import './small-chunks';
import { STACK_TAG } from '../../lambda/core/owner-tags';
import { hash } from '../../lambda/core/slot';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS, line } from './human-actions';
import { STAGING } from './in-memory-functions';
import { quietSimulation, Simulation, TEST, TRAIN } from './simulation';

/** What the random lifecycles found, each by what went wrong. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });

/** Properties of a deploy that fails because of the service, told from the others by its label. */
const doomed = (names: string, overrides = {}) => {
  const push = simulation.cloud.push.bind(simulation.cloud);
  let chunks = 0;
  simulation.cloud.push = (arn, bytes) => {
    if (bytes.includes('doomed') && ++chunks === 3) simulation.cloud.nextEnd = { fail: 'the service has a bad day' };
    push(arn, bytes);
  };
  return simulation.properties(names, overrides, 'doomed');
};

/** The fault at the first call of that name of the next operation, found out on another stage. */
async function at(
  operation: string, fault: Fault, run: (on: Simulation) => Promise<unknown>, before?: (on: Simulation) => Promise<unknown>,
) {
  const rehearsal = new Simulation();
  await before?.(rehearsal);
  const script = rehearsal.begin();
  await run(rehearsal);
  expect(script.log).toContain(operation);
  simulation.begin(new Map([[script.log.indexOf(operation), fault]]));
}

const make = (slot: string, empty = false) => { BY_HAND_ACTIONS[empty ? 'empty dataset made' : 'dataset made'](simulation.cloud, slot); };
/** Without the one object that the delete of a create that never answered leaves on purpose. */
const staged = () => [...simulation.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`) && !key.endsWith('/requests.json'));

test('a dataset that looked absent and was there was taken for one of this run, and its content not compared', async () => {
  await simulation.resource.deployAndRest(simulation.properties('ab'));
  // Same counts, other labels; the first look finds nothing.
  const find = simulation.cloud.find.bind(simulation.cloud);
  let looks = 0;
  simulation.cloud.find = (slot, arn) => ++looks <= 2 ? undefined : find(slot, arn);
  expect(await simulation.resource.deployAndRest(simulation.properties('ab', {}, 'owl'))).toMatchObject({ status: 'SUCCESS' });
  expect(simulation.cloud.at(TRAIN)!.entries.get('s3://images/a.jpg')).toBe(line('a', 'owl'));
});

test('a lost answer of TagResource failed the deploy', async () => {
  const run = (on: Simulation) => on.resource.deployAndRest(on.properties('ab', { Tags: { team: 'owls' } }));
  const before = (on: Simulation) => on.resource.deployAndRest(on.properties('ab'));
  await at('tag', { do: 'lose', after: true }, run, before);
  await before(simulation);
  await at('tag', { do: 'lose', after: true }, run, before);
  expect(await run(simulation)).toMatchObject({ status: 'SUCCESS' });
});

test('a rollback under FAIL could not end, because the failed update had brought in entries', async () => {
  const FAIL = { RemovedEntries: 'FAIL' };
  await simulation.resource.deployAndRest(simulation.properties('ab', FAIL));
  expect((await simulation.resource.deployAndRest(doomed('abcdef', FAIL))).reason).toContain('the service has a bad day');
  expect(simulation.resource.stuck).toEqual([]);
  expect(simulation.names()).toBe('ab');
});

test('a rollback under FAIL could not end, because a human had added an entry', async () => {
  const FAIL = { RemovedEntries: 'FAIL' };
  await simulation.resource.deployAndRest(simulation.properties('ab', FAIL));
  BY_HAND_ACTIONS['entry added'](simulation.cloud, TRAIN);
  expect((await simulation.resource.deployAndRest(simulation.properties('abc', FAIL))).reason).toContain('first s3://images/z.jpg');
  expect(simulation.resource.stuck).toEqual([]);
  expect(simulation.names()).toBe('abz');
});

test('a rollback after an update that had succeeded found its manifest overwritten in the bucket', async () => {
  const old = simulation.properties('ab');
  await simulation.resource.deployAndRest(old);
  simulation.cloud.objects.set(`source/${(old.Manifest as { Key: string }).Key}`, Buffer.from('garbage'));
  const next = simulation.properties('cd');
  await simulation.resource.deployAndRest(next);
  // Another resource of the stack has failed.
  await simulation.resource.request({ RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: next, ResourceProperties: old });
  expect(simulation.names()).toBe('ab');
});

test('a slot whose update failed kept its dataset when CloudFormation dropped the new id', async () => {
  simulation.resource.forgetsFailedIds = true;
  await simulation.resource.deployAndRest(simulation.properties('ab'));
  const outcome = await simulation.resource.deployAndRest(doomed('abcdef', { DatasetType: 'TEST', InitialLoad: 'CHUNKS' }));
  expect(outcome.reason).toContain('the service has a bad day');
  expect([simulation.names(TRAIN), simulation.names(TEST)]).toEqual(['ab', undefined]);
  await simulation.resource.destroyAndRest();
  expect(staged()).toEqual([]);
});

test('an empty dataset could not be restored', async () => {
  make(TRAIN, true);
  const outcome = await simulation.resource.deployAndRest(doomed('abcdef', { AdoptExisting: 'true' }));
  expect(outcome.reason).toContain('the service has a bad day');
  expect([simulation.resource.stuck, simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual([[], '', { 'made-by': 'hand' }]);
});

test('the rollback of a stack deleted the dataset that a resource of it had adopted', async () => {
  make(TRAIN);
  const properties = simulation.properties('abc', { AdoptExisting: 'true', Tags: { team: 'owls' } });
  expect((await simulation.resource.deployAndRest(properties)).status).toBe('SUCCESS');
  expect(simulation.names()).toBe('abc');
  // Another resource of the stack has failed.
  await simulation.resource.destroyAndRest();
  expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual(['ax', { 'made-by': 'hand' }]);
  expect(staged()).toEqual([]);
});

test('an overtaken run that was adopting a dataset removed the only copy of what it held', async () => {
  make(TRAIN);
  simulation.begin(new Map([[0, { do: 'meanwhile', what: 'deliver again', run: () => { simulation.resource.deliverAgain(); } }]]));
  await simulation.resource.deployAndRest(simulation.properties('abc', { AdoptExisting: 'true' }));
  expect(simulation.resource.stuck).toEqual([]);
  if (simulation.resource.properties) await simulation.resource.destroyAndRest();
  expect(simulation.names()).toBe('ax');
});

test('a dataset that somebody else had adopted meanwhile was changed to be restored', async () => {
  make(TRAIN);
  const { resource } = simulation;
  const properties = doomed('abcdef', { AdoptExisting: 'true', InitialLoad: 'CHUNKS' });
  expect((await resource.request({ RequestType: 'Create', ResourceProperties: properties })).status).toBe('FAILED');
  await simulation.another('thief').deployAndRest(simulation.properties('xyz', { AdoptExisting: 'true' }));
  await resource.remove(TRAIN, properties);
  expect(simulation.names()).toBe('xyz');
  expect(simulation.cloud.at(TRAIN)!.tags[STACK_TAG]).toContain('stack/thief/');
});

test('of two polls at a time, the slower one failed because the faster one had cleared the staged lines away', async () => {
  const run = (on: Simulation) => on.resource.deployAndRest(on.properties('abcdef', { InitialLoad: 'CHUNKS' }));
  const rehearsal = new Simulation();
  const script = rehearsal.begin();
  await run(rehearsal);
  const create = script.log.indexOf('create');
  for (let call = create + 1; call < script.calls + 20; call++) {
    simulation = new Simulation();
    simulation.begin(new Map<number, Fault>([
      [create, { do: 'lose', after: true }],
      [call, { do: 'meanwhile', what: 'poll again', run: () => { simulation.functions.pollAgain(); } }],
    ]));
    const { status, reason } = await run(simulation);
    expect({ call, status, reason }).toEqual({ call, status: 'SUCCESS', reason: undefined });
    expect(simulation.names()).toBe('abcdef');
  }
});

test('of two polls at a time, each sent chunks of the lines that the other had staged', async () => {
  const pushed: string[] = [];
  await simulation.resource.deployAndRest(simulation.properties(''));
  const push = simulation.cloud.push.bind(simulation.cloud);
  simulation.cloud.push = (arn, bytes) => { pushed.push(bytes.toString()); push(arn, bytes); };
  simulation.begin(new Map<number, Fault>([
    [6, { do: 'meanwhile', what: 'poll again', run: () => { simulation.functions.pollAgain(); } }],
    [14, { do: 'lose', after: false }],
  ]));
  expect(await simulation.resource.deployAndRest(simulation.properties('bdgafce'))).toMatchObject({ status: 'SUCCESS' });
  expect(pushed.filter((text) => text === '')).toEqual([]);
  expect(simulation.names()).toBe('abcdefg');
});

test('a create that its delete had overtaken left staged objects, or the dataset', async () => {
  for (let call = 0; call < 25; call++) {
    simulation = new Simulation();
    simulation.begin(new Map([[call, { do: 'meanwhile', what: 'cancel', run: () => { simulation.resource.cancel(); } }]]));
    await simulation.resource.deployAndRest(simulation.properties('abcdef', { InitialLoad: 'CHUNKS' }));
    expect({ call, staged: staged(), dataset: simulation.cloud.at(TRAIN) }).toEqual({ call, staged: [], dataset: undefined });
  }
});

test('chunks looked done while the last one ran, after a look that was older than the one before', async () => {
  await simulation.resource.deployAndRest(simulation.properties('abcdef'));
  const before = (on: Simulation) => on.resource.deployAndRest(on.properties('abcdef'));
  const rehearsal = new Simulation();
  await before(rehearsal);
  const script = rehearsal.begin();
  await rehearsal.resource.deployAndRest(rehearsal.properties('abcdef', {}, 'owl'));
  for (let call = 0; call < script.calls; call++) {
    simulation = new Simulation();
    await before(simulation);
    simulation.begin(new Map([[call, { do: 'stale' }]]));
    const outcome = await simulation.resource.deployAndRest(simulation.properties('abcdef', {}, 'owl'));
    const { status } = simulation.cloud.at(TRAIN)!;
    expect({ call, outcome: outcome.status, status }).toEqual({ call, outcome: 'SUCCESS', status: 'UPDATE_COMPLETE' });
  }
});

test('a throttled onEvent answered with the name of an inner signal', async () => {
  simulation.begin(new Map([[0, { do: 'outage' }]]));
  const { reason } = await simulation.resource.deployAndRest(simulation.properties('ab'));
  expect(reason).toBe('not finished in time: read was answered with ThrottlingException. Deploy again.');
});

test.each<[string, Fault]>([
  ['refused', { do: 'refuse' }], ['throttled for longer than it waits', { do: 'throttle', seconds: 4000 }],
])('a second delivery whose onEvent was %s answered with the framework\'s id, and the dataset of the first one stayed', async (_, fault) => {
  for (let call = 0; call < 12; call++) {
    simulation = new Simulation();
    const again: Fault = { do: 'meanwhile', what: 'deliver again', run: () => { simulation.resource.deliverAgain(); } };
    // The second delivery begins with the call that follows.
    const script = simulation.begin(new Map([[call, again], [call + 1, fault], [call + 2, fault]]));
    const { status } = await simulation.resource.deployAndRest(simulation.properties('ab'));
    expect(script.struck.length).toBeGreaterThan(1);
    expect({ call, stuck: simulation.resource.stuck, orphaned: simulation.resource.orphaned })
      .toEqual({ call, stuck: [], orphaned: false });
    if (status === 'FAILED') expect({ call, staged: staged(), dataset: simulation.cloud.at(TRAIN) }).toEqual({ call, staged: [], dataset: undefined });
  }
});

test('a Delete that could not begin: fails while there is something of ours, and not when there is nothing', async () => {
  const refuseAll = () => simulation.begin(new Map([[0, { do: 'refuse' }]]));
  await simulation.resource.deployAndRest(simulation.properties('ab'));
  refuseAll();
  expect((await simulation.resource.remove(TRAIN, simulation.resource.properties!)).reason).toContain('AccessDeniedException');
  expect(simulation.names()).toBe('ab');
  expect((await simulation.resource.remove(TRAIN, simulation.resource.properties!)).status).toBe('SUCCESS');
  refuseAll();
  expect(await simulation.resource.remove(TRAIN, simulation.properties('ab'))).toMatchObject({ status: 'SUCCESS' });
  make(TRAIN);
  refuseAll();
  expect(await simulation.resource.remove(TRAIN, simulation.properties('ab'))).toMatchObject({ status: 'SUCCESS' });
  expect(simulation.names()).toBe('ax');

  // A create that was cancelled may be at work although nothing of it shows yet.
  simulation = new Simulation();
  simulation.cloud.objects.set(`${STAGING}/stack-00000000-0000-4000-8000-000000000000/Birds/${hash(TRAIN)}/lease.json`, Buffer.from('{"runId":"1"}'));
  refuseAll();
  expect((await simulation.resource.remove(TRAIN, simulation.properties('ab'))).status).toBe('FAILED');
  // With no access to the bucket at all, nothing can have begun.
  simulation = new Simulation();
  simulation.begin(new Map([0, 2, 3].map((call) => [call, { do: 'refuse' }])));
  expect(await simulation.resource.remove(TRAIN, simulation.properties('ab'))).toMatchObject({ status: 'SUCCESS' });
});

test('a create that its delete had overtaken left the dataset, because it did not show yet', async () => {
  for (const cancel of [0, 5, 8]) {
    for (let call = cancel + 1; call < 70; call++) {
      simulation = new Simulation();
      simulation.begin(new Map<number, Fault>([
        [cancel, { do: 'meanwhile', what: 'cancel', run: () => { simulation.resource.cancel(); } }], [call, { do: 'stale' }],
      ]));
      await simulation.resource.deployAndRest(simulation.properties('ab'));
      expect({ cancel, call, staged: staged(), dataset: simulation.cloud.at(TRAIN) })
        .toEqual({ cancel, call, staged: [], dataset: undefined });
    }
  }
});

test('a create that began when its delete had come and gone left the dataset', async () => {
  const throttles = [20, 30, 60, 120, 200].map((seconds) => ({ do: 'throttle', seconds } as const));
  const faults: Fault[] = [...throttles, { do: 'silence', after: false }, { do: 'silence', after: true }];
  for (const fault of faults) {
    for (const cancel of [1, 2]) {
      simulation = new Simulation();
      simulation.begin(new Map<number, Fault>([
        [0, fault], [cancel, { do: 'meanwhile', what: 'cancel', run: () => { simulation.resource.cancel(); } }],
      ]));
      await simulation.resource.deployAndRest(simulation.properties('ab'));
      expect({ fault, cancel, staged: staged(), dataset: simulation.cloud.at(TRAIN) })
        .toEqual({ fault, cancel, staged: [], dataset: undefined });
    }
  }
  expect((await simulation.resource.deployAndRest(simulation.properties('ab'))).status).toBe('SUCCESS');
});

test('of two polls whose record of who may write was gone, one made the dataset again that both had cleared away', async () => {
  for (let call = 21; call < 76; call++) {
    simulation = new Simulation();
    simulation.begin(new Map<number, Fault>([
      [19, { do: 'kill', after: true, crash: false }],
      [20, { do: 'meanwhile', what: 'objects removed', run: () => { BY_HAND_ACTIONS['every other staging object removed'](simulation.cloud); } }],
      [call, { do: 'meanwhile', what: 'poll again', run: () => { simulation.functions.pollAgain(); } }],
    ]));
    await simulation.resource.deployAndRest(simulation.properties('a', { InitialLoad: 'CHUNKS' }));
    const made = simulation.cloud.writes.filter(({ operation }) => operation === 'CreateDataset').length;
    expect({ call, made, staged: staged(), dataset: simulation.cloud.at(TRAIN) })
      .toEqual({ call, made: 1, staged: [], dataset: undefined });
  }
});

test('a Delete that had looked before a slow call tagged a dataset as ours left the tags', async () => {
  for (let call = 1; call < 30; call++) {
    for (const fault of [{ do: 'throttle', seconds: 30 }, { do: 'lose', after: true }] as Fault[]) {
      simulation = new Simulation();
      make(TRAIN);
      simulation.begin(new Map<number, Fault>([
        [0, { do: 'meanwhile', what: 'cancel', run: () => { simulation.resource.cancel(); } }], [call, fault],
      ]));
      await simulation.resource.deployAndRest(simulation.properties('axc', { AdoptExisting: 'true' }));
      const { tags } = simulation.cloud.at(TRAIN)!;
      expect({ call, fault, names: simulation.names(), tags, staged: staged() })
        .toEqual({ call, fault, names: 'ax', tags: { 'made-by': 'hand' }, staged: [] });
    }
  }
});

test('a write that was turned away for a while was sent after a newer operation had come to its end', async () => {
  for (let call = 1; call < 60; call++) {
    simulation = new Simulation();
    await simulation.resource.deployAndRest(simulation.properties('a'));
    simulation.begin(new Map<number, Fault>([
      [0, { do: 'meanwhile', what: 'cancel', run: () => { simulation.resource.cancel(); } }], [call, { do: 'throttle', seconds: 30 }],
    ]));
    await simulation.resource.deployAndRest(simulation.properties('abc', {}, 'owl'));
    expect({ call, stuck: simulation.resource.stuck, entries: [...simulation.cloud.at(TRAIN)!.entries.values()] })
      .toEqual({ call, stuck: [], entries: [line('a', 'bird')] });
  }
});

test('a second delivery that is silent for a minute and goes on when the rollback has ended changes nothing any more', async () => {
  for (let call = 8; call < 20; call++) {
    for (const [delay, after] of [[1, false], [1, true], [2, false], [2, true]] as const) {
      simulation = new Simulation();
      simulation.begin();
      await simulation.resource.deployAndRest(simulation.properties('ab'));
      const again: Fault = { do: 'meanwhile', what: 'deliver again', run: () => { simulation.resource.deliverAgain(); } };
      simulation.begin(new Map<number, Fault>([[call, again], [call + delay, { do: 'silence', after }]]));
      const { status } = await simulation.resource.deployAndRest(simulation.properties('abc'));
      const names = status === 'SUCCESS' ? 'abc' : 'ab';
      expect({ call, delay, after, stuck: simulation.resource.stuck, names: simulation.names() })
        .toEqual({ call, delay, after, stuck: [], names });
    }
  }
});
