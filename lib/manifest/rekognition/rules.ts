import { IMAGE_FILE_RULES } from '../rules/image-files';
import { LINE_RULES } from '../rules/json-line';
import { error, findingsOf, terminal, warning } from '../rules/rule';
import type { Rule } from '../rules/rule';

/** Value of `type` in the metadata of boxes. */
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

  // A line that the service drops, and what is odd about a line.
  ...LINE_RULES,

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
  /** The service's text is not published. */
  ERROR_INVALID_LABEL_NAME_LENGTH: error('The length of a label name is invalid.'),

  // What training says of a line that the dataset accepts.
  WARNING_UNANNOTATED_RECORD: warning('Record is unannotated.'),
  WARNING_NO_ANNOTATIONS: warning('No annotations were found.'),
  WARNING_NO_ATTRIBUTE_ANNOTATIONS: warning('No attribute annotations were found.'),

  // Ours: a limit without a code of its own, and what no source tells.
  WARNING_FRACTION_OF_PIXEL: warning('A number of pixels is not whole.'),
  WARNING_TOO_MANY_LABELS_PER_IMAGE: warning('There are more labels on the image than the allowed maximum.'),

  // What files alone can show, and lines that state the size of their image.
  ...IMAGE_FILE_RULES,
} as const satisfies Record<string, Rule>;

/** A code of {@link RULES}. */
export type RuleCode = keyof typeof RULES;

/** A finding of {@link RULES}. */
export const finding = findingsOf(RULES);
