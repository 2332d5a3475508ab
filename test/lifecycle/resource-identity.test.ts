import './small-chunks';
import { ADOPTED_TAG, RESOURCE_TAG, STACK_TAG } from '../../lambda/core/owner-tags';
import { ChaoticResource } from './chaotic-resource';
import { BY_HAND_ACTIONS } from './human-actions';
import { logged, quietSimulation, Simulation, TRAIN } from './simulation';

/** A resource whose stack or logical id changes, one that is retained and made again, and rollbacks that are skipped. */

let simulation: Simulation;

beforeEach(() => { simulation = quietSimulation(); });
afterEach(() => { jest.restoreAllMocks(); });

/** The resource as CloudFormation keeps it after a refactoring: another stack or logical id, the same physical id and properties. */
function refactored(stackId: string, logicalId: string): ChaoticResource {
  const { physicalId, properties } = simulation.resource;
  return Object.assign(new ChaoticResource(simulation.functions, stackId, logicalId), { physicalId, properties });
}

const otherStack = () => simulation.another('other').stackId;

describe.each<[string, () => ChaoticResource]>([
  ['another stack', () => refactored(otherStack(), 'Birds')],
  ['another logical id', () => refactored(simulation.resource.stackId, 'Owls')],
  ['both', () => refactored(otherStack(), 'Owls')],
])('refactored to %s', (_, refactor) => {
  let moved: ChaoticResource;
  beforeEach(async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    moved = refactor();
  });

  test('the next update is refused, names the remedy, changes nothing, and is taken back', async () => {
    const before = structuredClone(simulation.cloud.datasets);
    const outcome = await moved.deployAndRest(simulation.properties('abcd'));
    expect(outcome.reason).toMatch(/which belongs to resource Birds of stack stack; if it belongs to this resource all the same, as after a stack refactoring, deploy once with adoptExisting: true to adopt it\.$/);
    expect([moved.stuck, structuredClone(simulation.cloud.datasets)]).toEqual([[], before]);
    expect(logged().some((text) => text.includes('nothing to take back'))).toBe(true);
  });

  test('with adoptExisting once it is this resource\'s for good: updated, and deleted in the end', async () => {
    await moved.deployAndRest(simulation.properties('abcd'));
    expect(await moved.deployAndRest(simulation.properties('abcd', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    expect(simulation.ownerTags()).toEqual([moved.stackId, moved.logicalId]);
    expect(simulation.cloud.at(TRAIN)!.tags[ADOPTED_TAG]).toBeUndefined();
    expect(await moved.deployAndRest(simulation.properties('ab'))).toMatchObject({ status: 'SUCCESS' });
    expect(await moved.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.datasets).toEqual([]);
  });

  test('adoption that is taken back because another resource has failed: still this resource\'s, with the old content', async () => {
    const [old, adoptionPending] = [simulation.resource.properties!, simulation.properties('abcd', { AdoptExisting: 'true' })];
    await moved.deployAndRest(adoptionPending);
    await moved.request({ RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: adoptionPending, ResourceProperties: old });
    expect([simulation.names(), simulation.ownerTags()]).toEqual(['abc', [moved.stackId, moved.logicalId]]);
  });

  test('deleted without it: stays, and the log says whose it is', async () => {
    expect(await moved.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.names()).toBe('abc');
    expect(logged().some((text) => /is not ours and stays as it is.*belongs to resource Birds of stack stack/.test(text))).toBe(true);
  });

  test('a Delete under the old identity, after the new one has adopted it: stays', async () => {
    await moved.deployAndRest(simulation.properties('abcd', { AdoptExisting: 'true' }));
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.names(), simulation.ownerTags()]).toEqual(['abcd', [moved.stackId, moved.logicalId]]);
  });
});

test('tags hold nothing but names and a hash of them: who reads them can take nothing over', async () => {
  BY_HAND_ACTIONS['dataset made'](simulation.cloud, TRAIN);
  await simulation.resource.deployAndRest(simulation.properties('ax', { AdoptExisting: 'true' }));
  const { [ADOPTED_TAG]: adopted, ...tags } = simulation.cloud.at(TRAIN)!.tags;
  expect(tags).toEqual({ 'made-by': 'hand', [STACK_TAG]: simulation.resource.stackId, [RESOURCE_TAG]: 'Birds' });
  const again = new Simulation();
  again.begin();
  BY_HAND_ACTIONS['dataset made'](again.cloud, TRAIN);
  await again.resource.deployAndRest(again.properties('ax', { AdoptExisting: 'true' }));
  expect(again.cloud.at(TRAIN)!.tags[ADOPTED_TAG]).toBe(adopted);
});

describe('retained, and created again', () => {
  beforeEach(async () => { await simulation.resource.deployAndRest(simulation.properties('abc')); });

  test('by another stack: refused with a message that names adoptExisting, and adopted with it', async () => {
    const other = simulation.another('other');
    expect((await other.deployAndRest(simulation.properties('abcd'))).reason)
      .toMatch(/belongs to resource Birds of stack stack; delete it, use it with Dataset\.fromDatasetArn, or adopt it with adoptExisting\.$/);
    expect([simulation.names(), other.stuck]).toEqual(['abc', []]);
    expect(await other.deployAndRest(simulation.properties('abcd', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(await other.deployAndRest(simulation.properties('abcde', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(await other.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.cloud.datasets).toEqual([]);
  });

  test('by another resource of the stack: refused, and adopted with adoptExisting', async () => {
    const renamed = new ChaoticResource(simulation.functions, simulation.resource.stackId, 'Owls');
    expect((await renamed.deployAndRest(simulation.properties('abc'))).reason).toContain('belongs to resource Birds of stack stack;');
    expect(await renamed.deployAndRest(simulation.properties('abc', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(simulation.ownerTags()).toEqual([renamed.stackId, 'Owls']);
  });

  test('by the same resource of the same stack: it is still its own', async () => {
    simulation.resource.properties = undefined;
    expect(await simulation.resource.deployAndRest(simulation.properties('abcd'))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    expect(simulation.cloud.writes.map(({ operation }) => operation)).toEqual(['CreateDataset', 'UpdateDatasetEntries']);
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.cloud.datasets, simulation.staged()]).toEqual([[], []]);
  });
});

describe('a rollback that fails and is skipped', () => {
  /** The update fails after its first chunk, its rollback at once, and CloudFormation goes on as if it had ended well. */
  const skip = async (properties: ReturnType<Simulation['properties']>) => {
    const { resource, cloud } = simulation;
    const push = cloud.push.bind(cloud);
    let chunks = 0;
    cloud.push = (arn, lines) => {
      if (++chunks === 2) cloud.nextEnd = { fail: 'the service has a bad day' };
      push(arn, lines);
    };
    const [PhysicalResourceId, old] = [TRAIN, resource.properties!];
    const update = { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: old, ResourceProperties: properties };
    expect((await resource.request(update)).reason).toContain('the service has a bad day');
    simulation.begin(new Map([[0, { do: 'refuse' }]]));
    expect((await resource.request({ ...update, OldResourceProperties: properties, ResourceProperties: old })).reason).toContain('AccessDeniedException');
    simulation.begin();
    expect(simulation.names()).toBe('abcde');
  };

  test.each([['RECREATE', 'abcz'], ['UNLABEL', 'abcdez'], ['KEEP', 'abcdez'], ['FAIL', 'abcz']])(
    'removedEntries %s: the next deployment brings what is wanted, and a Delete leaves nothing', async (RemovedEntries, names) => {
      await simulation.resource.deployAndRest(simulation.properties('abc', { RemovedEntries }));
      await skip(simulation.properties('abcdefg', { RemovedEntries }));
      if (RemovedEntries === 'FAIL') {
        expect((await simulation.resource.deployAndRest(simulation.properties('abcz', { RemovedEntries }))).reason).toContain('no longer names 2');
        expect([simulation.resource.stuck, simulation.names()]).toEqual([[], 'abc']);
      }
      expect(await simulation.resource.deployAndRest(simulation.properties('abcz', { RemovedEntries }))).toMatchObject({ status: 'SUCCESS' });
      expect(simulation.names()).toBe(names);
      expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
      expect([simulation.cloud.datasets, simulation.staged()]).toEqual([[], []]);
    });

  test('with a resource that is deleted right after: nothing is left', async () => {
    await simulation.resource.deployAndRest(simulation.properties('abc'));
    await skip(simulation.properties('abcdefg'));
    expect(await simulation.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([simulation.cloud.datasets, simulation.staged()]).toEqual([[], []]);
  });
});
