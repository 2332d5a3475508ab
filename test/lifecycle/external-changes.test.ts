import './small-chunks';
import { line } from './human-actions';
import { STAGING } from './in-memory-functions';
import type { Simulation } from './simulation';
import { PROJECT, quietSimulation, TRAIN } from './simulation';

/** Labels that people give in the console: nothing overwrites or deletes them before they are kept. */

const FAIL = { ExternalChanges: 'FAIL' };
let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });
afterEach(() => { jest.restoreAllMocks(); });

function label(name: string, by = 'a person'): void {
  const dataset = simulation.cloud.at(TRAIN)!;
  dataset.entries.set(`s3://images/${name}.jpg`, line(name, by));
  dataset.lastUpdated = simulation.cloud.clock.now();
}

const labelOf = (name: string) => simulation.cloud.at(TRAIN)!.entries.get(`s3://images/${name}.jpg`);
const reports = () => [...simulation.cloud.objects].filter(([key]) => key.startsWith(`${STAGING}/reports/`));
const reported = () => reports().map(([, body]) => String(body).trim().split('\n'));
const byPerson = (name: string) => line(name, 'a person');

describe('by default', () => {
  test.each(['abc', 'ab', 'abd'])('are kept in a report before %s overwrites or deletes them, the others are not', async (names) => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    label('a');
    label('z');
    expect((await simulation.resource.deployAndRest(simulation.properties(names, {}, names === 'abc' ? 'owl' : 'bird'))).status).toBe('SUCCESS');
    expect(simulation.names()).toBe(names);
    expect(reported()).toEqual([[byPerson('a'), byPerson('z')]]);
    const [[key]] = reports() as [[string, Buffer]];
    expect(key).toMatch(/^staging\/reports\/stack-[^/]+\/Birds\/[^/]+-before\.jsonl$/);
    const log = jest.mocked(console.log).mock.calls.map(([text]) => JSON.parse(text)).find(({ report }) => report);
    expect(log).toMatchObject({ message: expect.stringContaining('changed outside the stack'), entries: 2, report: `s3://${key}` });
  });

  test('are in the report before the first write', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    label('a');
    const push = simulation.cloud.remove.bind(simulation.cloud);
    let there = 0;
    simulation.cloud.remove = (arn) => {
      there = reports().length;
      push(arn);
    };
    await simulation.resource.deployAndRest(simulation.properties('ab'));
    expect(there).toBe(1);
  });

  test('are told from what KEEP has left in the dataset', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries: 'KEEP' }));
    await simulation.resource.deployAndRest(simulation.properties('ab', { RemovedEntries: 'KEEP' }));
    label('b');
    await simulation.resource.deployAndRest(simulation.properties('abd', { RemovedEntries: 'KEEP' }));
    expect(reported()).toEqual([[byPerson('b')]]);
  });

  test('stay in the report when the staged lines go in the middle and all is planned again', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abcdef'));
    label('a');
    const { cloud } = simulation;
    const push = cloud.push.bind(cloud);
    let chunks = 0;
    cloud.push = (arn, bytes) => {
      push(arn, bytes);
      if (++chunks === 2) for (const key of cloud.objects.keys()) if (key.endsWith('/changes.jsonl')) cloud.objects.delete(key);
    };
    expect((await simulation.resource.deployAndRest(simulation.properties('abcdef', {}, 'owl'))).status).toBe('SUCCESS');
    expect([labelOf('a'), reported()]).toEqual([line('a', 'owl'), [[byPerson('a')]]]);
  });

  test('no report is written for a dataset that is only listed', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    simulation.cloud.at(TRAIN)!.lastUpdated += 1;
    await simulation.resource.deployAndRest(simulation.properties('abcd', FAIL));
    expect([reported(), simulation.names()]).toEqual([[], 'abcd']);
  });

  test('what is adopted was not changed from anything', async () => {
    const { cloud } = simulation;
    cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
    await cloud.clock.sleep(60_000);
    label('a');
    expect((await simulation.resource.deployAndRest(simulation.properties('ab', { AdoptExisting: 'true', ...FAIL }))).status).toBe('SUCCESS');
    expect([reported(), simulation.names()]).toEqual([[], 'ab']);
  });

  test('where nobody knows what was brought in, all entries are kept, and nothing fails', async () => {
    await simulation.resource.deployAndRest(simulation.properties('ab', FAIL));
    for (const key of simulation.cloud.objects.keys()) if (key.endsWith('/applied.json')) simulation.cloud.objects.delete(key);
    label('a');
    expect((await simulation.resource.deployAndRest(simulation.properties('abc', FAIL))).status).toBe('SUCCESS');
    expect(reported()).toEqual([[byPerson('a'), line('b', 'bird')]]);
  });
});

describe('under FAIL', () => {
  const request = (properties: Record<string, unknown>) => simulation.resource.request({
    RequestType: 'Update', PhysicalResourceId: simulation.resource.physicalId, OldResourceProperties: simulation.resource.properties,
    ResourceProperties: properties,
  });

  test('end the deployment with their number, the first one and the report, before anything is written', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc', FAIL));
    label('b');
    label('z');
    const writes = simulation.cloud.writes.length;
    const { status, reason } = await request(simulation.properties('ad', FAIL));
    expect(status).toBe('FAILED');
    expect(reason).toMatch(/^2 of the dataset's entries were changed outside the stack, first s3:\/\/images\/b\.jpg, and externalChanges is FAIL; .* All of them: s3:\/\/staging\/reports\/.*-before\.jsonl$/);
    expect(reported()).toEqual([[byPerson('b'), byPerson('z')]]);
    expect(simulation.cloud.writes.length).toBe(writes);
  });

  test.each([['FAIL', FAIL], ['OVERWRITE', {}]])('the rollback to %s ends and leaves them, and so does the next attempt', async (_, old) => {
    await simulation.resource.deployAndRest(simulation.properties('abc', old));
    label('b');
    for (const names of ['ad', 'abd']) {
      expect((await simulation.resource.deployAndRest(simulation.properties(names, FAIL))).reason).toMatch(/first s3:\/\/images\/b\.jpg/);
      expect([simulation.resource.stuck, labelOf('b'), simulation.names()]).toEqual([[], byPerson('b'), 'abc']);
    }
    expect((await simulation.resource.deployAndRest(simulation.properties('abd'))).status).toBe('SUCCESS');
    expect([labelOf('b'), simulation.names()]).toEqual([line('b', 'bird'), 'abd']);
  });

  test('a deletion does not fail', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc', FAIL));
    label('b');
    await simulation.resource.destroyAndRest();
    expect([simulation.resource.stuck, simulation.names()]).toEqual([[], undefined]);
  });
});
