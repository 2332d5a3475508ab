import type { Chunk } from '../../lib/manifest';
import type { Counts, Tags } from '../core/slot';

/** What is written down in the staging bucket from one poll to the next, and from one operation to the next. */

/** Staged lines and their index. */
export interface StagedLines {
  readonly manifestKey: string;
  readonly indexKey: string;
}

/** What a run means to do, found out once for a dataset and kept for all its polls. */
export interface Plan {
  /** The dataset that it was made for: another one in its place needs another plan. Absent: there was none. */
  readonly arn?: string;
  /** Entries the manifest names. */
  readonly entries: number;
  readonly contentHash: string;
  /** Staged manifest, every reference resolved; absent when it has no entry. */
  readonly manifestKey?: string;
  readonly indexKey: string;
  /** Chunks of the staged manifest, for a first load that goes in chunks. */
  readonly loadChunks: readonly Chunk[];
  /** Object that holds the lines to send to the dataset as it is, and its chunks. */
  readonly changesKey: string;
  readonly changeChunks: readonly Chunk[];
  /** Entries of the service that the manifest no longer names, and which stay. */
  readonly kept: number;
  /** They, as they will be; absent where there are none, or where that is not known. */
  readonly keptLines?: StagedLines;
  /** Entries of each class that the dataset will have, where that is known. */
  readonly classes?: Counts['classes'];
  /** Nothing is written: what was changed outside the stack is guarded, and this may be a rollback. The record stays, too. */
  readonly stays?: boolean;
  /** The dataset has to be deleted and made again. */
  readonly recreate: boolean;
}

/** A write that was accepted and has not been observed to end. */
export interface Write {
  readonly kind: 'create' | 'push' | 'remove';
  /** LastUpdatedTimestamp before it; epoch milliseconds. */
  readonly before: number;
  /** When it was accepted; epoch milliseconds. */
  readonly at: number;
  /** The service was observed at work on it, so a settled status is that of this write. */
  readonly started?: boolean;
}

export interface Progress {
  readonly plan?: Plan;
  /** ARN of the dataset last worked on. */
  readonly arn?: string;
  /** Its newest LastUpdatedTimestamp that was observed: a description with an older one is stale. Epoch milliseconds. */
  readonly lastUpdated?: number;
  /** Since when descriptions are older than that; epoch milliseconds. */
  readonly olderSince?: number;
  /** This run has made the dataset of the plan: what is sent are the chunks of the whole manifest, or nothing. */
  readonly loading?: boolean;
  /** Chunks that are in. */
  readonly pushed: number;
  readonly write?: Write;
  /** Writes that were accepted: their number names the next one. */
  readonly writes?: number;
  /** When the last write was observed to end; epoch milliseconds. */
  readonly settledAt?: number;
}

/** How far the reading of a dataset's entries is. A poll goes on where the last one stopped. */
export interface ListingProgress {
  readonly arn: string;
  /** LastUpdatedTimestamp when it began; epoch milliseconds. */
  readonly lastUpdated: number;
  /** Staged objects with the entries so far, in their order. */
  readonly parts: readonly string[];
  readonly entries: number;
  /** Where the service goes on; absent behind the last entry. */
  readonly next?: string;
  /** How often the reading has begun anew. */
  readonly startedOver: number;
  /** When the reading began first; epoch milliseconds. */
  readonly began: number;
}

/**
 * What was last brought into the dataset. A cache: it saves reading everything back from the service, and is
 * used only while the service shows the same dataset, unchanged.
 */
export interface Applied {
  readonly arn: string;
  /** The run that wrote this down at its end. */
  readonly runId?: string;
  /** `DesiredState.source` it came from; empty where that is not known. */
  readonly source: string;
  /** `DesiredState.properties` it came from; empty where that is not known. */
  readonly properties: string;
  readonly contentHash: string;
  readonly entries: number;
  readonly manifestKey?: string;
  readonly indexKey: string;
  /** What was applied before that, for a rollback that comes after this resource's own success; an empty source where that is not known. */
  readonly previous?: Pick<Applied, 'source' | 'properties' | 'manifestKey'> & { readonly contentHash?: string };
  /** Entries beyond the manifest that stayed in the dataset. */
  readonly kept: number;
  /** They; where they are not known, the dataset has to be listed. */
  readonly keptLines?: StagedLines;
  readonly counts: Counts;
  readonly lastUpdated: number;
  /** Set before the first write of a run and cleared by its end: what the dataset holds is not known. */
  readonly dirty: boolean;
  /** Set while the adoption of a dataset of somebody else may still be reverted by a Delete: what it was before. */
  readonly adoptionPending?: {
    /** Those of `adopted.manifest`; absent where that object is all that is known. */
    readonly entries?: number;
    readonly tags: Tags;
  };
}

/** Requests for a resource, the latest last. */
export interface Requests {
  readonly ids?: readonly string[];
  /** When the latest one began; epoch milliseconds. */
  readonly latestAt?: number;
}

/** The operation that may write. */
export interface Lease {
  readonly runId?: string;
  /** When it began; epoch milliseconds. */
  readonly acquiredAt?: number;
}

/** An update, by the names of its properties (`DesiredState.properties`) before and after it. */
export interface PropertyChange {
  readonly from: string;
  readonly to: string;
}

export const NOTHING_APPLIED: Applied = {
  arn: '', source: '', properties: '', contentHash: '', entries: 0, indexKey: '', kept: 0,
  counts: { total: 0, labeled: 0, labels: 0, errors: 0 }, lastUpdated: 0, dirty: true,
};
