import type { OperationTraits } from '../core/service';
import { structure } from '../core/shapes';
import type { Shape, Structure } from '../core/shapes';

/** Constraints of the API model of 2016-06-27: what breaks one is a ValidationException. */
const string = (min: number, max: number, pattern?: RegExp): Shape => ({ type: 'string', min, max, pattern });
const oneOf = (...values: string[]): Shape => ({ type: 'string', values });
const list = (of: Shape, min: number, max: number): Shape => ({ type: 'list', of, min, max });

const projectArn = string(20, 2048, /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$/);
const datasetArn = string(20, 2048,
  /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/dataset\/(train|test)\/[0-9]+$/);
const resourceArn = string(20, 2048);
const projectName = string(1, 255, /^[a-zA-Z0-9_.\-]+$/);
const feature = oneOf('CONTENT_MODERATION', 'CUSTOM_LABELS');
const tagKey = string(1, 128, /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
const tags: Shape = { type: 'map', key: tagKey, of: string(0, 256, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u), max: 200 };
const boolean: Shape = { type: 'boolean' };
const page: Record<string, Shape> = { NextToken: string(0, 1024), MaxResults: { type: 'integer', min: 1, max: 100 } };

const s3Object = structure({
  Bucket: string(3, 255, /^[0-9A-Za-z.\-_]*$/),
  Name: string(1, 1024),
  Version: string(1, 1024),
});

interface Operation extends OperationTraits {
  readonly input: Structure;
}

const read = { write: false, effects: [] } as const;
const write = { write: true, effects: [] } as const;

/** Every operation of projects, datasets and their tags; the names that end with `*` are required. */
export const OPERATIONS = {
  CreateProject: {
    write: true, effects: ['stuck'],
    input: structure({ 'ProjectName*': projectName, 'Feature': feature, 'AutoUpdate': oneOf('ENABLED', 'DISABLED'), 'Tags': tags }),
  },
  DeleteProject: { write: true, effects: ['stuck'], input: structure({ 'ProjectArn*': projectArn }) },
  DescribeProjects: { ...read, input: structure({ ...page, ProjectNames: list(projectName, 1, 10), Features: list(feature, 1, 2) }) },
  CreateDataset: {
    write: true, effects: ['stuck', 'fail'],
    input: structure({
      'DatasetSource': structure({ GroundTruthManifest: structure({ S3Object: s3Object }), DatasetArn: datasetArn }),
      'DatasetType*': oneOf('TRAIN', 'TEST'),
      'ProjectArn*': projectArn,
      'Tags': tags,
    }),
  },
  DescribeDataset: { write: false, effects: ['stale'], input: structure({ 'DatasetArn*': datasetArn }) },
  UpdateDatasetEntries: {
    write: true, effects: ['stuck', 'fail'],
    input: structure({ 'DatasetArn*': datasetArn, 'Changes*': structure({ 'GroundTruth*': { type: 'blob', min: 1, max: 5_242_880 } }) }),
  },
  ListDatasetEntries: {
    ...read,
    input: structure({
      ...page,
      'DatasetArn*': datasetArn,
      'ContainsLabels': list(string(1, 255, /^.{1,}$/), 1, 10),
      'Labeled': boolean,
      'SourceRefContains': string(1, 2048, /^.*\S.*$/),
      'HasErrors': boolean,
    }),
  },
  ListDatasetLabels: { ...read, input: structure({ ...page, 'DatasetArn*': datasetArn }) },
  DistributeDatasetEntries: {
    write: true, effects: ['stuck', 'fail'],
    input: structure({ 'Datasets*': list(structure({ 'Arn*': datasetArn }), 2, 2) }),
  },
  DeleteDataset: { write: true, effects: ['stuck'], input: structure({ 'DatasetArn*': datasetArn }) },
  TagResource: { ...write, input: structure({ 'ResourceArn*': resourceArn, 'Tags*': tags }) },
  UntagResource: { ...write, input: structure({ 'ResourceArn*': resourceArn, 'TagKeys*': list(tagKey, 0, 200) }) },
  ListTagsForResource: { ...read, input: structure({ 'ResourceArn*': resourceArn }) },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
