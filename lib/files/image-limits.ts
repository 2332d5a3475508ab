import { LOOKOUT_LIMITS, REKOGNITION_LIMITS } from '../manifest';
import type { Finding } from '../manifest';

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

/** What files alone can show; what lines show as well is in the rules of Rekognition's manifests. */
const FILE_RULES = {
  ERROR_INVALID_IMAGE: { severity: 'error', message: 'The image is invalid. Check S3 path and/or image properties.' },
  ERROR_IMAGE_SIZES_DIFFER: { severity: 'error', message: 'The images of a project must have the same size.' },
  ERROR_INVALID_MASK: { severity: 'error', message: 'The mask is invalid.' },
  IMAGE_SIZE_DIFFERS: { severity: 'warning', message: 'The image_size is not the size of the image.' },
} as const satisfies Record<string, Pick<Finding, 'severity' | 'message'>>;

/**
 * A finding of one of these rules.
 *
 * @param place where in the line, see {@link Finding.place}
 * @param advice what exactly is wrong and what to change
 */
export function fileFinding(code: keyof typeof FILE_RULES, place: Finding['place'], advice: string): Finding {
  return { code, ...FILE_RULES[code], place, advice };
}
