import type { Finding } from '../rules/finding';
import { error, type Rule, terminal, warning } from '../rules/rule';

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

/** Value of `type` in the metadata of a mask; that of a class is the one Rekognition uses too. */
export const SEMANTIC_SEGMENTATION = 'groundtruth/semantic-segmentation';

/** Type of a dataset as this service writes it. */
export type LookoutDatasetType = 'train' | 'test';

/** The two classes of an image. */
export type AnomalyClass = 'normal' | 'anomaly';

/**
 * Every rule by its code. The service has no codes and publishes no texts: all are ours. A code that Rekognition has too
 * means the same thing there.
 *
 * - `terminal`: one such line fails the whole call (CREATE_FAILED, or a rolled-back update);
 * - `error`: the service takes the line without a word, but not as it was meant: as unlabeled, or so that training fails;
 * - `warning`: advice on training.
 */
export const LOOKOUT_RULES = {
  // The whole manifest ("Quotas", "Creating a manifest file").
  ERROR_EMPTY_MANIFEST: terminal('The manifest has no JSON Lines.'),
  ERROR_MANIFEST_SIZE_TOO_LARGE: terminal('The manifest file size exceeds the maximum supported size.'),
  ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: terminal('The dataset has more images than the allowed maximum.'),
  ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS: terminal('The images are in more than one S3 bucket.'),
  WARNING_TOO_MANY_SEGMENTATION_ENTRIES: warning('The dataset has more images than segmentation allows.'),
  WARNING_TOO_MANY_ANOMALY_TYPES: warning('The dataset has more anomaly types than the allowed maximum.'),
  WARNING_TOO_FEW_IMAGES: warning('The dataset has too few images of a class to train a model.'),
  WARNING_MASKS_INCOMPLETE: warning('Some anomalous images have a mask and others have none.'),

  // A line that fails the call.
  ERROR_INVALID_JSON_LINE: terminal('The JSON Line has an invalid format.'),
  ERROR_LINE_TOO_LONG: terminal('The JSON Line is too long.'),
  ERROR_MISSING_SOURCE_REF: terminal('The source-ref key is missing.'),
  ERROR_INVALID_SOURCE_REF_FORMAT: terminal('The format of the source-ref value is invalid.'),
  ERROR_DUPLICATE_SOURCE_REF: terminal('The source-ref value occurs more than once.'),

  // A line whose class is lost ("Defining JSON lines for image classification").
  ERROR_NO_LABEL_ATTRIBUTES: error('A label attribute or its metadata is missing.'),
  ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT: error('The format of the label attribute metadata is invalid.'),
  ERROR_UNSUPPORTED_USE_CASE_TYPE: error('The type in the label attribute metadata is unsupported.'),
  ERROR_UNKNOWN_ANOMALY_CLASS: error('The class-name is neither normal nor anomaly.'),
  ERROR_MASK_WITHOUT_CLASS: error('The image has a mask but no class.'),

  // A line whose mask is lost or fails the training ("Defining JSON lines for image segmentation").
  ERROR_MASK_ATTRIBUTE_NAME: error('The name of the mask attribute does not end in -ref.'),
  ERROR_INVALID_MASK_REF_FORMAT: error('The format of the mask reference is invalid.'),
  ERROR_INVALID_COLOR_MAP: error('The format of the internal-color-map is invalid.'),

  WARNING_UNANNOTATED_RECORD: warning('The image has no label.'),
  WARNING_SEVERAL_LABEL_ATTRIBUTES: warning('The image has more than one label attribute.'),
  WARNING_CONFIDENCE: warning('The confidence is not a number from 0 to 1.'),
  WARNING_MASK_ON_NORMAL_IMAGE: warning('A normal image has a mask with anomaly types.'),
  WARNING_MASK_FORMAT: warning('The mask is probably not a PNG file.'),
  WARNING_TOO_MANY_ANOMALY_TYPES_IN_MASK: warning('The mask has more anomaly types than the allowed maximum.'),
  SUSPICIOUS_SOURCE_REF: warning('The source-ref value is taken literally and is probably not meant so.'),
} as const satisfies Record<string, Rule>;

/** A code of {@link LOOKOUT_RULES}. */
export type LookoutRuleCode = keyof typeof LOOKOUT_RULES;

/**
 * A finding of one rule.
 *
 * @param place where in the line, see {@link Finding.place}
 * @param advice what exactly is wrong and what to change
 */
export function lookoutFinding(code: LookoutRuleCode, place: Finding['place'], advice: string): Finding {
  return { code, ...LOOKOUT_RULES[code], advice, place };
}
