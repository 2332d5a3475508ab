import type { ImageSet } from '../annotated-image';
import { imageSetOf } from '../format';
import { manifestLine } from '../manifest-line';

/** An image of the formats that both services read. */
const IMAGE = /\.(png|jpe?g)$/i;
/** Hidden files and folders, and the empty objects that stand for folders in a bucket. */
const UNSEEN = /(^|\/)(\.|$)/;

/** What the labels have in common that are made of folders. */
export interface FolderLabels {
  /** The attribute that holds the class. */
  readonly attribute: string;
  /** In ISO 8601 and UTC. */
  readonly creationDate: string;
}

/**
 * Whether a file counts at all; one that does and has no class is worth a word.
 *
 * @param name relative to the folder of the class folders, with slashes
 */
export function isVisible(name: string): boolean {
  return !UNSEEN.test(name);
}

/** The first folders of an image in class folders: its class, or a set and the class in it. Undefined for all other files. */
function foldersOf(name: string): [first: string, second?: string] | undefined {
  const [first, second, ...others] = name.split('/');
  if (first === '' || second === undefined || !isVisible(name) || !IMAGE.test(name)) return undefined;
  return [first, others.length > 0 && second !== '' ? second : undefined];
}

/**
 * Whether the first folders are sets, such as `train` and `test`, and the second ones are the classes.
 *
 * @param names of files, relative to the folder of the class folders, with slashes; one of each first folder is enough
 */
export function areSets(names: Iterable<string>): boolean {
  let hasClasses = false;
  for (const name of names) {
    const folders = foldersOf(name);
    if (folders && imageSetOf(folders[0]) === undefined) return false;
    hasClasses ||= folders?.[1] !== undefined;
  }
  return hasClasses;
}

/**
 * The class of an image: the first folder of its name, or the second one where the first ones are sets. Undefined for what is no
 * .png, .jpg or .jpeg file in a class folder.
 *
 * @param name of a visible file, relative to the folder of the class folders, with slashes
 */
export function folderClass(name: string, hasSets = false): string | undefined {
  return foldersOf(name)?.[hasSets ? 1 : 0];
}

/** The set of an image, where the first folders are sets. */
export function folderSet(name: string): ImageSet {
  return imageSetOf(name.split('/', 1)[0])!;
}

/**
 * The classes in the order of their numbers: that of their names, only `normal` is always 0, because the Marketplace
 * algorithm looks at the number.
 */
export function numberedClasses(classes: Iterable<string>): string[] {
  return [...new Set(classes)].sort((a, b) => Number(b === 'normal') - Number(a === 'normal') || (a < b ? -1 : 1));
}

/** The line of an image, without its end. */
export function folderLine(sourceRef: string, name: string, classes: readonly string[], { attribute, creationDate }: FolderLabels): string {
  const origin = { humanAnnotated: true, creationDate };
  return manifestLine({ sourceRef, imageLabels: [{ attribute, name, value: classes.indexOf(name), confidence: 1, origin }] });
}
