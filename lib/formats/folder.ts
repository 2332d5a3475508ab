/** The files that readers of annotations see: a port, so that readers know no file system. */

import type { ImageSize } from './labeled-image';

/** An element of an XML file. */
export interface XmlElement {
  readonly name: string;
  /** The text that is directly in it, without blanks around it. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** A row of a CSV file. */
export interface CsvRow {
  /** Without blanks around them. */
  readonly cells: readonly string[];
  /** Where it ends, counted from 1. */
  readonly line: number;
}

/** A folder with annotations. Nothing outside of it can be reached. */
export interface AnnotationFolder {
  /** The files below it, relative, with slashes, in their order; hidden ones excepted. */
  readonly names: readonly string[];
  /** Whether there is a file of this name. */
  has(name: string): boolean;
  /** What a YAML file holds, all scalars as text. @throws AnnotationError for what is no plain YAML */
  readYaml(name: string): unknown;
  /** The first element of an XML file. @throws AnnotationError for what is no plain XML in UTF-8 */
  readXml(name: string): XmlElement;
  /** The rows of a CSV file that are not empty. @throws AnnotationError for broken quotes, and for what is not UTF-8 */
  readCsv(name: string, delimiter: string): Iterable<CsvRow>;
  /** The content of a file; @throws Error with a sentence for a person */
  read(name: string): Buffer;
  /** The same block by block; a block is there until the next one. */
  blocks(name: string): Iterable<Buffer>;
}

/** An image that was found. */
export interface FoundImage {
  /** Relative to the directory of images, with slashes: the reference of its manifest line. */
  readonly ref: string;
  /** How the name that was looked for had to be changed, where a person should look at it. */
  readonly changed?: 'extension' | 'folder';
}

/** The size of an image file. */
export interface FileSize extends ImageSize {
  /** Whether the EXIF orientation makes viewers show width and height the other way round. */
  readonly turned: boolean;
}

/** The images that annotations may mean. */
export interface ImageFiles {
  /** How messages name the directory; absent: the images are not on this machine. */
  readonly directory?: string;
  /**
   * Finds the file that annotations mean.
   *
   * @param names that it may have, the likeliest first
   * @param folders in which names may begin, relative to the folder of the annotations, the likeliest first
   * @returns undefined when there is none; an array when several fit as well
   */
  find(names: readonly string[], folders: readonly string[]): FoundImage | readonly string[] | undefined;
  /** Reads the size from the file; undefined when the images are not on this machine, or the file is no image. */
  size(ref: string): FileSize | undefined;
}
