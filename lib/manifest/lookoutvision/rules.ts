import { IMAGE_FILE_RULES } from '../rules/image-files';
import { LINE_RULES } from '../rules/json-line';
import { error, findingsOf, terminal, warning } from '../rules/rule';
import type { Rule } from '../rules/rule';

/** Value of `type` in the metadata of a mask; that of a class is the one Rekognition uses too. */
export const SEMANTIC_SEGMENTATION = 'groundtruth/semantic-segmentation';

/**
 * Every rule by its code. The service has no codes and publishes no texts: all are ours. A code that Rekognition has too
 * means the same thing there.
 *
 * - `terminal`: one such line fails the whole call (CREATE_FAILED, or a rolled-back update);
 * - `error`: the service accepts the line, but not as it was meant: as unlabeled, or so that training fails;
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

  // A line that fails the call, and what is odd about a line.
  ...LINE_RULES,

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

  // What files alone can show ("Quotas").
  ...IMAGE_FILE_RULES,
  ERROR_IMAGE_SIZES_DIFFER: error('The images of a project must have the same size.'),
  ERROR_INVALID_MASK: error('The mask is invalid.'),
} as const satisfies Record<string, Rule>;

/** A code of {@link LOOKOUT_RULES}. */
export type LookoutRuleCode = keyof typeof LOOKOUT_RULES;

/** A finding of {@link LOOKOUT_RULES}. */
export const lookoutFinding = findingsOf(LOOKOUT_RULES);
