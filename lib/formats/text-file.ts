import { AnnotationError } from './annotation-error';
import type { AnnotationFolder } from './folder';

/** @throws AnnotationError for text that is no UTF-8 */
export function textOf(folder: AnnotationFolder, file: string): string {
  return decodeUtf8(file, folder.read(file));
}

/**
 * @param file for the error
 * @throws AnnotationError for bytes that are no UTF-8
 */
export function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AnnotationError(file, 'is not UTF-8; save it as UTF-8');
  }
}
