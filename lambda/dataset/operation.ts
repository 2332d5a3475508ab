import type { CdkCustomResourceEvent } from 'aws-lambda';
import { log } from '../core/log';
import { slotId } from '../core/slot';
import type { Identity, Slot, Tags } from '../core/slot';
import { isKnownVersion } from '../core/wire-version';
import { slotOfId } from '../services';
import type { PropertyChange } from '../staging/records';
import { nameOf, parseProperties, slotIn, tagsOf, unreadableProperties } from './desired-state';
import type { DesiredState, UnreadableProperties } from './desired-state';

/** What is to be done to one dataset, whoever asks for it: CloudFormation, or a workflow that fills a dataset step by step. */
export interface Operation {
  readonly kind: 'create' | 'update' | 'delete';
  readonly owner: Identity;
  /** Names this operation; every poll of it says the same. */
  readonly runId: string;
  /** The same each time the request for the operation arrives. */
  readonly requestId: string;
  readonly slot: Slot;
  /** Where the dataset was before an update. */
  readonly previousSlot?: Slot;
  /** A slot that a failed update has left behind; it is emptied first. */
  readonly abandonedSlot?: Slot;
  /** Absent for a delete, and where the properties cannot be read. */
  readonly desired?: DesiredState;
  /** In the place of `desired`, for an update: it may be a rollback. */
  readonly unreadable?: UnreadableProperties;
  readonly tags: Tags;
  readonly previousTags: Tags;
  /** An update, by the names of its properties. */
  readonly change?: PropertyChange;
  /** Before an update, what was changed outside the stack was not to be overwritten. */
  readonly guardedBefore: boolean;
  /** The resource has an id that names a slot: an operation has begun before. */
  readonly hasId: boolean;
  /** Why it could not begin. */
  readonly failure?: string;
}

/** Facts fixed when an operation begins; the Provider framework carries them to every poll. */
export interface Begun {
  readonly RunId: string;
  /** Epoch milliseconds. */
  readonly Deadline: string;
  /** Id of the slot that a failed update has left behind. */
  readonly Abandoned?: string;
  /** Why the operation could not begin. */
  readonly Failed?: string;
}

/**
 * Takes a custom resource event apart, once. Undefined for a Delete that names no dataset.
 *
 * @param begun what an earlier call of the handler has answered; absent: the operation begins
 * @throws DeployError for a Create, or another slot, in properties that this handler cannot read
 */
export function parseOperation(event: CdkCustomResourceEvent, runId: string, begun?: Partial<Begun>): Operation | undefined {
  const { RequestType, RequestId, StackId, LogicalResourceId, ResourceProperties } = event;
  const slot = slotFor(event);
  if (!slot) {
    log('nothing to delete', { reason: 'neither the id nor the properties name a dataset' });
    return undefined;
  }
  const common = {
    owner: { stackId: StackId, logicalId: LogicalResourceId }, runId, requestId: RequestId, slot, tags: tagsOf(ResourceProperties),
    previousTags: {}, guardedBefore: false, failure: begun?.Failed && String(begun.Failed),
  };
  if (RequestType === 'Create') return { ...common, kind: 'create', desired: parseProperties(ResourceProperties), hasId: false };
  const hasId = slotOfId(event.PhysicalResourceId) !== undefined;
  if (RequestType === 'Delete') return { ...common, kind: 'delete', hasId };

  const old = event.OldResourceProperties;
  const previousSlot = slotIn(old) ?? slotOfId(event.PhysicalResourceId);
  const abandonedSlot = begun ? slotOfId(String(begun.Abandoned)) : abandonedBy(event.PhysicalResourceId, slot, previousSlot);
  return {
    ...common, kind: 'update', hasId, previousSlot, abandonedSlot, ...readProperties(ResourceProperties, slot),
    previousTags: tagsOf(old), change: { from: nameOf(old), to: nameOf(ResourceProperties) }, guardedBefore: old.ExternalChanges === 'FAIL',
  };
}

/**
 * The slot that an event is about. A Delete names it by its id, unless the id was invented for a create that never answered; with
 * properties that never named one there is nothing to delete.
 */
function slotFor(event: CdkCustomResourceEvent): Slot | undefined {
  const { RequestType, ResourceProperties } = event;
  if (RequestType === 'Create') return parseProperties(ResourceProperties).slot;
  const [byId, byProperties] = [slotOfId(event.PhysicalResourceId), slotIn(ResourceProperties)];
  if (RequestType === 'Delete') return byId ?? byProperties;
  return byProperties ?? (isKnownVersion(ResourceProperties) ? undefined : byId) ?? parseProperties(ResourceProperties).slot;
}

/**
 * The slot of the old properties, when it is neither desired nor the resource's: an update to another slot has failed and its
 * id was dropped, so that no Delete will come for it.
 */
function abandonedBy(physicalId: string, slot: Slot, previous: Slot | undefined): Slot | undefined {
  const id = previous && slotId(previous);
  return id === physicalId || id === slotId(slot) ? undefined : previous;
}

function readProperties(raw: Readonly<Record<string, unknown>>, slot: Slot): Pick<Operation, 'desired' | 'unreadable'> {
  try {
    return { desired: parseProperties(raw) };
  } catch (error) {
    return { unreadable: unreadableProperties(raw, slot, error as Error) };
  }
}
