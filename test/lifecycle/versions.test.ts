import './small-chunks';
import { hash } from '../../lambda/core/slot';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS } from './human-actions';
import { STAGING } from './in-memory-functions';
import { quietSimulation, Simulation, TEST, TRAIN } from './simulation';
import { NEXT, THIS, VERSIONS } from './versions';
import type { Version } from './versions';

/** Handlers of two versions take turns: no Delete and no rollback is blocked, and nothing is misread. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });

const staged = () => [...simulation.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`));
const records = () => Object.fromEntries(staged().filter((key) => key.endsWith('.json')).map((key) => [key.split('/').at(-1), JSON.parse(String(simulation.cloud.objects.get(key)))]));
const name = (versions: readonly Version[]) => versions.map((version) => version.name).join(', ');
const pairs = VERSIONS.flatMap((a) => VERSIONS.map((b) => [a, b] as const));
const fours = pairs.flatMap((ab) => pairs.map((cd) => [...ab, ...cd] as const));

/** Who takes the next events. */
function turns(...versions: Version[]): void {
  simulation.functions.turns = versions.map(({ code }) => code);
}

/** The first load, or the update, whose lines are doomed ends in a failure. */
function failDoomed(): void {
  const { cloud } = simulation;
  const [create, push] = [cloud.create.bind(cloud), cloud.push.bind(cloud)];
  cloud.create = (slot, manifest, tags) => {
    const lines = manifest && String(cloud.objects.get(`${manifest.bucket}/${manifest.key}`));
    if (lines?.includes('doomed')) cloud.nextEnd = { fail: 'the service has a bad day' };
    return create(slot, manifest, tags);
  };
  cloud.push = (arn, lines) => {
    if (lines.includes('doomed')) cloud.nextEnd = { fail: 'the service has a bad day' };
    push(arn, lines);
  };
}

test('every record carries the version', async () => {
  simulation.begin(new Map([[9, { do: 'kill', after: true, crash: true }]]));
  await simulation.resource.request({ RequestType: 'Create', ResourceProperties: simulation.properties('abc') });
  simulation.begin();
  await simulation.resource.deployAndRest(simulation.properties('abc'));
  await simulation.resource.request({
    RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: simulation.properties('a'), ResourceProperties: simulation.properties('a', { RemovedEntries: 'FAIL' }),
  });
  expect(Object.keys(records()).sort()).toEqual(['applied.json', 'failed.json', 'lease.json', 'progress.json', 'requests.json']);
  for (const record of Object.values(records())) expect(record).toMatchObject({ version: 1 });
});

describe.each(fours.map((four) => [name(four), four] as const))('created, updated, taken back and deleted by: %s', (_, [creator, updater, undoer, deleter]) => {
  test.each([
    ['entries are added', 'abcde'], ['entries go', 'cd'], ['an empty one is wanted', ''],
  ])('%s, and the update fails', async (__, names) => {
    failDoomed();
    turns(creator);
    const first = creator.send(simulation.properties('abc', { Tags: { team: 'owls' } }));
    expect(await simulation.resource.deployAndRest(first)).toMatchObject({ status: 'SUCCESS' });
    turns(updater, undoer);
    const outcome = await simulation.resource.deployAndRest(updater.send(simulation.properties(names, { InitialLoad: 'CHUNKS' }, 'doomed')));
    expect({ stuck: simulation.resource.stuck, status: outcome.status }).toEqual({ stuck: [], status: names === '' ? 'SUCCESS' : 'FAILED' });
    if (outcome.status === 'FAILED') expect(simulation.names()).toBe('abc');
    turns(deleter);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.cloud.datasets, staged()]).toEqual([[], []]);
  });

  test('the update succeeds, and is taken back because another resource has failed', async () => {
    turns(creator, updater, undoer);
    const first = creator.send(simulation.properties('abc'));
    await simulation.resource.deployAndRest(first);
    const second = updater.send(simulation.properties('cd', {}, 'owl'));
    expect(await simulation.resource.deployAndRest(second)).toMatchObject({ status: 'SUCCESS' });
    const back = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: second, ResourceProperties: first };
    expect(await simulation.resource.request(back)).toMatchObject({ status: 'SUCCESS' });
    await simulation.resource.rest();
    // What a policy that nobody knows here would remove stays.
    const isPolicyKnown = undoer === NEXT || creator === THIS;
    expect(simulation.names()).toBe(isPolicyKnown ? 'abc' : 'abcd');
    turns(deleter);
    expect(await simulation.resource.remove(TRAIN, first)).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.datasets).toEqual([]);
  });

  test('the update to another slot fails', async () => {
    failDoomed();
    turns(creator, updater, undoer, deleter);
    await simulation.resource.deployAndRest(creator.send(simulation.properties('abc')));
    const elsewhere = simulation.properties('abcd', { DatasetType: 'TEST' }, 'doomed');
    expect(await simulation.resource.deployAndRest(updater.send(elsewhere))).toMatchObject({ status: 'FAILED' });
    expect([simulation.resource.stuck, simulation.names(), simulation.cloud.at(TEST)]).toEqual([[], 'abc', undefined]);
  });
});

describe.each(pairs.map((pair) => [name(pair), pair] as const))('a dataset of somebody else, adopted and given up by: %s', (_, [taker, deleter]) => {
  test.each(['axb', 'bc', ''])('%j wanted: entries and tags come back', async (names) => {
    BY_HAND_ACTIONS['dataset made'](simulation.cloud, TRAIN);
    simulation.cloud.at(TRAIN)!.tags.team = 'theirs';
    turns(taker, deleter);
    expect(await simulation.resource.deployAndRest(taker.send(simulation.properties(names, { AdoptExisting: 'true', Tags: { team: 'owls' } })))).toMatchObject({ status: 'SUCCESS' });
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags, staged()]).toEqual(['ax', { 'made-by': 'hand', 'team': 'theirs' }, []]);
  });

  test('where the record is damaged, its entries come back', async () => {
    BY_HAND_ACTIONS['dataset made'](simulation.cloud, TRAIN);
    turns(taker, deleter);
    await simulation.resource.deployAndRest(taker.send(simulation.properties('bc', { AdoptExisting: 'true', Tags: { team: 'owls' } })));
    for (const key of staged().filter((item) => item.endsWith('/applied.json'))) simulation.cloud.objects.set(key, Buffer.from('no JSON'));
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags, staged()]).toEqual(['ax', {}, []]);
  });
});

/** Operations whose code is replaced in between, at any call. */
describe.each(pairs.filter(([a, b]) => a !== b).map((pair) => [name(pair), pair] as const))('replaced in between: %s', (_, [before, after]) => {
  const run = async (what: string, faults?: ReadonlyMap<number, Fault>) => {
    simulation = new Simulation();
    simulation.functions.handler = before.code;
    if (what === 'adoption') BY_HAND_ACTIONS['dataset made'](simulation.cloud, TRAIN);
    else if (what !== 'creation') await simulation.resource.deployAndRest(simulation.properties('abc'));
    const script = simulation.begin(faults);
    const outcome = what === 'deletion' ? await simulation.resource.destroyAndRest() : await simulation.resource.deployAndRest(simulation.properties(
      what === 'recreation' ? 'bd' : 'abcd', { AdoptExisting: String(what === 'adoption') }, what === 'update' ? 'owl' : 'bird'));
    return { script, outcome };
  };

  test.each(['creation', 'update', 'recreation', 'adoption', 'deletion'])('%s', async (what) => {
    const { script: { log } } = await run(what);
    for (const at of log.keys()) {
      const replaced: Fault = { do: 'meanwhile', what: 'code replaced', run: () => { simulation.functions.handler = after.code; } };
      const { outcome } = await run(what, new Map<number, Fault>([[at, replaced], [at + 1, { do: 'kill', after: true, crash: false }]]));
      const { resource, cloud } = simulation;
      expect({ at, call: log[at], stuck: resource.stuck }).toEqual({ at, call: log[at], stuck: [] });
      if (outcome.status === 'FAILED') expect({ at, reason: outcome.reason }).toEqual({ at, reason: expect.stringMatching(/newer operation|deploy again/) });
      const is = cloud.at(TRAIN);
      if (what === 'adoption') expect({ at, is: is !== undefined }).toEqual({ at, is: true });
      if (outcome.status === 'SUCCESS' && what !== 'deletion') expect({ at, names: simulation.names() }).toEqual({ at, names: what === 'recreation' ? 'bd' : expect.stringMatching(/^abcdx?$/) });
      if (outcome.status === 'FAILED' && what === 'creation') expect({ at, is, staged: staged() }).toEqual({ at, is: undefined, staged: [] });
      if (outcome.status === 'FAILED' && what === 'adoption') expect({ at, names: simulation.names() }).toEqual({ at, names: 'ax' });
      if (resource.properties) expect(await resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
      if (what === 'adoption') expect({ at, names: simulation.names() }).toEqual({ at, names: 'ax' });
      // Who may write is not known to the other version, which therefore clears nothing away.
      else if (what === 'deletion' && staged().length > 0) expect(records()['lease.json'].version).toBe(before === THIS ? 1 : 2);
      else expect({ at, staged: staged() }).toEqual({ at, staged: [] });
      if (what !== 'adoption') expect({ at, is: cloud.at(TRAIN) }).toEqual({ at, is: undefined });
    }
  });
});

describe('properties of a version that the handler does not read', () => {
  const sentence = /^the resource has WireVersion "2" and the deployed handler reads "1": .*; deploy the provider's stack with the version of the construct first\.$/;

  test('Create: refused with a sentence, nothing written', async () => {
    const { reason } = await simulation.resource.deployAndRest(NEXT.send(simulation.properties('abc')));
    expect(reason).toMatch(sentence);
    expect([simulation.cloud.writes, staged()]).toEqual([[], []]);
  });

  test('Update: refused with a sentence, also where the content is the same, and taken back', async () => {
    const first = simulation.properties('abc');
    await simulation.resource.deployAndRest(first);
    for (const next of [simulation.properties('ab'), first]) {
      expect((await simulation.resource.deployAndRest(NEXT.send(next))).reason).toMatch(sentence);
      expect([simulation.names(), simulation.resource.stuck, simulation.cloud.writes.length]).toEqual(['abc', [], 1]);
    }
  });

  test('Update to what was applied before the last one: goes back to the staged copy, although the manifest is gone', async () => {
    const first = NEXT.send(simulation.properties('abc', { RemovedEntries: 'RECREATE' }));
    simulation.functions.handler = NEXT.code;
    await simulation.resource.deployAndRest(first);
    // A provider that is older, but has the same records.
    for (const key of staged().filter((item) => item.endsWith('applied.json'))) {
      const { version: _, 'next-added': __, arn, ...members } = JSON.parse(String(simulation.cloud.objects.get(key)));
      const record = Object.fromEntries(Object.entries(members).map(([member, value]) => [member.slice('next-'.length), value]));
      simulation.cloud.objects.set(key, Buffer.from(JSON.stringify({ version: 1, arn, ...record })));
    }
    simulation.functions.handler = THIS.code;
    simulation.cloud.objects.delete(`source/${(first as any).Manifest.Key}`);
    const second = simulation.properties('abcd');
    expect(await simulation.resource.deployAndRest(second)).toMatchObject({ status: 'SUCCESS' });
    const back = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: second, ResourceProperties: first };
    expect(await simulation.resource.request(back)).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abcd');
    expect(await simulation.resource.request({ ...back, ResourceProperties: NEXT.send(simulation.properties('x')) })).toMatchObject({ status: 'FAILED', reason: expect.stringMatching(sentence) });
  });

  test.each<[string, (properties: any) => any]>([
    ['no version', ({ WireVersion: _, ...properties }) => ({ ...properties, WireVersion: undefined })],
    ['values that are unknown', (properties) => ({ ...properties, RemovedEntries: 'ARCHIVE', InitialLoad: 'STREAM', MaxErrorEntries: 'some', Tags: 'none' })],
    ['nothing but a version', () => ({ WireVersion: '2' })],
    ['members of other types', () => ({ WireVersion: '2', ProjectArn: ['x'], DatasetType: {}, Manifest: 'x', Folders: 1, Images: [], Tags: [{ a: 1 }] })],
  ])('%s: an Update of which nothing is known does no harm, and a Delete deletes', async (_, spoil) => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    for (const key of staged()) simulation.cloud.objects.delete(key);
    const properties = spoil(simulation.properties('abc'));
    const fields = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: properties, ResourceProperties: properties };
    expect(await simulation.resource.request(fields)).toMatchObject({ status: 'SUCCESS', physicalId: TRAIN, data: { TotalEntries: 3 } });
    expect(simulation.names()).toBe('abc');
    expect(await simulation.resource.remove(TRAIN, properties)).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.cloud.datasets, staged()]).toEqual([[], []]);
  });

  test('a Delete with an invented id goes by the properties, and does nothing where they name no slot', async () => {
    await simulation.resource.request({ RequestType: 'Create', ResourceProperties: simulation.properties('abc') });
    expect(await simulation.resource.remove('invented', { WireVersion: '2' })).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abc');
    expect(await simulation.resource.remove('invented', NEXT.send(simulation.properties('abc')))).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.datasets).toEqual([]);
  });
});

describe('records that cannot be read', () => {
  const folder = `${STAGING}/stack-00000000-0000-4000-8000-000000000000/Birds/${hash(TRAIN)}`;
  const spoil = (record: string, body: string) => { for (const key of staged()) if (key.endsWith(`/${record}`)) simulation.cloud.objects.set(key, Buffer.from(body)); };
  const bodies = ['{"version":2,"runId":"x","arn":"x","pushed":"many"}', '{}', '[1]', 'null', '', '{"version":"1"}'];

  test.each(bodies)('%j as every record: updated and deleted', async (body) => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    for (const record of ['lease.json', 'applied.json', 'failed.json']) spoil(record, body);
    expect(await simulation.resource.deployAndRest(simulation.properties('abd'))).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abd');
    for (const record of ['lease.json', 'applied.json', 'failed.json']) spoil(record, body);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.cloud.datasets, staged()]).toEqual([[], []]);
  });

  test('lease.json of another version is of another run: this one writes nothing more, and clears nothing of the other', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    const rehearsal = new Simulation();
    await rehearsal.resource.deployAndRest(rehearsal.properties('abc'));
    const { log } = await (async () => { const script = rehearsal.begin(); await rehearsal.resource.deployAndRest(rehearsal.properties('abcd')); return script; })();
    simulation.begin(new Map([[log.indexOf('push') - 2, { do: 'meanwhile', what: 'taken', run: () => { spoil('lease.json', '{"version":2,"lease":"y"}'); } }]]));
    const fields = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: simulation.resource.properties, ResourceProperties: simulation.properties('abcd') };
    expect((await simulation.resource.request(fields)).reason).toContain('a newer operation on this resource has taken over');
    expect(simulation.names()).toBe('abc');
    expect(simulation.cloud.objects.has(`${folder}/applied.json`)).toBe(true);
    expect(await simulation.resource.deployAndRest(simulation.properties('abcd'))).toMatchObject({ status: 'SUCCESS' });
  });

  test('applied.json of another version: a Delete waits for a dataset that does not show yet', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    spoil('applied.json', '{"version":2}');
    const find = simulation.cloud.find.bind(simulation.cloud);
    let looks = 0;
    simulation.cloud.find = (slot, arn) => ++looks <= 2 ? undefined : find(slot, arn);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.datasets).toEqual([]);
  });
});
