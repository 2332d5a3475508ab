import { REKOGNITION_LIMITS } from './rules';

/** Where Custom Labels is (AWS General Reference, "Amazon Rekognition endpoints and quotas", November 2026). */
export const REKOGNITION_REGIONS: readonly string[] = [
  'us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-west-2', 'eu-central-1',
  'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2',
];

/** Most images of a dataset, and whose limit that is where it is lower than elsewhere. */
export interface EntryLimit {
  readonly entries: number;
  /** Such as `a TRAIN dataset in eu-west-2`. */
  readonly of?: string;
}

/** Custom Labels guide, "Guidelines and quotas": these Regions take fewer images, and no increase can be requested. */
const LOWER_LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ap-south-1': { TRAIN: 28_000, TEST: 7_000 },
  'eu-west-2': { TRAIN: 28_000, TEST: 7_000 },
};

/** @param region absent: not known, as at synth of a stack for any Region */
export function entryLimit(region?: string, datasetType?: 'TRAIN' | 'TEST'): EntryLimit {
  const lower = region && datasetType && LOWER_LIMITS[region]?.[datasetType];
  return lower ? { entries: lower, of: `a ${datasetType} dataset in ${region}` } : { entries: REKOGNITION_LIMITS.entries };
}
