import './small-chunks';
import { quietSimulation } from './simulation';
import type { Simulation } from './simulation';

/** Functions in a VPC that lacks an endpoint: nothing that they call there has ever answered. */

let simulation: Simulation;
beforeEach(() => { simulation = quietSimulation(); });
afterEach(() => { jest.restoreAllMocks(); });

const SERVICE = /^find failed: OutOfReach: cannot reach rekognition\.us-east-1\.amazonaws\.com for three minutes \(TimeoutError\); .*add an interface endpoint for it or a NAT gateway/u;
const OBJECTS = /^read failed: OutOfReach: cannot reach staging\.s3\.us-east-1\.amazonaws\.com for three minutes \(TimeoutError\); .*add a gateway endpoint for S3 or a NAT gateway/u;

/** Lets nothing of these be reached, during the rollback either. */
function cutOff(...what: ('service' | 'objects')[]): void {
  const { cloud } = simulation;
  for (const one of what) cloud.outOfReach[one] = true;
  cloud.calm = () => undefined;
}

const minutes = (from: number) => (simulation.cloud.clock.now() - from) / 60_000;

describe.each<[string, ('service' | 'objects')[], RegExp, number]>([
  ['the service', ['service'], SERVICE, 8],
  ['the staging bucket', ['objects'], OBJECTS, 12],
  ['neither the service nor the staging bucket', ['service', 'objects'], OBJECTS, 14],
])('a first deployment that reaches %s', (_, what, reason, most) => {
  test('not: says so in little more than three minutes, and its rollback ends', async () => {
    cutOff(...what);
    const { clock } = simulation.cloud;
    const began = clock.now();
    const fields = { RequestType: 'Create', ResourceProperties: simulation.properties('abc') };
    const outcome = await simulation.resource.request(fields);
    expect(outcome.status).toBe('FAILED');
    expect(outcome.reason).toMatch(reason);
    expect(minutes(began)).toBeLessThan(3.5);
    expect(await simulation.resource.remove(outcome.physicalId, fields.ResourceProperties)).toMatchObject({ status: 'SUCCESS' });
    expect(minutes(began)).toBeLessThan(most);
    expect([...simulation.cloud.objects.keys()].filter((key) => key.startsWith('staging/'))).toEqual([]);
  });
});

test.each<['service' | 'objects', RegExp]>([['service', SERVICE], ['objects', OBJECTS]])('the Delete of a dataset that was made, which loses its way to the %s, fails and leaves everything', async (what, reason) => {
  await simulation.resource.deployAndRest(simulation.properties('abc'));
  cutOff(what);
  const { physicalId, properties } = simulation.resource;
  const began = simulation.cloud.clock.now();
  const outcome = await simulation.resource.remove(physicalId!, properties!);
  expect(outcome.status).toBe('FAILED');
  expect(outcome.reason).toMatch(reason);
  expect(minutes(began)).toBeLessThan(7);
  expect(simulation.names()).toBe('abc');
  simulation.cloud.outOfReach = { service: false, objects: false };
  expect(await simulation.resource.remove(physicalId!, properties!)).toMatchObject({ status: 'SUCCESS' });
  expect(simulation.names()).toBeUndefined();
});

test('an operation that has reached everything waits out an outage of many minutes', async () => {
  const { cloud } = simulation;
  const create = cloud.create.bind(cloud);
  cloud.create = (...parameters) => {
    cloud.outOfReach.service = true;
    void cloud.clock.sleep(20 * 60_000).then(() => { cloud.outOfReach.service = false; });
    return create(...parameters);
  };
  const outcome = await simulation.resource.request({ RequestType: 'Create', ResourceProperties: simulation.properties('abc') });
  expect(outcome).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 3 } });
});
