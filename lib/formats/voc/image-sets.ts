/** The lists of images that Pascal VOC keeps beside its annotations, in `ImageSets/Main`. */

import { basename, dirname } from 'node:path/posix';
import type { ImageSet } from '../annotated-image';
import type { AnnotationFolder } from '../folder';
import { imageSetOf } from '../format';
import { textOf } from '../text-file';

/** Where the lists are. */
export const LISTS = 'ImageSets/Main';

/** A list of images. */
export interface ImageList {
  /** Such as `train`. */
  readonly name: string;
  readonly set?: ImageSet;
  /** Names of images without extension. */
  readonly stems: readonly string[];
}

/** An image, and in the lists of one class 1 if it shows it, 0 if it is hard to tell, -1 if not. */
const ROW = /^(.*?)(?:\.(?:jpe?g|png|xml))?(?:\s+([01]|-1))?$/i;

/** The names of the lists in a folder, without extension. */
export function listNames({ names }: AnnotationFolder, lists: string): string[] {
  return names.filter((name) => dirname(name) === lists && name.endsWith('.txt')).map((name) => basename(name, '.txt'));
}

/**
 * The names of the lists that count: the one that was chosen, or those that are a set. Of `train` and `val`, `trainval` is the sum.
 *
 * @param lists the folder that they are in
 * @param chosen the name of one; absent: all sets
 */
export function countingLists(folder: AnnotationFolder, lists: string, chosen?: string): string[] {
  const names = listNames(folder, lists);
  if (chosen !== undefined) return names.filter((name) => name === chosen);
  const sets = names.filter((name) => imageSetOf(name) !== undefined);
  return sets.some((name) => imageSetOf(name) !== 'test') ? sets : [...sets, ...names.filter((name) => name === 'trainval')];
}

/**
 * Reads a list.
 *
 * @throws AnnotationError for a list that is no UTF-8
 */
export function readImageList(folder: AnnotationFolder, lists: string, name: string): ImageList {
  const set = name === 'trainval' ? 'train' : imageSetOf(name);
  const rows = textOf(folder, `${lists}/${name}.txt`).split(/\r?\n/).map((row) => ROW.exec(row.trim())!);
  return { name, ...(set && { set }), stems: rows.flatMap(([, stem, shown]) => stem === '' || shown === '-1' ? [] : [stem]) };
}
