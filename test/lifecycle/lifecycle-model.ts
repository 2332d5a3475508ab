import { isAdopted, ownerTagsOf, RESOURCE_TAG, STACK_TAG } from '../../lambda/core/owner-tags';
import type { Outcome, Properties } from '../rigs/cloudformation';
import { ChaoticResource } from './chaotic-resource';
import { Cloud, isLabeled } from './cloud';
import type { StoredDataset } from './cloud';
import { Script } from './faults';
import { BY_HAND_ACTIONS, line, UNSTAGING } from './human-actions';
import type { ByHand } from './human-actions';
import { InMemoryFunctions, STAGING } from './in-memory-functions';
import { Policies } from './policies';
import { PROJECTS, SLOTS, slotName } from './sequences';
import type { Deploy, Meanwhile, ScriptedFault, Step } from './sequences';
import { NEXT, THIS } from './versions';
import { VirtualClock } from './virtual-clock';

const unstaged = (all: ReadonlySet<string>) => UNSTAGING.some((what) => all.has(what));

/** Reasons that a failure may name, by what happened. */
const CAUSES: readonly [(happened: Happened) => boolean, RegExp][] = [
  [({ faults: all }) => all.has('refuse'), /AccessDeniedException/],
  [({ faults: all }) => all.has('fail') || all.has('fail half'), /ended in (CREATE|UPDATE)_FAILED: the service has a bad day/],
  [({ faults: all }) => all.has('drop'), /the service silently dropped or altered 1 of them|holds \d+ entries where \d+ were expected/],
  // See below: of a stale description whose timestamp moves by itself.
  [({ faults: all }) => all.has('stale') && all.has('touch'), /dropped or altered|ended in (CREATE|UPDATE)_FAILED/],
  [({ faults: all }) => all.has('flaw'), /the service found errors in \d entries/],
  [({ faults: all }) => all.has('stick') || all.has('throttle') || all.has('slow pages'), /^not finished in time: /],
  [({ faults: all }) => all.has('crash'), /Runtime exited/],
  [({ faults: all }) => all.has('cancel'), /^Resource operation cancelled$/],
  [({ faults: all }) => all.has('deliver again') || all.has('cancel') || all.has('code replaced') || unstaged(all),
    /a newer operation on this resource has taken over/],
  // Of two polls, one has ended and tidied up, as a human deletes the dataset that the other one makes again.
  [({ faults: all }) => unstaged(all) || (all.has('poll again') && all.has('dataset deleted')), /InvalidS3ObjectException/],
  [({ foreign, faults: all }) => foreign || all.has('other owner tags') || all.has('owner tags removed') || unstaged(all),
    /already has a (TRAIN|TEST) dataset/],
  [({ failPolicy }) => failPolicy, /no longer names/],
  [({ guarded }) => guarded, /externalChanges is FAIL/],
];

interface Happened {
  readonly faults: ReadonlySet<string>;
  readonly foreign: boolean;
  readonly failPolicy: boolean;
  readonly guarded: boolean;
}

/** Two stacks and a human at three slots; every step is checked against what was promised. */
export class LifecycleModel {
  readonly cloud = new Cloud(new VirtualClock(), PROJECTS);
  readonly functions = new InMemoryFunctions(this.cloud);
  readonly resources = [0, 1].map((i) => new ChaoticResource(
    this.functions, `arn:aws:cloudformation:us-east-1:111122223333:stack/stack${i}/00000000-0000-4000-8000-00000000000${i}`, 'Birds'));

  private readonly policies = this.resources.map(({ stackId }) => {
    const policies = new Policies();
    this.functions.policies.set(stackId, policies);
    return policies;
  });

  private manifests = 0;
  /** Slot that the operation is about. */
  private target = '';
  /** A second poll or delivery that held the right to write was turned away or crashed: nobody asks it again, so it does not clear up. */
  private strayStuck = false;
  /** Going back, they wait for somebody to say what becomes of the entries of somebody else. */
  private readonly contested = new Set<ChaoticResource>();
  private readonly wantedBy = new Map<Properties, { images: Map<string, string>; deploy: Deploy }>();

  async take(step: Step): Promise<void> {
    if (step.do === 'deploy') return this.deploy(step);
    if (step.do === 'destroy') return this.destroy(this.resources[step.who], step.faults);
    this.byHand(step.what, slotName(step.slot));
    await this.cloud.clock.sleep(120_000);
  }

  /** The end of every sequence: a quiet deploy brings what is wanted, and a quiet delete leaves nothing. */
  async finish(): Promise<void> {
    for (const resource of this.resources) {
      const { properties } = resource;
      if (!properties) continue;
      const { deploy } = this.wantedBy.get(properties)!;
      const removedEntries = deploy.removedEntries === 'FAIL' ? 'RECREATE' : deploy.removedEntries;
      await this.deploy({ ...deploy, removedEntries, externalChanges: 'OVERWRITE', faults: [] });
    }
    for (const resource of this.resources) await this.destroy(resource, []);
    const adopted = [...this.wantedBy.values()].some(({ deploy }) => deploy.adoptExisting);
    const staged = [...this.cloud.objects.keys()].filter((key) => key.startsWith(`${STAGING}/stack`) && !/\/(lease|requests)\.json$/.test(key));
    check(this.strayStuck || this.functions.strayUnfinished || staged.length === 0, `staging objects are left: ${staged.join(' ')}`);
    // A dataset that was adopted and restored carries the owner tags of the one it was taken from, who may be gone.
    if (adopted) return;
    const left = this.cloud.datasets.filter((dataset) => this.resources.some((resource) => this.isTagged(resource, dataset)));
    check(left.length === 0, `datasets of ours are left: ${JSON.stringify(left.map(({ arn, tags }) => [arn, tags]))}`);
  }

  private async deploy(step: Deploy): Promise<void> {
    const resource = this.resources[step.who];
    const wanted = this.wanted(step);
    const old = resource.properties;
    const oldSlot = resource.physicalId;
    const newSlot = this.target = slotName(step.slot);
    const before = this.snapshot();
    const there = before.find(({ slot }) => slot === newSlot);
    const writesBefore = this.cloud.writes.length;
    const foreign = there !== undefined && !there.owners.includes(resource) && !step.adoptExisting;
    const script = this.begin(resource, step.faults);
    resource.forgetsFailedIds = step.forgetsFailedIds;
    resource.stuck.length = 0;

    const policies = this.policies[step.who];
    policies.inForce = [newSlot, ...oldSlot ? [oldSlot] : []];
    const outcome = await resource.deployAndRest(wanted.properties);
    policies.inForce = resource.physicalId ? [resource.physicalId] : [];

    const names = this.namesOf(script);
    // Without its owner tags, a dataset is known by the record alone, which another version cannot read.
    const unknown = names.has('code replaced') && there !== undefined && !this.isTagged(resource, there) && !step.adoptExisting;
    const happened: Happened = {
      faults: names, foreign: foreign || unknown, failPolicy: step.removedEntries === 'FAIL', guarded: step.externalChanges === 'FAIL',
    };
    const interfered = script.struck.some((item) => item.do === 'meanwhile' && item.what in BY_HAND_ACTIONS);
    this.strayStuck ||= leavesStray(happened.faults) || isRefusedTwice(script);
    this.checkOutcome(outcome, happened);
    const late = happened.faults.has('silence') && outcome.status === 'FAILED';
    if (!old && happened.faults.has('deliver again') && (late || (resource.orphaned && happened.faults.has('crash')))) {
      this.clearByHand(resource);
      return;
    }
    this.checkForeign(resource, before, step, interfered, outcome, [newSlot, ...(oldSlot ? [oldSlot] : [])]);
    const now = this.cloud.at(newSlot);
    if (outcome.status === 'SUCCESS') {
      this.contested.delete(resource);
      // A second poll may have sent the same lines again, behind the back of the first, and the service be at it for ever.
      if (interfered || (happened.faults.has('poll again') && ['stick', 'stale', 'lag'].some((fault) => happened.faults.has(fault)))) return;
      // Nothing tells a stale description whose timestamp moves by itself, between the look and the write, from a new one.
      if (happened.faults.has('stale') && happened.faults.has('touch')) return;
      // Going back under FAIL keeps what is too many.
      checkContent(now, wanted.images, step.removedEntries, there?.entries);
      check(outcome.data!.TotalEntries === now!.entries.size, 'TotalEntries is not what is in the dataset');
      const twice = happened.faults.has('poll again') || happened.faults.has('deliver again');
      check(twice || outcome.data!.DatasetArn === now!.arn, 'DatasetArn is of another dataset');
      for (const [key, value] of Object.entries(step.tags)) check(now!.tags[key] === value, `tag ${key} is not set`);
      if (oldSlot && oldSlot !== newSlot) {
        const rest = this.cloud.at(oldSlot);
        check(!rest || !this.isTagged(resource, rest) || resource.stuck.length > 0, 'the dataset of the old slot is still there');
      }
      if (script.struck.length === 0 && there?.owners.includes(resource)) this.checkWrites(there, wanted.images, step, writesBefore);
    } else if (resource.stuck.length > 0) {
      // Somebody else has adopted what the rollback takes back, and FAIL guards their entries.
      const theirs = this.contested.has(resource) || before.some(({ slot, owners }) => slot === oldSlot && !owners.includes(resource));
      if (theirs) this.contested.add(resource);
      // Entries that were kept with an adoption are in a record, which code of another version cannot read.
      const unreadable = happened.faults.has('code replaced') && oldSlot !== newSlot && this.wantedBy.get(old!)!.deploy.adoptExisting;
      // The update that failed is written down, unless a fault kept it from that; one that changes nothing CloudFormation does not send.
      const isUntold = happened.faults.size > 0 || JSON.stringify(old) === JSON.stringify(wanted.properties);
      for (const reason of resource.stuck) {
        const blocked = (isUntold && /already has a (TRAIN|TEST) dataset/.test(reason)) || (interfered && /taken over/.test(reason))
          || ((theirs || unreadable) && /removedEntries is FAIL/.test(reason));
        check(blocked, `rollback failed for good: ${reason}`);
      }
    } else if (!old) {
      check(!now || !this.isTagged(resource, now), 'a create that failed left its dataset');
    } else if (!interfered) {
      const was = before.find(({ slot }) => slot === oldSlot);
      // There is nothing to take back of what somebody else has adopted, and checkForeign has looked at it.
      if (was && !was.owners.includes(resource)) return;
      const { images: oldImages, deploy: oldDeploy } = this.wantedBy.get(old)!;
      const is = this.cloud.at(oldSlot!);
      const extras = new Map([...wanted.images, ...was?.entries ?? []]);
      if (!was || !is || !sameEntries(was.entries, is.entries)) checkContent(is, oldImages, oldDeploy.removedEntries, extras);
      if (newSlot !== oldSlot && now) check(!this.isTagged(resource, now), 'an update that failed left a dataset in its new slot');
    }
  }

  private async destroy(resource: ChaoticResource, faults: readonly ScriptedFault[]): Promise<void> {
    if (!resource.properties) return;
    const before = this.snapshot();
    const slot = this.target = resource.physicalId!;
    const script = this.begin(resource, faults);
    const outcome = await resource.destroyAndRest();
    check(outcome.status === 'SUCCESS', `the delete failed for good: ${outcome.reason}`);
    const left = this.cloud.at(slot);
    const happened = this.namesOf(script);
    this.strayStuck ||= leavesStray(happened) || isRefusedTwice(script);
    const retagged = happened.has('other owner tags') || happened.has('owner tags removed') || unstaged(happened);
    if (!retagged) check(!left || !this.isTagged(resource, left), 'the delete left the dataset');
    const was = before.find((dataset) => dataset.slot === slot);
    // Of what is deleted and made again to be restored, there is no other copy.
    const lost = happened.has('dataset deleted') || unstaged(happened);
    if (was && this.isTagged(resource, was) && isAdopted(was.tags, ownerTagsOf(resource)) && !lost) {
      check(left !== undefined, 'the delete deleted a dataset that had been adopted');
    }
    this.checkForeign(resource, before, undefined, retagged || happened.has('dataset deleted'), outcome, [slot]);
  }

  /**
   * onEvent of a second delivery has crashed while the first one ran, or was so slow that it began when everything was over: nothing of
   * ours is asked to clean up, so a human does.
   */
  private clearByHand(resource: ChaoticResource): void {
    const { datasets, objects } = this.cloud;
    for (const dataset of [...datasets]) if (this.isTagged(resource, dataset)) datasets.splice(datasets.indexOf(dataset), 1);
    for (const key of objects.keys()) if (key.startsWith(`${STAGING}/${folderOf(resource)}`)) objects.delete(key);
  }

  private begin(resource: ChaoticResource, scripted: readonly ScriptedFault[]): Script {
    const script = new Script(new Map(scripted.map(({ at, fault }) => [
      at, fault.do === 'meanwhile' ? { ...fault, run: () => { this.meanwhile(fault.what, resource); } } : fault,
    ])));
    this.functions.begin(script);
    this.cloud.calm();
    // Images that the service found errors in were put right meanwhile.
    for (const { flawed } of this.cloud.datasets) flawed.clear();
    return script;
  }

  private meanwhile(what: Meanwhile, resource: ChaoticResource): void {
    if (what === 'cancel') resource.cancel();
    else if (what === 'deliver again') resource.deliverAgain();
    else if (what === 'poll again') this.functions.pollAgain();
    else if (what === 'code replaced') this.replaceCode();
    else this.byHand(what, this.target);
  }

  /** From the next event or poll on the other version is at work, which reads no record of this one. */
  private replaceCode(): void {
    this.functions.handler = this.functions.handler === NEXT.code ? THIS.code : NEXT.code;
  }

  private byHand(what: ByHand, slot: string): void {
    BY_HAND_ACTIONS[what](this.cloud, slot);
  }

  private wanted(step: Deploy): { properties: Properties; images: Map<string, string> } {
    const entries = Object.entries(step.images).map(([name, of]): [string, string] => [`s3://images/${name}.jpg`, line(name, of)]);
    const key = `${++this.manifests}.manifest`;
    this.cloud.objects.set(`source/${key}`, Buffer.from(entries.map(([, text]) => `${text}\n`).join('')));
    const properties = {
      ServiceToken: 'token', ...SLOTS[step.slot], ...(entries.length > 0 && { Manifest: { Bucket: 'source', Key: key } }),
      RemovedEntries: step.removedEntries, ExternalChanges: step.externalChanges, InitialLoad: step.initialLoad,
      AdoptExisting: String(step.adoptExisting), MaxErrorEntries: '0', Tags: step.tags,
      // CloudFormation sends no Update without a change.
      Change: key,
    };
    const wanted = { properties, images: new Map(entries) };
    this.wantedBy.set(properties, { images: wanted.images, deploy: step });
    return wanted;
  }

  /** Of what is there when everything under way has ended. */
  private snapshot(): Snapshot[] {
    this.cloud.calm();
    return this.cloud.datasets.map((dataset) => ({
      ...dataset, tags: { ...dataset.tags }, entries: new Map(dataset.entries),
      owners: this.resources.filter((resource) => this.isOurs(resource, dataset)),
    }));
  }

  /** Ours by its tags or, where there is none, by the record. */
  private isOurs(resource: ChaoticResource, dataset: Pick<StoredDataset, 'tags' | 'arn' | 'slot'>): boolean {
    if (dataset.tags[STACK_TAG] !== undefined || dataset.tags[RESOURCE_TAG] !== undefined) return this.isTagged(resource, dataset);
    return [...this.cloud.objects].some(([key, body]) => key.startsWith(`${STAGING}/${folderOf(resource)}`) && key.endsWith('/applied.json')
      && this.reads(body).arn === dataset.arn);
  }

  /** What the code that is deployed can read of a record. */
  private reads(body: Buffer): Record<string, unknown> {
    const record = JSON.parse(body.toString());
    return record.version === (this.functions.handler === NEXT.code ? 2 : 1) ? record : {};
  }

  private isTagged({ stackId, logicalId }: ChaoticResource, { tags }: Pick<StoredDataset, 'tags'>): boolean {
    return tags[STACK_TAG] === stackId && tags[RESOURCE_TAG] === logicalId;
  }

  private namesOf(script: Script): Set<string> {
    return new Set(script.struck.map((item) => item.do === 'meanwhile' ? item.what : item.do === 'kill' && item.crash ? 'crash' : item.do));
  }

  private checkOutcome({ status, reason }: Outcome, happened: Happened): void {
    if (status === 'SUCCESS') return;
    check(Boolean(reason) && Buffer.byteLength(reason!) < 1000 && !/\p{Cc}/u.test(reason!), `not a good reason: ${reason}`);
    const named = CAUSES.some(([test, pattern]) => test(happened) && pattern.test(reason!));
    check(named, `failed although nothing justifies it (${[...happened.faults].join(', ') || 'no fault'}): ${reason}`);
  }

  /** What belongs to others is as it was, unless it was to be adopted; what was adopted in vain is restored. */
  private checkForeign(
    resource: ChaoticResource, before: readonly Snapshot[], step: Deploy | undefined, interfered: boolean, outcome: Outcome,
    slots: readonly string[],
  ): void {
    for (const was of before) {
      if (was.owners.includes(resource)) continue;
      const is = this.cloud.at(was.slot);
      const touched = (interfered && was.slot === this.target) || (step?.adoptExisting && outcome.status === 'SUCCESS');
      if (slots.includes(was.slot) && touched) continue;
      // An update that adopts in its own slot and fails goes back to its own old content, and a rollback may adopt as well.
      const oldDeploy = resource.properties && this.wantedBy.get(resource.properties)!.deploy;
      if ((step?.adoptExisting || oldDeploy?.adoptExisting) && was.slot === resource.physicalId) continue;
      const given = step?.adoptExisting && slots.includes(was.slot);
      // What a failed creation has left in a dataset cannot be listed.
      const lost = was.status === 'CREATE_FAILED' && given;
      const same = is !== undefined && (given || is.arn === was.arn) && (lost || textOf(is) === textOf(was));
      check(same || resource.stuck.length > 0, `somebody else's dataset is not as it was: ${textOf(was)} is now ${is && textOf(is)}`);
    }
  }

  /** An undisturbed update sends what is new or changed, and nothing where nothing is. */
  private checkWrites(there: Snapshot, wanted: Map<string, string>, step: Deploy, first: number): void {
    const writes = this.cloud.writes.slice(first);
    const removed = [...there.entries].filter(([ref, text]) => !wanted.has(ref) && (step.removedEntries !== 'UNLABEL' || isLabeled(text)));
    const changed = [...wanted].filter(([ref, text]) => there.entries.get(ref) !== text);
    if (there.status === 'CREATE_FAILED' || (removed.length > 0 && step.removedEntries === 'RECREATE')) return;
    const pushes = writes.filter(({ operation, arn }) => operation === 'UpdateDatasetEntries' && arn === there.arn);
    const sent = pushes.flatMap(({ lines }) => lines);
    const expected = changed.length + (step.removedEntries === 'UNLABEL' ? removed.length : 0);
    check(sent.length === expected, `${sent.length} lines were sent where ${expected} are new, changed or to unlabel`);
  }
}

type Snapshot = Pick<StoredDataset, 'arn' | 'slot' | 'tags' | 'entries' | 'status'> & { readonly owners: readonly ChaoticResource[] };

function folderOf({ stackId }: ChaoticResource): string {
  const [, name, id] = stackId.split('/');
  return `${name}-${id}/`;
}

function checkContent(
  dataset: StoredDataset | undefined, wanted: Map<string, string>, policy: Deploy['removedEntries'], before: Map<string, string> | undefined,
): void {
  check(dataset !== undefined, 'there is no dataset');
  check(!dataset.work && dataset.status !== 'CREATE_FAILED', `the dataset is in ${dataset.status}`);
  for (const [ref, text] of wanted) {
    const is = dataset.entries.get(ref);
    check(is === text, `${ref} is ${is} where ${text} is wanted`);
  }
  for (const [ref, text] of dataset.entries) {
    if (wanted.has(ref)) continue;
    check(policy !== 'RECREATE' && before !== undefined && before.has(ref), `${ref} is in the dataset and nobody wants it (${policy})`);
    if (policy === 'UNLABEL') check(!isLabeled(text), `${ref} still has its label`);
  }
}

function sameEntries(a: Map<string, string>, b: Map<string, string>): boolean {
  return a.size === b.size && [...a].every(([ref, text]) => b.get(ref) === text);
}

/** Everything of a dataset but its ARN and the order of its entries. */
function textOf({ tags, entries }: Pick<StoredDataset, 'tags' | 'entries'>): string {
  return JSON.stringify([Object.entries(tags).sort(), [...entries].sort()]);
}

/** Whether a second poll or delivery may have been left without anybody who asks it again. */
function leavesStray(faults: ReadonlySet<string>): boolean {
  const late = faults.has('throttle') || faults.has('silence');
  // Who may write is not known to the other version, so that its poll of a Delete clears nothing away.
  if (faults.has('code replaced')) return true;
  // A cancelled create that is turned away until its time is over cannot find out whether what it has staged is still needed.
  if (faults.has('cancel') && late) return true;
  return (faults.has('poll again') && late) || (faults.has('deliver again') && (late || faults.has('crash') || faults.has('refuse')));
}

/** A Delete that may neither write its lease nor list what is staged takes it that nothing has begun: it must come to an end. */
function isRefusedTwice({ struck }: Script): boolean {
  return struck.filter((item) => item.do === 'refuse').length > 1;
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
