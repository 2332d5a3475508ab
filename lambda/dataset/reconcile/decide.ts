import type { Chunk } from '../../../lib/manifest';
import type { Owner } from '../../core/owner-tags';
import type { Counts } from '../../core/slot';
import type { ServiceDataset } from '../../services/port';
import type { Progress, Write } from '../../staging/records';

/**
 * The decisions, without any effect: what is desired, what the service shows and what this run has done so far
 * give the one next action. Nothing here trusts the order of events, so every action may be repeated.
 */

export type Observed = ServiceDataset & {
  readonly owner: Owner;
  /** Ours, but adopted from somebody else, and that may still be undone. */
  readonly adoptionPending?: boolean;
};

export type Action =
  | { readonly type: 'wait' }
  | { readonly type: 'settle' }
  | { readonly type: 'adopt' }
  | { readonly type: 'plan' }
  | { readonly type: 'create'; readonly empty: boolean }
  | { readonly type: 'push'; readonly key: string; readonly chunk: Chunk }
  | { readonly type: 'remove' }
  | { readonly type: 'finish' }
  | { readonly type: 'refuse'; readonly because: 'foreign' | 'failed' };

export interface Desired {
  readonly initialLoad: 'MANIFEST' | 'CHUNKS';
  readonly adoptExisting: boolean;
}

/** A description that is observed for longer than this is not stale, however old it looks; milliseconds. */
export const STALE_GRACE = 30_000;

/** How long statistics may lag behind the status, longer with more entries; milliseconds. */
export function statisticsGrace(entries: number): number {
  return Math.min(STALE_GRACE + entries, 300_000);
}

/** The next action towards a dataset that holds what is desired. */
export function nextActionToApply(desired: Desired, observed: Observed | undefined, progress: Progress, now: number): Action {
  const { plan, write } = progress;
  if (observed && observed.owner !== 'us') return desired.adoptExisting ? { type: 'adopt' } : { type: 'refuse', because: 'foreign' };
  if (observed && (isBusy(observed) || isOlderThanKnown(observed, progress, now))) return { type: 'wait' };
  if (write) {
    if (mayBeStale(write, observed, now)) return { type: 'wait' };
    if (observed && hasFailed(observed, write)) return { type: 'refuse', because: 'failed' };
    return { type: 'settle' };
  }
  if (!plan || (observed && observed.arn !== plan.arn)) return { type: 'plan' };
  if (observed && progress.loading && observed.status === 'CREATE_FAILED') return { type: 'refuse', because: 'failed' };
  if (!observed) return { type: 'create', empty: desired.initialLoad === 'CHUNKS' || plan.manifestKey === undefined };
  if (plan.recreate && !progress.loading) return { type: 'remove' };

  const chunks = toSend(desired, progress);
  if (progress.pushed < chunks.length) {
    return { type: 'push', key: progress.loading ? plan.manifestKey! : plan.changesKey, chunk: chunks[progress.pushed] };
  }
  const patience = (progress.settledAt ?? 0) + statisticsGrace(expectedTotal(progress));
  if (!isCounted(observed.counts, progress) && now < patience) return { type: 'wait' };
  return { type: 'finish' };
}

/** The next action towards an empty slot. What is not ours, or not for good, stays as it is. */
export function nextActionToDelete(observed: Observed | undefined, progress: Progress, now: number): Action {
  if (!observed) return { type: progress.write?.kind === 'create' && mayBeStale(progress.write, observed, now) ? 'wait' : 'finish' };
  if (observed.owner !== 'us') return { type: 'finish' };
  if (isBusy(observed) || isOlderThanKnown(observed, progress, now)) return { type: 'wait' };
  if (progress.write && mayBeStale(progress.write, observed, now)) return { type: 'wait' };
  if (progress.write?.kind === 'remove' && hasFailed(observed, progress.write)) return { type: 'refuse', because: 'failed' };
  return { type: observed.adoptionPending ? 'finish' : 'remove' };
}

/** The next action towards an adopted dataset as it was. What is somebody else's (again) was not changed and stays as it is. */
export function nextActionToRevert(desired: Desired, observed: Observed | undefined, progress: Progress, now: number): Action {
  return observed && observed.owner !== 'us' ? { type: 'finish' } : nextActionToApply(desired, observed, progress, now);
}

/** The progress once a write has been observed to end. */
export function settled({ write, ...rest }: Progress, now: number): Progress {
  return { ...rest, settledAt: now, pushed: rest.pushed + (write?.kind === 'push' ? 1 : 0) };
}

/** How many entries the dataset has to have in the end. */
export function expectedTotal({ plan, loading }: Progress): number {
  return plan ? plan.entries + (loading ? 0 : plan.kept) : 0;
}

/** Whether the service counts what was sent to it. */
export function isCounted(counts: Counts, progress: Progress): boolean {
  const classes = progress.plan?.classes;
  return counts.total === expectedTotal(progress)
    && (!classes || !counts.classes || (counts.classes.normal === classes.normal && counts.classes.anomaly === classes.anomaly));
}

/** The chunks that this run sends, one after the other. */
export function toSend(desired: Pick<Desired, 'initialLoad'>, { plan, loading }: Progress): readonly Chunk[] {
  if (!plan) return [];
  if (!loading) return plan.changeChunks;
  return desired.initialLoad === 'CHUNKS' ? plan.loadChunks : [];
}

export function isBusy(dataset: ServiceDataset): boolean {
  return dataset.status.endsWith('_IN_PROGRESS');
}

/** Whether a write has ended in a failure: a deletion leaves one of its own, every other one is of what made or filled the dataset. */
function hasFailed({ status }: ServiceDataset, { kind }: Write): boolean {
  return kind === 'remove' ? status === 'DELETE_FAILED' : status.includes('_FAILED');
}

/** A timestamp that has gone back and stays there is the truth. */
function isOlderThanKnown(observed: Observed, { arn, lastUpdated, olderSince }: Progress, now: number): boolean {
  return observed.arn === arn && observed.lastUpdated < (lastUpdated ?? 0) && now < (olderSince ?? now) + STALE_GRACE;
}

/** Whether what is observed may be older than our last write. Busy statuses have been handled before. */
function mayBeStale(write: Write, observed: Observed | undefined, now: number): boolean {
  if (now >= write.at + STALE_GRACE) return false;
  // A dataset that was seen in progress does not vanish, either.
  if (write.kind === 'create') return observed === undefined;
  if (write.started) return false;
  if (write.kind === 'remove') return observed !== undefined;
  return observed !== undefined && observed.lastUpdated === write.before;
}
