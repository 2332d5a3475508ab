import { yoloFormat } from '../../formats';
import type { ManifestSource } from '../manifest-source';
import { annotationManifest } from './annotations';
import type { AnnotationOptions } from './annotations';

/** A YOLO dataset: its description, or the folder that holds it. */
export function yoloManifest(path: string, options: AnnotationOptions): ManifestSource {
  return annotationManifest('Manifest.fromYolo', path, yoloFormat, options);
}
