/** The common model of all formats: a format reads its files into this, and `manifest-line.ts` makes manifest lines of it. */

/**
 * What the labels of a manifest are.
 *
 * - `classification`: image-level labels, one an image;
 * - `multilabel`: any number of image-level labels an image;
 * - `detection`: labels on boxes.
 *
 * Image-level labels and boxes are never mixed: Rekognition would choose the kind of model by itself.
 */
export type LabelType = 'classification' | 'multilabel' | 'detection';

/** In pixels. */
export interface ImageSize {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** Who made a label, and when. */
export interface LabelOrigin {
  readonly humanAnnotated: boolean;
  /** ISO 8601 in UTC. */
  readonly creationDate: string;
  /** The labeling job, where it is known. */
  readonly jobName?: string;
}

/** A label of the image as a whole. */
export interface ImageLabel {
  /** The attribute that holds it; each label of an image has another one. */
  readonly attribute: string;
  readonly name: string;
  /** A number for the label; the services ignore it. */
  readonly value: number;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly origin: LabelOrigin;
}

/** A label on a part of the image, in pixels from the top left. */
export interface LabeledBox {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** The boxes of an image. */
export interface BoxLabels {
  /** The attribute that holds them; absent: {@link BOXES_ATTRIBUTE}. */
  readonly attribute?: string;
  readonly boxes: readonly LabeledBox[];
  readonly origin: LabelOrigin;
}

/** The attribute that holds boxes, unless another one is chosen. */
export const BOXES_ATTRIBUTE = 'bounding-box';

/** An image and what was said of it. */
export interface LabeledImage {
  /** As the manifest shall have it. */
  readonly sourceRef: string;
  /** Boxes need it. */
  readonly size?: ImageSize;
  readonly imageLabels: readonly ImageLabel[];
  /** Absent when nobody looked for boxes; without a box when none is there. */
  readonly boxLabels?: BoxLabels;
}
