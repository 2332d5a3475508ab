import { CreateProjectCommand as CreateLookoutProject, DescribeDatasetCommand } from '@aws-sdk/client-lookoutvision';
import { CreateProjectCommand, DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { hash } from '../../lambda/core/slot';
import { labeled, text } from '../emulator/lookoutvision/setup';
import { line } from '../lifecycle/human-actions';
import { ofNextVersion } from '../lifecycle/next-version';
import { startBench } from '../rigs/bench';
import type { Bench } from '../rigs/bench';
import { CustomResource, datasetProperties } from '../rigs/cloudformation';
import type { HandlerFunctions, Properties } from '../rigs/cloudformation';
import type { LambdaFunction } from '../rigs/lambda-function';
import { bundleNextHandler } from '../rigs/next-handler';

/** Handlers of two versions take turns, of both services: bundles in processes of their own, over HTTP. */

jest.setTimeout(120_000);

let bench: Bench;
let next: LambdaFunction;
let remove: () => void;
let count = 0;

beforeAll(async () => {
  bench = await startBench();
  const bundled = await bundleNextHandler();
  remove = bundled.remove;
  next = bench.startFunction(bundled.bundle);
});
afterAll(async () => {
  await bench?.close();
  remove?.();
});

/** A service as the tests need it. */
interface Service {
  readonly name: string;
  readonly type: string;
  project(): Promise<string>;
  lines(names: string, isOther?: boolean): string;
  isThere(projectArn: string): Promise<boolean>;
}

const rekognition: Service = {
  name: 'rekognition',
  type: 'Custom::RekognitionDataset',
  project: async () => (await bench.rekognition.send(new CreateProjectCommand({ ProjectName: `versions-${++count}` }))).ProjectArn!,
  lines: (names, isOther) => [...names].map((name) => `${line(name, isOther ? 'owl' : 'bird')}\n`).join(''),
  async isThere(projectArn) {
    const { ProjectDescriptions } = await bench.rekognition.send(new DescribeProjectsCommand({}));
    return ProjectDescriptions!.find((project) => project.ProjectArn === projectArn)!.Datasets!.length > 0;
  },
};

const lookoutvision: Service = {
  name: 'lookoutvision',
  type: 'Custom::LookoutVisionDataset',
  project: async () => (await bench.lookoutvision.send(new CreateLookoutProject({ ProjectName: `versions-${++count}` }))).ProjectMetadata!.ProjectArn!,
  lines: (names, isOther) => text([...names].map((name) => labeled(`${name}.png`, isOther ? 'anomaly' : 'normal'))),
  isThere: (projectArn) => bench.lookoutvision.send(new DescribeDatasetCommand({ ProjectName: projectArn.split('/')[1], DatasetType: 'train' })).then(() => true, () => false),
};

/** The functions of the version whose turn it is: another one with each event. */
function inTurn(versions: readonly boolean[]): HandlerFunctions {
  const left = [...versions];
  let current: HandlerFunctions;
  return {
    onEvent: (event) => {
      current = left.shift() ? next : bench.handler;
      return current.onEvent(event);
    },
    isComplete: (event) => current.isComplete(event),
  };
}

async function properties(ProjectArn: string, isNext: boolean, lines: string, overrides: Properties = {}): Promise<Properties> {
  const Key = `versions-${++count}.manifest`;
  await bench.put('source', Key, lines);
  const sent = datasetProperties(ProjectArn, { WireVersion: '1', Manifest: { Bucket: 'source', Key }, ...overrides });
  return isNext ? ofNextVersion(sent) : sent;
}

const STACK = 'arn:aws:cloudformation:us-east-1:000000000000:stack/versions/00000000-0000-4000-8000-000000000000';
const left = async () => (await bench.objects('staging')).filter((key) => !key.startsWith('reports/'));

/** Both at a time: what takes long is the waiting. */
const ofEach = (work: (service: Service) => Promise<void>) => Promise.all([rekognition, lookoutvision].map(work));

/** Every turn is taken in test/lifecycle/versions.test.ts; these are the hardest. */
test.each([
  [false, true, false], [true, false, true], [true, false, false],
])('created, updated in vain, taken back and deleted; the next version creates %s, updates %s, takes back and deletes %s', async (creates, updates, ends) => {
  await ofEach(async (service) => {
    const project = await service.project();
    const resource = new CustomResource(inTurn([creates, updates, ends, ends]), STACK, `Birds${++count}`, service.type);
    const first = await properties(project, creates, service.lines('abc'));
    expect(await resource.deploy(first)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    bench.emulator.addFault({ service: service.name, operation: 'CreateDataset', kind: 'fail', message: 'A bad day.' });
    // The entry that goes has the dataset made again, and that fails.
    const outcome = await resource.deploy(await properties(project, updates, service.lines('bcd', true)));
    expect(outcome).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('CreateDataset ended in CREATE_FAILED: A bad day.') });
    const again = new CustomResource(inTurn([ends]), STACK, resource.logicalId, service.type);
    const same = { RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: first, ResourceProperties: first };
    expect(await again.request(same)).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
    expect(await resource.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await service.isThere(project)).toBe(false);
  });
  expect(await left()).toEqual([]);
});

test('adopted by another resource in another version: the one that had it leaves it alone', async () => {
  await Promise.all([true, false].map((isNext) => ofEach(async (service) => {
    const project = await service.project();
    const id = ++count;
    const old = new CustomResource(inTurn([!isNext, !isNext]), STACK, `Old${id}`, service.type);
    const heir = new CustomResource(inTurn([isNext, isNext, isNext]), STACK, `Heir${id}`, service.type);
    await old.deploy(await properties(project, !isNext, service.lines('abc')));
    const wanted = await properties(project, isNext, service.lines('abcd'), { AdoptExisting: 'true' });
    expect(await heir.deploy(wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(await heir.deploy({ ...wanted, Tags: { team: 'owls' } })).toMatchObject({ status: 'SUCCESS' });
    expect(await old.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await service.isThere(project)).toBe(true);
    expect(await heir.destroy()).toMatchObject({ status: 'SUCCESS' });
    expect(await service.isThere(project)).toBe(false);
  })));
  expect(await left()).toEqual([]);
});

test('a record that does not tell whose a dataset is: not deleted, refused, and adopted with adoptExisting', async () => {
  const bodies = ['{"version":2,"holder":"x"}', '{"version":2,"tags":{"a":1},"arn":"x"}', 'no JSON'];
  await Promise.all(bodies.map(async (body) => {
    const project = await lookoutvision.project();
    const resource = new CustomResource(bench.handler, STACK, `Line${++count}`, lookoutvision.type);
    const wanted = await properties(project, false, lookoutvision.lines('abc'));
    await resource.deploy(wanted);
    const record = `staging/owners/${hash(resource.physicalId)}.json`;
    expect(bench.s3.objects.has(record)).toBe(true);
    bench.s3.objects.set(record, Buffer.from(body));
    const update = { RequestType: 'Update', PhysicalResourceId: resource.physicalId, OldResourceProperties: wanted, ResourceProperties: wanted };
    expect((await resource.request(update)).reason).toContain('deploy once with adoptExisting: true');
    expect(await resource.remove(resource.physicalId!, wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(await lookoutvision.isThere(project)).toBe(true);
    const ResourceProperties = { ...wanted, AdoptExisting: 'true' };
    expect(await resource.request({ ...update, ResourceProperties })).toMatchObject({ status: 'SUCCESS' });
    expect(await resource.remove(resource.physicalId!, wanted)).toMatchObject({ status: 'SUCCESS' });
    expect(await lookoutvision.isThere(project)).toBe(false);
  }));
  expect(await left()).toEqual([]);
});

test('the look-up of a project, of another version: refused at a Create, done at an Update by what is known, and no Delete fails', async () => {
  const ProjectName = `versions-${count + 1}`;
  const ProjectArn = await rekognition.project();
  const lookup = new CustomResource(bench.handler, STACK, `Lookup${count}`, 'Custom::RekognitionProjectLookup');
  const fields = { PhysicalResourceId: ProjectArn, OldResourceProperties: { ProjectName } };
  const { reason } = await lookup.request({ RequestType: 'Create', ResourceProperties: { WireVersion: '2', ProjectName } });
  expect(reason).toContain('has WireVersion "2"');
  for (const ResourceProperties of [{ WireVersion: '2', ProjectName }, { WireVersion: '2', Name: 'x' }]) {
    expect(await lookup.request({ ...fields, RequestType: 'Update', ResourceProperties }))
      .toMatchObject({ status: 'SUCCESS', physicalId: ProjectArn, data: { ProjectArn } });
    expect(await lookup.request({ ...fields, RequestType: 'Delete', ResourceProperties })).toMatchObject({ status: 'SUCCESS' });
  }
});
