import type { ImageRules } from '../rules/image-files';

/**
 * The numbers of the service: "Guidelines and quotas in Amazon Rekognition Custom Labels" and the API model.
 */
export const REKOGNITION_LIMITS = {
  /** Largest manifest file, in bytes (1 GB). */
  manifestBytes: 1_073_741_824,
  /** Most lines of a dataset. */
  entries: 250_000,
  /** Longest line, in UTF-16 units; longer ones are dropped silently. */
  lineCharacters: 100_000,
  /** Most different labels of a dataset. */
  labels: 250,
  /** Most labels on one image. */
  labelsPerImage: 50,
  /** Most boxes of one attribute on one image. */
  boxesPerImage: 50,
  /** Longest label name. The guide says 256, the API model 255: the smaller one is safe with both. */
  labelNameCharacters: 255,
  /** Most decoded bytes of one UpdateDatasetEntries call (API model). */
  changesBytes: 5_242_880,
  /** What we put into one call: the guide says "less than 5MB", which may mean 5,000,000. */
  chunkBytes: 4_500_000,
  /** Share of dropped lines above which the whole import fails. */
  invalidLinesFraction: 0.2,
  /** Largest image file, in bytes (15 MB). */
  imageBytes: 15 * 1024 * 1024,
  /** Shortest and longest side of an image, in pixels. */
  imageSide: { min: 64, max: 4096 },
  /** Longest side relative to the shortest (needed for training). */
  imageAspectRatio: 20,
  /** An image with a longer side is scaled down to it before its boxes are measured. */
  scaledImageSide: 1280,
  /** A box side must be longer than this after scaling, in pixels. */
  boxSide: 1,
} as const;

/** Guidelines and quotas in Amazon Rekognition Custom Labels. */
export const rekognitionImages: ImageRules = { ...REKOGNITION_LIMITS, isUniform: false };

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
