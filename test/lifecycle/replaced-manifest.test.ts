import './small-chunks';
import type { Properties } from '../rigs/cloudformation';
import type { Fault } from './faults';
import { line } from './human-actions';
import { STAGING } from './in-memory-functions';
import { quietSimulation, Simulation, TRAIN } from './simulation';

/** A manifest object that is replaced, at any time: what is made is one manifest or the other, whole and checked, and never a mixture. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });

const textOf = (names: string, label = 'bird') => [...names].map((name) => `${line(name, label)}\n`).join('');
const put = (key: string, text: string) => { simulation.cloud.objects.set(`source/${key}`, Buffer.from(text)); };
const moving = (overrides: Properties = {}): Properties => ({ ...simulation.properties(''), Manifest: { Bucket: 'source', Key: 'moving' }, ...overrides });
const writes = (operation: string) => simulation.cloud.writes.filter((write) => write.operation === operation);

/** What the entries of a slot hash to, as a deploy tells it. */
async function hashOf(names: string): Promise<string> {
  const other = new Simulation();
  other.begin();
  return (await other.resource.deployAndRest(other.properties(names))).data!.ContentHash;
}

describe('replaced between synth and deployment', () => {
  test('with a version: the version is read, at the creation and at a rollback', async () => {
    put('moving?versionId=v1', textOf('abc'));
    put('moving', textOf('xyz'));
    const pinned = moving({ Manifest: { Bucket: 'source', Key: 'moving', Version: 'v1' } });
    expect(await simulation.resource.deployAndRest(pinned)).toMatchObject({ status: 'SUCCESS', data: { ContentHash: await hashOf('abc') } });
    expect(simulation.names()).toBe('abc');
    for (const key of simulation.cloud.objects.keys()) if (key.startsWith(STAGING)) simulation.cloud.objects.delete(key);
    put('broken', 'garbage');
    expect((await simulation.resource.deployAndRest(moving({ Manifest: { Bucket: 'source', Key: 'broken' } }))).status).toBe('FAILED');
    expect([simulation.names(), simulation.resource.stuck]).toEqual(['abc', []]);
  });

  test('with a version that is gone: refused, naming it; the newest one is not taken instead', async () => {
    put('moving', textOf('xyz'));
    const { reason } = await simulation.resource.deployAndRest(moving({ Manifest: { Bucket: 'source', Key: 'moving', Version: 'v1' } }));
    expect(reason).toContain('there is no manifest at s3://source/moving (version v1)');
    expect(simulation.cloud.writes).toEqual([]);
  });

  test('without a version: what is there is what is checked, made and told', async () => {
    put('moving', textOf('xyz'));
    expect(await simulation.resource.deployAndRest(moving())).toMatchObject({ status: 'SUCCESS', data: { ContentHash: await hashOf('xyz') } });
    put('moving', textOf('x'));
    const fields = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: moving(), ResourceProperties: moving({ Tags: { a: '1' } }) };
    expect(await simulation.resource.request(fields)).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('xyz');
  });
});

describe.each(['MANIFEST', 'CHUNKS'])('replaced during the deployment, initial load %s', (InitialLoad) => {
  const deploy = async (faults?: ReadonlyMap<number, Fault>) => {
    simulation = new Simulation();
    const script = simulation.begin(faults);
    put('moving', textOf('abcde'));
    return { script, outcome: await simulation.resource.deployAndRest(moving({ InitialLoad })) };
  };
  const swap: Fault = { do: 'meanwhile', what: 'manifest replaced', run: () => { put('moving', textOf('vwxyz')); } };

  test.each<[string, Fault | undefined]>([
    ['undisturbed', undefined], ['killed after it', { do: 'kill', after: true, crash: false }],
    ['with a body that breaks off', { do: 'cut' }], ['with a lost answer', { do: 'lose', after: true }],
  ])('at each call, %s: one or the other', async (_, fault) => {
    const [abcde, vwxyz] = [await hashOf('abcde'), await hashOf('vwxyz')];
    const { script: { calls, log } } = await deploy();
    const staged = log.indexOf('create');
    const seen = new Set<string | undefined>();
    for (let at = 1; at < calls; at++) {
      for (const gap of fault ? [0, 1, 2, 3] : [0]) {
        const { outcome } = await deploy(new Map<number, Fault>([...(fault ? [[at + gap, fault] as const] : []), [at, swap]]));
        const names = simulation.names()!;
        expect({ at, gap, names: ['abcde', 'vwxyz'].includes(names), outcome })
          .toMatchObject({ names: true, outcome: { status: 'SUCCESS', data: { TotalEntries: 5, ContentHash: names === 'abcde' ? abcde : vwxyz } } });
        if (!fault && at >= staged) expect({ at, names }).toEqual({ at, names: 'abcde' });
        seen.add(names);
      }
    }
    if (!fault) expect([...seen].sort()).toEqual(['abcde', 'vwxyz']);
  });
});

test('the service is only ever given objects of the staging bucket', async () => {
  const given: (string | undefined)[] = [];
  const create = simulation.cloud.create.bind(simulation.cloud);
  simulation.cloud.create = (slot, manifest, tags) => { given.push(manifest?.bucket); return create(slot, manifest, tags); };
  await simulation.resource.deployAndRest(simulation.properties('abc'));
  await simulation.resource.deployAndRest(simulation.properties('ab'));
  await simulation.resource.destroyAndRest();
  expect(given).toEqual([STAGING, STAGING]);
});

describe('swapped for one of another bucket\'s images', () => {
  const elsewhere = (names: string) => textOf(names).replaceAll('s3://images/', 's3://elsewhere/');
  const Images = { Bucket: 'images', Prefix: '' };

  test('some lines, as they are written: refused before anything is written, with the code of the service', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    const before = simulation.cloud.writes.length;
    const { reason } = await simulation.resource.deployAndRest(simulation.propertiesOf(textOf('abc') + elsewhere('d')));
    expect(reason).toMatch(/ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS.*"images" and "elsewhere"/);
    expect(simulation.cloud.writes).toHaveLength(before);
  });

  test('all lines, as they are written, where entries must not go: refused', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries: 'FAIL' }));
    const { reason } = await simulation.resource.deployAndRest(simulation.propertiesOf(elsewhere('abc'), { RemovedEntries: 'FAIL' }));
    expect(reason).toContain('the manifest no longer names 3 of the dataset\'s entries, first s3://images/a.jpg');
    expect([simulation.names(), writes('UpdateDatasetEntries')]).toEqual(['abc', []]);
  });

  test.each([['some', textOf('ab') + elsewhere('c')], ['all', elsewhere('abc')]])('%s lines, with an image bucket: every reference is of that one', async (_, text) => {
    expect(await simulation.resource.deployAndRest(simulation.propertiesOf(text, { Images }))).toMatchObject({ status: 'SUCCESS' });
    expect([...simulation.cloud.at(TRAIN)!.entries.keys()]).toEqual(['a', 'b', 'c'].map((name) => `s3://images/${name}.jpg`));
  });

  test.each([['some', textOf('ab') + elsewhere('c'), 3], ['all', elsewhere('abc'), 1]])(
    '%s lines, with a place they were exported from: refused with the line', async (_, text, number) => {
      const { reason } = await simulation.resource.deployAndRest(simulation.propertiesOf(text, { Images: { ...Images, RewriteFrom: 's3://images/' } }));
      expect(reason).toContain('does not begin with s3://images/, where the manifest was exported');
      expect(reason).toContain(`line ${number} (s3://elsewhere/`);
      expect(simulation.cloud.writes).toEqual([]);
    });
});

describe('a staged copy that a human replaced', () => {
  const spoil = (end: string, body: string) => {
    for (const key of simulation.cloud.objects.keys()) if (key.startsWith(`${STAGING}/stack`) && key.endsWith(end)) simulation.cloud.objects.set(key, Buffer.from(body));
  };

  test('is not what a rollback or a recreation brings in', async () => {
    const wanted = simulation.properties('abc');
    await simulation.resource.deployAndRest(wanted);
    spoil('/desired.manifest', textOf('xyz'));
    simulation.cloud.datasets.length = 0;
    expect(await simulation.resource.deployAndRest(wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abc');
  });

  test.each(['', textOf('a')])('cut off (%j): a dataset that was adopted is not brought down to it', async (body) => {
    simulation.cloud.create({ projectArn: TRAIN.replace('/dataset/train', ''), datasetType: 'TRAIN' }, undefined, { 'made-by': 'hand' });
    simulation.cloud.calm();
    for (const name of 'ax') simulation.cloud.at(TRAIN)!.entries.set(`s3://images/${name}.jpg`, line(name, 'bird'));
    await simulation.resource.deployAndRest(simulation.properties('axb', { AdoptExisting: 'true' }));
    spoil('/adopted.manifest', body);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual(['abx', { 'made-by': 'hand' }]);
  });

  test('and holds images of several buckets, and lines that would be refused: restored as it was all the same', async () => {
    simulation.cloud.create({ projectArn: TRAIN.replace('/dataset/train', ''), datasetType: 'TRAIN' }, undefined, { 'made-by': 'hand' });
    simulation.cloud.calm();
    const entries = [line('a', 'bird'), line('b', 'owl').replace('s3://images', 's3://elsewhere'), line('c', 'bird').replace('"confidence":1,', '')];
    for (const entry of entries) simulation.cloud.at(TRAIN)!.entries.set(JSON.parse(entry)['source-ref'], entry);
    await simulation.resource.deployAndRest(simulation.properties('ax', { AdoptExisting: 'true' }));
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([...simulation.cloud.at(TRAIN)!.entries.values()]).toEqual(entries);
  });

  test('lines of a chunk that are cut off are staged again', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abcde'));
    const script = new Simulation();
    await script.resource.deployAndRest(script.properties('abcde'));
    const { log } = await (async () => { const s = script.begin(); await script.resource.deployAndRest(script.properties('abcde', {}, 'owl')); return s; })();
    const at = log.indexOf('push') - 3;
    simulation.begin(new Map([[at, { do: 'meanwhile', what: 'cut', run: () => { spoil('/changes.jsonl', textOf('a', 'owl').slice(0, 30)); } }]]));
    expect(await simulation.resource.deployAndRest(simulation.properties('abcde', {}, 'owl'))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 5 } });
    expect([...simulation.cloud.at(TRAIN)!.entries.values()].every((entry) => entry.includes('"owl"'))).toBe(true);
  });
});
