/**
 * The rules on the files of images that every service has. A service opens them only when it trains ("Debugging a failed
 * model training" of the Custom Labels guide).
 */

import { error, findingsOf, terminal, warning } from './rule';
import type { Rule } from './rule';

/** What a service asks of the files of its images. */
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

/** Every rule by its code. Those without ERROR or WARNING in front are ours. */
export const IMAGE_FILE_RULES = {
  IMAGE_NOT_IN_DIRECTORY: terminal('The image is not in the directory.'),
  ERROR_INVALID_IMAGE: error('The image is invalid. Check S3 path and/or image properties.'),
  ERROR_INVALID_IMAGE_DIMENSION: error('The image dimension(s) do not conform to allowed dimensions.'),
  WARNING_IMAGE_ASPECT_RATIO: warning('The aspect ratio of the image does not conform to the allowed ratio.'),
  IMAGE_SIZE_DIFFERS: warning('The image_size is not the size of the image.'),
} as const satisfies Record<string, Rule>;

/** A finding of {@link IMAGE_FILE_RULES}. */
export const imageFileFinding = findingsOf(IMAGE_FILE_RULES);
