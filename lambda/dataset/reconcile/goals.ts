import { OutOfReach } from '../../core/errors';
import { log } from '../../core/log';
import { adoptionTag, describeOwner } from '../../core/owner-tags';
import type { Tags } from '../../core/slot';
import type { Applied } from '../../staging/records';
import type { Context } from '../context';
import { originalState, orphan, restoreOriginal, transferOwnership } from './adoption';
import { nextActionToApply, nextActionToDelete, nextActionToRevert } from './decide';
import type { Observed } from './decide';
import { Loop } from './loop';
import { previousOf } from './rollback';
import { Run } from './run';
import { desiredTags, syncTags } from './tags';
import { verify } from './verify';

/** What an operation is to bring about. Each throws TimeSliceExceeded when that takes another poll. */

export interface AppliedDataset {
  readonly dataset: Observed;
  readonly contentHash: string;
}

/**
 * Until the dataset holds what is desired and carries its tags, and that is written down for the next operation.
 *
 * @param tagsBefore tags that an earlier operation set and that are taken off where they are not desired any more
 */
export async function apply(context: Context, tagsBefore: Tags): Promise<AppliedDataset> {
  const { service, desired, budget, ownerTags, undoneByDelete } = context;
  const run = new Run(context);
  const loop = new Loop(run);
  return loop.withRetries(async () => {
    const found = (await loop.until((dataset) => nextActionToApply(desired, dataset, run.progress, budget.now())))!;
    const dataset = { ...found, counts: await verify(context, found, run.progress) };
    const tags = desiredTags(context, undoneByDelete && dataset.adoptionPending === true);
    await syncTags(service, dataset.arn, tags, { ...tagsBefore, ...adoptionTag(ownerTags) }, () => run.assertLease());
    await record(run, dataset);
    return { dataset, contentHash: run.progress.plan!.contentHash };
  });
}

/**
 * Until the slot holds no dataset of ours. One that was adopted by a deployment which is being undone is restored, for as long as
 * it is known what it was.
 */
export async function deleteDataset(context: Context): Promise<void> {
  const original = await originalState(context);
  if (original) return revertAdoption({ ...context, desired: original }, context.desired.tags);
  const { staging, budget, mayBeRollback } = context;
  const run = new Run(context);
  const loop = new Loop(run);
  await loop.withRetries(async () => {
    // An operation that this one has overtaken may have made a dataset that does not show yet.
    if ((await staging.applied())?.dirty) run.progress = { write: { kind: 'create', before: 0, at: budget.now() }, ...run.progress };
    const observed = await loop.until((dataset) => nextActionToDelete(dataset, run.progress, budget.now())).catch(async (error) => {
      if (!(error instanceof OutOfReach) || !await staging.isUnused()) throw error;
      log('nothing to delete', { reason: error.message });
      return undefined;
    });
    if (observed?.owner === 'us') {
      await orphan(run, observed);
    } else if (observed) {
      logLeftAlone(run, observed);
      await transferOwnership(run);
    }
    await staging.clear();
  }, !mayBeRollback);
}

/**
 * Until an adopted dataset is as it was. One that somebody else has adopted meanwhile stays as it is.
 *
 * @param ourTags what the stack has tagged it with
 */
async function revertAdoption(context: Context, ourTags: Tags): Promise<void> {
  const { desired, budget, staging } = context;
  const run = new Run(context);
  const loop = new Loop(run);
  await loop.withRetries(async () => {
    const observed = (await loop.until((dataset) => nextActionToRevert(desired, dataset, run.progress, budget.now())))!;
    if (observed.owner === 'us') {
      await verify(context, observed, run.progress);
      await restoreOriginal(run, observed, desired.tags, ourTags);
      log('adopted dataset restored', { datasetArn: observed.arn, entries: observed.counts.total });
    } else {
      logLeftAlone(run, observed);
    }
    await staging.clear();
  });
}

/** Writes down what the dataset holds now, for the next operation, and clears away what only this one needed. */
async function record(run: Run, observed: Observed): Promise<void> {
  const { desired, staging, mayBeRollback, undoneByDelete } = run.context;
  const { contentHash, entries, manifestKey, indexKey, kept: planned, keptLines: lines, stays } = run.progress.plan!;
  const { arn, counts, lastUpdated } = observed;
  const kept = counts.total - entries;
  const before = await staging.applied();
  const now: Applied = before && stays ? before : {
    arn, runId: staging.runId, source: desired.source, properties: desired.properties, contentHash, entries, manifestKey, indexKey,
    previous: before?.properties === desired.properties ? before.previous : mayBeRollback ? previousOf(before) : undefined,
    kept, keptLines: kept > 0 && kept === planned ? lines : undefined, counts, lastUpdated,
    // Entries that stay as somebody has changed them are not what the plan says.
    dirty: stays ?? false,
    adoptionPending: undoneByDelete ? before?.adoptionPending : undefined,
  };
  await staging.saveApplied(now);
  await run.assertLease();
  await staging.tidy([
    now.manifestKey, now.indexKey, now.keptLines?.manifestKey, now.keptLines?.indexKey, now.previous?.manifestKey,
    now.adoptionPending && staging.adoptedKey, staging.key('progress.json'),
  ]);
  log('dataset is as desired', { datasetArn: arn, status: observed.status, ...counts, contentHash });
}

function logLeftAlone(run: Run, { arn }: Observed): void {
  log('dataset is not ours and stays as it is', { datasetArn: arn, owner: describeOwner(run.owner!.tags) });
}
