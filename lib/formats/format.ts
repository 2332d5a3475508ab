import type { AnnotatedImage, ImageSet } from './annotated-image';
import type { ConversionReport } from './conversion-report';
import type { AnnotationFolder } from './folder';

/** A file to begin reading at, or a folder of such files. */
export interface AnnotationFile {
  /** Relative to the folder. */
  readonly file: string;
  /** The set of its images, where its name or folder tells. */
  readonly set?: ImageSet;
  /** Folders in which the names of its images may begin, relative to the folder, the likeliest first. */
  readonly imageFolders: readonly string[];
}

/** A format of annotations. */
export interface AnnotationReader<Options> {
  /** Such as `COCO`. */
  readonly name: string;
  /** What users call to read it, such as `Manifest.fromCoco`. */
  readonly reader: string;
  /** The files of a folder that hold annotations of this format, by their names. */
  find(folder: AnnotationFolder, options: Options): readonly AnnotationFile[];
  /** The same for a file that was named. */
  file(name: string): AnnotationFile;
  /** What an error says of a folder without such files, after "has no": the names of the files that were looked for. */
  readonly expected: string;
  /** Reads the images of a file. @throws AnnotationError */
  read(folder: AnnotationFolder, file: AnnotationFile, options: Options, report: ConversionReport): Iterable<AnnotatedImage>;
}

/** The names that tools give to sets, and what they are. */
const SETS: Readonly<Record<string, ImageSet>> = {
  train: 'train', training: 'train', valid: 'validation', val: 'validation', validation: 'validation', dev: 'validation', test: 'test', testing: 'test',
};

/** The set that a name of a folder or file stands for, such as `valid` or `train2017`; undefined for all other names. */
export function imageSetOf(name: string): ImageSet | undefined {
  const word = name.toLowerCase().replace(/\d+$/, '');
  return Object.hasOwn(SETS, word) ? SETS[word] : undefined;
}
