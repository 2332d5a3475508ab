/** Open Images (storage.googleapis.com/openimages/web, "Data formats") has codes for labels; another file has their names. */

import { basename } from 'node:path/posix';
import type { AnnotationFolder } from '../folder';

const CODE = /^\/[a-z]\/[0-9a-z_]+$/;
const DESCRIPTIONS = /class-descriptions.*\.csv$/;

/** Whether a label is a code, such as `/m/01g317`. */
export function isCode(label: string): boolean {
  return CODE.test(label);
}

/** Whether a file has the names of codes, and no images. */
export function isDescriptions(name: string): boolean {
  return DESCRIPTIONS.test(basename(name));
}

/** The names of codes, from the files that have them, with or without a header. */
export function* namesOfCodes(folder: AnnotationFolder): Iterable<[code: string, name: string]> {
  for (const name of folder.names.filter(isDescriptions)) {
    for (const { cells: [code, text = ''] } of folder.readCsv(name, ',')) if (isCode(code) && text !== '') yield [code, text];
  }
}
