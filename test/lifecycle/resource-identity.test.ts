import './small-chunks';
import { ADOPTED_TAG, RESOURCE_TAG, STACK_TAG } from '../../lambda/dataset/reconcile/ownership';
import { BY_HAND_ACTIONS } from './human-actions';
import { ChaoticResource } from './chaotic-resource';
import { STAGING } from './in-memory-functions';
import { Stage, TRAIN } from './simulation';

/** A resource whose stack or logical id changes, one that is retained and made again, and rollbacks that are skipped. */

let stage: Stage;
let logged: string[];

beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => { logged.push(text); });
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  stage = new Stage();
  stage.begin();
});

const marks = () => [STACK_TAG, RESOURCE_TAG].map((key) => stage.cloud.at(TRAIN)!.tags[key]);
const staged = () => [...stage.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`));

/** The resource as CloudFormation keeps it after a refactoring: another stack or logical id, the same physical id and properties. */
function refactored(stackId: string, logicalId: string): ChaoticResource {
  const { physicalId, properties } = stage.resource;
  return Object.assign(new ChaoticResource(stage.functions, stackId, logicalId), { physicalId, properties });
}

const otherStack = () => stage.another('other').stackId;

describe.each<[string, () => ChaoticResource]>([
  ['another stack', () => refactored(otherStack(), 'Birds')],
  ['another logical id', () => refactored(stage.resource.stackId, 'Owls')],
  ['both', () => refactored(otherStack(), 'Owls')],
])('refactored to %s', (_, refactor) => {
  let moved: ChaoticResource;
  beforeEach(async () => {
    await stage.resource.deployAndRest(stage.properties('abc'));
    moved = refactor();
  });

  test('the next update is refused, names the remedy, changes nothing, and is taken back', async () => {
    const before = structuredClone(stage.cloud.datasets);
    const outcome = await moved.deployAndRest(stage.properties('abcd'));
    expect(outcome.reason).toMatch(/which belongs to resource Birds of stack stack; where it is this resource's all the same, as after a refactoring of stacks, deploy once with adoptExisting: true to take it over\.$/);
    expect([moved.stuck, structuredClone(stage.cloud.datasets)]).toEqual([[], before]);
    expect(logged.some((text) => text.includes('nothing to take back'))).toBe(true);
  });

  test('with adoptExisting once it is this resource\'s for good: updated, and deleted in the end', async () => {
    await moved.deployAndRest(stage.properties('abcd'));
    expect(await moved.deployAndRest(stage.properties('abcd', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    expect(marks()).toEqual([moved.stackId, moved.logicalId]);
    expect(stage.cloud.at(TRAIN)!.tags[ADOPTED_TAG]).toBeUndefined();
    expect(await moved.deployAndRest(stage.properties('ab'))).toMatchObject({ status: 'SUCCESS' });
    expect(await moved.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(stage.cloud.datasets).toEqual([]);
  });

  test('adoption that is taken back because another resource has failed: still this resource\'s, with the old content', async () => {
    const [old, adopting] = [stage.resource.properties!, stage.properties('abcd', { AdoptExisting: 'true' })];
    await moved.deployAndRest(adopting);
    await moved.request({ RequestType: 'Update', PhysicalResourceId: TRAIN, OldResourceProperties: adopting, ResourceProperties: old });
    expect([stage.names(), marks()]).toEqual(['abc', [moved.stackId, moved.logicalId]]);
  });

  test('deleted without it: stays, and the log says whose it is', async () => {
    expect(await moved.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(stage.names()).toBe('abc');
    expect(logged.some((text) => /is not ours and stays as it is.*belongs to resource Birds of stack stack/.test(text))).toBe(true);
  });

  test('a Delete under the old identity, after the new one has taken it over: stays', async () => {
    await moved.deployAndRest(stage.properties('abcd', { AdoptExisting: 'true' }));
    expect(await stage.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([stage.names(), marks()]).toEqual(['abcd', [moved.stackId, moved.logicalId]]);
  });
});

test('tags hold nothing but names and a hash of them: who reads them can take nothing over', async () => {
  BY_HAND_ACTIONS['dataset made'](stage.cloud, TRAIN);
  await stage.resource.deployAndRest(stage.properties('ax', { AdoptExisting: 'true' }));
  const { [ADOPTED_TAG]: adopted, ...tags } = stage.cloud.at(TRAIN)!.tags;
  expect(tags).toEqual({ 'made-by': 'hand', [STACK_TAG]: stage.resource.stackId, [RESOURCE_TAG]: 'Birds' });
  const again = new Stage();
  again.begin();
  BY_HAND_ACTIONS['dataset made'](again.cloud, TRAIN);
  await again.resource.deployAndRest(again.properties('ax', { AdoptExisting: 'true' }));
  expect(again.cloud.at(TRAIN)!.tags[ADOPTED_TAG]).toBe(adopted);
});

describe('retained, and created again', () => {
  beforeEach(async () => { await stage.resource.deployAndRest(stage.properties('abc')); });

  test('by another stack: refused with a message that names adoptExisting, and taken over with it', async () => {
    const other = stage.another('other');
    expect((await other.deployAndRest(stage.properties('abcd'))).reason)
      .toMatch(/belongs to resource Birds of stack stack; delete it, use it with Dataset\.fromDatasetArn, or take it over with adoptExisting\.$/);
    expect([stage.names(), other.stuck]).toEqual(['abc', []]);
    expect(await other.deployAndRest(stage.properties('abcd', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(await other.deployAndRest(stage.properties('abcde', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(await other.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect(stage.cloud.datasets).toEqual([]);
  });

  test('by another resource of the stack: refused, and taken over with adoptExisting', async () => {
    const renamed = new ChaoticResource(stage.functions, stage.resource.stackId, 'Owls');
    expect((await renamed.deployAndRest(stage.properties('abc'))).reason).toContain('belongs to resource Birds of stack stack;');
    expect(await renamed.deployAndRest(stage.properties('abc', { AdoptExisting: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(marks()).toEqual([renamed.stackId, 'Owls']);
  });

  test('by the same resource of the same stack: it is still its own', async () => {
    stage.resource.properties = undefined;
    expect(await stage.resource.deployAndRest(stage.properties('abcd'))).toMatchObject({ status: 'SUCCESS', data: { TotalEntries: 4 } });
    expect(stage.cloud.writes.map(({ operation }) => operation)).toEqual(['CreateDataset', 'UpdateDatasetEntries']);
    expect(await stage.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([stage.cloud.datasets, staged()]).toEqual([[], []]);
  });
});

describe('a rollback that fails and is skipped', () => {
  /** The update fails after its first chunk, its rollback at once, and CloudFormation goes on as if it had ended well. */
  const skip = async (properties: ReturnType<Stage['properties']>) => {
    const { resource, cloud } = stage;
    const push = cloud.push.bind(cloud);
    let chunks = 0;
    cloud.push = (arn, lines) => {
      if (++chunks === 2) cloud.nextEnd = { fail: 'the service has a bad day' };
      push(arn, lines);
    };
    const [PhysicalResourceId, old] = [TRAIN, resource.properties!];
    const update = { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: old, ResourceProperties: properties };
    expect((await resource.request(update)).reason).toContain('the service has a bad day');
    stage.begin(new Map([[0, { do: 'refuse' }]]));
    expect((await resource.request({ ...update, OldResourceProperties: properties, ResourceProperties: old })).reason).toContain('AccessDeniedException');
    stage.begin();
    expect(stage.names()).toBe('abcde');
  };

  test.each([['RECREATE', 'abcz'], ['UNLABEL', 'abcdez'], ['KEEP', 'abcdez'], ['FAIL', 'abcz']])(
    'removedEntries %s: the next deployment brings what is wanted, and a Delete leaves nothing', async (RemovedEntries, names) => {
      await stage.resource.deployAndRest(stage.properties('abc', { RemovedEntries }));
      await skip(stage.properties('abcdefg', { RemovedEntries }));
      if (RemovedEntries === 'FAIL') {
        expect((await stage.resource.deployAndRest(stage.properties('abcz', { RemovedEntries }))).reason).toContain('no longer names 2');
        expect([stage.resource.stuck, stage.names()]).toEqual([[], 'abc']);
      }
      expect(await stage.resource.deployAndRest(stage.properties('abcz', { RemovedEntries }))).toMatchObject({ status: 'SUCCESS' });
      expect(stage.names()).toBe(names);
      expect(await stage.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
      expect([stage.cloud.datasets, staged()]).toEqual([[], []]);
    });

  test('with a resource that is deleted right after: nothing is left', async () => {
    await stage.resource.deployAndRest(stage.properties('abc'));
    await skip(stage.properties('abcdefg'));
    expect(await stage.resource.destroyAndRest()).toMatchObject({ status: 'SUCCESS' });
    expect([stage.cloud.datasets, staged()]).toEqual([[], []]);
  });
});
