import type { DirectoryOptions } from '../../files/directory-options';
import type { LabelType } from '../label-type';

/**
 * Options of `Manifest.fromLookout`.
 */
export interface ManifestFromLookoutOptions extends DirectoryOptions {
  /**
   * What the manifest becomes.
   */
  readonly target: LabelType;

  /**
   * The directory that holds the masks (PNG files): a mask is the file whose path is the key of its reference, or the
   * longest end of that key that is there. A relative path starts at the working directory of the CDK app.
   *
   * @default - `DETECTION`: the directory `masks` beside the manifest; otherwise no mask is read
   */
  readonly masks?: string;

  /**
   * Label of normal images, for `CLASSIFICATION` and `MULTILABEL`.
   *
   * @default normal
   */
  readonly normalLabel?: string;

  /**
   * Label of anomalous images, for `CLASSIFICATION` and `MULTILABEL`.
   *
   * @default anomaly
   */
  readonly anomalyLabel?: string;

  /**
   * The date of labels whose own `creation-date` is missing or cannot be read, in ISO 8601 and UTC: Rekognition demands
   * one. It is fixed, because a date of today would change the dataset with every synth.
   *
   * @default 2025-10-31T00:00:00.000, the day Lookout for Vision ended
   */
  readonly creationDate?: string;

  /**
   * For `DETECTION`: a group of connected pixels gets a box when it has this many pixels or more. Smaller ones are specks
   * that brushes and soft edges leave behind.
   *
   * @default 16
   */
  readonly minDefectPixels?: number;

  /**
   * For `DETECTION`: leaves normal images out, instead of making them entries without boxes.
   *
   * @default false
   */
  readonly dropNormalImages?: boolean;
}
