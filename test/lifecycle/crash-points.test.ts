import './small-chunks';
import type { Properties } from '../rigs/cloudformation';
import type { Cloud } from './cloud';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS, line } from './human-actions';
import type { ByHand } from './human-actions';
import { STAGING } from './in-memory-functions';
import { PROJECT, Simulation, TEST, TRAIN } from './simulation';

/**
 * Every row of the lifecycle, the handler killed before and after each of its calls and the same poll invoked again: the end is
 * that of the undisturbed run, and so it is when the answer of any call is lost.
 */

interface Row {
  readonly name: string;
  /** What comes before, undisturbed. */
  readonly before?: (simulation: Simulation) => Promise<unknown>;
  readonly run: (simulation: Simulation) => Promise<{ status: string; reason?: string }>;
  readonly ends: 'SUCCESS' | 'FAILED';
}

const deploy = (names: string, overrides: Properties = {}, label?: string) => (simulation: Simulation) =>
  simulation.resource.deployAndRest(simulation.properties(names, overrides, label));
const foreign = (simulation: Simulation) => byHand(simulation.cloud, 'ax');

const rows: Row[] = [
  { name: 'create from the manifest', run: deploy('abc'), ends: 'SUCCESS' },
  { name: 'create in chunks', run: deploy('abcdefg', { InitialLoad: 'CHUNKS' }), ends: 'SUCCESS' },
  { name: 'create empty', run: deploy(''), ends: 'SUCCESS' },
  { name: 'update with several chunks', before: deploy('abcdefg'), run: deploy('abcdefg', {}, 'owl'), ends: 'SUCCESS' },
  { name: 'update with the same content', before: deploy('abc'), run: deploy('abc'), ends: 'SUCCESS' },
  { name: 'recreate', before: deploy('abc'), run: deploy('ac'), ends: 'SUCCESS' },
  { name: 'recreate in chunks', before: deploy('abcdefg'), run: deploy('acdefg', { InitialLoad: 'CHUNKS' }), ends: 'SUCCESS' },
  { name: 'unlabel', before: deploy('abc'), run: deploy('acd', { RemovedEntries: 'UNLABEL' }), ends: 'SUCCESS' },
  { name: 'keep', before: deploy('abc'), run: deploy('acd', { RemovedEntries: 'KEEP' }), ends: 'SUCCESS' },
  { name: 'keep again', before: kept, run: deploy('ade', { RemovedEntries: 'KEEP' }), ends: 'SUCCESS' },
  { name: 'update of what was changed by hand', before: changedByHand, run: deploy('abcdefgh'), ends: 'SUCCESS' },
  { name: 'to another slot', before: deploy('abc'), run: deploy('abd', { DatasetType: 'TEST' }), ends: 'SUCCESS' },
  { name: 'tags only', before: deploy('abc', { Tags: { a: '1', b: '1' } }), run: deploy('abc', { Tags: { a: '2' } }), ends: 'SUCCESS' },
  { name: 'adopt', before: foreign, run: deploy('abx', { AdoptExisting: 'true' }), ends: 'SUCCESS' },
  { name: 'adopt, recreating', before: foreign, run: deploy('ab', { AdoptExisting: 'true' }), ends: 'SUCCESS' },
  { name: 'refused, restored after the adoption', before: foreign, run: adoptInVain, ends: 'FAILED' },
  { name: 'delete', before: deploy('abc'), run: destroy, ends: 'SUCCESS' },
  { name: 'delete what was adopted', before: adopted(foreign), run: destroy, ends: 'SUCCESS' },
  { name: 'delete what was adopted from another resource', before: adopted(ofAnother), run: destroy, ends: 'SUCCESS' },
  { name: 'delete what cannot be restored', before: adopted(foreign, 'way back removed'), run: destroy, ends: 'SUCCESS' },
  { name: 'delete what nobody knows to be adopted', before: adopted(foreign, 'staging emptied'), run: destroy, ends: 'SUCCESS' },
];

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

describe.each(rows)('$name', (row) => {
  test.each<[string, Fault]>([
    ['killed before', { do: 'kill', after: false, crash: false }],
    ['killed after', { do: 'kill', after: true, crash: false }],
    ['unanswered, without its effect', { do: 'lose', after: false }],
    ['unanswered, with its effect', { do: 'lose', after: true }],
    ['answered with ResourceInUse', { do: 'busy' }],
  ])('each call %s', async (_, fault) => {
    const undisturbed = await end(row);
    expect(undisturbed.outcome.status).toBe(row.ends);
    expect(undisturbed.calls).toBeGreaterThan(10);
    for (let at = 0; at < undisturbed.calls; at++) {
      const disturbed = await end(row, new Map([[at, fault]]));
      expect({ at, call: undisturbed.log[at], state: disturbed.state, status: disturbed.outcome.status })
        .toEqual({ at, call: undisturbed.log[at], state: undisturbed.state, status: row.ends });
    }
  });
});

/** Without those whose rollback keeps what the failed update brought in, as they are told to, or goes back to before a human's change. */
const undone = rows.filter(({ name }) => !/^(unlabel|keep|delete)|by hand/.test(name));

describe.each(undone)('$name, the function crashing at each call', (row) => {
  test.each(row.name === 'to another slot' ? [false, true] : [false])('the stack goes back to what was; ids of failed updates dropped: %s', async (forgetsFailedIds) => {
    const before = (await end({ ...row, run: async () => ({ status: 'none' }) })).state.datasets;
    const { calls, log, state } = await end(row);
    for (let at = 0; at < calls; at++) {
      for (const after of [false, true]) {
        const crashed = await end(row, new Map([[at, { do: 'kill', after, crash: true }]]), forgetsFailedIds);
        // After a success, what crashed was the clean-up.
        const expected = crashed.outcome.status === 'FAILED' ? before : state.datasets;
        expect({ at, after, call: log[at], stuck: crashed.stuck, datasets: crashed.state.datasets })
          .toEqual({ at, after, call: log[at], stuck: [], datasets: expected });
      }
    }
  });
});

function destroy(simulation: Simulation) {
  return simulation.resource.destroyAndRest();
}

async function kept(simulation: Simulation) {
  await deploy('abc', { RemovedEntries: 'KEEP' })(simulation);
  await deploy('acd', { RemovedEntries: 'KEEP' })(simulation);
}

async function changedByHand(simulation: Simulation) {
  await deploy('abcdefg')(simulation);
  BY_HAND_ACTIONS['entry changed'](simulation.cloud, TRAIN);
}

function ofAnother(simulation: Simulation) {
  return simulation.another('other').deployAndRest(simulation.properties('ax', { Tags: { team: 'theirs' } }));
}

function adopted(before: (simulation: Simulation) => Promise<unknown>, byHandThen?: ByHand) {
  return async (simulation: Simulation) => {
    await before(simulation);
    await simulation.resource.deployAndRest(simulation.properties('axc', { AdoptExisting: 'true', Tags: { team: 'owls' } }));
    if (byHandThen) BY_HAND_ACTIONS[byHandThen](simulation.cloud, TRAIN);
  };
}

async function end(row: Row, faults = new Map<number, Fault>(), forgetsFailedIds = false) {
  const simulation = new Simulation();
  simulation.resource.forgetsFailedIds = forgetsFailedIds;
  const { cloud } = simulation;
  await row.before?.(simulation);
  const script = simulation.begin(faults);
  const outcome = await row.run(simulation);
  await cloud.clock.sleep(60_000);
  const state = {
    datasets: [cloud.at(TRAIN), cloud.at(TEST)].map((dataset) => dataset && {
      entries: [...dataset.entries.values()].sort(), tags: dataset.tags, busy: dataset.work !== undefined,
    }),
    staged: [...cloud.objects.keys()].filter((key) => key.startsWith(STAGING)).map((key) => key.split('/').at(-1)!.replace(/^.{36}-before/, 'before')).sort(),
  };
  return { outcome, state, calls: script.calls, log: script.log, stuck: simulation.resource.stuck };
}

/** An adoption whose first chunk the service refuses: the Create fails, and the Delete that follows gives the dataset back. */
async function adoptInVain(simulation: Simulation) {
  const { cloud, resource } = simulation;
  const push = cloud.push.bind(cloud);
  cloud.push = (arn, lines) => {
    if (lines.includes('doomed')) cloud.nextEnd = { fail: 'the service has a bad day' };
    push(arn, lines);
  };
  return resource.deployAndRest(simulation.properties('abx', { AdoptExisting: 'true' }, 'doomed'));
}

/** Somebody else's dataset. */
async function byHand(cloud: Cloud, names: string): Promise<void> {
  cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, { 'made-by': 'hand' });
  await cloud.clock.sleep(60_000);
  for (const name of names) cloud.at(TRAIN)!.entries.set(`s3://images/${name}.jpg`, line(name, 'bird'));
}
