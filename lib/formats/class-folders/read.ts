import { manifestLine } from '../manifest-line';

/** An image in a folder, of the formats that both services read. */
const IMAGE = /^([^/]+)\/.*\.(png|jpe?g)$/is;
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

/**
 * The class of an image: the first folder of its name. Undefined for what is no .png, .jpg or .jpeg file in a class folder.
 *
 * @param name of a visible file, relative to the folder of the class folders, with slashes
 */
export function folderClass(name: string): string | undefined {
  return isVisible(name) ? IMAGE.exec(name)?.[1] : undefined;
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
