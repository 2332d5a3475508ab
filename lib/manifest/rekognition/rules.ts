import type { Finding } from '../rules/finding';
import { error, type Rule, terminal, warning } from '../rules/rule';

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
  /** Longest S3 object key, in UTF-8 bytes. */
  keyBytes: 1024,
} as const;

/** Values of `type` in an attribute's metadata that the service knows. */
export const IMAGE_CLASSIFICATION = 'groundtruth/image-classification';
export const OBJECT_DETECTION = 'groundtruth/object-detection';

/**
 * Every rule by its code. Messages are the service's (Custom Labels guide, "Terminal manifest content errors" and
 * "Non-terminal JSON Line validation errors"); those marked as ours exist because the service is silent.
 */
export const RULES = {
  // The whole manifest; the message is the StatusMessage of the failed dataset.
  ERROR_EMPTY_MANIFEST: terminal('The manifest file is empty.'),
  ERROR_MANIFEST_SIZE_TOO_LARGE: terminal('The manifest file size exceeds the maximum supported size.'),
  ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: terminal('The manifest file has too many rows.'),
  ERROR_MANIFEST_TOO_MANY_LABELS: terminal('The manifest file has too many labels.'),
  ERROR_TOO_MANY_RECORDS_IN_ERROR: terminal('The manifest file has too many terminal errors.'),
  ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS: terminal('The manifest file contains images from multiple S3 buckets.'),

  // A line that the service drops.
  ERROR_INVALID_JSON_LINE: terminal('The JSON Line has an invalid format.'),
  ERROR_MISSING_SOURCE_REF: terminal('The source-ref key is missing.'),
  ERROR_INVALID_SOURCE_REF_FORMAT: terminal('The format of the source-ref value is invalid.'),
  /** Ours. */
  ERROR_LINE_TOO_LONG: terminal('The JSON Line is too long.'),
  /** Ours. */
  ERROR_DUPLICATE_SOURCE_REF: terminal('The source-ref value occurs more than once.'),

  // A line that the service keeps with its errors; these are found first and stop further checks of the line.
  ERROR_NO_LABEL_ATTRIBUTES: error('No label attributes found.'),
  ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT: error('The format of the label attribute {} is invalid.'),
  ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT: error('The format of the label attribute metadata is invalid.'),
  ERROR_MISSING_BOUNDING_BOX_CONFIDENCE: error('One or more bounding boxes has a missing confidence value.'),
  ERROR_MISSING_CLASS_MAP_ID: error('One of more class ids is missing from the class map.'),

  // The rest of what the service lists on a line.
  ERROR_NO_VALID_LABEL_ATTRIBUTES: error('No valid label attributes found.'),
  ERROR_UNSUPPORTED_USE_CASE_TYPE: error(
    'The use case type of the {}-metadata label attribute metadata is unsupported. Check the type field.'),
  ERROR_INVALID_BOUNDING_BOX: error('The bounding box has off frame values.'),
  ERROR_BOUNDING_BOX_TOO_SMALL: error('The height and width of the bounding box is too small.'),
  ERROR_NO_VALID_ANNOTATIONS: error('No valid annotations found.'),
  ERROR_TOO_MANY_BOUNDING_BOXES: error('There are more bounding boxes than the allowed maximum.'),
  ERROR_INVALID_IMAGE_DIMENSION: error('The image dimension(s) do not conform to allowed dimensions.'),
  /** The service's text is not published. */
  ERROR_INVALID_LABEL_NAME_LENGTH: error('The length of a label name is invalid.'),

  // What training says of a line that the dataset accepts.
  WARNING_UNANNOTATED_RECORD: warning('Record is unannotated.'),
  WARNING_NO_ANNOTATIONS: warning('No annotations were found.'),
  WARNING_NO_ATTRIBUTE_ANNOTATIONS: warning('No attribute annotations were found.'),

  // Ours: limits without a code of their own, and the shape of the file.
  WARNING_TOO_MANY_LABELS_PER_IMAGE: warning('There are more labels on the image than the allowed maximum.'),
  WARNING_IMAGE_ASPECT_RATIO: warning('The aspect ratio of the image does not conform to the allowed ratio.'),
  SUSPICIOUS_SOURCE_REF: warning('The source-ref value is taken literally and is probably not meant so.'),
  BLANK_LINE: warning('The line is blank.'),
} as const satisfies Record<string, Rule>;

/** A code of {@link RULES}. */
export type RuleCode = keyof typeof RULES;

/**
 * A finding of one rule.
 *
 * @param code the rule
 * @param place where in the line, see {@link Finding.place}
 * @param advice what exactly is wrong and what to change
 * @param attribute name for the rules whose message names the attribute
 */
export function finding(code: RuleCode, place: Finding['place'], advice: string, attribute = ''): Finding {
  const { severity, message } = RULES[code];
  return { code, severity, message: message.replace('{}', () => attribute), advice, place };
}
