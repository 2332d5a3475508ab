import { pollDelay, retryDelay } from './backoff';
import type { Context } from './context';
import { DeployError, LookAgain, Superseded } from './errors';
import { readListing } from './listing';
import { log } from './log';
import { describeOwner, ownerOf } from './ownership';
import { makePlan } from './plan';
import type { Tags } from './ports';
import { isLost } from './retry';
import {
  expectedTotal, isBusy, type Owner, type Progress, type Seen, settled, type Step, toSend, towardsAbsent, towardsPresent, type Write,
} from './reconcile';
import { DeadlinePassed } from './slice';
import type { Applied } from './staging';
import { verify } from './verify';

/**
 * Carries an operation on: looks, decides, does one step, looks again. Everything it must remember for the next
 * poll is written to the staging bucket before it matters.
 */
export class Run {
  private progress: Progress = { pushed: 0 };
  private owner?: { readonly arn: string; readonly tags: Tags; readonly owner: Owner };
  private waitingSince?: number;

  constructor(private readonly context: Context) {}

  /** Until the dataset holds what is wanted. Throws SliceOver when that takes another poll. */
  async untilPresent(): Promise<Seen> {
    const { wanted, slice } = this.context;
    const seen = await this.until((dataset) => towardsPresent(wanted, dataset, this.progress, slice.now()));
    await verify(this.context, seen!, this.progress);
    return seen!;
  }

  /** Writes down what is in now, for the next operation, and clears away what only this one needed. */
  async record(seen: Seen): Promise<void> {
    const { wanted, staging } = this.context;
    const { contentHash, entries, manifestKey, indexKey } = this.progress.plan!;
    const kept = expectedTotal(this.progress) - entries;
    const { arn, counts, lastUpdated } = seen;
    const { source } = wanted;
    await staging.saveApplied({ arn, source, contentHash, entries, manifestKey, indexKey, kept, counts, lastUpdated, dirty: false });
    await staging.tidy([manifestKey, indexKey, staging.key('progress.json')]);
    log('dataset is as wanted', { datasetArn: arn, status: seen.status, ...counts, contentHash });
  }

  /** Until the slot holds no dataset of ours. */
  async untilAbsent(): Promise<void> {
    const seen = await this.until((dataset) => towardsAbsent(dataset, this.progress, this.context.slice.now()));
    if (seen) log('dataset is not ours and stays as it is', { datasetArn: seen.arn, owner: describeOwner(this.owner!.tags) });
    await this.context.staging.clear();
  }

  /** The hash of the content that is in; known once the plan is made. */
  get contentHash(): string {
    return this.progress.plan?.contentHash ?? '';
  }

  private async until(next: (seen: Seen | undefined) => Step): Promise<Seen | undefined> {
    const { slice, staging } = this.context;
    this.progress = await staging.progress();
    let surprises = 0;
    try {
      for (;;) {
        slice.check();
        try {
          const seen = await this.look();
          const step = next(seen);
          if (step.do === 'finish') return seen;
          await this.take(step, seen);
          surprises = 0;
        } catch (error) {
          if (!(error instanceof LookAgain || isLost(error as Error))) throw error;
          log('looking again', { because: (error as Error).message });
          slice.refusal = (error as Error).message;
          await slice.pause(retryDelay(surprises++));
        }
      }
    } catch (error) {
      if (error instanceof DeadlinePassed) throw new DeployError(this.outOfTime());
      await staging.saveProgress(this.progress);
      throw error;
    }
  }

  private async look(): Promise<Seen | undefined> {
    const { service, staging, wanted, mark } = this.context;
    const dataset = await service.find(wanted.slot, this.progress.arn);
    if (!dataset) return undefined;
    if (this.owner?.arn !== dataset.arn) {
      const tags = await service.tags(dataset.arn);
      this.owner = { arn: dataset.arn, tags, owner: ownerOf(tags, mark, (await staging.applied())?.arn, dataset.arn) };
    }
    this.progress = { ...this.progress, arn: dataset.arn };
    return { ...dataset, owner: this.owner.owner };
  }

  private async take(step: Step, seen: Seen | undefined): Promise<void> {
    const { service, staging, wanted, slice } = this.context;
    if (step.do !== 'wait') this.waitingSince = undefined;
    switch (step.do) {
      case 'wait': return this.wait(seen);
      case 'settle': {
        this.progress = settled(this.progress, slice.now());
        const chunks = toSend(wanted, this.progress);
        log('step done', { chunk: this.progress.pushed, of: chunks.length, entriesPushed: sum(chunks.slice(0, this.progress.pushed)) });
        return this.save();
      }
      case 'plan': {
        if (!seen && !await service.projectExists(wanted.slot.projectArn)) {
          throw new DeployError(`there is no project ${wanted.slot.projectArn}; check the ARN and the Region of the stack.`);
        }
        this.progress = { ...this.progress, plan: await makePlan(this.context, seen) };
        return this.save();
      }
      case 'adopt': return this.adopt(seen!);
      case 'create': {
        const { plan } = this.progress;
        this.progress = { ...this.progress, loading: true, pushed: 0 };
        await this.save();
        await this.mayWrite();
        const manifest = step.empty ? undefined : staging.location(plan!.manifestKey!);
        const adopted = (await staging.applied())?.adopting?.tags;
        const arn = await service.create(wanted.slot, manifest, { ...adopted, ...wanted.tags, ...this.context.mark });
        log('CreateDataset accepted', { datasetArn: arn, entries: step.empty ? 0 : plan!.entries });
        this.progress = { ...this.progress, arn };
        await this.soil(arn);
        return this.accepted('create', 0);
      }
      case 'push': {
        const lines = await staging.read(step.key, step.chunk);
        if (!lines) throw new DeployError(`the staged lines ${step.key} are gone from bucket ${staging.bucket}; deploy again.`);
        await this.soil(seen!.arn);
        await this.mayWrite();
        await service.push(seen!.arn, lines);
        log('UpdateDatasetEntries accepted', { datasetArn: seen!.arn, chunk: this.progress.pushed + 1, of: toSend(wanted, this.progress).length, entries: step.chunk.entries, bytes: lines.length });
        return this.accepted('push', seen!.lastUpdated);
      }
      case 'remove': {
        await this.soil(seen!.arn);
        await this.mayWrite();
        await service.remove(seen!.arn);
        log('DeleteDataset accepted', { datasetArn: seen!.arn });
        return this.accepted('remove', seen!.lastUpdated);
      }
      case 'refuse': throw new DeployError(this.refusal(step.because, seen!));
    }
  }

  private async wait(seen: Seen | undefined): Promise<void> {
    const { slice } = this.context;
    const { write } = this.progress;
    if (write && seen && isBusy(seen)) this.progress = { ...this.progress, write: { ...write, started: true } };
    this.waitingSince ??= write?.at ?? slice.now();
    await slice.pause(pollDelay(slice.now() - this.waitingSince));
  }

  /** Takes over somebody else's dataset. What it holds and which tags it has are written down first, for the way back. */
  private async adopt(seen: Seen): Promise<void> {
    if (isBusy(seen)) return this.wait(seen);
    const { service, staging, mark } = this.context;
    const before = await staging.applied();
    if (before?.arn !== seen.arn) {
      const { key } = await readListing(this.context, seen.arn, 'adopted.manifest');
      await staging.saveApplied({ ...NOTHING_APPLIED, arn: seen.arn, adopting: { manifestKey: key, tags: this.owner!.tags } });
    }
    await this.mayWrite();
    await service.tag(seen.arn, mark);
    log('dataset adopted', { datasetArn: seen.arn, before: describeOwner(this.owner!.tags) });
    this.owner = undefined;
  }

  private async accepted(kind: Write['kind'], before: number): Promise<void> {
    this.progress = { ...this.progress, write: { kind, before, at: this.context.slice.now() } };
    await this.save();
  }

  /** Notes that the dataset's content is about to change, so that no later run believes the record. */
  private async soil(arn: string): Promise<void> {
    const { staging } = this.context;
    const applied = await staging.applied();
    if (applied?.dirty && applied.arn === arn) return;
    await staging.saveApplied({ ...(applied ?? NOTHING_APPLIED), arn, dirty: true });
  }

  private async mayWrite(): Promise<void> {
    if (await this.context.staging.isTaken()) return;
    throw new Superseded('a newer operation on this resource has taken over, or its state in the staging bucket is gone; deploy again.');
  }

  private save(): Promise<void> {
    return this.context.staging.saveProgress(this.progress);
  }

  private refusal(because: 'foreign' | 'failed', seen: Seen): string {
    const { wanted } = this.context;
    if (because === 'failed') {
      const chunk = `, chunk ${this.progress.pushed + 1} of ${toSend(wanted, this.progress).length},`;
      const { kind } = this.progress.write ?? { kind: 'create' };
      return `${OPERATIONS[kind]}${kind === 'push' ? chunk : ''} ended in ${seen.status}: ${seen.statusMessage}`;
    }
    return `the project already has a ${wanted.slot.datasetType} dataset, ${seen.arn}, which ${describeOwner(this.owner!.tags)}; delete it, use it with Dataset.fromDatasetArn, or take it over with adoptExisting.`;
  }

  private outOfTime(): string {
    const { wanted, slice } = this.context;
    const { pushed, write } = this.progress;
    const chunks = toSend(wanted, this.progress);
    const facts = [
      chunks.length > 0 && `${pushed} of ${chunks.length} chunks (${sum(chunks.slice(0, pushed))} of ${sum(chunks)} entries) are in`,
      write && `${OPERATIONS[write.kind]} had not ended`,
      slice.refusal,
    ].filter(Boolean);
    return `not finished in time: ${facts.join('; ') || 'the service was busy'}. Deploy again to go on from there, or give the DatasetProvider a longer totalTimeout.`;
  }
}

const OPERATIONS: Record<Write['kind'], string> = { create: 'CreateDataset', push: 'UpdateDatasetEntries', remove: 'DeleteDataset' };

const NOTHING_APPLIED: Omit<Applied, 'arn'> = {
  source: '', contentHash: '', entries: 0, indexKey: '', kept: 0, counts: { total: 0, labeled: 0, labels: 0, errors: 0 }, lastUpdated: 0, dirty: true,
};

function sum(chunks: readonly { readonly entries: number }[]): number {
  return chunks.reduce((total, chunk) => total + chunk.entries, 0);
}
