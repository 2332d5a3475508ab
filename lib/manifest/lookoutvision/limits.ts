import type { ImageRules } from '../rules/image-files';

/**
 * The numbers of Amazon Lookout for Vision: "Quotas in Amazon Lookout for Vision" of the developer guide and the API model
 * of 2020-11-20. The service ended on 2025-10-31.
 */
export const LOOKOUT_LIMITS = {
  /** Largest manifest file, in bytes (1 GB). */
  manifestBytes: 1_073_741_824,
  /** Most decoded bytes of one UpdateDatasetEntries call (API model). */
  changesBytes: 10_485_760,
  /** Longest line, in UTF-16 units (API model, DatasetEntry). */
  lineCharacters: 8192,
  /** Most images of a dataset, by its type. */
  entries: { train: 16_000, test: 4_000 },
  /** Most images of a dataset that is to train a segmentation model. */
  segmentationEntries: { train: 8_000, test: 800 },
  /** Most anomaly types of a project. */
  anomalyTypes: 100,
  /** Most anomaly types in one mask. */
  anomalyTypesPerMask: 20,
  /** Largest image file, in bytes (8 MB). */
  imageBytes: 8 * 1024 * 1024,
  /** Shortest and longest side of an image, in pixels. All images of a project have the same size. */
  imageSide: { min: 64, max: 4096 },
  /** Least images that a model can be trained with: `single` when the project has no test dataset. */
  trainingImages: {
    single: { normal: 20, anomaly: 10 },
    train: { normal: 10, anomaly: 0 },
    test: { normal: 10, anomaly: 10 },
  },
  /** Requests per second that each operation allows an account in a Region (AWS General Reference). */
  requestsPerSecond: 5,
} as const;

/** Quotas in Amazon Lookout for Vision. */
export const lookoutImages: ImageRules = { ...LOOKOUT_LIMITS, isUniform: true };

/** Type of a dataset as this service writes it. */
export type LookoutDatasetType = 'train' | 'test';

/** The two classes of an image. */
export type AnomalyClass = 'normal' | 'anomaly';
