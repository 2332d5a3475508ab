import { basename, dirname } from 'node:path';
import type { AnnotationReader, RecognizedFile } from '../formats';
import { LocalAnnotationFolder } from './annotation-folder';
import { isAnnotationFolder } from './convert-annotations';
import type { DirectoryOptions } from './directory';

/** A format that fits what is there. */
export interface Fit {
  readonly reader: AnnotationReader<object>;
  /** The file that shows it, relative to the folder. */
  readonly file: string;
}

/** What looking at a file or folder came to. */
export interface Recognized {
  readonly fits: readonly Fit[];
  /** What a file is that no format fits. */
  readonly other?: RecognizedFile;
}

/** Files whose names tell nothing: they count when their content does. */
const BY_CONTENT = /\.(json|ya?ml|xml)$/i;

/**
 * Looks which formats fit a file, or the files of a folder.
 *
 * @param caller how messages name what was called
 * @param readers of the formats
 * @throws Error for a path that is not there
 */
export function recognizeAnnotations(
  caller: string, path: string, readers: readonly AnnotationReader<object>[], options: DirectoryOptions,
): Recognized {
  const isFolder = isAnnotationFolder(caller, path);
  const folder = new LocalAnnotationFolder(caller, isFolder ? path : dirname(path), options);
  const recognized = (file: string) => folder.has(file) ? folder.recognize(file) : undefined;
  if (!isFolder) {
    const file = basename(path);
    const other = recognized(file);
    return { fits: readers.filter(({ reader }) => reader === other?.reader).map((reader) => ({ reader, file })), other };
  }
  const fits = readers.flatMap((reader) => {
    const found = reader.find(folder, {}).map(({ file }) => file).find((file) => {
      const is = recognized(file);
      return is ? is.reader === reader.reader : !BY_CONTENT.test(file);
    });
    return found === undefined ? [] : [{ reader, file: found }];
  });
  return { fits };
}
