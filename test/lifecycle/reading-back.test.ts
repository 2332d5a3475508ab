import './small-chunks';
import { Refused } from './cloud';
import type { Fault } from './faults';
import { BY_HAND_ACTIONS, line } from './human-actions';
import { InMemoryDatasets } from './in-memory-services';
import type { Simulation } from './simulation';
import { PROJECT, quietSimulation, TRAIN } from './simulation';

/** Reading entries back takes longer than a poll may, and the service gives out a page at a time. */

let simulation: Simulation;
let calls: { readonly at: number; readonly page: number }[];
const { entries } = InMemoryDatasets.prototype;

beforeEach(() => {
  simulation = quietSimulation();
  calls = [];
});
afterEach(() => {
  jest.restoreAllMocks();
  InMemoryDatasets.prototype.entries = entries;
});

/** The entries that are there, on the first of so many pages; the others are empty. Each takes so many milliseconds. */
function paged(pages: number, takes: number, before: (page: number) => void = () => undefined): void {
  InMemoryDatasets.prototype.entries = async function (this: any, arn: string, { next }: { next?: string }) {
    const { gate } = this;
    const page = Number(next ?? 0);
    return gate.pass('entries', 'read', () => {
      calls.push({ at: gate.cloud.clock.now(), page });
      before(page);
      return { entries: page === 0 ? gate.cloud.list(arn) : [], next: page + 1 < pages ? String(page + 1) : undefined };
    }).finally(() => gate.cloud.clock.sleep(takes));
  } as any;
}

/** A dataset whose record is not believed. */
async function edited(): Promise<void> {
  await simulation.resource.deployAndRest(simulation.properties('abc'));
  BY_HAND_ACTIONS['entry changed'](simulation.cloud, TRAIN);
}

const update = () => simulation.resource.deployAndRest(simulation.properties('abcd'));
const timesRead = (page: number) => calls.filter((call) => call.page === page).length;
const pages = () => calls.map(({ page }) => page);

test('250,000 entries at 355 ms a page are read once, at two pages a second at most', async () => {
  await edited();
  paged(2500, 355);
  const { polls } = simulation.functions;
  expect(await update()).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
  expect(pages()).toEqual([...Array(2500).keys()]);
  expect(simulation.functions.polls - polls).toBeGreaterThan(2);
  for (let i = 2; i < calls.length; i++) expect(calls[i].at - calls[i - 2].at).toBeGreaterThanOrEqual(1000);
  expect(simulation.names()).toBe('abcd');
});

test.each([['killed', { do: 'kill', after: false, crash: false }], ['killed after the call', { do: 'kill', after: true, crash: false }]] as [string, Fault][])(
  '%s in the middle, the next poll goes on: a minute at most is read again', async (_, fault) => {
    await edited();
    paged(400, 355);
    const first = 300;
    simulation.begin(new Map([[first, fault]]));
    expect((await update()).status).toBe('SUCCESS');
    expect(timesRead(0)).toBe(1);
    expect(calls.length).toBeGreaterThan(400);
    expect(calls.length).toBeLessThan(400 + 125);
    expect(simulation.names()).toBe('abcd');
  });

test('two polls at once: both read on, and the result is that of one', async () => {
  await edited();
  paged(600, 355);
  simulation.begin(new Map([[100, { do: 'meanwhile', what: 'poll again', run: () => { simulation.functions.pollAgain(); } }]]));
  expect(await update()).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
  expect(simulation.names()).toBe('abcd');
});

test('turned away for twenty minutes, it waits and goes on', async () => {
  await edited();
  paged(400, 355);
  const { cloud } = simulation;
  simulation.begin(new Map([[200, {
    do: 'meanwhile', what: 'throttled', run: () => { cloud.throttled = { service: cloud.clock.now() + 1_200_000, objects: 0 }; },
  }]]));
  expect((await update()).status).toBe('SUCCESS');
  expect(pages()).toEqual([...Array(400).keys()]);
});

describe('a place that the service does not know any more', () => {
  test('is given up: the entries are read from the beginning', async () => {
    await edited();
    let refused = false;
    paged(200, 100, (page) => {
      if (page !== 150 || refused) return;
      refused = true;
      throw new Refused('InvalidPaginationTokenException', 'Invalid Pagination Token');
    });
    expect((await update()).status).toBe('SUCCESS');
    expect(pages()).toEqual([...Array(151).keys(), ...Array(200).keys()]);
  });

  test('time and again ends the deployment', async () => {
    await edited();
    paged(200, 100, (page) => { if (page === 5) throw new Refused('ValidationException', 'the token has expired'); });
    const { reason } = await simulation.resource.request({
      RequestType: 'Update', PhysicalResourceId: simulation.resource.physicalId, OldResourceProperties: simulation.resource.properties,
      ResourceProperties: simulation.properties('abcd'),
    });
    expect(reason).toMatch(/ValidationException/);
    expect(timesRead(0)).toBe(4);
  });
});

describe('a dataset that changes while it is read', () => {
  test('is read from the beginning, and what was given meanwhile is seen', async () => {
    await edited();
    paged(600, 355, (page) => { if (page === 500 && timesRead(500) === 1) BY_HAND_ACTIONS['entry added'](simulation.cloud, TRAIN); });
    expect((await update()).status).toBe('SUCCESS');
    expect(timesRead(0)).toBe(2);
    expect(simulation.names()).toBe('abcd');
  });

  test('all the time is taken as it was read in the end', async () => {
    await edited();
    paged(20, 100, () => { simulation.cloud.at(TRAIN)!.lastUpdated += 1; });
    expect((await update()).status).toBe('SUCCESS');
    expect(timesRead(0)).toBe(4);
  });
});

test('parts that somebody has removed from the staging bucket are read again', async () => {
  await edited();
  paged(600, 355);
  simulation.begin(new Map([[400, {
    do: 'meanwhile', what: 'parts removed',
    run: () => { for (const key of simulation.cloud.objects.keys()) if (key.endsWith('.jsonl')) simulation.cloud.objects.delete(key); },
  }]]));
  expect((await update()).status).toBe('SUCCESS');
  expect([timesRead(0), timesRead(599), simulation.names()]).toEqual([2, 2, 'abcd']);
});

test('what is adopted is read once where adopting it leaves its time as it was', async () => {
  const { cloud } = simulation;
  cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
  await cloud.clock.sleep(60_000);
  for (const name of 'ax') cloud.at(TRAIN)!.entries.set(`s3://images/${name}.jpg`, line(name, 'bird'));
  paged(400, 355);
  expect((await simulation.resource.deployAndRest(simulation.properties('abx', { AdoptExisting: 'true' }))).status).toBe('SUCCESS');
  expect(pages()).toEqual([...Array(400).keys()]);
  await simulation.resource.destroyAndRest();
  expect(simulation.names()).toBe('ax');
});

test.each(['KEEP', 'UNLABEL'])('under %s an update believes what it has left in the dataset, and reads nothing', async (RemovedEntries) => {
  const quiet = async (names: string) => {
    const script = simulation.begin();
    const writes = simulation.cloud.writes.length;
    const outcome = await simulation.resource.deployAndRest(simulation.properties(names, { RemovedEntries }));
    expect([outcome.status, script.log.filter((name) => name === 'entries')]).toEqual(['SUCCESS', []]);
    return simulation.cloud.writes.slice(writes).flatMap(({ lines }) => lines);
  };
  await quiet('abc');
  await quiet('ab');
  expect(await quiet('abd')).toEqual([line('d', 'bird')]);
  expect(simulation.names()).toBe('abcd');
  // What was left comes back: a line that is there already is not sent again.
  expect(await quiet('abcd')).toEqual(RemovedEntries === 'KEEP' ? [] : [line('c', 'bird')]);
  expect(await quiet('a')).toEqual(RemovedEntries === 'KEEP' ? [] : ['b', 'c', 'd'].map((name) => line(name, '')));
  expect(await quiet('a')).toEqual([]);
  expect(simulation.names()).toBe('abcd');
});
