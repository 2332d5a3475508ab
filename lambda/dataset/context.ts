import type { Tags } from '../core/slot';
import type { TimeBudget } from '../core/time-budget';
import type { DatasetService, ServiceProfile } from '../services/port';
import type { ObjectStore } from '../staging/object-store';
import type { Staging } from '../staging/staging';
import type { DesiredState } from './desired-state';

/** What one poll of an operation works with. */
export interface Context {
  readonly desired: DesiredState;
  readonly profile: ServiceProfile;
  readonly service: DatasetService;
  readonly store: ObjectStore;
  readonly staging: Staging;
  /** Of the event, the same each time it is delivered. */
  readonly requestId: string;
  readonly budget: TimeBudget;
  /** The tags that say which resource of which stack the dataset belongs to. */
  readonly ownerTags: Tags;
  /** An update: the engine does not tell one that goes on from one that goes back. */
  readonly mayBeRollback: boolean;
  /** What undoes this operation is a delete; otherwise it is an update with the old properties. */
  readonly undoneByDelete: boolean;
  /** The properties before an update say that what was changed outside the stack must not be overwritten. */
  readonly guardedBefore: boolean;
}
