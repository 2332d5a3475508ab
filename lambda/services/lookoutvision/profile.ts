import { LookoutVisionClient } from '@aws-sdk/client-lookoutvision';
import { lookoutRules } from '../../../lib/manifest';
import type { LookoutDatasetAttributes } from '../../../lib/provider/wire';
import type { ServiceProfile } from '../port';
import { LookoutDatasets } from './adapter';
import { OwnerRecords } from './owner-records';

export const LOOKOUT_VISION: ServiceProfile = {
  title: 'Lookout for Vision',
  projectArn: /^arn:[a-z\d-]+:lookoutvision:[a-z\d-]+:\d{12}:project\/[a-zA-Z\d][\w-]{0,254}$/,
  rules: ({ datasetType }) => lookoutRules(datasetType === 'TRAIN' ? 'train' : 'test'),
  connect: ({ clients, budget, store, stagingBucket }) =>
    new LookoutDatasets(clients(LookoutVisionClient), budget, new OwnerRecords(store, stagingBucket)),
  counts: (total, { labeledEntries, classes }) =>
    ({ total, labeled: labeledEntries!, classes: { normal: classes?.normal ?? 0, anomaly: classes?.anomaly ?? 0 } }),
  attributes: ({ status, counts }, contentHash) => ({
    DatasetStatus: status,
    TotalEntries: counts.total,
    LabeledEntries: counts.labeled,
    NormalEntries: counts.classes?.normal ?? 0,
    AnomalyEntries: counts.classes?.anomaly ?? 0,
    ContentHash: contentHash,
  } satisfies LookoutDatasetAttributes),
};
