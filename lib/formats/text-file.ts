import { AnnotationError } from './annotation-error';
import type { AnnotationFolder } from './folder';

/** @throws AnnotationError for text that is no UTF-8 */
export function textOf(folder: AnnotationFolder, file: string): string {
  const bytes = folder.read(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AnnotationError(file, 'is not UTF-8; save it as UTF-8');
  }
}
