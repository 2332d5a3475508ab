import './small-chunks';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS, line, UNSTAGING } from './human-actions';
import type { ByHand } from './human-actions';
import { logged, quietSimulation, Simulation, TRAIN } from './simulation';

/** Staging objects removed by a human, at any time: no Delete and no rollback fails for good, and nothing that was not ours is deleted. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });
afterEach(() => { jest.restoreAllMocks(); });

const byHand = (what: ByHand) => { BY_HAND_ACTIONS[what](simulation.cloud, TRAIN); };

/** Every call but the looks that only wait. */
const points = (log: readonly string[]) => [...log.keys()].filter((at) => log[at] !== 'find' || log[at - 1] !== 'find');

describe('a dataset that was adopted', () => {
  const adopt = { AdoptExisting: 'true', Tags: { team: 'owls' } };
  beforeEach(() => { byHand('dataset made'); });

  test.each<[ByHand, string]>([
    ['staging emptied', 'abc'], ['record removed', 'abc'], ['way back removed', 'abc'],
    ['lease removed', 'ax'], ['progress removed', 'ax'], ['staged lines removed', 'ax'],
  ])('%s before the Delete: not deleted, without our tags', async (what, names) => {
    expect(await simulation.resource.deployAndRest(simulation.properties('abc', adopt))).toMatchObject({ status: 'SUCCESS' });
    byHand(what);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.resource.stuck).toEqual([]);
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags, simulation.staged()]).toEqual([names, { 'made-by': 'hand' }, []]);
    const said = logged().some((text) => text.includes('cannot be restored'));
    expect(said).toBe(names === 'abc');
  });

  test('tags that the stack had overwritten come back while they are known', async () => {
    simulation.cloud.at(TRAIN)!.tags.team = 'theirs';
    await simulation.resource.deployAndRest(simulation.properties('abc', adopt));
    byHand('way back removed');
    await simulation.resource.destroyAndRest();
    expect(simulation.cloud.at(TRAIN)!.tags).toEqual({ 'made-by': 'hand', 'team': 'theirs' });
  });

  test('is ours after the first update: everything removed, and a Delete deletes it', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc', adopt));
    expect(await simulation.resource.deployAndRest(simulation.properties('abcd', adopt))).toMatchObject({ status: 'SUCCESS' });
    byHand('staging emptied');
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.at(TRAIN)).toBeUndefined();
  });

  test('from a resource that has its own way back: restored with it', async () => {
    const other = simulation.another('other');
    await other.deployAndRest(simulation.properties('abc', adopt));
    const { tags } = structuredClone({ tags: simulation.cloud.at(TRAIN)!.tags });
    await simulation.resource.deployAndRest(simulation.properties('abcd', adopt));
    await simulation.resource.destroyAndRest();
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual(['abc', tags]);
    await other.destroyAndRest();
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual(['ax', { 'made-by': 'hand' }]);
  });

  test.each(['axb', 'bc'])('%s wanted: removed at any call of the deployment, of the clean-up or of a later Delete', async (names) => {
    const run = async (faults?: ReadonlyMap<number, Fault>) => {
      simulation = new Simulation();
      byHand('dataset made');
      const script = simulation.begin(faults);
      const outcome = await simulation.resource.deployAndRest(simulation.properties(names, adopt));
      if (outcome.status === 'SUCCESS') await simulation.resource.destroyAndRest();
      return script;
    };
    const { log } = await run();
    for (const what of UNSTAGING) {
      for (const at of points(log)) {
        await run(new Map([[at, { do: 'meanwhile', what, run: () => { byHand(what); } }]]));
        const { cloud, resource } = simulation;
        const dataset = cloud.at(TRAIN);
        expect({ what, at, call: log[at], stuck: resource.stuck, staged: simulation.staged() })
          .toEqual({ what, at, call: log[at], stuck: [], staged: [] });
        // Between the deletion and the creation of a dataset without some lines, the only copy was in the bucket.
        if (!dataset) expect(what).not.toMatch(/progress|run|lines/);
        else expect({ what, at, call: log[at], owners: simulation.ownerTags(), made: dataset.tags['made-by'] }).toEqual({ what, at, call: log[at], owners: [undefined, undefined], made: 'hand' });
      }
    }
  });
});

describe('a dataset of ours', () => {
  test.each(UNSTAGING)('%s at any call of a Delete: gone in the end', async (what) => {
    const run = async (faults?: ReadonlyMap<number, Fault>) => {
      simulation = new Simulation();
      await simulation.resource.deployAndRest(simulation.properties('abc'));
      const script = simulation.begin(faults);
      await simulation.resource.destroyAndRest();
      return script;
    };
    const { calls } = await run();
    for (let at = 0; at < calls; at++) {
      await run(new Map([[at, { do: 'meanwhile', what, run: () => { byHand(what); } }]]));
      expect({ at, stuck: simulation.resource.stuck, dataset: simulation.cloud.at(TRAIN), staged: simulation.staged() })
        .toEqual({ at, stuck: [], dataset: undefined, staged: [] });
    }
  });

  test.each(['RECREATE', 'UNLABEL', 'KEEP', 'FAIL'])('staging objects of all kinds removed at any call of an update that fails, %s: the rollback ends', async (RemovedEntries) => {
    const run = async (faults?: ReadonlyMap<number, Fault>) => {
      simulation = new Simulation();
      await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries }));
      const push = simulation.cloud.push.bind(simulation.cloud);
      simulation.cloud.push = (arn, bytes) => {
        if (bytes.includes('doomed')) simulation.cloud.nextEnd = { fail: 'the service has a bad day' };
        push(arn, bytes);
      };
      const script = simulation.begin(faults);
      const text = ['a', 'b', 'c'].map((name) => line(name, 'bird')).join('\n') + ['d', 'e', 'f'].map((name) => `\n${line(name, 'doomed')}`).join('');
      const { status } = await simulation.resource.deployAndRest(simulation.propertiesOf(text, { RemovedEntries }));
      expect(status).toBe('FAILED');
      return script;
    };
    const { log } = await run();
    for (const what of UNSTAGING) {
      for (const at of points(log)) {
        await run(new Map([[at, { do: 'meanwhile', what, run: () => { byHand(what); } }]]));
        expect({ what, at, stuck: simulation.resource.stuck }).toEqual({ what, at, stuck: [] });
        if (RemovedEntries === 'RECREATE') expect({ what, at, names: simulation.names() }).toEqual({ what, at, names: 'abc' });
        else expect(simulation.names()).toMatch(/^abc/);
      }
    }
  });

  test.each(['UNLABEL', 'FAIL'])('the staged manifest of the record alone removed, %s: the entries are read back from the service', async (RemovedEntries) => {
    await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries }));
    for (const key of simulation.staged()) if (key.endsWith('/desired.manifest')) simulation.cloud.objects.delete(key);
    const { status, reason } = await simulation.resource.deployAndRest(simulation.properties('ab', { RemovedEntries }));
    if (RemovedEntries === 'UNLABEL') expect(status).toBe('SUCCESS');
    else expect(reason).toContain('first s3://images/c.jpg, and removedEntries is FAIL');
  });

  test('a rollback under FAIL whose record is gone: keeps what is too many, and says why', async () => {
    const FAIL = { RemovedEntries: 'FAIL' };
    await simulation.resource.deployAndRest(simulation.properties('ab', FAIL));
    byHand('entry added');
    byHand('staging emptied');
    expect(await simulation.resource.deployAndRest(simulation.properties('abc', FAIL))).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abcz');
    expect(logged().some((text) => text.includes('removedEntries is FAIL'))).toBe(true);
    // That one may be rolled back, too. Then the records reach back far enough.
    expect(await simulation.resource.deployAndRest(simulation.properties('abcd', FAIL))).toMatchObject({ status: 'SUCCESS' });
    expect((await simulation.resource.deployAndRest(simulation.properties('ab', FAIL))).reason).toContain('removedEntries is FAIL');
    expect(simulation.resource.stuck).toEqual([]);
  });

  test('a rollback under FAIL of an update that succeeded without a record: ends', async () => {
    const old = simulation.properties('ab', { RemovedEntries: 'FAIL' });
    await simulation.resource.deployAndRest(old);
    byHand('staging emptied');
    const next = simulation.properties('abc');
    await simulation.resource.deployAndRest(next);
    // Another resource of the stack has failed.
    const back = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: next, ResourceProperties: old };
    expect(await simulation.resource.request(back)).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abc');
  });

  test('a Create under FAIL is no rollback: refused as ever', async () => {
    byHand('dataset made');
    const { reason } = await simulation.resource.deployAndRest(simulation.properties('ab', { RemovedEntries: 'FAIL', AdoptExisting: 'true' }));
    expect(reason).toContain('first s3://images/x.jpg, and removedEntries is FAIL');
    expect(simulation.names()).toBe('ax');
  });

  test.each(['lease.json', 'applied.json', 'progress.json', '.index', '.manifest'])('a %s that is cut off, empty or garbage is as good as none', async (end) => {
    for (const garbage of ['', '{"runId":', '\0\0\0\0', '[]', 'null', '"x"', '7']) {
      simulation = new Simulation();
      await simulation.resource.deployAndRest(simulation.properties('abc'));
      const spoil = () => {
        for (const key of simulation.staged()) if (key.endsWith(end)) simulation.cloud.objects.set(key, Buffer.from(garbage));
      };
      spoil();
      const outcome = await simulation.resource.deployAndRest(simulation.properties('bcd'));
      expect({ garbage, outcome }).toMatchObject({ outcome: { status: 'SUCCESS' } });
      expect(simulation.names()).toBe('bcd');
      spoil();
      expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
      expect(simulation.resource.stuck).toEqual([]);
      expect(simulation.cloud.at(TRAIN)).toBeUndefined();
    }
  });
});

test('a rollback under FAIL from another slot, whose record is gone: ends', async () => {
  const FAIL = { RemovedEntries: 'FAIL' };
  await simulation.resource.deployAndRest(simulation.properties('ab', FAIL));
  byHand('entry added');
  simulation.begin(new Map([[4, { do: 'meanwhile', what: 'staging emptied', run: () => { byHand('staging emptied'); } }]]));
  expect((await simulation.resource.deployAndRest(simulation.properties('ab', { DatasetType: 'TEST' }))).status).toBe('FAILED');
  expect(simulation.resource.stuck).toEqual([]);
  expect(simulation.names()).toBe('abz');
});
