import { isAnnotationFolder } from '../../files/convert-annotations';
import { vocFormat } from '../../formats';
import { visible } from '../../manifest';
import { checkValue, optional, TEXT, TRUE_OR_FALSE } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { annotationManifest } from './annotations';
import type { AnnotationOptions } from './annotations';

/**
 * Options of `Manifest.fromPascalVoc`.
 */
export interface ManifestFromPascalVocOptions extends AnnotationOptions {
  /**
   * The name of a list in `ImageSets/Main`, without extension, such as `trainval`: its images are read, and no others. An image of
   * the list without an XML file becomes an entry without labels.
   *
   * @default - the lists that are a set (`train`, `val`, `test`; `trainval` where there is neither `train` nor `val`); all XML files
   * if there is none
   */
  readonly imageSet?: string;

  /**
   * Whether pixels are counted from 1, and the last one belongs to the box, as in the files of the PASCAL VOC challenge itself.
   * LabelImg, Roboflow, CVAT and labelme count from 0.
   *
   * @default false
   */
  readonly oneBased?: boolean;
}

const CALLER = 'Manifest.fromPascalVoc';

/** An XML file, or a folder with such files. */
export function pascalVocManifest(path: string, options: ManifestFromPascalVocOptions): ManifestSource {
  checkValue(CALLER, 'path', path, TEXT);
  checkValue(CALLER, 'imageSet', options.imageSet, optional(TEXT));
  checkValue(CALLER, 'oneBased', options.oneBased, optional(TRUE_OR_FALSE));
  if (options.imageSet !== undefined && !isAnnotationFolder(CALLER, path)) throw new Error(`${CALLER}: imageSet chooses files of a folder, but "${visible(path)}" is a file`);
  return annotationManifest(CALLER, path, vocFormat, options);
}
