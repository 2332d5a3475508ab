import type { ApiModel } from '../core/api-model';
import type { OperationTraits } from '../core/service';
import model from './api-model.json';

/** What the operations take and refuse with; see `scripts/api-models.ts`. */
export const MODEL: ApiModel = model;

const read = { write: false, effects: [] } as const;
const write = { write: true, effects: [] } as const;

/** Every operation of projects, datasets and their tags. */
export const OPERATIONS = {
  CreateProject: { write: true, effects: ['stuck'] },
  DeleteProject: { write: true, effects: ['stuck'] },
  DescribeProjects: read,
  CreateDataset: { write: true, effects: ['stuck', 'fail'] },
  DescribeDataset: { write: false, effects: ['stale'] },
  UpdateDatasetEntries: { write: true, effects: ['stuck', 'fail'] },
  ListDatasetEntries: read,
  ListDatasetLabels: read,
  DistributeDatasetEntries: { write: true, effects: ['stuck', 'fail'] },
  DeleteDataset: { write: true, effects: ['stuck'] },
  TagResource: write,
  UntagResource: write,
  ListTagsForResource: read,
} as const satisfies Record<string, OperationTraits>;

export type OperationName = keyof typeof OPERATIONS;
