import { OBSERVATION_INTERVAL, retryDelay } from '../../core/backoff';
import { isAmbiguousFailure } from '../../core/error-codes';
import { ConflictError, DeployError, Superseded, TimeSliceExceeded } from '../../core/errors';
import { log } from '../../core/log';
import { isAdopted, ownerOf } from '../../core/owner-tags';
import { DeadlinePassed } from '../../core/time-budget';
import { perform, settle } from './actions';
import { removeOwnershipTags } from './adoption';
import { nextActionToDelete } from './decide';
import type { Action, Observed } from './decide';
import { deleteLateMessage, outOfTimeMessage } from './messages';
import type { Run } from './run';
import { ownerByTags } from './tags';

/** Observes, decides, does one action, observes again. */
export class Loop {
  private observedAt = -Infinity;
  private conflicts = 0;

  constructor(private readonly run: Run) {}

  /** Until there is nothing more to do: returns the dataset as it is then. */
  async until(next: (observed: Observed | undefined) => Action): Promise<Observed | undefined> {
    for (;;) {
      this.run.context.budget.check();
      const observed = await this.observe();
      let action = next(observed);
      for (; action.type === 'settle'; action = next(observed)) await settle(this.run);
      if (action.type === 'finish') return observed;
      await perform(this.run, action, observed);
      this.conflicts = 0;
    }
  }

  /**
   * Repeats work that begins with an observation for as long as there are conflicts, and says how far it got when time runs out.
   *
   * @throws TimeSliceExceeded when it takes another poll
   */
  async withRetries<T>(work: () => Promise<T>, isDelete = false): Promise<T> {
    const { run } = this;
    const { budget, staging } = run.context;
    try {
      run.progress = await staging.progress();
      if (run.progress.plan ?? run.progress.write) budget.hasReachedAll = true;
      let superseded: Superseded | undefined;
      for (;;) {
        try {
          if (!superseded) return await work();
          await this.removeUnseen();
          throw superseded;
        } catch (error) {
          if (error instanceof Superseded) {
            if (superseded) throw superseded;
            superseded = error;
            continue;
          }
          if (!(error instanceof ConflictError || isAmbiguousFailure(error as Error))) throw error;
          log('observing again', { because: (error as Error).message });
          budget.lastError = (error as Error).message;
          if (error instanceof ConflictError && error.code === 'NoSuchKey') await run.planAgain('a staged object is gone');
          await budget.pause(retryDelay(this.conflicts++));
        }
      }
    } catch (error) {
      if (error instanceof TimeSliceExceeded) throw error;
      await cleanUpAfterFailure(run).catch((failure) => { log('staged objects may be left', { because: (failure as Error).message }); });
      if (!(error instanceof DeadlinePassed)) throw error;
      throw new DeployError(isDelete ? deleteLateMessage(run.context, run.status) : outOfTimeMessage(run.context, run.progress));
    }
  }

  /**
   * A delete that has taken over and found an empty slot has cleared everything away; what this run was making at that
   * moment nobody else will remove.
   */
  private async removeUnseen(): Promise<void> {
    const { run } = this;
    await removeOwnershipTags(run);
    if (!run.progress.loading || await run.context.staging.leaseHolder() !== undefined) return;
    run.cleaningUp = true;
    await this.until((dataset) => nextActionToDelete(dataset, run.progress, run.context.budget.now()));
  }

  private async observe(): Promise<Observed | undefined> {
    const { run } = this;
    const { service, staging, budget, desired, ownerTags } = run.context;
    const early = this.observedAt + OBSERVATION_INTERVAL - budget.now();
    if (early > 0) await budget.pause(early);
    this.observedAt = budget.now();
    const dataset = await service.find(desired.slot, run.progress.arn);
    run.status = dataset?.status;
    if (!dataset) return undefined;
    if (run.owner?.arn !== dataset.arn) {
      const tags = await service.tags(dataset.arn);
      const applied = await staging.applied();
      const owner = ownerOf(tags, ownerTags, applied?.arn, dataset.arn);
      const adoptionPending = isAdopted(tags, ownerTags) || applied?.adoptionPending !== undefined;
      run.owner = { arn: dataset.arn, tags, owner, adoptionPending };
    }
    const known = run.progress.arn === dataset.arn ? run.progress.lastUpdated ?? 0 : 0;
    const olderSince = dataset.lastUpdated < known ? run.progress.olderSince ?? budget.now() : undefined;
    run.progress = { ...run.progress, arn: dataset.arn, lastUpdated: Math.max(known, dataset.lastUpdated), olderSince };
    const { owner, adoptionPending } = run.owner;
    return { ...dataset, owner, adoptionPending };
  }
}

/**
 * Clears away what a failed run has staged, when another one has taken over and nobody else would. When nobody has, a delete
 * has cleared everything already and what this run has written since goes, too; unless a human has removed the lease alone,
 * which shows in a dataset that is still ours or has still to be restored.
 */
async function cleanUpAfterFailure({ context, progress }: Run): Promise<void> {
  const { staging } = context;
  const holder = await staging.leaseHolder();
  if (holder === staging.runId) return;
  await staging.clearRun();
  if (holder !== undefined) return;
  const owner = await ownerByTags(context, progress.arn);
  const needed = owner === 'us' || (owner === undefined && (await staging.applied())?.adoptionPending !== undefined);
  if (needed) return;
  await staging.clear();
  await staging.forgetResourceIfGone();
}
