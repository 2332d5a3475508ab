import { LOOK_INTERVAL, pollDelay, retryDelay } from '../../core/backoff';
import type { Context } from '../context';
import { DeployError, LookAgain, OutOfReach, SliceOver, Superseded } from '../../core/errors';
import { readListing } from '../content/listing';
import { log } from '../../core/log';
import { deleteLateMessage, failedMessage, foreignMessage, outOfTimeMessage, sum } from './messages';
import {
  ADOPTED_TAG, adoptionMark, describeOwner, ForeignDataset, isAdopted, markedOwner, ownerOf, RESOURCE_TAG, settable, STACK_TAG, syncTags,
} from './ownership';
import { makePlan } from './plan';
import type { Tags } from '../../services/port';
import { isLost } from '../../core/retry';
import {
  isBusy, type Owner, type Progress, type Seen, settled, type Step, toSend, towardsAbsent, towardsPresent, towardsReturned,
  type Write,
} from './decide';
import { DeadlinePassed } from '../../core/time-budget';
import { type Applied, NOTHING_APPLIED } from '../../staging/staging';
import { verify } from './verify';

/**
 * Carries an operation on: looks, decides, does one step, looks again. Everything it must remember for the next
 * poll is written to the staging bucket before it matters.
 */
export class Run {
  private progress: Progress = { pushed: 0 };
  private owner?: { readonly arn: string; readonly tags: Tags; readonly owner: Owner; readonly borrowed: boolean };
  private waitingSince?: number;
  /** Of the dataset, as it was seen last. */
  private status?: string;
  private lookedAt = -Infinity;
  private surprises = 0;
  private cleaningUp = false;
  /** What this run has put its mark on, and the tags that were there. */
  private marked?: { readonly arn: string; readonly tags: Tags };

  constructor(private readonly context: Context) {}

  /**
   * Until the dataset holds what is wanted and carries its tags, and that is written down for the next operation.
   * Throws SliceOver when that takes another poll.
   *
   * @param tagsBefore tags that an earlier operation set and that are taken off where they are not wanted any more
   */
  async untilPresent(tagsBefore: Tags): Promise<Seen> {
    const { service, wanted, slice, mark, undoneByDelete } = this.context;
    return this.steadily(async () => {
      const found = (await this.until((dataset) => towardsPresent(wanted, dataset, this.progress, slice.now())))!;
      const seen = { ...found, counts: await verify(this.context, found, this.progress) };
      await this.mayWrite();
      const tags = { ...wanted.tags, ...mark, ...(undoneByDelete && seen.borrowed && adoptionMark(mark)) };
      await syncTags(service, seen.arn, tags, { ...tagsBefore, ...adoptionMark(mark) });
      await this.record(seen);
      return seen;
    });
  }

  /** Until the slot holds no dataset of ours. */
  async untilAbsent(): Promise<void> {
    const { staging, slice } = this.context;
    await this.steadily(async () => {
      // An operation that this one has overtaken may have made a dataset that does not show yet.
      if ((await staging.applied())?.dirty) this.progress = { write: { kind: 'create', before: 0, at: slice.now() }, ...this.progress };
      const seen = await this.until((dataset) => towardsAbsent(dataset, this.progress, slice.now())).catch(async (error) => {
        if (!(error instanceof OutOfReach) || !await staging.isUnused()) throw error;
        log('nothing to delete', { reason: error.message });
        return undefined;
      });
      if (seen?.owner === 'us') {
        await this.release(seen);
      } else if (seen) {
        this.logLeftAlone(seen);
        await this.letGo();
      }
      await staging.clear();
    }, !this.context.mayBeRollback);
  }

  /**
   * Until an adopted dataset is as it was. One that somebody else has taken over meanwhile stays as it is.
   *
   * @param ourTags what the stack has tagged it with
   */
  async untilReturned(ourTags: Tags): Promise<void> {
    const { wanted, slice, staging } = this.context;
    await this.steadily(async () => {
      const seen = await this.until((dataset) => towardsReturned(wanted, dataset, this.progress, slice.now()));
      if (seen!.owner === 'us') {
        await verify(this.context, seen!, this.progress);
        await this.handBack(seen!, wanted.tags, ourTags);
        log('adopted dataset given back', { datasetArn: seen!.arn, entries: seen!.counts.total });
      } else {
        this.logLeftAlone(seen!);
      }
      await staging.clear();
    });
  }

  /** The hash of the content that is in; known once the plan is made. */
  get contentHash(): string {
    return this.progress.plan?.contentHash ?? '';
  }

  /** Repeats work that begins with a look for as long as the world surprises it, and says how far it got when time runs out. */
  private async steadily<T>(work: () => Promise<T>, isDelete = false): Promise<T> {
    const { slice, staging } = this.context;
    try {
      this.progress = await staging.progress();
      if (this.progress.plan ?? this.progress.write) slice.hasReachedAll = true;
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
          if (!(error instanceof LookAgain || isLost(error as Error))) throw error;
          log('looking again', { because: (error as Error).message });
          slice.refusal = (error as Error).message;
          if (error instanceof LookAgain && error.code === 'NoSuchKey') await this.planAgain('a staged object is gone');
          await slice.pause(retryDelay(this.surprises++));
        }
      }
    } catch (error) {
      if (error instanceof SliceOver) throw error;
      await this.leave().catch((failure) => { log('staged objects may be left', { because: (failure as Error).message }); });
      if (!(error instanceof DeadlinePassed)) throw error;
      throw new DeployError(isDelete ? deleteLateMessage(this.context, this.status) : outOfTimeMessage(this.context, this.progress));
    }
  }

  /**
   * A Delete that has taken over and found an empty slot has cleared everything away; what this run was making at that
   * moment nobody else will remove.
   */
  private async removeUnseen(): Promise<void> {
    await this.unmark();
    if (!this.progress.loading || await this.context.staging.takenBy() !== undefined) return;
    this.cleaningUp = true;
    await this.until((dataset) => towardsAbsent(dataset, this.progress, this.context.slice.now()));
  }

  /** A Delete may have looked before our mark was set. As long as nothing else was changed, taking it off again is all there is to undo. */
  private async unmark(): Promise<void> {
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
  private async leave(): Promise<void> {
    const { staging } = this.context;
    const taken = await staging.takenBy();
    if (taken === staging.runId) return;
    await staging.clearRun();
    if (taken !== undefined) return;
    const owner = await markedOwner(this.context, this.progress.arn);
    const needed = owner === 'us' || (owner === undefined && (await staging.applied())?.adopting !== undefined);
    if (!needed) await staging.clear();
  }

  private async until(next: (seen: Seen | undefined) => Step): Promise<Seen | undefined> {
    for (;;) {
      this.context.slice.check();
      const seen = await this.look();
      let step = next(seen);
      for (; step.do === 'settle'; step = next(seen)) await this.settle();
      if (step.do === 'finish') return seen;
      await this.take(step, seen);
      this.surprises = 0;
    }
  }

  /** Takes our tags off. Our record forgets the dataset first: it must not claim what carries no mark of ours any more. */
  private async handBack({ arn }: Seen, tags: Tags, ourTags: Tags): Promise<void> {
    const { service, staging, mark } = this.context;
    await this.mayWrite();
    await staging.saveApplied({ ...(await staging.applied() ?? NOTHING_APPLIED), arn: '' });
    const ours = { ...ourTags, ...mark, ...adoptionMark(mark) };
    // The mark of an earlier owner comes last: with it, nothing of ours is to be found any more.
    if (STACK_TAG in tags) await syncTags(service, arn, { ...tags, ...mark }, ours);
    await syncTags(service, arn, tags, ours);
  }

  /** Parts with a dataset that was taken over and of which nobody knows any more what it was: it stays as it is. */
  private async release(seen: Seen): Promise<void> {
    const { staging, wanted } = this.context;
    const before = (await staging.applied())?.adopting?.tags ?? {};
    await this.handBack(seen, before, wanted.tags);
    log('dataset was taken over and cannot be given back as it was, because its saved entries are gone from the staging bucket; it stays as it is, without our tags', {
      datasetArn: seen.arn, status: seen.status, entries: seen.counts.total, owner: describeOwner(before),
    });
  }

  /** Writes down what is in now, for the next operation, and clears away what only this one needed. */
  private async record(seen: Seen): Promise<void> {
    const { wanted, staging, mayBeRollback, undoneByDelete } = this.context;
    const { contentHash, entries, manifestKey, indexKey, kept: planned, keptLines: lines, stays } = this.progress.plan!;
    const { arn, counts, lastUpdated } = seen;
    const kept = counts.total - entries;
    const keptLines = kept > 0 && kept === planned ? lines : undefined;
    const { source, properties } = wanted;
    const before = await staging.applied();
    const adopting = undoneByDelete ? before?.adopting : undefined;
    const previous = before?.properties === properties ? before.previous : mayBeRollback ? previousOf(before) : undefined;
    const now = before && stays ? before : {
      arn, source, properties, contentHash, entries, manifestKey, indexKey, previous, kept, keptLines, counts, lastUpdated,
      dirty: false, adopting,
    };
    await staging.saveApplied(now);
    await this.mayWrite();
    await staging.tidy([
      now.manifestKey, now.indexKey, now.keptLines?.manifestKey, now.keptLines?.indexKey, now.previous?.manifestKey,
      now.adopting && staging.adoptedKey, staging.key('progress.json'),
    ]);
    log('dataset is as wanted', { datasetArn: arn, status: seen.status, ...counts, contentHash });
  }

  private logLeftAlone(seen: Seen): void {
    log('dataset is not ours and stays as it is', { datasetArn: seen.arn, owner: describeOwner(this.owner!.tags) });
  }

  /**
   * Another resource of the stack has taken the dataset over from this one, which goes away: a construct was renamed.
   * From now on there is nobody to give it back to.
   */
  private async letGo(): Promise<void> {
    const { service, staging, mark } = this.context;
    const { arn, tags } = this.owner!;
    if (tags[STACK_TAG] !== mark[STACK_TAG]) return;
    const successor = staging.of(tags[RESOURCE_TAG]);
    const applied = await successor.applied();
    if (applied?.adopting?.tags[RESOURCE_TAG] !== mark[RESOURCE_TAG]) return;
    await service.untag(arn, [ADOPTED_TAG]);
    await successor.saveApplied({ ...applied, adopting: undefined });
  }

  private async look(): Promise<Seen | undefined> {
    const { service, staging, slice, wanted, mark } = this.context;
    const early = this.lookedAt + LOOK_INTERVAL - slice.now();
    if (early > 0) await slice.pause(early);
    this.lookedAt = slice.now();
    const dataset = await service.find(wanted.slot, this.progress.arn);
    this.status = dataset?.status;
    if (!dataset) return undefined;
    if (this.owner?.arn !== dataset.arn) {
      const tags = await service.tags(dataset.arn);
      const applied = await staging.applied();
      const owner = ownerOf(tags, mark, applied?.arn, dataset.arn);
      this.owner = { arn: dataset.arn, tags, owner, borrowed: isAdopted(tags, mark) || applied?.adopting !== undefined };
    }
    const known = this.progress.arn === dataset.arn ? this.progress.lastUpdated ?? 0 : 0;
    const olderSince = dataset.lastUpdated < known ? this.progress.olderSince ?? slice.now() : undefined;
    this.progress = { ...this.progress, arn: dataset.arn, lastUpdated: Math.max(known, dataset.lastUpdated), olderSince };
    return { ...dataset, owner: this.owner.owner, borrowed: this.owner.borrowed };
  }

  private async take(step: Exclude<Step, { do: 'settle' | 'finish' }>, seen: Seen | undefined): Promise<void> {
    const { service, staging, wanted, mark } = this.context;
    if (step.do !== 'wait') this.waitingSince = undefined;
    switch (step.do) {
      case 'wait': return this.wait(seen);
      case 'plan': {
        if (!seen && !await service.projectExists(wanted.slot.projectArn)) {
          throw new DeployError(`there is no project ${wanted.slot.projectArn}; check the ARN and the Region of the stack.`);
        }
        this.progress = { ...this.progress, plan: await makePlan(this.context, seen), loading: false, pushed: 0 };
        return this.save();
      }
      case 'adopt': return this.adopt(seen!);
      case 'create': {
        const plan = this.progress.plan!;
        const manifest = step.empty ? undefined : staging.location(plan.manifestKey!);
        await this.soil();
        const adopting = (await staging.applied())?.adopting;
        const tags = { ...adopting?.tags, ...wanted.tags, ...mark, ...(adopting && adoptionMark(mark)) };
        await this.mayWrite();
        const arn = await service.create(wanted.slot, manifest, tags, this.step);
        log('CreateDataset accepted', { datasetArn: arn, entries: step.empty ? 0 : plan.entries });
        this.progress = { ...this.progress, arn, plan: { ...plan, arn }, loading: true, pushed: 0 };
        await this.soil(arn);
        return this.accepted('create', 0);
      }
      case 'push': {
        const lines = await staging.read(step.key, step.chunk);
        if (lines?.length !== step.chunk.length) return this.planAgain(`the staged lines ${step.key} are gone or cut off`);
        await this.soil(seen!.arn);
        await this.mayWrite();
        await service.push(seen!.arn, lines, this.step);
        log('UpdateDatasetEntries accepted', { datasetArn: seen!.arn, chunk: this.progress.pushed + 1, of: toSend(wanted, this.progress).length, entries: step.chunk.entries, bytes: lines.length });
        return this.accepted('push', seen!.lastUpdated);
      }
      case 'remove': {
        await this.soil(seen!.arn);
        await this.mayWrite();
        await service.remove(seen!.arn, this.step);
        log('DeleteDataset accepted', { datasetArn: seen!.arn });
        return this.accepted('remove', seen!.lastUpdated);
      }
      case 'refuse':
        if (step.because === 'foreign') throw new ForeignDataset(foreignMessage(this.context, seen!, this.owner!.tags), seen!);
        throw new DeployError(failedMessage(wanted, seen!, this.progress));
    }
  }

  private async settle(): Promise<void> {
    const { wanted, slice } = this.context;
    this.progress = settled(this.progress, slice.now());
    const chunks = toSend(wanted, this.progress);
    log('step done', { chunk: this.progress.pushed, of: chunks.length, entriesPushed: sum(chunks.slice(0, this.progress.pushed)) });
    return this.save();
  }

  private async wait(seen: Seen | undefined): Promise<void> {
    const { slice } = this.context;
    const { write } = this.progress;
    if (write && !write.started && seen && isBusy(seen)) {
      this.progress = { ...this.progress, write: { ...write, started: true } };
      await this.save();
    }
    this.waitingSince ??= write?.at ?? slice.now();
    await slice.pause(pollDelay(slice.now() - this.waitingSince));
  }

  /** Takes over somebody else's dataset. What it holds and which tags it has are written down first, for the way back. */
  private async adopt(seen: Seen): Promise<void> {
    if (isBusy(seen)) return this.wait(seen);
    const { service, staging, mark } = this.context;
    const before = await staging.applied();
    if (before?.arn !== seen.arn || !before.adopting) {
      // One whose creation failed holds nothing and cannot be listed.
      const listing = seen.status === 'CREATE_FAILED' ? undefined : await readListing(this.context, seen, 'listed', staging.adoptedKey);
      const adopting = { entries: listing?.index.entries ?? 0, tags: settable(this.owner!.tags) };
      // Of what was applied before, only the manifest still counts, for a rollback.
      await staging.saveApplied({ ...(before ?? NOTHING_APPLIED), arn: seen.arn, lastUpdated: 0, dirty: false, adopting });
    }
    await this.mayWrite();
    this.marked = { arn: seen.arn, tags: this.owner!.tags };
    await service.tag(seen.arn, { ...mark, ...adoptionMark(mark) });
    log('dataset adopted', { datasetArn: seen.arn, before: describeOwner(this.owner!.tags) });
    this.owner = undefined;
  }

  private async planAgain(because: string): Promise<void> {
    log('planning again', { because });
    const { plan: _, ...rest } = this.progress;
    this.progress = rest;
    await this.save();
  }

  /** Names the next write. */
  private get step(): string {
    return `${this.context.staging.runId}/${this.progress.writes ?? 0}`;
  }

  private async accepted(kind: Write['kind'], before: number): Promise<void> {
    const { writes = 0 } = this.progress;
    this.progress = { ...this.progress, write: { kind, before, at: this.context.slice.now() }, writes: writes + 1 };
    await this.save();
  }

  /**
   * Notes that the dataset's content is about to change, so that no later run believes the record.
   *
   * @param arn absent while it is about to be made
   */
  private async soil(arn?: string): Promise<void> {
    const { staging } = this.context;
    const applied = await staging.applied();
    const its = arn ?? applied?.arn ?? '';
    if (applied?.dirty && applied.arn === its) return;
    await staging.saveApplied({ ...(applied ?? NOTHING_APPLIED), arn: its, dirty: true });
  }

  private async mayWrite(): Promise<void> {
    if (this.cleaningUp || await this.context.staging.isTaken()) return;
    throw new Superseded('a newer operation on this resource has taken over, or its state in the staging bucket is gone; deploy again.');
  }

  private save(): Promise<void> {
    return this.context.staging.saveProgress(this.progress);
  }
}

function previousOf({ source, properties, manifestKey, contentHash }: Applied = NOTHING_APPLIED): Applied['previous'] {
  return { source, properties, manifestKey, contentHash };
}
