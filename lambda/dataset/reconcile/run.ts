import { pollDelay } from '../../core/backoff';
import { log } from '../../core/log';
import type { Owner } from '../../core/owner-tags';
import type { Tags } from '../../core/slot';
import { NOTHING_APPLIED } from '../../staging/records';
import type { Progress, Write } from '../../staging/records';
import type { Context } from '../context';
import { isBusy } from './decide';
import type { Observed } from './decide';
import { assertLease } from './lease';

/** What one poll knows of its operation. What the next poll must remember is written to the staging bucket before it matters. */
export class Run {
  progress: Progress = { pushed: 0 };
  /** Whose the observed dataset is, by its tags. */
  owner?: { readonly arn: string; readonly tags: Tags; readonly owner: Owner; readonly adoptionPending: boolean };
  /** Of the dataset, as it was observed last. */
  status?: string;
  /** What this run has put its tags on, and the tags that were there. */
  tagged?: { readonly arn: string; readonly tags: Tags };
  /** What this run has made goes again, although the lease is gone. */
  cleaningUp = false;
  private waitingSince?: number;

  constructor(readonly context: Context) {}

  /** Names the next write. */
  get writeId(): string {
    return `${this.context.staging.runId}/${this.progress.writes ?? 0}`;
  }

  save(): Promise<void> {
    return this.context.staging.saveProgress(this.progress);
  }

  async assertLease(): Promise<void> {
    if (!this.cleaningUp) await assertLease(this.context.staging);
  }

  async accepted(kind: Write['kind'], before: number): Promise<void> {
    const { writes = 0 } = this.progress;
    this.progress = { ...this.progress, write: { kind, before, at: this.context.budget.now() }, writes: writes + 1 };
    await this.save();
  }

  async planAgain(because: string): Promise<void> {
    log('planning again', { because });
    const { plan: _, ...rest } = this.progress;
    this.progress = rest;
    await this.save();
  }

  /**
   * Notes that the dataset's content is about to change, so that no later run relies on the record.
   *
   * @param arn absent while it is about to be made
   */
  async markDirty(arn?: string): Promise<void> {
    const { staging } = this.context;
    const applied = await staging.applied();
    const its = arn ?? applied?.arn ?? '';
    if (applied?.dirty && applied.arn === its) return;
    await staging.saveApplied({ ...(applied ?? NOTHING_APPLIED), arn: its, dirty: true });
  }

  async wait(observed: Observed | undefined): Promise<void> {
    const { budget } = this.context;
    const { write } = this.progress;
    if (write && !write.started && observed && isBusy(observed)) {
      this.progress = { ...this.progress, write: { ...write, started: true } };
      await this.save();
    }
    this.waitingSince ??= write?.at ?? budget.now();
    await budget.pause(pollDelay(budget.now() - this.waitingSince));
  }

  /** Something else than waiting is done: the pace begins anew. */
  stopWaiting(): void {
    this.waitingSince = undefined;
  }
}
