import { LOOKOUT_LIMITS, REKOGNITION_LIMITS } from '../manifest';

/** What a service asks of the files of its images, which it opens only when it trains. */
export interface ImageRules {
  /** Largest file, in bytes. */
  readonly imageBytes: number;
  /** Shortest and longest side, in pixels. */
  readonly imageSide: { readonly min: number; readonly max: number };
  /** Longest side relative to the shortest; absent: any. */
  readonly imageAspectRatio?: number;
  /** Whether all images of a dataset have one size, and masks are PNG files of that size. */
  readonly isUniform: boolean;
}

/** Guidelines and quotas in Amazon Rekognition Custom Labels. */
export const rekognitionImages: ImageRules = { ...REKOGNITION_LIMITS, isUniform: false };

/** Quotas in Amazon Lookout for Vision. */
export const lookoutImages: ImageRules = { ...LOOKOUT_LIMITS, isUniform: true };
