import { DeployError, OutOfReach, ServiceError, TimeSliceExceeded } from '../../core/errors';
import { log } from '../../core/log';
import { ownerTagsOf } from '../../core/owner-tags';
import { slotId } from '../../core/slot';
import type { Slot } from '../../core/slot';
import type { TimeBudget } from '../../core/time-budget';
import { profileOf } from '../../services';
import type { DatasetService, ServiceProfile } from '../../services/port';
import type { ObjectStore } from '../../staging/object-store';
import { Staging } from '../../staging/staging';
import type { Context } from '../context';
import { emptyState } from '../desired-state';
import type { DesiredState } from '../desired-state';
import type { Operation } from '../operation';
import { ForeignDataset } from './actions';
import { apply, deleteDataset } from './goals';
import type { AppliedDataset } from './goals';
import { acquireLease, holdsLease } from './lease';
import { rollbackState, undoes } from './rollback';
import { ownerByTags } from './tags';

/** What a poll is made of; the entry point makes it from the SDK, a test from fakes. */
export interface Parts {
  readonly connect: (profile: ServiceProfile) => DatasetService;
  readonly store: ObjectStore;
  readonly stagingBucket: string;
  readonly budget: TimeBudget;
}

/** What a poll came to: another one is needed, or the operation is done. A delete answers with no dataset. */
export type Outcome = { readonly done: false } | { readonly done: true; readonly applied?: AppliedDataset };

/**
 * Makes the operation the one that may write.
 *
 * @param at when it began; epoch milliseconds
 * @throws Superseded when a newer one has
 */
export async function startOperation(operation: Operation, { store, stagingBucket }: Parts, at: number): Promise<void> {
  const { slot, abandonedSlot, owner, runId, requestId } = operation;
  for (const held of abandonedSlot ? [slot, abandonedSlot] : [slot]) {
    await acquireLease(new Staging(store, stagingBucket, owner, held, runId), requestId, at);
  }
}

/** Carries the operation on; to be called until it is done. */
export async function continueOperation(operation: Operation, parts: Parts): Promise<Outcome> {
  try {
    return { done: true, applied: operation.kind === 'delete' ? await remove(operation, parts) : await bringIn(operation, parts) };
  } catch (error) {
    if (!(error instanceof TimeSliceExceeded)) throw error;
    log('to be continued', { runId: operation.runId });
    return { done: false };
  }
}

async function remove(operation: Operation, parts: Parts): Promise<undefined> {
  const { slot, tags, failure } = operation;
  const context = contextOf(operation, parts, emptyState(slot, tags));
  if (failure !== undefined) {
    if (!await isNothingOurs(context, operation)) throw new DeployError(failure);
    log('nothing to delete', { reason: failure });
    return undefined;
  }
  await deleteDataset(context);
  await context.staging.forgetFailed();
  // A create that never answered may be so slow that it has yet to begin: the request of this delete, which is newer, stops it then.
  if (operation.hasId) await context.staging.forgetResourceIfGone();
  return undefined;
}

async function bringIn(operation: Operation, parts: Parts): Promise<AppliedDataset> {
  const { slot, abandonedSlot, tags, previousTags, failure } = operation;
  if (failure !== undefined) throw new DeployError(failure);
  if (abandonedSlot) await deleteDataset(contextOf(operation, parts, emptyState(abandonedSlot, previousTags)));
  const context = contextOf(operation, parts, emptyState(slot, tags));
  try {
    const desired = operation.desired ?? await rollbackState(operation.unreadable!, context.staging);
    const applied = await apply({ ...context, desired }, previousTags);
    await context.staging.forgetFailed();
    return applied;
  } catch (error) {
    return acceptForeignOnRollback(error, operation, context);
  }
}

function contextOf(operation: Operation, { connect, store, stagingBucket, budget }: Parts, desired: DesiredState): Context {
  const { owner, runId, requestId, kind, previousSlot, slot, guardedBefore } = operation;
  const profile = profileOf(desired.slot);
  return {
    desired, profile, service: connect(profile), store, budget, ownerTags: ownerTagsOf(owner),
    staging: new Staging(store, stagingBucket, owner, desired.slot, runId), requestId,
    mayBeRollback: kind === 'update', undoneByDelete: !previousSlot || !isSame(previousSlot, slot), guardedBefore,
  };
}

function isSame(a: Slot, b: Slot): boolean {
  return slotId(a) === slotId(b);
}

/**
 * Neither in the service nor in the staging bucket, which would show an operation that is at work. Where that cannot be listed at
 * all, no operation can have begun; where neither can be reached, none has begun under an id that names no slot.
 */
async function isNothingOurs(context: Context, { hasId }: Operation): Promise<boolean> {
  const owner = await ownerByTags(context).catch((error) => {
    if (error instanceof OutOfReach && !hasId) return undefined;
    throw error;
  });
  if (owner === 'us') return false;
  return context.staging.isEmpty().catch((error) => {
    if (error instanceof ServiceError) return true;
    throw error;
  });
}

/**
 * Where an update has failed and the dataset is somebody else's, the update that takes it back is not refused: the stack would be
 * stuck, and what is not ours stays as it is anyway. Which one that is, the note of the one that failed tells.
 */
async function acceptForeignOnRollback(error: unknown, { change }: Operation, { staging }: Context): Promise<AppliedDataset> {
  if (error instanceof TimeSliceExceeded || !change) throw error;
  const isRollback = undoes(change, await staging.failed().catch(() => undefined));
  if (isRollback && error instanceof ForeignDataset) {
    log('dataset is not ours and stays as it is: nothing to take back', { datasetArn: error.observed.arn, reason: error.message });
    return { dataset: error.observed, contentHash: '' };
  }
  if (!isRollback && await holdsLease(staging).catch(() => false)) {
    // The failure itself is what is told, whatever becomes of the note.
    await staging.saveFailed(change).catch((why) => { log('this failure is not written down', { because: (why as Error).message }); });
  }
  throw error;
}
