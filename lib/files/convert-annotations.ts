import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AnnotationError, classIdsOf, ConversionReport, findNames, KINDS, labelImages, manifestLine, namesOf } from '../formats';
import type { AnnotatedImage, AnnotationFile, AnnotationReader, ConversionFinding, ImageFiles, ImageSet, LabeledImage, LabeledImages, LabelingOptions } from '../formats';
import { visible } from '../manifest';
import { LocalAnnotationFolder } from './annotation-folder';
import type { DirectoryOptions } from './directory';
import { ImageLookup } from './image-lookup';
import { explainReadErrors, fileNotFoundError } from './paths';

/** How annotations of this machine become manifest lines. */
export interface ConversionOptions extends LabelingOptions, DirectoryOptions {
  /** The directory that references are relative to; default: where the format has its images. */
  readonly imageDirectory?: string;
  /** Everything that is left out or guessed is an error. */
  readonly strict?: boolean;
}

/** What became of annotations. */
export interface Conversion {
  /** Manifest lines, in the order of their references; none after an error. */
  readonly lines: Iterable<string>;
  readonly count: number;
  /** The set of each image, by its reference; absent: the source has no sets. */
  readonly sets?: ReadonlyMap<string, ImageSet>;
  /** Why there are no lines. */
  readonly errors: readonly ConversionFinding[];
  /** What was left out or guessed. */
  readonly warnings: readonly ConversionFinding[];
  /** What Rekognition has no place for. */
  readonly inherent: readonly ConversionFinding[];
}

/**
 * Converts annotations to a manifest.
 *
 * @param caller how messages name what was called
 * @param path the file with annotations, or a folder that holds such files
 * @param format how they are written
 * @throws Error for a path that is not there, and for a folder without annotations
 */
export function convertAnnotations<Options>(
  caller: string, path: string, format: AnnotationReader<Options>, options: ConversionOptions & Options,
): Conversion {
  const isFolder = isAnnotationFolder(caller, path);
  const root = isFolder ? path : dirname(path);
  const folder = new LocalAnnotationFolder(caller, root, options);
  const sources = isFolder ? format.find(folder, options) : [format.file(basename(path))];
  if (sources.length === 0) throw new Error(`${caller}: "${visible(path)}" has no ${format.expected}; name the file with the annotations`);

  const report = new ConversionReport();
  const labeled = labeledImages({ caller, root, folder, isFolder, sources, options }, format, report);
  const findings = findingsOf(report, options.strict);
  if (findings.errors.length > 0) return { lines: [], count: 0, ...findings };
  const { images, sets } = labeled;
  const classIds = classIdsOf(images);
  return { lines: { [Symbol.iterator]: () => linesOf(images, classIds) }, count: images.length, sets, ...findings };
}

/** What was found, by what becomes of it. */
export function findingsOf(report: ConversionReport, isStrict = false): Pick<Conversion, 'errors' | 'warnings' | 'inherent'> {
  return {
    errors: report.of('error', ...isStrict ? ['warning'] as const : []),
    warnings: report.of('warning'),
    inherent: report.of('inherent'),
  };
}

/**
 * Whether a path leads to a folder of annotations, and not to a file.
 *
 * @param caller how messages name what was called
 * @throws Error for a path that leads nowhere
 */
export function isAnnotationFolder(caller: string, path: string): boolean {
  const full = resolve(path);
  const stats = explainReadErrors(caller, path, () => statSync(full, { throwIfNoEntry: false }));
  if (!stats) throw fileNotFoundError(caller, 'file', path, full);
  return stats.isDirectory();
}

function labeledImages<Options>(
  reading: Reading & { options: Options }, format: AnnotationReader<Options>, report: ConversionReport,
): LabeledImages {
  const annotated = readAll(reading, format, report);
  const sample = [...take(annotated, SAMPLE)];
  return labelImages(chain(sample, annotated), imageFiles(reading, sample), reading.options, report);
}

/** The images of all files. One that cannot be read is reported, and the others are read, so that all are told at once. */
function* readAll<Options>(
  { folder, sources, options }: Reading & { options: Options }, format: AnnotationReader<Options>, report: ConversionReport,
): Generator<AnnotatedImage> {
  for (const source of sources) {
    try {
      yield* format.read(folder, source, options, report);
    } catch (error) {
      if (!(error instanceof AnnotationError)) throw error;
      const file = folder.recognize(error.file);
      if (file && file.reader !== format.reader) report.add(KINDS.otherFormat, error.file, undefined, `is ${file.what}; ${file.advice}`);
      else report.add(KINDS.unreadableFile, error.file, undefined, error.what);
    }
  }
}

/** The first ones; the others can be read afterwards. */
function* take<T>(all: Iterator<T>, count: number): Iterable<T> {
  for (let i = 0; i < count; i++) {
    const { done, value } = all.next();
    if (done) return;
    yield value;
  }
}

function* chain<T>(first: readonly T[], rest: Iterable<T>): Iterable<T> {
  yield* first;
  yield* rest;
}

interface Reading {
  readonly caller: string;
  /** The folder that is read. */
  readonly root: string;
  readonly folder: LocalAnnotationFolder;
  /** Whether it was named itself, and not a file in it. */
  readonly isFolder: boolean;
  readonly sources: readonly AnnotationFile[];
  readonly options: ConversionOptions;
}

/** Names that are looked for to find out where the images are. */
const SAMPLE = 100;
/** What names without an extension may lack. */
const EXTENSIONS = ['', '.jpg', '.png', '.jpeg', '.JPG', '.PNG'];
/** The images are elsewhere, for example in a bucket: names are references as they are written. */
const ELSEWHERE: ImageFiles = { find: () => undefined, size: () => undefined };

/** The images that annotations mean: of the directory that was named, or of the first one that the format may have them in and has one. */
function imageFiles({ caller, root, isFolder, sources, options }: Reading, sample: readonly AnnotatedImage[]): ImageFiles {
  const lookup = (directory: string) => new ImageLookup(caller, directory, root, options);
  const { imageDirectory: chosen } = options;
  if (chosen !== undefined) {
    if (!existsSync(resolve(chosen))) throw fileNotFoundError(caller, 'directory', chosen, resolve(chosen));
    return lookup(chosen);
  }
  if (isFolder) {
    const files = lookup(root);
    const isThere = (image: AnnotatedImage) => Object.values(findNames(image, files)).some((found) => found !== undefined);
    return sample.some(isThere) ? files : ELSEWHERE;
  }
  const names = sample.flatMap(({ name, otherName = name }) => [...namesOf(name), ...namesOf(otherName)]);
  const isThere = (directory: string, name: string) => EXTENSIONS.some((extension) => existsSync(join(directory, name + extension)));
  const holdsSome = (directory: string) => existsSync(directory) && names.some((name) => isThere(directory, name));
  const directory = [...new Set(sources.flatMap(({ imageFolders }) => imageFolders))].map((one) => join(root, one)).find(holdsSome);
  return directory === undefined ? ELSEWHERE : lookup(directory);
}

function* linesOf(images: readonly LabeledImage[], classIds: ReadonlyMap<string, number>): Iterator<string> {
  for (const image of images) yield manifestLine(image, classIds);
}
