import type { AnnotatedImage } from '../annotated-image';
import { placeText } from '../annotated-image';
import { AnnotationError } from '../annotation-error';
import { BoxList } from '../box-list';
import type { ConversionReport } from '../conversion-report';
import type { AnnotationFolder } from '../folder';
import type { AnnotationFile } from '../format';
import { readJsonElements } from '../json-elements';
import type { JsonOutline } from '../json-elements';
import { KINDS } from '../kinds';
import type { ImageSize } from '../labeled-image';
import { COCO_KINDS } from './kinds';
import { boxOf } from './shape';

/** How COCO is read. */
export interface CocoOptions {
  /** Whether boxes around crowds are kept. */
  readonly crowd?: boolean;
}

interface CocoImage {
  readonly name: string;
  readonly size?: ImageSize;
}

/** An annotation without a place, or one that is left out. */
interface Tag {
  readonly at: number | string;
  readonly category: string;
}

/** What is said of an image. */
interface CocoAnnotations {
  readonly boxes: BoxList;
  readonly tags: Tag[];
  readonly crowds: Tag[];
}

/**
 * Reads a COCO file: `images`, `annotations` and `categories`, in any order. Ids are compared as text, as some tools write them as
 * numbers here and as text there; they are never positions.
 */
export function* readCoco(
  folder: AnnotationFolder, source: AnnotationFile, { crowd = false }: CocoOptions, report: ConversionReport,
): Iterable<AnnotatedImage> {
  const { file, set, imageFolders: folders } = source;
  const content = new CocoReader(file, crowd, report).read(folder);
  const { images, categories, annotations } = content;
  checkIds(file, content, report);
  checkCategories(file, content, report);
  for (const [id, { name, size }] of images) {
    const { boxes = [], tags = [], crowds = [] } = annotations.get(id) ?? {};
    for (const { at, category } of crowds) report.add(COCO_KINDS.crowd, placeOf(file, at), name, categories.get(category) ?? category);
    const labels = tags.map(({ category }) => categories.get(category) ?? category);
    yield { name, folders, place: { file, element: 'annotation' }, size, units: 'pixels', boxes, labels, set };
  }
}

/** What the file holds, by ids as text. */
interface CocoContent {
  readonly images: ReadonlyMap<string, CocoImage>;
  readonly categories: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, CocoAnnotations>;
}

class CocoReader {
  private readonly images = new Map<string, CocoImage>();
  private readonly categories = new Map<string, string>();
  private readonly annotations = new Map<string, CocoAnnotations>();
  private keypoints = 0;

  constructor(private readonly file: string, private readonly keepsCrowds: boolean, private readonly report: ConversionReport) {}

  read(folder: AnnotationFolder): CocoContent {
    const outline = readJsonElements(this.file, folder.blocks(this.file), {
      'images': (image, index) => this.image(image, index),
      'categories': (category, index) => this.category(category, index),
      'annotations': (annotation, index) => this.annotation(annotation, index),
      '': (element) => this.loose(element),
    });
    checkOutline(this.file, outline);
    if (this.keypoints > 0) this.report.add(COCO_KINDS.keypoints, this.file, undefined, `of ${this.keypoints} annotations`);
    return { images: this.images, categories: this.categories, annotations: this.annotations };
  }

  private image(image: any, index: number): void {
    const id = idOf(image?.id);
    if (id === undefined || typeof image.file_name !== 'string' || image.file_name.trim() === '') {
      this.report.add(COCO_KINDS.badImage, `${this.file}: images[${index}]`, undefined, JSON.stringify(image).slice(0, 80));
      return;
    }
    const { file_name: name, width, height } = image;
    if (/^https?:/i.test(name)) this.report.add(COCO_KINDS.webAddress, `${this.file}: image ${id}`, name, name);
    const size = width > 0 && height > 0 ? { width, height } : undefined;
    this.unique(this.images, 'image', id, { name, size }, (a, b) =>
      a.name === b.name && a.size?.width === b.size?.width && a.size?.height === b.size?.height);
  }

  private category(category: any, index: number): void {
    const id = idOf(category?.id);
    if (id === undefined || typeof category.name !== 'string' || category.name.trim() === '') {
      this.report.add(COCO_KINDS.badCategory, `${this.file}: categories[${index}]`, undefined, JSON.stringify(category).slice(0, 80));
      return;
    }
    this.unique(this.categories, 'category', id, category.name.trim(), (a, b) => a === b);
  }

  private unique<T>(map: Map<string, T>, what: string, id: string, value: T, isSame: (a: T, b: T) => boolean): void {
    const known = map.get(id);
    if (known === undefined) map.set(id, value);
    else if (!isSame(known, value)) this.report.add(COCO_KINDS.repeatedId, `${this.file}: ${what} ${id}`, undefined, 'it is there twice');
  }

  private annotation(annotation: any, index: number): void {
    const at = idOf(annotation?.id) === undefined ? `[${index}]` : annotation.id as number | string;
    const image = idOf(annotation?.image_id);
    const place = placeOf(this.file, at);
    if (annotation?.segments_info !== undefined) throw new AnnotationError(this.file, 'holds panoptic segmentation (segments_info); export instances (instances_….json)');
    if (annotation?.caption !== undefined && annotation.category_id === undefined) throw new AnnotationError(this.file, 'holds captions and no labels; export instances (instances_….json)');
    const category = idOf(annotation?.category_id);
    if (image === undefined || category === undefined) {
      this.report.add(image === undefined ? COCO_KINDS.unknownImage : COCO_KINDS.unknownCategory, place, undefined, image === undefined ? 'it has no image_id' : 'it has no category_id');
      return;
    }
    const shape = boxOf(annotation);
    if (shape && 'severity' in shape) {
      this.report.add(shape, place, undefined, JSON.stringify(annotation.bbox ?? annotation.segmentation).slice(0, 80));
      return;
    }
    if (annotation.keypoints !== undefined) this.keypoints += 1;
    const { boxes, tags, crowds } = this.of(image);
    if (!this.keepsCrowds && (annotation.iscrowd === 1 || annotation.iscrowd === true)) crowds.push({ at, category });
    else if (shape) boxes.add(at, category, shape);
    else tags.push({ at, category });
  }

  private of(image: string): CocoAnnotations {
    const known = this.annotations.get(image);
    if (known) return known;
    const none = { boxes: new BoxList(this.categories), tags: [], crowds: [] };
    this.annotations.set(image, none);
    return none;
  }

  /** The file is an array. */
  private loose(element: any): void {
    throw new AnnotationError(this.file, element?.score !== undefined && element.image_id !== undefined
      ? 'is a file of results (detections with a score), not of annotations; name the file with images, annotations and categories'
      : 'is a JSON array, but COCO is an object with images, annotations and categories');
  }
}

/** Tells annotations of images and categories that are not there. */
function checkIds(file: string, { images, categories, annotations }: CocoContent, report: ConversionReport): void {
  for (const [image, { boxes, tags, crowds }] of annotations) {
    const all: Tag[] = [...boxes.places.map((at, i) => ({ at, category: boxes.labels[i] })), ...tags, ...crowds];
    for (const { at, category } of all) {
      const name = images.get(image)?.name;
      if (name === undefined) report.add(COCO_KINDS.unknownImage, placeOf(file, at), undefined, `image_id ${image}`);
      if (!categories.has(category)) report.add(COCO_KINDS.unknownCategory, placeOf(file, at), name, `category_id ${category}`);
    }
  }
}

/** Tells categories that nothing has, and those that would be lost with the crowds. */
function checkCategories(file: string, { categories, annotations }: CocoContent, report: ConversionReport): void {
  const kept = new Set<string>();
  const crowds = new Map<string, number>();
  for (const one of annotations.values()) {
    for (const category of one.boxes.labels) kept.add(category);
    for (const { category } of one.tags) kept.add(category);
    for (const { category } of one.crowds) crowds.set(category, (crowds.get(category) ?? 0) + 1);
  }
  for (const [id, name] of categories) {
    const lost = crowds.get(id);
    if (kept.has(id)) continue;
    if (lost === undefined) report.add(KINDS.unusedLabel, `${file}: category ${id}`, undefined, name);
    else report.add(COCO_KINDS.lostToCrowd, `${file}: category ${id}`, undefined, `${name}, ${lost} annotations`);
  }
}

function placeOf(file: string, at: number | string): () => string {
  return () => placeText({ file, element: 'annotation', at });
}

/** Ids are numbers or texts; both forms of one are the same. */
function idOf(id: unknown): string | undefined {
  return typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id)) ? String(id) : undefined;
}

function checkOutline(file: string, { top, members }: JsonOutline): void {
  if (top !== 'object') return;
  const lacking = ['images', 'annotations', 'categories'].filter((name) => members.get(name) !== 'array');
  if (lacking.length > 0) throw new AnnotationError(file, `is no COCO file: it has no array ${lacking.map((name) => `"${name}"`).join(', ')}`);
}
