import './small-chunks';
import { Refused } from './cloud';
import { line } from './human-actions';
import type { Simulation } from './simulation';
import { PROJECT, quietSimulation, TEST, TRAIN } from './simulation';

/** What AWS does, or may do by its documents, and no stand-in did. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });
afterEach(() => { jest.restoreAllMocks(); });

const logged = () => jest.mocked(console.log).mock.calls.map(([text]) => JSON.parse(text));

/** For so many milliseconds after the status says that all is done, statistics count an entry too few. Returns what ends that. */
function lag(milliseconds: number): () => void {
  const { cloud } = simulation;
  const find = cloud.find.bind(cloud);
  const completed = new Map<string, number>();
  cloud.find = (slot, arn) => {
    const seen = find(slot, arn);
    if (!seen?.status.endsWith('_COMPLETE')) return seen;
    const name = `${seen.arn} ${seen.lastUpdated}`;
    if (!completed.has(name)) completed.set(name, cloud.clock.now());
    if (cloud.clock.now() >= completed.get(name)! + milliseconds) return seen;
    return { ...seen, counts: { ...seen.counts, total: seen.counts.total - 1, labeled: seen.counts.labeled - 1 } };
  };
  return () => { cloud.find = find; };
}

describe('statistics that lag behind the status', () => {
  test('are waited for', async () => {
    lag(20_000);
    const outcome = await simulation.resource.deployAndRest(simulation.properties('abc'));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3, LabeledEntries: 3 } });
    expect(logged().filter(({ message }) => message.startsWith('entries read back'))).toEqual([]);
  });

  test('are waited for longer where there are more entries', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `${line(`image-${i}`, 'bird')}\n`);
    lag(45_000);
    await simulation.resource.deployAndRest(simulation.propertiesOf(names.join('')));
    expect(logged().filter(({ message }) => message.startsWith('entries read back'))).toEqual([]);
  });

  test.each(['Create', 'Update'])('never fail a %s when every entry is listed, and what was listed is answered', async (request) => {
    if (request === 'Update') await simulation.resource.deployAndRest(simulation.properties('ax'));
    lag(120_000);
    const outcome = await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries: 'RECREATE' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3, LabeledEntries: 3, TotalLabels: 1, ErrorEntries: 0 } });
    expect(logged()).toContainEqual(expect.objectContaining({
      message: 'statistics of the dataset do not agree with its entries, which are complete; the entries are counted instead',
      expected: 3, statistics: expect.objectContaining({ total: 2 }), listed: expect.objectContaining({ total: 3 }),
    }));
  });

  test('and catch up after the deployment leave the record good: the next update lists nothing', async () => {
    const catchUp = lag(120_000);
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    catchUp();
    const script = simulation.begin();
    await simulation.resource.deployAndRest(simulation.properties('abcd'));
    expect([simulation.names(), script.log.filter((operation) => operation === 'entries')]).toEqual(['abcd', []]);
  });

  test('hide no entry that did not arrive', async () => {
    const { cloud } = simulation;
    const create = cloud.create.bind(cloud);
    cloud.create = (...all) => {
      const arn = create(...all);
      const { work } = cloud.known(arn);
      const { end } = work!;
      Object.assign(work!, { end: () => { end(); cloud.known(arn).entries.delete('s3://images/b.jpg'); } });
      return arn;
    };
    const { reason } = await simulation.resource.deployAndRest(simulation.properties('abc'));
    expect(reason).toMatch(/holds 2 entries where 3 were expected; the service silently dropped or altered 1 of them, first s3:\/\/images\/b\.jpg\. All of them: s3:/);
  });
});

describe('a LastUpdatedTimestamp that goes back', () => {
  test('holds a deployment up for half a minute', async () => {
    const { cloud } = simulation;
    const push = cloud.push.bind(cloud);
    cloud.push = (arn, bytes) => {
      push(arn, bytes);
      const { work } = cloud.known(arn);
      const { end } = work!;
      Object.assign(work!, { end: () => { end(); cloud.known(arn).lastUpdated -= 3_600_000; } });
    };
    await simulation.resource.deployAndRest(simulation.properties('abcdef'));
    const began = cloud.clock.now();
    const outcome = await simulation.resource.deployAndRest(simulation.properties('abcdef', {}, 'owl'));
    expect(outcome.status).toBe('SUCCESS');
    expect(cloud.clock.now() - began).toBeLessThan(180_000);
  });

  test('holds a deletion up for half a minute', async () => {
    const { cloud, resource } = simulation;
    await resource.deployAndRest(simulation.properties('abc'));
    const find = cloud.find.bind(cloud);
    let looks = 0;
    cloud.find = (slot, arn) => {
      const seen = find(slot, arn);
      return seen && ++looks > 1 ? { ...seen, lastUpdated: 1000 } : seen;
    };
    const remove = cloud.remove.bind(cloud);
    cloud.remove = (arn) => {
      if (looks === 1) throw new Refused('ResourceInUseException');
      remove(arn);
    };
    const began = cloud.clock.now();
    expect((await resource.destroyAndRest()).status).toBe('SUCCESS');
    expect(cloud.clock.now() - began).toBeLessThan(120_000);
  });
});

test('two datasets that are filled at once look at them fewer than five times in any second', async () => {
  const { cloud, functions } = simulation;
  const looks: number[] = [];
  const find = cloud.find.bind(cloud);
  cloud.find = (...all) => {
    looks.push(cloud.clock.now());
    return find(...all);
  };
  const other = simulation.another('other');
  const deploy = (label: string) => Promise.all([
    simulation.resource.deployAndRest(simulation.properties('abcdefgh', { InitialLoad: 'CHUNKS' }, label)),
    other.deployAndRest(simulation.properties('abcdefgh', { InitialLoad: 'CHUNKS', DatasetType: 'TEST' }, label)),
  ]);
  expect((await deploy('bird')).map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect((await deploy('owl')).map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
  const most = Math.max(...looks.map((at, i) => looks.slice(i).filter((later) => later < at + 1000).length));
  expect(looks.length).toBeGreaterThan(30);
  expect(most).toBeLessThan(5);
  expect([functions.polls > 0, simulation.names(TRAIN), simulation.names(TEST)]).toEqual([true, 'abcdefgh', 'abcdefgh']);
});

describe('a dataset that another stack of CloudFormation has made, with tags that only AWS can set', () => {
  const theirs = { 'aws:cloudformation:stack-name': 'theirs', 'team': 'x' };
  beforeEach(async () => {
    const { cloud } = simulation;
    cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, theirs);
    await cloud.clock.sleep(60_000);
    for (const name of 'ax') cloud.at(TRAIN)!.entries.set(`s3://images/${name}.jpg`, line(name, 'bird'));
  });

  test('is adopted and recreated', async () => {
    const outcome = await simulation.resource.deployAndRest(simulation.properties('ab', { AdoptExisting: 'true' }));
    expect([outcome.status, outcome.reason, simulation.resource.stuck, simulation.names()]).toEqual(['SUCCESS', undefined, [], 'ab']);
    expect(simulation.cloud.at(TRAIN)!.tags).toMatchObject({ team: 'x' });
  });

  test('is recreated and restored', async () => {
    await simulation.resource.deployAndRest(simulation.properties('ab', { AdoptExisting: 'true' }));
    await simulation.resource.destroyAndRest();
    expect([simulation.resource.stuck, simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual([[], 'ax', { team: 'x' }]);
  });

  test('is restored as it was when nothing of it was recreated', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abx', { AdoptExisting: 'true' }));
    await simulation.resource.destroyAndRest();
    expect([simulation.resource.stuck, simulation.names(), simulation.cloud.at(TRAIN)!.tags]).toEqual([[], 'ax', { team: 'x' }]);
  });
});
