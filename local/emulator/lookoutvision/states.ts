import type { DatasetStatus } from '@aws-sdk/client-lookoutvision';
import type { Dataset } from './dataset';
import { datasetConflict } from './errors';

/** The states in which a call on a dataset is taken. */
const ACCEPTED = {
  UpdateDatasetEntries: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_FAILED_ROLLBACK_COMPLETE'],
  ListDatasetEntries: [
    'CREATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS',
    'UPDATE_FAILED_ROLLBACK_COMPLETE', 'DELETE_FAILED',
  ],
  DeleteDataset: ['CREATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_COMPLETE', 'UPDATE_FAILED_ROLLBACK_COMPLETE', 'DELETE_FAILED'],
  CreateModel: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_FAILED_ROLLBACK_COMPLETE'],
} satisfies Record<string, DatasetStatus[]>;

/** @throws ServiceError ConflictException when the call cannot be made on a dataset in its state */
export function requireState({ project, type, state }: Dataset, call: keyof typeof ACCEPTED): void {
  if (!(ACCEPTED[call] as DatasetStatus[]).includes(state)) {
    throw datasetConflict(project, type, `Dataset ${type} of project ${project} is in the status ${state}; ${call} is not possible`);
  }
}
