import type { DatasetService, ObjectStore } from '../services/port';
import type { DesiredState } from './desired-state';
import type { TimeBudget } from '../core/time-budget';
import type { Staging } from '../staging/staging';

/** What one poll of an operation works with. */
export interface Context {
  readonly desired: DesiredState;
  readonly service: DatasetService;
  readonly store: ObjectStore;
  readonly staging: Staging;
  readonly budget: TimeBudget;
  /** The tags that say which resource of which stack the dataset belongs to. */
  readonly mark: Readonly<Record<string, string>>;
  /** An Update: CloudFormation does not tell one that goes on from one that goes back. */
  readonly mayBeRollback: boolean;
  /** What undoes this operation is a Delete; otherwise it is an Update with the old properties. */
  readonly undoneByDelete: boolean;
  /** The properties before an Update say that what was changed outside the stack must not be overwritten. */
  readonly guardedBefore: boolean;
}
