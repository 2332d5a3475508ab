import type { ApiModel } from '../core/api-model';
import type { OperationTraits } from '../core/service';
import model from './api-model.json';

/** What the operations take and refuse with, and how it travels; see `scripts/api-models.ts`. */
export const MODEL: ApiModel = model;

const read = { write: false, effects: [] } as const;
const write = { write: true, effects: [] } as const;

/**
 * Every operation on projects, datasets and tags. Of models only what shows that they stand in the way of deletions and
 * carry tags: nothing is trained, hosted or packaged here.
 */
export const OPERATIONS = {
  CreateProject: write,
  DescribeProject: read,
  ListProjects: read,
  DeleteProject: write,
  CreateDataset: { write: true, effects: ['stuck', 'fail'] },
  DescribeDataset: { write: false, effects: ['stale'] },
  UpdateDatasetEntries: { write: true, effects: ['stuck', 'fail'] },
  ListDatasetEntries: read,
  DeleteDataset: { write: true, effects: ['stuck', 'fail'] },
  TagResource: write,
  UntagResource: write,
  ListTagsForResource: read,
  CreateModel: { write: true, effects: ['stuck'] },
  DescribeModel: read,
  ListModels: read,
  DeleteModel: write,
} as const satisfies Record<string, OperationTraits>;

export type OperationName = keyof typeof OPERATIONS;
