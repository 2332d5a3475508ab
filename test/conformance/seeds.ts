import type { ServiceName } from '../../scripts/api-models';
import type { Examples } from './values';

/** The clock when the first call is made; it goes on by a step with every call, which is more than anything takes. */
export const START = Date.parse('2026-01-05T09:00:00Z');
export const STEP = 60_000;

interface Seed {
  /** Calls that make what requests are about, in this order. */
  readonly calls: readonly (readonly [operation: string, members: Readonly<Record<string, unknown>>])[];
  /** Good values by the name of their shape. */
  readonly examples: Examples;
  /** Members of good requests, where examples of the shapes would make the operation refuse. */
  readonly bases: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Operations after which little is left of the seed, when they come through. */
  readonly consuming: readonly string[];
}

const base64 = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join('')).toString('base64');

/** ARN of what the given call of the seed made: its last segment is the time. */
const arn = (resource: string, call: number) => `arn:aws:rekognition:us-east-1:000000000000:project/${resource}/${START + call * STEP}`;
const BIRDS = arn('birds', 0);
const TRAIN = arn('birds/dataset/train', 1);
const TEST = arn('birds/dataset/test', 3);
const EMPTY = arn('empty', 4);

const bird = (i: number) => JSON.stringify({
  'source-ref': `s3://images/${i}.jpg`,
  'scene': 1,
  'scene-metadata': {
    'class-name': i % 2 ? 'crow' : 'rook', 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification',
  },
});
const box = JSON.stringify({
  'source-ref': 's3://images/box.jpg',
  'box': { image_size: [{ width: 800, height: 600, depth: 3 }], annotations: [{ class_id: 0, left: 10, top: 20, width: 100, height: 80 }] },
  'box-metadata': {
    'objects': [{ confidence: 1 }], 'class-map': { 0: 'nest' }, 'type': 'groundtruth/object-detection', 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00',
  },
});
const part = (i: number) => JSON.stringify({
  'source-ref': `s3://images/${i}.png`,
  'lbl': i % 2,
  'lbl-metadata': { 'class-name': i % 2 ? 'anomaly' : 'normal', 'human-annotated': 'yes', 'type': 'groundtruth/image-classification' },
});
const TEN = Array.from({ length: 10 }, (_, i) => i);

export const SEEDS: Readonly<Record<ServiceName, Seed>> = {
  rekognition: {
    calls: [
      ['CreateProject', { ProjectName: 'birds', Tags: { team: 'zoo' } }],
      ['CreateDataset', { ProjectArn: BIRDS, DatasetType: 'TRAIN' }],
      ['UpdateDatasetEntries', { DatasetArn: TRAIN, Changes: { GroundTruth: base64([...TEN.map(bird), box, box.replace('box.jpg', 'nest.jpg')]) } }],
      ['CreateDataset', { ProjectArn: BIRDS, DatasetType: 'TEST' }],
      ['CreateProject', { ProjectName: 'empty' }],
    ],
    examples: {
      ProjectArn: EMPTY, DatasetArn: TRAIN, DistributeDatasetMetadataList: [{ Arn: TRAIN }, { Arn: TEST }], ResourceArn: BIRDS,
      GroundTruthBlob: base64([bird(0)]),
    },
    bases: {},
    consuming: ['CreateProject', 'DeleteProject', 'CreateDataset', 'DistributeDatasetEntries', 'DeleteDataset'],
  },
  lookoutvision: {
    calls: [
      ['CreateProject', { ProjectName: 'parts' }],
      ['CreateDataset', { ProjectName: 'parts', DatasetType: 'train' }],
      ['UpdateDatasetEntries', { ProjectName: 'parts', DatasetType: 'train', Changes: base64(TEN.map(part)) }],
      ['CreateModel', { ProjectName: 'parts', OutputConfig: { S3Location: { Bucket: 'models' } }, Tags: [{ Key: 'team', Value: 'line' }] }],
      ['CreateProject', { ProjectName: 'empty' }],
    ],
    examples: {
      ProjectName: 'parts', DatasetType: 'train', ModelVersion: '1', ModelVersionNoLatest: '1', AnomalyClassFilter: 'normal', DatasetChanges: base64([part(0)]),
      TagArn: 'arn:aws:lookoutvision:us-east-1:000000000000:model/parts/1', ClientToken: 'token-1',
    },
    bases: { CreateProject: { ProjectName: 'new' }, DeleteProject: { ProjectName: 'empty' }, CreateDataset: { ProjectName: 'empty' } },
    consuming: ['CreateProject', 'DeleteProject', 'CreateDataset', 'DeleteDataset', 'CreateModel', 'DeleteModel'],
  },
};
