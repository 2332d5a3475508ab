import type { DatasetDescription, DatasetMetadata, DatasetStatus } from '@aws-sdk/client-lookoutvision';
import { BackgroundTask } from '../core/background-task';
import { DatasetEntries } from './dataset-entries';
import type { DatasetType } from './dataset-entries';

/** How something that was started on a dataset ended. */
export type Outcome = { readonly content: DatasetEntries } | { readonly failure: string };

export type Kind = 'CREATE' | 'UPDATE' | 'DELETE';

/** The first message is the service's, the others are ours: their wording is not published and varies. */
const MESSAGES: Readonly<Record<Exclude<DatasetStatus, 'CREATE_FAILED' | 'DELETE_FAILED' | `UPDATE_FAILED_${string}`>, string>> = {
  CREATE_IN_PROGRESS: 'The dataset is creating.',
  CREATE_COMPLETE: 'The dataset was created successfully.',
  UPDATE_IN_PROGRESS: 'The dataset is updating.',
  UPDATE_COMPLETE: 'The dataset was updated successfully.',
  DELETE_IN_PROGRESS: 'The dataset is deleting.',
  DELETE_COMPLETE: 'The dataset was deleted successfully.',
};

/** A dataset and the state of the last operation on it. */
export class Dataset {
  content = DatasetEntries.EMPTY;
  private status: DatasetStatus = 'CREATE_IN_PROGRESS';
  private message = MESSAGES.CREATE_IN_PROGRESS;
  private task?: BackgroundTask<Outcome>;
  private lastUpdated: number;
  /** The description as it was before the last update, and how many times it is still given. */
  private before?: DatasetDescription;
  private staleLeft = 0;

  /**
   * @param created milliseconds since 1970
   * @param rollback milliseconds that the rollback of a failed update takes
   */
  constructor(
    readonly project: string,
    readonly type: DatasetType,
    readonly created: number,
    private readonly now: () => number,
    private readonly rollback: () => number,
  ) {
    this.lastUpdated = created;
  }

  /** Starts something whose end brings a content, or leaves the one there is. */
  begin(kind: Kind, task: BackgroundTask<Outcome>, staleDescribe = 0): void {
    if (kind !== 'CREATE') this.before = this.current();
    this.staleLeft = staleDescribe;
    this.task = task;
    this.set(`${kind}_IN_PROGRESS`);
  }

  /** Brings the state up to the clock. */
  settle(): this {
    const finished = this.task?.finished();
    if (!finished) return this;
    this.task = undefined;
    this.end(finished.value, finished.at);
    return this.settle();
  }

  get state(): DatasetStatus {
    return this.status;
  }

  get gone(): boolean {
    return this.status === 'DELETE_COMPLETE';
  }

  get metadata(): DatasetMetadata {
    return { DatasetType: this.type, CreationTimestamp: new Date(this.created), Status: this.status, StatusMessage: this.message };
  }

  /** @param stale as it was before the last write */
  describe(stale = false): DatasetDescription {
    if (this.before && (stale || this.staleLeft > 0)) {
      if (this.staleLeft > 0) this.staleLeft--;
      return this.before;
    }
    return this.current();
  }

  private end(outcome: Outcome, at: number): void {
    this.lastUpdated = at;
    const failure = 'failure' in outcome ? outcome.failure : undefined;
    switch (this.status) {
      case 'UPDATE_IN_PROGRESS':
        if (failure === undefined) break;
        this.task = new BackgroundTask(this.now, at + this.rollback() - this.now(), outcome);
        return this.set('UPDATE_FAILED_ROLLBACK_IN_PROGRESS', failure);
      case 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS':
        return this.set('UPDATE_FAILED_ROLLBACK_COMPLETE', failure);
    }
    const kind = this.status.split('_')[0] as Kind;
    if (failure !== undefined) return this.set(`${kind as 'CREATE' | 'DELETE'}_FAILED`, failure);
    if ('content' in outcome) this.content = outcome.content;
    this.set(`${kind}_COMPLETE`);
  }

  private set(status: DatasetStatus, message = MESSAGES[status as keyof typeof MESSAGES]): void {
    this.status = status;
    this.message = message;
  }

  private current(): DatasetDescription {
    return {
      ProjectName: this.project,
      ...this.metadata,
      LastUpdatedTimestamp: new Date(this.lastUpdated),
      ImageStats: this.content.stats,
    };
  }
}
