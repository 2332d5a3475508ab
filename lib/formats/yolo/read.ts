import { basename, dirname, join, normalize } from 'node:path/posix';
import type { AnnotatedBox, AnnotatedImage, ImageSet } from '../annotated-image';
import type { ConversionReport } from '../conversion-report';
import type { AnnotationFolder } from '../folder';
import type { AnnotationFile } from '../format';
import { textOf } from '../text-file';
import { ends, NAME_FILES, namesBeside, readYoloDataset } from './dataset';
import type { YoloDataset } from './dataset';
import { YOLO_KINDS } from './kinds';
import { readYoloRow } from './row';

const IMAGE = /\.(jpe?g|png|bmp|webp|tiff?)$/i;

/**
 * Reads the images of a YOLO dataset with their label files: `class x y width height` in fractions of the image, or polygons. Images
 * are found first, then their labels: in `labels` instead of the last folder `images`, or beside the image.
 */
export function* readYolo(
  folder: AnnotationFolder, { file }: AnnotationFile, _options: object, report: ConversionReport,
): Iterable<AnnotatedImage> {
  const dataset = readYoloDataset(folder, file);
  const names = namesOf(folder, file, dataset, report);
  const sets = imagesOf(folder, file, dataset, report);
  if (names === undefined || sets === undefined) return;
  const reader = new LabelFiles(folder, names, dataset, report);
  for (const { set, images } of sets) for (const image of images) yield reader.image(image, set);
  reader.end();
}

function namesOf(
  folder: AnnotationFolder, file: string, { names, count }: YoloDataset, report: ConversionReport,
): ReadonlyMap<number, string> | undefined {
  const beside = namesBeside(folder, file);
  if (names === undefined && beside === undefined) {
    report.add(YOLO_KINDS.noNames, file, undefined, 'it has no names');
    return undefined;
  }
  if (names !== undefined && beside !== undefined) {
    const other = [...beside.names].find(([id, name]) => names.get(id) !== name);
    if (other || beside.names.size !== names.size) {
      report.add(YOLO_KINDS.otherNames, file, undefined, other ? `class ${other[0]} is ${names.get(other[0]) ?? 'missing'}, but ${other[1]} in ${beside.file}` : `${names.size} names, but ${beside.names.size} in ${beside.file}`);
    }
  }
  const all = names ?? beside!.names;
  if (count !== undefined && count !== all.size) report.add(YOLO_KINDS.wrongCount, file, undefined, `nc is ${count}, names are ${all.size}`);
  return all;
}

interface SetImages {
  readonly set?: ImageSet;
  readonly images: readonly string[];
}

/** The images of each set; undefined after an error. */
function imagesOf(folder: AnnotationFolder, file: string, dataset: YoloDataset, report: ConversionReport): SetImages[] | undefined {
  if (!dataset.sets) return [{ images: folder.names.filter((name) => IMAGE.test(name)) }];
  const sets: { set: ImageSet; places: string[]; images: string[] }[] = [];
  for (const { set, paths } of dataset.sets) {
    const found = paths.map((path) => ({ path, place: placeOf(folder, file, dataset.root, path) }));
    for (const { path, place } of found) {
      if (place === undefined) report.add(YOLO_KINDS.setNotFound, file, undefined, `${set}: ${path}; tried ${candidates(file, dataset.root, path).join(', ')}`);
    }
    const places = found.flatMap(({ place }) => place ?? []);
    const twin = sets.find((other) => other.places.some((place) => places.includes(place)));
    if (twin) report.add(YOLO_KINDS.sameSet, file, undefined, `${twin.set} and ${set} are both ${places[0]}`);
    sets.push({ set, places, images: places.flatMap((place) => imagesAt(folder, place, report)) });
  }
  return sets;
}

/** The folder or list that a path of a set means; undefined when there is none. */
function placeOf(folder: AnnotationFolder, file: string, root: string | undefined, path: string): string | undefined {
  const isThere = (place: string) => folder.has(place) || place === '.' || folder.names.some((name) => name.startsWith(`${place}/`));
  return candidates(file, root, path).find(isThere);
}

/** Where a path may lead, the likeliest first, relative to the folder that is read. */
function candidates(file: string, root: string | undefined, path: string): string[] {
  const base = dirname(file);
  const tail = ends(path);
  const ofRoot = root === undefined ? [] : ends(root).map((end) => join(base, end, path));
  // A folder that only its last name tells may be any; a list is not so easily mistaken.
  const close = [tail[0], tail.slice(-2)[0], ...path.endsWith('.txt') ? tail.slice(-1) : []].filter((end) => end !== undefined);
  const paths = [...ofRoot, join(base, path), ...close.map((end) => join(base, end))];
  return [...new Set(paths.map((one) => normalize(one).replace(/\/$/, '')))].filter((one) => !one.startsWith('..') && !one.startsWith('/'));
}

function imagesAt(folder: AnnotationFolder, place: string, report: ConversionReport): string[] {
  if (!folder.has(place)) return folder.names.filter((name) => IMAGE.test(name) && (place === '.' || name.startsWith(`${place}/`)));
  return textOf(folder, place).split(/\r?\n/).flatMap((line, i) => {
    const written = line.trim();
    if (written === '') return [];
    const name = [join(dirname(place), written), ...ends(written)].find((one) => folder.has(one));
    if (name === undefined) report.add(YOLO_KINDS.notInSet, `${place}:${i + 1}`, written, 'it is not there');
    return name ?? [];
  });
}

/** Reads label files, and remembers which. */
class LabelFiles {
  private readonly read = new Set<string>();
  private readonly folders = new Set<string>();
  private readonly without: string[] = [];
  private images = 0;
  private keyPoints = 0;

  constructor(
    private readonly folder: AnnotationFolder, private readonly names: ReadonlyMap<number, string>,
    private readonly dataset: YoloDataset, private readonly report: ConversionReport,
  ) {}

  image(name: string, set?: ImageSet): AnnotatedImage {
    this.images += 1;
    const places = labelPlaces(name);
    const file = places.find((place) => this.folder.has(place));
    for (const place of places) this.folders.add(dirname(place));
    if (file === undefined) this.without.push(name);
    else this.read.add(file);
    return {
      name, folders: ['.'], place: { file: file ?? name }, units: 'fractions', boxes: file === undefined ? [] : this.boxes(file, name), labels: [], set,
    };
  }

  end(): void {
    const { report } = this;
    if (this.images > 0 && this.read.size === 0) {
      report.add(YOLO_KINDS.noLabelFiles, labelPlaces(this.without[0])[0], undefined, 'for example, there is no such file');
      return;
    }
    for (const name of this.without) report.add(YOLO_KINDS.background, labelPlaces(name)[0], name, 'there is no such file');
    for (const name of this.folder.names) {
      if (name.endsWith('.txt') && this.folders.has(dirname(name)) && !this.read.has(name) && !NAME_FILES.includes(basename(name)) && this.isLabelFile(name)) {
        report.add(YOLO_KINDS.labelWithoutImage, name, undefined, 'no image of a set has this name');
      }
    }
    if (this.keyPoints > 0) report.add(YOLO_KINDS.keypoints, 'kpt_shape', undefined, `of ${this.keyPoints} objects`);
  }

  /** Lists of images and notes lie beside labels, too. */
  private isLabelFile(name: string): boolean {
    return /(^|\/)labels\//.test(name) || !/^[^/]*$/.test(name);
  }

  private boxes(file: string, image: string): AnnotatedBox[] {
    const boxes: AnnotatedBox[] = [];
    textOf(this.folder, file).split(/\r\n|[\n\r]/).forEach((text, i) => {
      if (text.trim() === '') return;
      const row = readYoloRow(text, this.dataset.keyPoints);
      const where = () => `${file}:${i + 1}`;
      if ('severity' in row) {
        this.report.add(row, where, image, text.length > 80 ? `${text.slice(0, 80)}…` : text);
        return;
      }
      const { class: id, ...box } = row;
      const label = this.names.get(id);
      if (label === undefined) this.report.add(YOLO_KINDS.unknownClass, where, image, `class ${id} of ${this.names.size}`);
      else boxes.push({ label, ...box, at: i + 1 });
      if (this.dataset.keyPoints && row.shape === undefined) this.keyPoints += 1;
    });
    return boxes;
  }
}

/** Where the labels of an image may be, the likeliest first. */
function labelPlaces(image: string): string[] {
  const file = image.replace(/\.[^./]+$/, '.txt');
  const steps = file.split('/');
  const last = steps.lastIndexOf('images');
  return last < 0 ? [file] : [steps.with(last, 'labels').join('/'), file];
}
