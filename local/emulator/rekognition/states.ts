import type { DatasetStatus } from '@aws-sdk/client-rekognition';
import { ServiceError } from '../core/service';
import type { Dataset } from './dataset';
import { PUBLISHED_MESSAGES } from './errors';

const USE = 'ResourceInUseException';
const READY = 'ResourceNotReadyException';
const INPUT = 'InvalidParameterException';

type Refusals = Partial<Record<DatasetStatus, string>>;

/** What a call gets for a dataset in a state it cannot work with; a state that is not listed is fine. */
const REFUSALS = {
  UpdateDatasetEntries: { CREATE_IN_PROGRESS: USE, CREATE_FAILED: USE, UPDATE_IN_PROGRESS: USE, DELETE_IN_PROGRESS: USE },
  ListDataset: { CREATE_IN_PROGRESS: READY, CREATE_FAILED: READY, UPDATE_IN_PROGRESS: USE, DELETE_IN_PROGRESS: USE },
  DistributeDatasetEntries: { CREATE_IN_PROGRESS: READY, CREATE_FAILED: READY, UPDATE_IN_PROGRESS: READY, DELETE_IN_PROGRESS: READY },
  DeleteDataset: { CREATE_IN_PROGRESS: USE, UPDATE_IN_PROGRESS: USE, DELETE_IN_PROGRESS: USE },
  CopyDataset: { CREATE_IN_PROGRESS: INPUT, CREATE_FAILED: INPUT, UPDATE_IN_PROGRESS: INPUT, DELETE_IN_PROGRESS: INPUT },
} satisfies Record<string, Refusals>;

/** @throws ServiceError when the call cannot be made on a dataset in its state */
export function requireState(dataset: Dataset, call: keyof typeof REFUSALS): void {
  const { Status: status } = dataset.status;
  const code = (REFUSALS[call] as Refusals)[status];
  if (code) throw new ServiceError(code, `${PUBLISHED_MESSAGES[code] ?? 'The resource is not ready.'} The dataset is ${status}.`);
}
