import type { AssumptionName } from '../assumptions';
import type { Experiment } from '../experiment';
import { constraintErrors, rates, throttlingErrors, typeErrors } from './answers';
import { fractions, imagesRead, manifestMissing } from './imports';
import { createDuration, statisticsLags, statusLags, updateDuration } from './load';
import { manifestCaller, manifestRights } from './manifest-rights';
import { datasetTags, lastUpdatedBack, lastUpdatedTags, lastUpdatedWrite, partialUpdates, slotAfterDelete } from './writes';

/** In the order of a run: what is quick and blocks most first, and last what looks back at the whole run. */
export const EXPERIMENTS: Readonly<Record<AssumptionName, Experiment>> = {
  'constraint-errors': constraintErrors,
  'type-errors': typeErrors,
  'rates': rates,
  'throttling-errors': throttlingErrors,
  'manifest-rights': manifestRights,
  'manifest-caller': manifestCaller,
  'manifest-missing': manifestMissing,
  'images-read': imagesRead,
  'fractions': fractions,
  'dataset-tags': datasetTags,
  'partial-updates': partialUpdates,
  'slot-after-delete': slotAfterDelete,
  'last-updated-write': lastUpdatedWrite,
  'last-updated-tags': lastUpdatedTags,
  'create-duration': createDuration,
  'update-duration': updateDuration,
  'status-lag': statusLags,
  'statistics-lag': statisticsLags,
  'last-updated-back': lastUpdatedBack,
};
