import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { rekognitionRulesIn } from '../../../lib/manifest';
import type { RekognitionDatasetAttributes } from '../../../lib/provider/wire';
import type { ServiceProfile } from '../port';
import { RekognitionDatasets } from './adapter';

export const REKOGNITION: ServiceProfile = {
  title: 'Rekognition Custom Labels',
  // The time of its creation stands behind the name of a project.
  projectArn: /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[\w.-]{1,255}\/\d+$/,
  rules: ({ projectArn, datasetType }) => rekognitionRulesIn(projectArn.split(':')[3], datasetType),
  connect: ({ clients, budget }) => new RekognitionDatasets(clients(RekognitionClient), budget),
  counts: (total, { labeledEntries, labels }, errors) => ({ total, labeled: labeledEntries!, labels: labels?.length ?? 0, errors }),
  attributes: ({ arn, status, counts }, contentHash) => ({
    DatasetArn: arn,
    DatasetStatus: status,
    TotalEntries: counts.total,
    LabeledEntries: counts.labeled,
    TotalLabels: counts.labels ?? 0,
    ErrorEntries: counts.errors ?? 0,
    ContentHash: contentHash,
  } satisfies RekognitionDatasetAttributes),
  importHint: 'use it with Dataset.fromDatasetArn',
};
