/**
 * What the labels of another format become in the manifest.
 */
export enum LabelType {
  /**
   * Image-level labels, one for each image. Masks and boxes are left out.
   *
   * From Lookout for Vision: each image is normal or anomalous.
   */
  CLASSIFICATION = 'classification',

  /**
   * Image-level labels, any number for each image.
   *
   * From Lookout for Vision: each image is normal or anomalous, and has one more label for each anomaly type on it. The types
   * are those in the color map of the image or, when `masks` is given, those that its mask shows.
   */
  MULTILABEL = 'multilabel',

  /**
   * Bounding boxes with a label each.
   *
   * From Lookout for Vision: a box around each anomaly, labeled with its type and drawn from the masks. Normal images have no
   * boxes.
   */
  DETECTION = 'detection',
}
