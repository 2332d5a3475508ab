import type { DatasetDescription, DatasetStats, DatasetStatus, DatasetStatusMessageCode, DatasetType } from '@aws-sdk/client-rekognition';
import type { BackgroundTask } from '../core/background-task';
import { DatasetEntries } from './dataset-entries';
import type { RekognitionSettings } from './settings';

/** How an operation on a dataset ended. */
export type Outcome =
  | { readonly content: DatasetEntries; readonly message: string }
  /** With a content: what the failed operation has changed all the same. */
  | { readonly failure: string; readonly code: DatasetStatusMessageCode; readonly content?: DatasetEntries };

type Kind = 'CREATE' | 'UPDATE' | 'DELETE';

const IN_PROGRESS_MESSAGES: Record<Kind, string> = {
  CREATE: 'The dataset is being created.',
  UPDATE: 'The dataset is being updated.',
  DELETE: 'The dataset is being deleted.',
};

/** A dataset and the state of the last operation on it. */
export class Dataset {
  content = DatasetEntries.EMPTY;
  /** True once it was deleted to the end. */
  gone = false;
  private kind: Kind = 'CREATE';
  private task?: BackgroundTask<Outcome>;
  private result: DatasetStatus = 'CREATE_IN_PROGRESS';
  private message = '';
  private code: DatasetStatusMessageCode = 'SUCCESS';
  private lastUpdated: number;
  /** The description as it was before the last write, and how many times it is still given. */
  private before?: DatasetDescription;
  private staleLeft = 0;
  /** The statistics from before the last write, and the time until which they are given. */
  private laggingStats?: { readonly stats: DatasetStats; readonly until: number };

  /** @param created milliseconds since 1970 */
  constructor(
    readonly arn: string,
    readonly projectArn: string,
    readonly type: DatasetType,
    readonly created: number,
    readonly tags: Map<string, string>,
    private readonly settings: RekognitionSettings,
    private readonly now: () => number,
  ) {
    this.lastUpdated = created;
  }

  /** Starts an operation; a deletion ends with the dataset gone, whatever its outcome says. */
  begin(kind: Kind, task: BackgroundTask<Outcome>): void {
    if (kind !== 'CREATE') {
      this.before = this.current();
      this.staleLeft = this.settings.staleDescribe;
      if (this.settings.lastUpdated !== 'ends') this.lastUpdated = this.now();
    }
    this.kind = kind;
    this.task = task;
    this.result = `${kind}_IN_PROGRESS`;
    this.message = IN_PROGRESS_MESSAGES[kind];
    this.code = 'SUCCESS';
  }

  /** Brings the state up to the clock. */
  settle(): this {
    const finished = this.task?.finished();
    if (!finished) return this;
    const { value: outcome, at } = finished;
    this.task = undefined;
    if (this.kind === 'DELETE') {
      this.gone = true;
      return this;
    }
    if (this.kind === 'UPDATE') this.lastUpdated = this.settings.lastUpdated === 'back' ? this.lastUpdated - 1000 : at;
    if (this.settings.statisticsLag > 0) this.laggingStats = { stats: this.content.stats, until: at + this.settings.statisticsLag };
    if (outcome.content) this.content = outcome.content;
    if ('failure' in outcome) {
      this.result = `${this.kind}_FAILED`;
      this.message = outcome.failure;
      this.code = outcome.code;
    } else {
      this.result = `${this.kind}_COMPLETE`;
      this.message = outcome.message;
    }
    return this;
  }

  /** What a change of its tags does to it. */
  tagged(): void {
    if (this.settings.lastUpdated === 'tags') this.lastUpdated = this.now();
  }

  get status(): { Status: DatasetStatus; StatusMessage: string; StatusMessageCode: DatasetStatusMessageCode } {
    return { Status: this.result, StatusMessage: this.message, StatusMessageCode: this.code };
  }

  /** @param stale as it was before the last write */
  describe(stale = false): DatasetDescription {
    if (this.before && (stale || this.staleLeft > 0)) {
      if (this.staleLeft > 0) this.staleLeft--;
      return this.before;
    }
    return this.current();
  }

  private current(): DatasetDescription {
    return {
      CreationTimestamp: new Date(this.created),
      LastUpdatedTimestamp: new Date(this.lastUpdated),
      ...this.status,
      DatasetStats: this.laggingStats && this.now() < this.laggingStats.until ? this.laggingStats.stats : this.content.stats,
    };
  }
}
