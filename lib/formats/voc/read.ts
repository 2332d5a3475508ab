import { basename } from 'node:path/posix';
import type { AnnotatedBox, AnnotatedImage } from '../annotated-image';
import { AnnotationError } from '../annotation-error';
import type { ConversionReport } from '../conversion-report';
import type { AnnotationFolder, XmlElement } from '../folder';
import type { AnnotationFile } from '../format';
import { IMAGE_EXTENSION } from '../image-names';
import { KINDS } from '../kinds';
import { countingLists, listNames, LISTS, readImageList } from './image-sets';
import { VOC_KINDS } from './kinds';
import { child, numberIn, vocBox } from './object';

/** How Pascal VOC is read. */
export interface VocOptions {
  /** A list in `ImageSets/Main` that names the images; absent: those that are a set, or all images where there is none. */
  readonly imageSet?: string;
  /** Whether pixels are counted from 1. */
  readonly oneBased?: boolean;
}

/** Reads a file of annotations, or those that the lists in `ImageSets/Main` name. */
export function* readVoc(
  folder: AnnotationFolder, source: AnnotationFile, options: VocOptions, report: ConversionReport,
): Iterable<AnnotatedImage> {
  if (source.file.endsWith(LISTS)) yield* readListed(folder, source, options, report);
  else yield readImage(folder, source, options, report);
}

/** The images of the lists. One that has no XML file is there, but nobody has labeled it. */
function* readListed(
  folder: AnnotationFolder, { file: lists, imageFolders: folders }: AnnotationFile, options: VocOptions, report: ConversionReport,
): Iterable<AnnotatedImage> {
  const { imageSet } = options;
  const all = countingLists(folder, lists, imageSet).map((name) => readImageList(folder, lists, name));
  if (all.length === 0) {
    report.add(VOC_KINDS.unknownImageSet, lists, undefined, `${imageSet}, but there are ${listNames(folder, lists).join(', ') || 'no lists'}`);
    return;
  }
  const base = lists.slice(0, -LISTS.length);
  const files = new Map(folder.names.filter((name) => isXml(name) && name.startsWith(base)).map((name) => [basename(name).replace(XML, ''), name]));
  const listed = new Set<string>();
  for (const { name: list, set, stems } of all) {
    for (const stem of stems) {
      listed.add(stem);
      const file = files.get(stem);
      if (file === undefined) yield { name: stem, folders, place: { file: `${lists}/${list}.txt` }, units: 'pixels', boxes: [], labels: [], unlabeled: true, set };
      else yield* readOne(folder, { file, set, imageFolders: folders }, options, report);
    }
  }
  if (imageSet !== undefined) return;
  for (const [stem, file] of files) if (!listed.has(stem)) report.add(VOC_KINDS.notListed, file, undefined, 'it is in no list');
}

/** Among many files, one that cannot be read is told together with others. */
function* readOne(
  folder: AnnotationFolder, source: AnnotationFile, options: VocOptions, report: ConversionReport,
): Iterable<AnnotatedImage> {
  try {
    yield readImage(folder, source, options, report);
  } catch (error) {
    if (!(error instanceof AnnotationError)) throw error;
    report.add(KINDS.unreadableFile, error.file, undefined, error.what);
  }
}

const XML = /\.xml$/i;

export function isXml(name: string): boolean {
  return XML.test(name);
}

/** The image of a file. It is called like the file; tools write other names, and paths of other machines, into it. */
function readImage(
  folder: AnnotationFolder, source: AnnotationFile, { oneBased = false }: VocOptions, report: ConversionReport,
): AnnotatedImage {
  const { file, set, imageFolders: folders } = source;
  const annotation = folder.readXml(file);
  if (annotation.name !== 'annotation') throw new AnnotationError(file, `is no Pascal VOC file: its first element is <${annotation.name}>, not <annotation>`);
  const written = child(annotation, 'filename')?.text ?? '';
  const size = { width: numberIn(child(annotation, 'size'), 'width'), height: numberIn(child(annotation, 'size'), 'height') };
  const name = basename(file).replace(XML, '') + extensionOf(written);
  return {
    name,
    ...(written !== '' && written !== name && { otherName: written }),
    folders,
    place: { file, element: 'object' },
    ...(size.width > 0 && size.height > 0 && { size }),
    units: 'pixels',
    boxes: annotation.children.filter((one) => one.name === 'object').flatMap((object, i) => boxOf(object, file, i + 1, oneBased, report)),
    labels: [],
    set,
  };
}

/** @param at the number of the object, from 1 */
function boxOf(object: XmlElement, file: string, at: number, oneBased: boolean, report: ConversionReport): AnnotatedBox[] {
  const place = `${file}: object ${at}`;
  const name = child(object, 'name')?.text ?? '';
  const parts = object.children.filter((one) => one.name === 'part').length;
  if (parts > 0) report.add(VOC_KINDS.part, place, undefined, `${parts} of ${name}`);
  const box = vocBox(object, oneBased ? 1 : 0);
  if ('severity' in box) {
    report.add(box, place, undefined, name);
    return [];
  }
  const { left, top, right, bottom } = box;
  if (right < left || bottom < top) report.add(VOC_KINDS.reversedBox, place, undefined, `${name} reaches from ${left},${top} to ${right},${bottom}`);
  return [{ ...box, at }];
}

/** Of a name that is one of an image; file names have dots in other places, too. */
function extensionOf(name: string): string {
  return IMAGE_EXTENSION.exec(name)?.[0] ?? '';
}
