import { log } from '../../core/log';
import { NOTHING_APPLIED } from '../../staging/records';
import type { Applied, PropertyChange } from '../../staging/records';
import type { Staging } from '../../staging/staging';
import type { Context } from '../context';
import type { DesiredState, UnreadableProperties } from '../desired-state';

/**
 * No engine tells an update that goes on from a rollback, which must never fail. Three facts tell what can be told, and none of them
 * serves for all:
 *
 * - what was applied, by its properties (`mayBeRollbackTo`): known for an update that is taken back after its own success, too, for
 *   which nothing was noted as failed. In doubt it is a rollback;
 * - what was applied, by its source (`removalPolicyFor`): entries are those of a content, whatever policy it was deployed with. A
 *   rollback to another policy of the same content must not delete entries, nor fail for them;
 * - the update that failed, by its properties before and after it (`undoes`): the most exact, and in doubt it is none. It is the one
 *   that is asked before a dataset of somebody else is accepted. It cannot serve the others: it is written when an update fails, so it
 *   does not know one that is taken back after its success.
 */

/**
 * Whether an update may be a rollback: it asks for what was applied before, or nobody knows any more what that was.
 *
 * @param properties what it asks for, as `DesiredState.properties` names it
 */
export function mayBeRollbackTo(properties: string, applied: Applied | undefined): boolean {
  const isKnown = applied?.properties && applied.previous?.properties !== '';
  return !isKnown || appliedBefore(properties, applied) !== undefined;
}

/** What was applied with these properties, now or before that. */
function appliedBefore(properties: string, applied: Applied | undefined): Applied | Applied['previous'] {
  return [applied, applied?.previous].find((item) => item?.properties === properties);
}

/** What the next record says of this one. */
export function previousOf({ source, properties, manifestKey, contentHash }: Applied = NOTHING_APPLIED): Applied['previous'] {
  return { source, properties, manifestKey, contentHash };
}

/** Whether an update goes the other way than the one that failed. */
export function undoes({ from, to }: PropertyChange, failed: PropertyChange | undefined): boolean {
  return from !== to && failed?.from === to && failed.to === from;
}

type Policy = DesiredState['removedEntries'];

/**
 * Going back never fails for entries that are too many, or a rollback could not end. What a failed operation brought in
 * goes again; of what was applied before the last success, which may be a rollback or what the user wants, everything stays.
 * Everything stays, too, where the record is gone that would tell going back from going on.
 */
export function removalPolicyFor(
  { desired: { removedEntries, source }, staging: { runId }, mayBeRollback, undoneByDelete }: Context, applied: Applied | undefined,
): Policy {
  if (removedEntries !== 'FAIL') return removedEntries;
  const comesNew = applied?.adoptionPending && undoneByDelete;
  const isKnown = applied?.source && applied.previous?.source !== '';
  if (!isKnown && mayBeRollback && !comesNew && applied?.source !== source) {
    log('removedEntries is FAIL, but what was applied before is gone from the staging bucket: this may be a rollback, so entries that the manifest does not name stay');
    return 'KEEP';
  }
  if (applied?.source !== source && applied?.previous?.source !== source) return removedEntries;
  // What another poll of this run has changed since it was written down is not what a failed operation brought in.
  return applied.source === source && applied.dirty && applied.runId !== runId ? 'RECREATE' : 'KEEP';
}

/**
 * What an update desires whose properties are of another version of the library. The handler must not act on them, and must not block
 * a rollback: an update to what was applied before goes back, and so may one where the record of that is gone.
 *
 * @throws the reason why the properties cannot be read, where this is no rollback
 */
export async function rollbackState(
  { reason, properties, state, withoutContent }: UnreadableProperties, staging: Staging,
): Promise<DesiredState> {
  const applied = await staging.applied();
  const before = appliedBefore(properties, applied);
  if (!mayBeRollbackTo(properties, applied)) throw reason;
  log('properties of another version: this may be a rollback', { because: reason.message, appliedBefore: before !== undefined });
  if (!before) return state;
  const { source, manifestKey: key, contentHash } = before;
  if (key === undefined) return { ...withoutContent, source };
  if (await staging.has(key)) return { ...withoutContent, source, saved: { key, contentHash } };
  return { ...state, source };
}
