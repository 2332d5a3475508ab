import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeDatasetCommand, ListDatasetEntriesCommand as ListLookoutEntries } from '@aws-sdk/client-lookoutvision';
import { DeleteProjectCommand, DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import type { EmulatorSettings } from '../../local/emulator';
import { changeSettings } from '../../local/emulator/core/settings';
import { labeled, text } from '../emulator/lookoutvision/setup';
import { line } from '../lifecycle/human-actions';
import type { Bench } from '../rigs/bench';
import { datasetProperties } from '../rigs/cloudformation';
import type { CustomResource, Properties } from '../rigs/cloudformation';
import { HandlerSetup } from './setup';
import type { ServiceName } from './setup';

/** Where the documentation of a service leaves an answer open, the handler gets along with each one: a setting of the emulator each. */

jest.setTimeout(60_000);

const setup = new HandlerSetup('rekognition', 'Birds');
let bench: Bench;
let atStart: EmulatorSettings;

beforeAll(() => {
  ({ bench } = setup);
  atStart = structuredClone(bench.emulator.settings);
});
afterEach(() => {
  changeSettings(bench.emulator.settings, atStart);
  bench.s3.fault = undefined;
});

type Row = readonly [service: ServiceName, settings: Readonly<Record<string, unknown>>];

/** A whole life each. The first of a service is as documented, the others are its settings the other way round. */
const LIVES: readonly Row[] = [
  ['rekognition', {}],
  ['rekognition', { requestsPerSecond: 5, tagRequestsPerSecond: 1, rateErrors: 'ProvisionedThroughputExceededException' }],
  ['rekognition', { requestsPerSecond: 5, tagRequestsPerSecond: 1, rateErrors: 'ThrottlingException' }],
  ['rekognition', { statisticsLag: 4_000 }],
  ['rekognition', { lastUpdated: 'ends' }],
  ['rekognition', { lastUpdated: 'tags' }],
  ['rekognition', { lastUpdated: 'back' }],
  ['rekognition', { slotFree: 'atOnce' }],
  ['rekognition', { partialUpdates: true }],
  ['rekognition', { emptyNextToken: true }],
  ['lookoutvision', {}],
  ['lookoutvision', { emptyNextToken: true }],
  // The handler checks what it sends, makes a token for each step and lists no projects, so these change nothing for it.
  ['lookoutvision', { duplicates: 'lastWins', strict: true, tokenMismatch: 'ValidationException', staleProjects: 2 }],
];

/** Settings that have tests of their own, and the file they are in. */
const TESTED: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
  rekognition: {
    manifestErrors: 'settings', checkImages: 'settings', strictChangesSize: 'settings', deleteProjectCascades: 'settings',
    constraintErrors: 'settings', typeErrors: 'settings', staleDescribe: 'rekognition', fractions: 'rekognition',
  },
  lookoutvision: {
    manifestErrors: 'settings', checkImages: 'settings', staleDescribe: 'lookoutvision', deleteCompleteReads: 'lookoutvision',
    requestsPerSecond: 'lookoutvision',
  },
};

test.each(['rekognition', 'lookoutvision'] as const)('every setting of %s is met, latencies apart', (service) => {
  const lived = LIVES.flatMap(([of, settings]) => of === service ? Object.keys(settings) : []);
  const tested = Object.entries(TESTED[service]).filter(([name, file]) =>
    readFileSync(join(__dirname, `${file}.test.ts`), 'utf8').split('jest.setTimeout')[1].includes(name));
  expect([...new Set(['latency', ...lived, ...tested.map(([name]) => name)])].sort()).toEqual(Object.keys(atStart[service]).sort());
});

test.each(LIVES)('%s: a dataset is adopted, changed, made again, rolled back and removed with %j', async (service, settings) => {
  Object.assign(bench.emulator.settings[service], settings);
  const life = await newLife(service);
  const old = setup.newResource('Old', service);
  await old.deploy(await life.properties('ab'));
  const { resource } = life;

  expect(await resource.deploy(await life.properties('abc', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
  expect(requests(service)).toContain('ListDatasetEntries');
  expect(await old.destroy()).toMatchObject({ status: 'SUCCESS' });
  expect(await life.entries()).toEqual(life.lines('abc'));

  expect(await resource.deploy(await life.properties('abcd', {}, true))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
  expect(await life.entries()).toEqual(life.lines('abcd', true));

  expect(await resource.deploy(await life.properties('bd'))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
  expect(await life.entries()).toEqual(life.lines('bd'));

  bench.emulator.addFault({ service, operation: 'UpdateDatasetEntries', kind: 'fail', message: 'A bad day.' });
  expect((await resource.deploy(await life.properties('ebd', {}, true))).reason).toContain('A bad day.');
  expect(await life.entries()).toEqual(life.lines('bd'));

  expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
  expect(await life.isThere()).toBe(false);
});

describe.each(['rekognition', 'lookoutvision'] as const)('%s', (service) => {
  test.each(['sync', 'async'] as const)('a staged manifest that the service cannot read is told where manifestErrors is %s, and nothing is left', async (manifestErrors) => {
    Object.assign(bench.emulator.settings[service], { manifestErrors });
    const { resource, properties, isThere } = await newLife(service);
    // The handler asks for no bucket: the read that follows is the service's.
    let asked = false;
    bench.s3.fault = (method, path) => {
      const isOfService = method === 'GET' && asked;
      asked = method === 'HEAD' && path.replace('/', '') === 'staging';
      return isOfService ? { status: 403, code: 'AccessDenied' } : undefined;
    };
    const { status, reason } = await resource.deploy(await properties('ab'));
    expect([status, reason]).toEqual(['FAILED', expect.stringMatching(UNREADABLE[service][manifestErrors])]);
    expect(await isThere()).toBe(false);
  });

  test.each(['off', 'exists'] as const)('images that are not in their bucket, where checkImages is %s', async (checkImages) => {
    Object.assign(bench.emulator.settings[service], { checkImages });
    const life = await newLife(service);
    const deploy = async () => life.resource.deploy(await life.properties('ab'));
    if (checkImages === 'exists') {
      expect(await deploy()).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('CREATE_FAILED') });
      expect(await life.isThere()).toBe(false);
      for (const key of 'ab') await bench.put(life.bucket, `${key}${life.ending}`, 'an image');
    }
    expect(await deploy()).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 2 } });
  });
});

const UNREADABLE = {
  rekognition: { sync: /^CreateDataset failed: InvalidS3ObjectException: /, async: /^CreateDataset ended in CREATE_FAILED: The S3 bucket permissions are incorrect\./ },
  lookoutvision: { sync: /^CreateDataset failed: AccessDeniedException: /, async: /^CreateDataset ended in CREATE_FAILED: / },
};

test.each([false, true])('more changes than one call takes, where strictChangesSize is %s', async (strictChangesSize) => {
  bench.emulator.settings.rekognition.strictChangesSize = strictChangesSize;
  const life = await newLife('rekognition');
  const lines = Array.from({ length: 6000 }, (_, i) => line(`${i}`, 'bird').replace('"class-name"', `"job-name":"${'j'.repeat(1500)}","class-name"`));
  const properties = await life.propertiesOf(lines, { InitialLoad: 'CHUNKS' });
  expect(await life.resource.deploy(properties)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 6000 } });
  expect(requests('rekognition').filter((operation) => operation === 'UpdateDatasetEntries')).toHaveLength(3);
});

test.each([false, true])('a dataset is removed after somebody has tried to delete its project, where deleteProjectCascades is %s', async (deleteProjectCascades) => {
  bench.emulator.settings.rekognition.deleteProjectCascades = deleteProjectCascades;
  const { resource, properties, projectArn } = await newLife('rekognition');
  await resource.deploy(await properties('ab'));
  const deletion = bench.rekognition.send(new DeleteProjectCommand({ ProjectArn: projectArn })).then(() => 'done', (error) => error.name);
  expect(await deletion).toBe(deleteProjectCascades ? 'done' : 'ResourceInUseException');
  if (deleteProjectCascades) {
    await bench.until(async () => {
      const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({ ProjectNames: [projectArn.split('/')[1]] }));
      return ProjectDescriptions!.length === 0;
    });
  }
  expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
});

test.each<[setting: string, code: string, tags: unknown]>([
  ['constraintErrors', 'ValidationException', { ['k'.repeat(129)]: 'v' }],
  ['constraintErrors', 'InvalidParameterException', { ['k'.repeat(129)]: 'v' }],
  ['typeErrors', 'SerializationException', { k: ['v'] }],
  ['typeErrors', 'ValidationException', { k: ['v'] }],
])('a call that breaks the API model is told, where the code for %s is %s', async (setting, code, Tags) => {
  Object.assign(bench.emulator.settings.rekognition, { [setting]: code });
  const { resource, properties, isThere } = await newLife('rekognition');
  const { reason } = await resource.deploy(await properties('ab', { Tags }));
  expect(reason).toMatch(new RegExp(`^CreateDataset failed: ${code}: `));
  expect(await isThere()).toBe(false);
});

/** A dataset in a project of its own. */
interface Life {
  readonly resource: CustomResource;
  readonly projectArn: string;
  /** Where its images are, and how their names end. */
  readonly bucket: string;
  readonly ending: string;
  lines(names: string, isOther?: boolean): string[];
  properties(names: string, overrides?: Properties, isOther?: boolean): Promise<Properties>;
  propertiesOf(lines: readonly string[], overrides?: Properties): Promise<Properties>;
  entries(): Promise<string[]>;
  isThere(): Promise<boolean>;
}

let manifests = 0;

async function newLife(service: ServiceName): Promise<Life> {
  const isLookout = service === 'lookoutvision';
  const projectArn = isLookout ? await setup.newProject(service) : setup.projectArn;
  const project = projectArn.split('/')[1];
  const lines = (names: string, isOther = false) => [...names].map((name) => isLookout
    ? labeled(`${name}.png`, isOther ? 'anomaly' : 'normal')
    : line(name, isOther ? 'owl' : 'bird'));
  const arn = async () => {
    const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({ ProjectNames: [project] }));
    return ProjectDescriptions![0]?.Datasets!.find(({ Status }) => Status !== 'DELETE_IN_PROGRESS')?.DatasetArn;
  };
  const propertiesOf = async (all: readonly string[], overrides?: Properties) => {
    const Key = `settings-${++manifests}.manifest`;
    await bench.put('source', Key, text(all));
    return datasetProperties(projectArn, { Manifest: { Bucket: 'source', Key }, ...overrides });
  };
  return {
    resource: setup.newResource('Birds', service),
    projectArn,
    bucket: isLookout ? 'parts' : 'images',
    ending: isLookout ? '.png' : '.jpg',
    lines,
    properties: (names, overrides, isOther) => propertiesOf(lines(names, isOther), overrides),
    propertiesOf,
    async entries() {
      if (!isLookout) return bench.entries((await arn())!);
      return (await bench.lookoutvision.send(new ListLookoutEntries({ ProjectName: project, DatasetType: 'train' }))).DatasetEntries!;
    },
    async isThere() {
      if (!isLookout) return await arn() !== undefined;
      return bench.lookoutvision.send(new DescribeDatasetCommand({ ProjectName: project, DatasetType: 'train' }))
        .then(({ DatasetDescription }) => DatasetDescription!.Status !== 'DELETE_COMPLETE', () => false);
    },
  };
}

function requests(service: ServiceName): string[] {
  return bench.emulator.requests().filter((request) => request.service === service).map(({ operation }) => operation);
}
