import { cocoFormat } from '../../formats';
import { checkValue, optional, TRUE_OR_FALSE } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { annotationManifest } from './annotations';
import type { AnnotationOptions } from './annotations';

/**
 * Options of `Manifest.fromCoco`.
 */
export interface ManifestFromCocoOptions extends AnnotationOptions {
  /**
   * Whether regions that are marked as crowds (`iscrowd: 1`) become boxes. COCO marks groups so that nobody told apart; CVAT and
   * RectLabel mark every mask.
   *
   * @default false
   */
  readonly crowd?: boolean;
}

/** A COCO file, or a folder with such files. */
export function cocoManifest(path: string, options: ManifestFromCocoOptions): ManifestSource {
  checkValue('Manifest.fromCoco', 'crowd', options.crowd, optional(TRUE_OR_FALSE));
  return annotationManifest('Manifest.fromCoco', path, cocoFormat, options);
}
