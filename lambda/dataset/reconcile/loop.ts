import { OBSERVATION_INTERVAL, pollDelay, retryDelay } from '../../core/backoff';
import type { Context } from '../context';
import { DeployError, ConflictError, OutOfReach, TimeSliceExceeded, Superseded } from '../../core/errors';
import { readListing } from '../content/listing';
import { log } from '../../core/log';
import { deleteLateMessage, failedMessage, foreignMessage, outOfTimeMessage, sum } from './messages';
import {
  ADOPTED_TAG, adoptionMark, describeOwner, ForeignDataset, isAdopted, markedOwner, ownerOf, RESOURCE_TAG, settable, STACK_TAG, syncTags,
} from './ownership';
import { makePlan } from './plan';
import type { Tags } from '../../services/port';
import { isAmbiguousFailure } from '../../core/retry';
import {
  isBusy, type Owner, type Progress, type Observed, settled, type Action, toSend, nextActionToDelete, nextActionToApply, nextActionToRevert,
  type Write,
} from './decide';
import { DeadlinePassed } from '../../core/time-budget';
import { type Applied, NOTHING_APPLIED } from '../../staging/staging';
import { verify } from './verify';

/**
 * Carries an operation on: looks, decides, does one action, looks again. Everything it must remember for the next
 * poll is written to the staging bucket before it matters.
 */
export class Run {
  private progress: Progress = { pushed: 0 };
  private owner?: { readonly arn: string; readonly tags: Tags; readonly owner: Owner; readonly adoptionPending: boolean };
  private waitingSince?: number;
  /** Of the dataset, as it was seen last. */
  private status?: string;
  private observedAt = -Infinity;
  private conflicts = 0;
  private cleaningUp = false;
  /** What this run has put its mark on, and the tags that were there. */
  private marked?: { readonly arn: string; readonly tags: Tags };

  constructor(private readonly context: Context) {}

  /**
   * Until the dataset holds what is wanted and carries its tags, and that is written down for the next operation.
   * Throws TimeSliceExceeded when that takes another poll.
   *
   * @param tagsBefore tags that an earlier operation set and that are taken off where they are not wanted any more
   */
  async apply(tagsBefore: Tags): Promise<Observed> {
    const { service, desired, budget, mark, undoneByDelete } = this.context;
    return this.withRetries(async () => {
      const found = (await this.until((dataset) => nextActionToApply(desired, dataset, this.progress, budget.now())))!;
      const observed = { ...found, counts: await verify(this.context, found, this.progress) };
      await this.assertLease();
      const tags = { ...desired.tags, ...mark, ...(undoneByDelete && observed.adoptionPending && adoptionMark(mark)) };
      await syncTags(service, observed.arn, tags, { ...tagsBefore, ...adoptionMark(mark) });
      await this.record(observed);
      return observed;
    });
  }

  /** Until the slot holds no dataset of ours. */
  async delete(): Promise<void> {
    const { staging, budget } = this.context;
    await this.withRetries(async () => {
      // An operation that this one has overtaken may have made a dataset that does not show yet.
      if ((await staging.applied())?.dirty) this.progress = { write: { kind: 'create', before: 0, at: budget.now() }, ...this.progress };
      const observed = await this.until((dataset) => nextActionToDelete(dataset, this.progress, budget.now())).catch(async (error) => {
        if (!(error instanceof OutOfReach) || !await staging.isUnused()) throw error;
        log('nothing to delete', { reason: error.message });
        return undefined;
      });
      if (observed?.owner === 'us') {
        await this.orphan(observed);
      } else if (observed) {
        this.logLeftAlone(observed);
        await this.transferOwnership();
      }
      await staging.clear();
    }, !this.context.mayBeRollback);
  }

  /**
   * Until an adopted dataset is as it was. One that somebody else has taken over meanwhile stays as it is.
   *
   * @param ourTags what the stack has tagged it with
   */
  async revertAdoption(ourTags: Tags): Promise<void> {
    const { desired, budget, staging } = this.context;
    await this.withRetries(async () => {
      const observed = await this.until((dataset) => nextActionToRevert(desired, dataset, this.progress, budget.now()));
      if (observed!.owner === 'us') {
        await verify(this.context, observed!, this.progress);
        await this.restoreOriginal(observed!, desired.tags, ourTags);
        log('adopted dataset given back', { datasetArn: observed!.arn, entries: observed!.counts.total });
      } else {
        this.logLeftAlone(observed!);
      }
      await staging.clear();
    });
  }

  /** The hash of the content that is in; known once the plan is made. */
  get contentHash(): string {
    return this.progress.plan?.contentHash ?? '';
  }

  /** Repeats work that begins with a look for as long as the world surprises it, and says how far it got when time runs out. */
  private async withRetries<T>(work: () => Promise<T>, isDelete = false): Promise<T> {
    const { budget, staging } = this.context;
    try {
      this.progress = await staging.progress();
      if (this.progress.plan ?? this.progress.write) budget.hasReachedAll = true;
      let overtaken: Superseded | undefined;
      for (;;) {
        try {
          if (!overtaken) return await work();
          await this.removeUnseen();
          throw overtaken;
        } catch (error) {
          if (error instanceof Superseded && !overtaken) {
            overtaken = error;
            continue;
          }
          if (!(error instanceof ConflictError || isAmbiguousFailure(error as Error))) throw error;
          log('looking again', { because: (error as Error).message });
          budget.lastError = (error as Error).message;
          if (error instanceof ConflictError && error.code === 'NoSuchKey') await this.planAgain('a staged object is gone');
          await budget.pause(retryDelay(this.conflicts++));
        }
      }
    } catch (error) {
      if (error instanceof TimeSliceExceeded) throw error;
      await this.cleanUpAfterFailure().catch((failure) => { log('staged objects may be left', { because: (failure as Error).message }); });
      if (!(error instanceof DeadlinePassed)) throw error;
      throw new DeployError(isDelete ? deleteLateMessage(this.context, this.status) : outOfTimeMessage(this.context, this.progress));
    }
  }

  /**
   * A Delete that has taken over and found an empty slot has cleared everything away; what this run was making at that
   * moment nobody else will remove.
   */
  private async removeUnseen(): Promise<void> {
    await this.removeOwnershipTags();
    if (!this.progress.loading || await this.context.staging.leaseHolder() !== undefined) return;
    this.cleaningUp = true;
    await this.until((dataset) => nextActionToDelete(dataset, this.progress, this.context.budget.now()));
  }

  /** A Delete may have looked before our mark was set. As long as nothing else was changed, taking it off again is all there is to undo. */
  private async removeOwnershipTags(): Promise<void> {
    const { service, staging, mark } = this.context;
    if (!this.marked || this.progress.writes) return;
    const applied = await staging.applied();
    // Another delivery of this operation has gone on from here.
    if (applied && (applied.dirty || applied.lastUpdated > 0)) return;
    const { arn, tags } = this.marked;
    const ours = { ...mark, ...adoptionMark(mark) };
    // The other tags may be those of whoever has taken over.
    await syncTags(service, arn, Object.fromEntries(Object.entries(tags).filter(([key]) => key in ours)), ours);
  }

  /**
   * Clears away what a failed run has staged, when another one has taken over and nobody else would. When nobody has, a Delete
   * has cleared everything already and what this run has written since goes, too; unless a human has removed that one record,
   * which shows in a dataset that is still ours or has still to be given back.
   */
  private async cleanUpAfterFailure(): Promise<void> {
    const { staging } = this.context;
    const taken = await staging.leaseHolder();
    if (taken === staging.runId) return;
    await staging.clearRun();
    if (taken !== undefined) return;
    const owner = await markedOwner(this.context, this.progress.arn);
    const needed = owner === 'us' || (owner === undefined && (await staging.applied())?.adoptionPending !== undefined);
    if (needed) return;
    await staging.clear();
    await staging.forgetResourceIfGone();
  }

  private async until(next: (observed: Observed | undefined) => Action): Promise<Observed | undefined> {
    for (;;) {
      this.context.budget.check();
      const observed = await this.observe();
      let action = next(observed);
      for (; action.type === 'settle'; action = next(observed)) await this.settle();
      if (action.type === 'finish') return observed;
      await this.perform(action, observed);
      this.conflicts = 0;
    }
  }

  /** Takes our tags off. Our record forgets the dataset first: it must not claim what carries no mark of ours any more. */
  private async restoreOriginal({ arn }: Observed, tags: Tags, ourTags: Tags): Promise<void> {
    const { service, staging, mark } = this.context;
    await this.assertLease();
    await staging.saveApplied({ ...(await staging.applied() ?? NOTHING_APPLIED), arn: '' });
    const ours = { ...ourTags, ...mark, ...adoptionMark(mark) };
    // The mark of an earlier owner comes last: with it, nothing of ours is to be found any more.
    if (STACK_TAG in tags) await syncTags(service, arn, { ...tags, ...mark }, ours);
    await syncTags(service, arn, tags, ours);
  }

  /** Parts with a dataset that was taken over and of which nobody knows any more what it was: it stays as it is. */
  private async orphan(observed: Observed): Promise<void> {
    const { staging, desired } = this.context;
    const before = (await staging.applied())?.adoptionPending?.tags ?? {};
    await this.restoreOriginal(observed, before, desired.tags);
    log('dataset was taken over and cannot be given back as it was, because its saved entries are gone from the staging bucket; it stays as it is, without our tags', {
      datasetArn: observed.arn, status: observed.status, entries: observed.counts.total, owner: describeOwner(before),
    });
  }

  /** Writes down what is in now, for the next operation, and clears away what only this one needed. */
  private async record(observed: Observed): Promise<void> {
    const { desired, staging, mayBeRollback, undoneByDelete } = this.context;
    const { contentHash, entries, manifestKey, indexKey, kept: planned, keptLines: lines, stays } = this.progress.plan!;
    const { arn, counts, lastUpdated } = observed;
    const kept = counts.total - entries;
    const keptLines = kept > 0 && kept === planned ? lines : undefined;
    const { source, properties } = desired;
    const before = await staging.applied();
    const adoptionPending = undoneByDelete ? before?.adoptionPending : undefined;
    const previous = before?.properties === properties ? before.previous : mayBeRollback ? previousOf(before) : undefined;
    // Entries that stay as somebody has changed them are not what the plan says.
    const now = before && stays ? before : {
      arn, source, properties, contentHash, entries, manifestKey, indexKey, previous, kept, keptLines, counts, lastUpdated,
      dirty: stays ?? false, adoptionPending,
    };
    await staging.saveApplied(now);
    await this.assertLease();
    await staging.tidy([
      now.manifestKey, now.indexKey, now.keptLines?.manifestKey, now.keptLines?.indexKey, now.previous?.manifestKey,
      now.adoptionPending && staging.adoptedKey, staging.key('progress.json'),
    ]);
    log('dataset is as wanted', { datasetArn: arn, status: observed.status, ...counts, contentHash });
  }

  private logLeftAlone(observed: Observed): void {
    log('dataset is not ours and stays as it is', { datasetArn: observed.arn, owner: describeOwner(this.owner!.tags) });
  }

  /**
   * Another resource of the stack has taken the dataset over from this one, which goes away: a construct was renamed.
   * From now on there is nobody to give it back to.
   */
  private async transferOwnership(): Promise<void> {
    const { service, staging, mark } = this.context;
    const { arn, tags } = this.owner!;
    if (tags[STACK_TAG] !== mark[STACK_TAG]) return;
    const successor = staging.of(tags[RESOURCE_TAG]);
    const applied = await successor.applied();
    if (applied?.adoptionPending?.tags[RESOURCE_TAG] !== mark[RESOURCE_TAG]) return;
    await service.untag(arn, [ADOPTED_TAG]);
    await successor.saveApplied({ ...applied, adoptionPending: undefined });
  }

  private async observe(): Promise<Observed | undefined> {
    const { service, staging, budget, desired, mark } = this.context;
    const early = this.observedAt + OBSERVATION_INTERVAL - budget.now();
    if (early > 0) await budget.pause(early);
    this.observedAt = budget.now();
    const dataset = await service.find(desired.slot, this.progress.arn);
    this.status = dataset?.status;
    if (!dataset) return undefined;
    if (this.owner?.arn !== dataset.arn) {
      const tags = await service.tags(dataset.arn);
      const applied = await staging.applied();
      const owner = ownerOf(tags, mark, applied?.arn, dataset.arn);
      this.owner = { arn: dataset.arn, tags, owner, adoptionPending: isAdopted(tags, mark) || applied?.adoptionPending !== undefined };
    }
    const known = this.progress.arn === dataset.arn ? this.progress.lastUpdated ?? 0 : 0;
    const olderSince = dataset.lastUpdated < known ? this.progress.olderSince ?? budget.now() : undefined;
    this.progress = { ...this.progress, arn: dataset.arn, lastUpdated: Math.max(known, dataset.lastUpdated), olderSince };
    return { ...dataset, owner: this.owner.owner, adoptionPending: this.owner.adoptionPending };
  }

  private async perform(action: Exclude<Action, { type: 'settle' | 'finish' }>, observed: Observed | undefined): Promise<void> {
    const { service, staging, desired, mark } = this.context;
    if (action.type !== 'wait') this.waitingSince = undefined;
    switch (action.type) {
      case 'wait': return this.wait(observed);
      case 'plan': {
        if (!observed && !await service.projectExists(desired.slot.projectArn)) {
          throw new DeployError(`there is no project ${desired.slot.projectArn}; check the ARN and the Region of the stack.`);
        }
        this.progress = { ...this.progress, plan: await makePlan(this.context, observed), loading: false, pushed: 0 };
        return this.save();
      }
      case 'adopt': return this.adopt(observed!);
      case 'create': {
        const plan = this.progress.plan!;
        const manifest = action.empty ? undefined : staging.location(plan.manifestKey!);
        await this.markDirty();
        const adoptionPending = (await staging.applied())?.adoptionPending;
        const tags = { ...adoptionPending?.tags, ...desired.tags, ...mark, ...(adoptionPending && adoptionMark(mark)) };
        await this.assertLease();
        const arn = await service.create(desired.slot, manifest, tags, this.action);
        log('CreateDataset accepted', { datasetArn: arn, entries: action.empty ? 0 : plan.entries });
        this.progress = { ...this.progress, arn, plan: { ...plan, arn }, loading: true, pushed: 0 };
        await this.markDirty(arn);
        return this.accepted('create', 0);
      }
      case 'push': {
        const lines = await staging.read(action.key, action.chunk);
        if (lines?.length !== action.chunk.length) return this.planAgain(`the staged lines ${action.key} are gone or cut off`);
        await this.markDirty(observed!.arn);
        await this.assertLease();
        await service.push(observed!.arn, lines, this.action);
        log('UpdateDatasetEntries accepted', { datasetArn: observed!.arn, chunk: this.progress.pushed + 1, of: toSend(desired, this.progress).length, entries: action.chunk.entries, bytes: lines.length });
        return this.accepted('push', observed!.lastUpdated);
      }
      case 'remove': {
        await this.markDirty(observed!.arn);
        await this.assertLease();
        await service.remove(observed!.arn, this.action);
        log('DeleteDataset accepted', { datasetArn: observed!.arn });
        return this.accepted('remove', observed!.lastUpdated);
      }
      case 'refuse':
        if (action.because === 'foreign') throw new ForeignDataset(foreignMessage(this.context, observed!, this.owner!.tags), observed!);
        throw new DeployError(failedMessage(desired, observed!, this.progress));
    }
  }

  private async settle(): Promise<void> {
    const { desired, budget } = this.context;
    this.progress = settled(this.progress, budget.now());
    const chunks = toSend(desired, this.progress);
    log('action done', { chunk: this.progress.pushed, of: chunks.length, entriesPushed: sum(chunks.slice(0, this.progress.pushed)) });
    return this.save();
  }

  private async wait(observed: Observed | undefined): Promise<void> {
    const { budget } = this.context;
    const { write } = this.progress;
    if (write && !write.started && observed && isBusy(observed)) {
      this.progress = { ...this.progress, write: { ...write, started: true } };
      await this.save();
    }
    this.waitingSince ??= write?.at ?? budget.now();
    await budget.pause(pollDelay(budget.now() - this.waitingSince));
  }

  /** Takes over somebody else's dataset. What it holds and which tags it has are written down first, for the way back. */
  private async adopt(observed: Observed): Promise<void> {
    if (isBusy(observed)) return this.wait(observed);
    const { service, staging, mark } = this.context;
    const before = await staging.applied();
    if (before?.arn !== observed.arn || !before.adoptionPending) {
      // One whose creation failed holds nothing and cannot be listed.
      const listing = observed.status === 'CREATE_FAILED' ? undefined : await readListing(this.context, observed, 'listed', staging.adoptedKey);
      const adoptionPending = { entries: listing?.index.entries ?? 0, tags: settable(this.owner!.tags) };
      // Of what was applied before, only the manifest still counts, for a rollback.
      await staging.saveApplied({ ...(before ?? NOTHING_APPLIED), arn: observed.arn, lastUpdated: 0, dirty: false, adoptionPending });
    }
    await this.assertLease();
    this.marked = { arn: observed.arn, tags: this.owner!.tags };
    await service.tag(observed.arn, { ...mark, ...adoptionMark(mark) });
    log('dataset adopted', { datasetArn: observed.arn, before: describeOwner(this.owner!.tags) });
    this.owner = undefined;
  }

  private async planAgain(because: string): Promise<void> {
    log('planning again', { because });
    const { plan: _, ...rest } = this.progress;
    this.progress = rest;
    await this.save();
  }

  /** Names the next write. */
  private get action(): string {
    return `${this.context.staging.runId}/${this.progress.writes ?? 0}`;
  }

  private async accepted(kind: Write['kind'], before: number): Promise<void> {
    const { writes = 0 } = this.progress;
    this.progress = { ...this.progress, write: { kind, before, at: this.context.budget.now() }, writes: writes + 1 };
    await this.save();
  }

  /**
   * Notes that the dataset's content is about to change, so that no later run believes the record.
   *
   * @param arn absent while it is about to be made
   */
  private async markDirty(arn?: string): Promise<void> {
    const { staging } = this.context;
    const applied = await staging.applied();
    const its = arn ?? applied?.arn ?? '';
    if (applied?.dirty && applied.arn === its) return;
    await staging.saveApplied({ ...(applied ?? NOTHING_APPLIED), arn: its, dirty: true });
  }

  private async assertLease(): Promise<void> {
    if (this.cleaningUp || await this.context.staging.holdsLease()) return;
    throw new Superseded('a newer operation on this resource has taken over, or its state in the staging bucket is gone; deploy again.');
  }

  private save(): Promise<void> {
    return this.context.staging.saveProgress(this.progress);
  }
}

function previousOf({ source, properties, manifestKey, contentHash }: Applied = NOTHING_APPLIED): Applied['previous'] {
  return { source, properties, manifestKey, contentHash };
}
