/**
 * A format of annotations.
 */
export enum AnnotationFormat {
  /** See `Manifest.fromCoco`. */
  COCO = 'coco',

  /** See `Manifest.fromYolo`. */
  YOLO = 'yolo',

  /** See `Manifest.fromPascalVoc`. */
  PASCAL_VOC = 'pascal-voc',

  /** See `Manifest.fromCsv`. */
  CSV = 'csv',
}
