import type { OperationTraits } from '../core/service';
import { structure } from '../core/shapes';
import type { Shape, Structure } from '../core/shapes';

/** Constraints of the API model of 2020-11-20: what breaks one is a ValidationException. */
const string = (min: number, max: number, pattern?: RegExp): Shape => ({ type: 'string', min, max, pattern });
const list = (of: Shape, min: number, max: number): Shape => ({ type: 'list', of, min, max });

const projectName = string(1, 255, /^[a-zA-Z0-9][a-zA-Z0-9_\-]*$/);
const datasetType = string(1, 10, /^(train|test)$/);
const bucket = string(3, 63, /^[0-9A-Za-z.\-_]*$/);
const KEY = /^([a-zA-Z0-9!_.*'()-][/a-zA-Z0-9!_.*'()-]*)?$/;
const tagText = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u;
const tagKey = string(1, 128, tagText);
const tags = list(structure({ 'Key*': tagKey, 'Value*': string(0, 256, tagText) }), 0, 200);
const resourceArn = string(1, 1011);

const token: Record<string, Shape> = { ClientToken: string(1, 64, /^[a-zA-Z0-9-]+$/) };
const page: Record<string, Shape> = { NextToken: string(0, 2048, /^[a-zA-Z0-9/+=]{0,2048}$/), MaxResults: { type: 'integer', min: 1, max: 100 } };
const project: Record<string, Shape> = { 'ProjectName*': projectName };
const dataset: Record<string, Shape> = { ...project, 'DatasetType*': datasetType };
const version = (pattern: RegExp): Record<string, Shape> => ({ ...project, 'ModelVersion*': string(1, 10, pattern) });

interface Operation extends OperationTraits {
  /** Path under `/2020-11-20`; segments in braces are members. Members of GET and DELETE are in the query, of the others in the body. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** HTTP status of success. */
  readonly status: number;
  readonly input: Structure;
}

const PROJECT = 'projects/{ProjectName}';
const DATASET = `${PROJECT}/datasets/{DatasetType}`;
const MODELS = `${PROJECT}/models`;
const TAGS = 'tags/{ResourceArn}';
const read = { method: 'GET', status: 200, write: false, effects: [] } as const;

/**
 * Every operation on projects, datasets and tags. Of models only what shows that they stand in the way of deletions and
 * carry tags: nothing is trained, hosted or packaged here.
 */
export const OPERATIONS = {
  CreateProject: { method: 'POST', path: 'projects', status: 200, write: true, effects: [], input: structure({ ...project, ...token }) },
  DescribeProject: { ...read, path: PROJECT, input: structure(project) },
  ListProjects: { ...read, path: 'projects', input: structure(page) },
  DeleteProject: { method: 'DELETE', path: PROJECT, status: 200, write: true, effects: [], input: structure({ ...project, ...token }) },
  CreateDataset: {
    method: 'POST', path: `${PROJECT}/datasets`, status: 202, write: true, effects: ['stuck', 'fail'],
    input: structure({
      ...dataset,
      ...token,
      DatasetSource: structure({
        GroundTruthManifest: structure({
          S3Object: structure({ 'Bucket*': bucket, 'Key*': string(1, 1024, KEY), 'VersionId': string(1, 1024) }),
        }),
      }),
    }),
  },
  DescribeDataset: { ...read, path: DATASET, effects: ['stale'], input: structure(dataset) },
  UpdateDatasetEntries: {
    method: 'PATCH', path: `${DATASET}/entries`, status: 202, write: true, effects: ['stuck', 'fail'],
    input: structure({ ...dataset, ...token, 'Changes*': { type: 'blob', min: 1, max: 10_485_760 } }),
  },
  ListDatasetEntries: {
    ...read, path: `${DATASET}/entries`,
    input: structure({
      ...dataset,
      ...page,
      Labeled: { type: 'boolean' },
      AnomalyClass: string(1, 10, /^(normal|anomaly)$/),
      BeforeCreationDate: { type: 'timestamp' },
      AfterCreationDate: { type: 'timestamp' },
      SourceRefContains: string(1, 2048, /.*\S.*/),
    }),
  },
  DeleteDataset: {
    method: 'DELETE', path: DATASET, status: 202, write: true, effects: ['stuck', 'fail'], input: structure({ ...dataset, ...token }),
  },
  TagResource: { method: 'POST', path: TAGS, status: 200, write: true, effects: [], input: structure({ 'ResourceArn*': resourceArn, 'Tags*': tags }) },
  UntagResource: {
    method: 'DELETE', path: TAGS, status: 200, write: true, effects: [],
    input: structure({ 'ResourceArn*': resourceArn, 'TagKeys*': list(tagKey, 0, 200) }),
  },
  ListTagsForResource: { ...read, path: TAGS, input: structure({ 'ResourceArn*': resourceArn }) },

  CreateModel: {
    method: 'POST', path: MODELS, status: 202, write: true, effects: ['stuck'],
    input: structure({
      ...project,
      ...token,
      'Description': string(1, 500, /^[0-9A-Za-z.\-_]*$/),
      'OutputConfig*': structure({ 'S3Location*': structure({ 'Bucket*': bucket, 'Prefix': string(0, 1024, KEY) }) }),
      'KmsKeyId': string(1, 2048, /^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$/),
      'Tags': tags,
    }),
  },
  DescribeModel: { ...read, path: `${MODELS}/{ModelVersion}`, input: structure(version(/^([1-9][0-9]*|latest)$/)) },
  ListModels: { ...read, path: MODELS, input: structure({ ...project, ...page }) },
  DeleteModel: {
    method: 'DELETE', path: `${MODELS}/{ModelVersion}`, status: 202, write: true, effects: [],
    input: structure({ ...version(/^[1-9][0-9]*$/), ...token }),
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
