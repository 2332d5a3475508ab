import './small-chunks';
import { line } from './human-actions';
import { STAGING } from './in-memory-functions';
import { PROJECT, quietStage, Stage, TRAIN } from './simulation';

/** Labels that people give in the console: nothing overwrites or deletes them before they are kept. */

const FAIL = { ExternalChanges: 'FAIL' };
let stage: Stage;

beforeEach(() => { stage = quietStage(); });
afterEach(() => { jest.restoreAllMocks(); });

function label(name: string, by = 'a person'): void {
  const dataset = stage.cloud.at(TRAIN)!;
  dataset.entries.set(`s3://images/${name}.jpg`, line(name, by));
  dataset.lastUpdated = stage.cloud.clock.now();
}

const labelOf = (name: string) => stage.cloud.at(TRAIN)!.entries.get(`s3://images/${name}.jpg`);
const reports = () => [...stage.cloud.objects].filter(([key]) => key.startsWith(`${STAGING}/reports/`));
const reported = () => reports().map(([, body]) => String(body).trim().split('\n'));
const byPerson = (name: string) => line(name, 'a person');

describe('by default', () => {
  test.each(['abc', 'ab', 'abd'])('are kept in a report before %s overwrites or deletes them, the others are not', async (names) => {
    await stage.resource.deployAndRest(stage.properties('abc'));
    label('a');
    label('z');
    expect((await stage.resource.deployAndRest(stage.properties(names, {}, names === 'abc' ? 'owl' : 'bird'))).status).toBe('SUCCESS');
    expect(stage.names()).toBe(names);
    expect(reported()).toEqual([[byPerson('a'), byPerson('z')]]);
    const [[key]] = reports() as [[string, Buffer]];
    expect(key).toMatch(/^staging\/reports\/stack-[^/]+\/Birds\/[^/]+-before\.jsonl$/);
    const log = jest.mocked(console.log).mock.calls.map(([text]) => JSON.parse(text)).find(({ report }) => report);
    expect(log).toMatchObject({ message: expect.stringContaining('changed outside the stack'), entries: 2, report: `s3://${key}` });
  });

  test('are in the report before the first write', async () => {
    await stage.resource.deployAndRest(stage.properties('abc'));
    label('a');
    const push = stage.cloud.remove.bind(stage.cloud);
    let there = 0;
    stage.cloud.remove = (arn) => {
      there = reports().length;
      push(arn);
    };
    await stage.resource.deployAndRest(stage.properties('ab'));
    expect(there).toBe(1);
  });

  test('are told from what KEEP has left in the dataset', async () => {
    await stage.resource.deployAndRest(stage.properties('abc', { RemovedEntries: 'KEEP' }));
    await stage.resource.deployAndRest(stage.properties('ab', { RemovedEntries: 'KEEP' }));
    label('b');
    await stage.resource.deployAndRest(stage.properties('abd', { RemovedEntries: 'KEEP' }));
    expect(reported()).toEqual([[byPerson('b')]]);
  });

  test('stay in the report when the staged lines go in the middle and all is planned again', async () => {
    await stage.resource.deployAndRest(stage.properties('abcdef'));
    label('a');
    const { cloud } = stage;
    const push = cloud.push.bind(cloud);
    let chunks = 0;
    cloud.push = (arn, bytes) => {
      push(arn, bytes);
      if (++chunks === 2) for (const key of cloud.objects.keys()) if (key.endsWith('/changes.jsonl')) cloud.objects.delete(key);
    };
    expect((await stage.resource.deployAndRest(stage.properties('abcdef', {}, 'owl'))).status).toBe('SUCCESS');
    expect([labelOf('a'), reported()]).toEqual([line('a', 'owl'), [[byPerson('a')]]]);
  });

  test('no report is written for a dataset that is only listed', async () => {
    await stage.resource.deployAndRest(stage.properties('abc'));
    stage.cloud.at(TRAIN)!.lastUpdated += 1;
    await stage.resource.deployAndRest(stage.properties('abcd', FAIL));
    expect([reported(), stage.names()]).toEqual([[], 'abcd']);
  });

  test('what is taken over was not changed from anything', async () => {
    const { cloud } = stage;
    cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
    await cloud.clock.sleep(60_000);
    label('a');
    expect((await stage.resource.deployAndRest(stage.properties('ab', { AdoptExisting: 'true', ...FAIL }))).status).toBe('SUCCESS');
    expect([reported(), stage.names()]).toEqual([[], 'ab']);
  });

  test('where nobody knows what was brought in, all entries are kept, and nothing fails', async () => {
    await stage.resource.deployAndRest(stage.properties('ab', FAIL));
    for (const key of stage.cloud.objects.keys()) if (key.endsWith('/applied.json')) stage.cloud.objects.delete(key);
    label('a');
    expect((await stage.resource.deployAndRest(stage.properties('abc', FAIL))).status).toBe('SUCCESS');
    expect(reported()).toEqual([[byPerson('a'), line('b', 'bird')]]);
  });
});

describe('under FAIL', () => {
  const request = (properties: Record<string, unknown>) => stage.resource.request({
    RequestType: 'Update', PhysicalResourceId: stage.resource.physicalId, OldResourceProperties: stage.resource.properties,
    ResourceProperties: properties,
  });

  test('end the deployment with their number, the first one and the report, before anything is written', async () => {
    await stage.resource.deployAndRest(stage.properties('abc', FAIL));
    label('b');
    label('z');
    const writes = stage.cloud.writes.length;
    const { status, reason } = await request(stage.properties('ad', FAIL));
    expect(status).toBe('FAILED');
    expect(reason).toMatch(/^2 of the dataset's entries were changed outside the stack, first s3:\/\/images\/b\.jpg, and externalChanges is FAIL; .* All of them: s3:\/\/staging\/reports\/.*-before\.jsonl$/);
    expect(reported()).toEqual([[byPerson('b'), byPerson('z')]]);
    expect(stage.cloud.writes.length).toBe(writes);
  });

  test.each([['FAIL', FAIL], ['OVERWRITE', {}]])('the rollback to %s ends and leaves them, and so does the next attempt', async (_, old) => {
    await stage.resource.deployAndRest(stage.properties('abc', old));
    label('b');
    for (const names of ['ad', 'abd']) {
      expect((await stage.resource.deployAndRest(stage.properties(names, FAIL))).reason).toMatch(/first s3:\/\/images\/b\.jpg/);
      expect([stage.resource.stuck, labelOf('b'), stage.names()]).toEqual([[], byPerson('b'), 'abc']);
    }
    expect((await stage.resource.deployAndRest(stage.properties('abd'))).status).toBe('SUCCESS');
    expect([labelOf('b'), stage.names()]).toEqual([line('b', 'bird'), 'abd']);
  });

  test('a deletion does not fail', async () => {
    await stage.resource.deployAndRest(stage.properties('abc', FAIL));
    label('b');
    await stage.resource.destroyAndRest();
    expect([stage.resource.stuck, stage.names()]).toEqual([[], undefined]);
  });
});
