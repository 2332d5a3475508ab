import './small-chunks';
import { PROJECT, Stage } from './stage';

/** Out of time in each phase: the reason says how far it got, and the next deploy does not send again what is in. */

let stage: Stage;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  stage = new Stage();
  stage.begin();
});

/** An update that is not followed by a rollback: a stack with rollback disabled, deployed again by its owner. */
async function updateOnly(properties: Record<string, unknown>) {
  const { resource } = stage;
  const outcome = await resource.request({
    RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: resource.properties, ResourceProperties: properties,
  });
  await resource.rest();
  return outcome;
}

const sentBy = async (work: () => Promise<unknown>): Promise<string[][]> => {
  const before = stage.cloud.writes.length;
  await work();
  return stage.cloud.writes.slice(before).filter(({ operation }) => operation === 'UpdateDatasetEntries').map(({ lines }) => [...lines]);
};

test('while chunks are sent: tells how many are in, and the next deploy sends the others only', async () => {
  await stage.resource.deployAndRest(stage.properties('abcdefgh'));
  const wanted = stage.properties('abcdefgh', {}, 'owl');
  stage.functions.totalTimeout = 8_000;
  let outcome: { reason?: string } = {};
  const first = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome.reason).toMatch(/^not finished in time: (\d) of 4 chunks \(\d of 8 entries\) are in; UpdateDatasetEntries had not ended\. Deploy again/);
  const settled = Number(/(\d) of 4/.exec(outcome.reason!)![1]);
  expect(settled).toBeGreaterThan(0);
  expect(first).toHaveLength(settled + 1);

  await stage.cloud.clock.sleep(60_000);
  stage.functions.totalTimeout = 3_300_000;
  const second = await sentBy(async () => { outcome = await updateOnly(wanted); });
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 8 } });
  expect([...first, ...second].flat()).toHaveLength(8);
  expect(new Set([...first, ...second].flat()).size).toBe(8);
});

test('every deadline on the way: each deploy goes on from there, and no line is sent twice', async () => {
  for (let seconds = 1; seconds < 20; seconds++) {
    stage = new Stage();
    await stage.resource.deployAndRest(stage.properties('abcdefgh'));
    const wanted = stage.properties('abcdefgh', {}, 'owl');
    stage.functions.totalTimeout = seconds * 1000;
    let tries = 0;
    const sent = await sentBy(async () => {
      for (let status = 'FAILED'; status !== 'SUCCESS'; tries++) {
        if (tries > 3) stage.functions.totalTimeout = 3_300_000;
        const outcome = await updateOnly(wanted);
        status = outcome.status;
        if (status === 'FAILED') expect(outcome.reason).toMatch(/^not finished in time: .*Deploy again/);
        await stage.cloud.clock.sleep(60_000);
      }
    });
    expect({ seconds, lines: sent.flat().length }).toEqual({ seconds, lines: 8 });
  }
});

test('while the dataset is made: tells that the creation had not ended', async () => {
  stage.functions.totalTimeout = 10_000;
  const outcome = await stage.resource.request({ RequestType: 'Create', ResourceProperties: stage.properties('abc') });
  expect(outcome.reason).toMatch(/^not finished in time: CreateDataset had not ended\. Deploy again/);
});

test('while the dataset is deleted: tells that the deletion had not ended', async () => {
  await stage.resource.deployAndRest(stage.properties('abc'));
  stage.functions.totalTimeout = 2_000;
  const outcome = await stage.resource.remove(stage.resource.physicalId!, stage.resource.properties!);
  expect(outcome.reason).toMatch(/^not finished in time: DeleteDataset had not ended\. Deploy again/);
});

test.each(['find', 'projectExists', 'open', 'close', 'entries', 'tags', 'tag', 'read', 'write', 'list', 'delete'])(
  'when %s and all calls after it are turned away: tells who said no', async (operation) => {
    const create = async (foreign: boolean, at?: number) => {
      stage = new Stage();
      if (foreign) {
        stage.cloud.create({ projectArn: PROJECT, datasetType: 'TRAIN' }, undefined, {});
        await stage.cloud.clock.sleep(60_000);
      }
      const script = stage.begin(at === undefined ? undefined : new Map([[at, { do: 'outage' }]]));
      const properties = stage.properties('abc', { AdoptExisting: String(foreign), Tags: { a: '1' } });
      return { script, outcome: await stage.resource.request({ RequestType: 'Create', ResourceProperties: properties }) };
    };
    const foreign = operation !== 'projectExists';
    const { script, outcome: undisturbed } = await create(foreign);
    expect(undisturbed.status).toBe('SUCCESS');
    const at = script.log.indexOf(operation);
    expect(at).toBeGreaterThanOrEqual(0);

    const { outcome } = await create(foreign, at);
    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toMatch(/^not finished in time: .*was answered with ThrottlingException.*Deploy again/);
  });
