import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OwnerRecords } from '../../lambda/services/lookoutvision/owner-records';
import type { ObjectStore } from '../../lambda/staging/object-store';
import { makeSituations } from './fixtures/situations';
import type { Situation } from './fixtures/situations';
import { line } from './human-actions';
import { STAGING } from './in-memory-functions';
import { Simulation, TRAIN } from './simulation';

/** What every released version has left behind, and what this one leaves: read, and neither misread nor taken for damaged. */

const FOLDER = join(__dirname, 'fixtures');
const released = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const NOW = 'this version';
let logged: string[];

beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => { logged.push(text); });
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

/** A stage in the situation, an hour later. */
async function stageIn({ datasets, objects }: Situation): Promise<Simulation> {
  const simulation = new Simulation();
  simulation.begin();
  for (const dataset of datasets as any[]) {
    simulation.cloud.datasets.push({ ...dataset, entries: new Map(dataset.entries), flawed: new Set() });
  }
  for (const [key, body] of Object.entries(objects)) simulation.cloud.objects.set(key, Buffer.from(body, 'base64'));
  await simulation.cloud.clock.sleep(3_600_000);
  return simulation;
}

const staged = ({ cloud }: Simulation) => [...cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`));
const notRead = () => logged.filter((text) => /damaged or of another version|index not used|another version/.test(text));

async function situationsOf(file: string): Promise<Situation[]> {
  return JSON.parse(file === NOW ? JSON.stringify(await makeSituations()) : readFileSync(join(FOLDER, file), 'utf8'));
}

describe.each([NOW, ...released])('%s', (file) => {
  let situations: Situation[];
  beforeEach(async () => {
    situations = await situationsOf(file);
    logged.length = 0;
  });

  test('an update brings what is wanted, and a Delete leaves nothing', async () => {
    for (const { name, event, ...rest } of situations) {
      const simulation = await stageIn({ name, event, ...rest });
      simulation.cloud.objects.set('source/later.manifest', Buffer.from([...'abd'].map((image) => `${line(image, 'bird')}\n`).join('')));
      const old = event.ResourceProperties;
      const wanted = { ...old, RemovedEntries: 'RECREATE', Manifest: { Bucket: 'source', Key: 'later.manifest' } };
      const update = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: old, ResourceProperties: wanted };
      expect({ name, ...await simulation.resource.request(update) }).toMatchObject({ name, status: 'SUCCESS' });
      expect({ name, names: simulation.names(), notRead: notRead() }).toEqual({ name, names: 'abd', notRead: [] });
      expect(await simulation.resource.remove(TRAIN, wanted)).toMatchObject({ status: 'SUCCESS' });
      expect({ name, datasets: simulation.cloud.datasets, staged: staged(simulation) }).toEqual({ name, datasets: [], staged: [] });
    }
  });

  test('an Update is taken back', async () => {
    for (const { name, event, ...rest } of situations.filter((item) => item.event.RequestType === 'Update')) {
      const simulation = await stageIn({ name, event, ...rest });
      const { OldResourceProperties, ResourceProperties } = event;
      const fields = { RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: ResourceProperties, ResourceProperties: OldResourceProperties };
      expect({ name, ...await simulation.resource.request(fields) }).toMatchObject({ name, status: 'SUCCESS' });
      expect({ name, names: simulation.names(), notRead: notRead() }).toEqual({ name, names: BEFORE[name] ?? 'abc', notRead: [] });
    }
  });

  test('a Delete leaves nothing, and restores what was adopted', async () => {
    for (const { name, event, ...rest } of situations) {
      const simulation = await stageIn({ name, event, ...rest });
      expect({ name, ...await simulation.resource.remove(TRAIN, event.ResourceProperties) }).toMatchObject({ name, status: 'SUCCESS' });
      const given = name === 'adopted' ? ['ax', { 'made-by': 'hand' }] : [undefined, undefined];
      expect({ name, given: [simulation.names(), simulation.cloud.at(TRAIN)?.tags], staged: staged(simulation), notRead: notRead() })
        .toEqual({ name, given, staged: [], notRead: [] });
    }
  });
});

/** What was in before the update of the situation, where that is not a, b and c. */
const BEFORE: Record<string, string> = { 'updated': 'xyz', 'with an entry that was kept': 'abcx', 'cut off while it is deleted to be made again': 'abcx' };

test('records of owners, as version 1 writes them', async () => {
  const objects = new Map<string, Buffer>();
  const store = {
    read: async (_: string, key: string) => objects.get(key),
    write: async (_: string, key: string, body: string) => { objects.set(key, Buffer.from(body)); },
  } as unknown as ObjectStore;
  const records = new OwnerRecords(store, STAGING);
  const slot = { projectArn: 'arn:aws:lookoutvision:us-east-1:111122223333:project/line', datasetType: 'TRAIN' } as const;
  const written = {
    made: { arn: `${slot.projectArn}/dataset/train/1`, tags: { a: 'b' } },
    sent: { tags: { a: 'b' }, creation: { clientToken: 'token', manifest: { bucket: STAGING, key: 'desired.manifest' } } },
  };
  for (const record of Object.values(written)) {
    await records.write(slot, record);
    const [[key, body]] = [...objects];
    expect([key, JSON.parse(String(body))]).toEqual(['owners/9f17005072c5bdff8a165c333263d423.json', { version: 1, ...record }]);
    expect(await records.read(slot)).toEqual(record);
  }
});
