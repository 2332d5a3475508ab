/** The rules that all formats share: annotated images become labeled images, and what is lost on the way is reported. */

import { basename } from 'node:path/posix';
import { placeText } from './annotated-image';
import type { AnnotatedImage, ImageSet } from './annotated-image';
import type { ConversionReport } from './conversion-report';
import type { FileSize, ImageFiles } from './folder';
import { findImage } from './image-names';
import { KINDS } from './kinds';
import { checkLabels, similarLabels } from './label-names';
import type { ImageSize, LabeledImage, LabelOrigin, LabelType } from './labeled-image';
import { BOXES_ATTRIBUTE } from './labeled-image';
import { pixelBoxes } from './pixel-boxes';

/** How annotations become labels. */
export interface LabelingOptions {
  /** Default: boxes if there are any, then `multilabel` if an image has several labels, else `classification`. */
  readonly target?: LabelType;
  /** The attribute of the labels; default `label`, for boxes `bounding-box`. */
  readonly labelAttribute?: string;
  /** ISO 8601 in UTC; default {@link NO_DATE}. */
  readonly creationDate?: string;
}

/** Labels without a date get this one: a fixed one, because today's would change the dataset on every synth. */
export const NO_DATE = '2000-01-01T00:00:00.000';

/** What annotations became. */
export interface LabeledImages {
  /** In the order of their references. */
  readonly images: readonly LabeledImage[];
  /** The set of each image, by its reference; absent: the source has no sets. */
  readonly sets?: ReadonlyMap<string, ImageSet>;
}

/** Everything that is said of one image file. */
interface Merged {
  readonly first: AnnotatedImage;
  readonly all: AnnotatedImage[];
  readonly size?: ImageSize;
}

/**
 * Makes labels of annotations.
 *
 * @param annotated from a reader; the order does not matter
 * @param files the images that they mean
 * @param report receives what is lost, and the errors that make the result useless
 */
export function labelImages(
  annotated: Iterable<AnnotatedImage>, files: ImageFiles, options: LabelingOptions, report: ConversionReport,
): LabeledImages {
  const byRef = new Map<string, Merged>();
  let names = 0;
  for (const image of annotated) {
    names += 1;
    const ref = findImage(image, files, report);
    if (ref !== undefined) merge(byRef, ref, checkLabels(image, report), report);
  }
  if (byRef.size === 0 && names > 0 && files.directory !== undefined) {
    report.add(KINDS.noImage, files.directory, undefined, `none of ${names} is there`);
    return { images: [] };
  }
  const refs = [...byRef.keys()].sort((a, b) => a < b ? -1 : 1);
  const sets = setsOf(refs, byRef);
  const present = presenceOf(byRef.values());
  const target = options.target ?? present.target;
  const labeler = new Labeler(target, options, files, report, present.labelIds);
  const images = refs.map((ref) => {
    const merged = byRef.get(ref)!;
    // A million boxes need their memory for what becomes of them.
    byRef.delete(ref);
    return labeler.label(ref, merged);
  });
  if (report.of('error').length === 0 && !images.some(({ imageLabels, boxLabels }) => imageLabels.length > 0 || (boxLabels?.boxes.length ?? 0) > 0)) {
    report.add(KINDS.noLabels, target, undefined, noLabelsAdvice(target, present));
  }
  for (const [label, other] of similarLabels(labelsOf(images))) report.add(KINDS.similarLabel, label, undefined, `it resembles ${other}`);
  reportCopies(refs, sets, report);
  return { images, ...(sets.size > 0 && { sets }) };
}

function setsOf(refs: readonly string[], byRef: ReadonlyMap<string, Merged>): Map<string, ImageSet> {
  const sets = new Map<string, ImageSet>();
  for (const ref of refs) {
    const { set } = byRef.get(ref)!.first;
    if (set !== undefined) sets.set(ref, set);
  }
  return sets;
}

/** What is there, of whatever target. */
interface Presence {
  readonly hasBoxes: boolean;
  /** The numbers of image-level labels: the services ignore them. */
  readonly labelIds: ReadonlyMap<string, number>;
  /** What the labels become if nobody chooses. */
  readonly target: LabelType;
}

function presenceOf(images: Iterable<Merged>): Presence {
  let [hasBoxes, hasSeveral] = [false, false];
  const all = new Set<string>();
  for (const image of images) {
    const labels = new Set(image.all.flatMap((one) => one.labels));
    hasBoxes ||= image.all.some(({ boxes }) => boxes.length > 0);
    hasSeveral ||= labels.size > 1;
    for (const label of labels) all.add(label);
  }
  const labelIds = new Map([...all].sort().map((label, id) => [label, id]));
  return { hasBoxes, labelIds, target: hasBoxes ? 'detection' : hasSeveral ? 'multilabel' : 'classification' };
}

function noLabelsAdvice(target: LabelType, { hasBoxes, labelIds }: Presence): string {
  if (target === 'detection' && labelIds.size > 0) return 'the images have image-level labels; choose the target CLASSIFICATION or MULTILABEL';
  if (target !== 'detection' && hasBoxes) return 'the images have boxes; choose the target DETECTION';
  return 'add labels, or check that this is the file with the annotations';
}

function labelsOf(images: readonly LabeledImage[]): Set<string> {
  const labels = new Set<string>();
  for (const { imageLabels, boxLabels } of images) for (const { name } of [...imageLabels, ...boxLabels?.boxes ?? []]) labels.add(name);
  return labels;
}

/** What Roboflow appends to the name of a photo for each altered copy that it makes. */
const COPY = /\.rf\.[0-9a-f]{32}(?=\.[^.]+$)/i;

/** Copies of a photo look like new images to `split`, and may be in several sets. */
function reportCopies(refs: readonly string[], sets: ReadonlyMap<string, ImageSet>, report: ConversionReport): void {
  const photos = new Map<string, string>();
  for (const ref of refs) {
    const photo = basename(ref).replace(COPY, '');
    if (photo === basename(ref)) continue;
    const other = photos.get(photo);
    if (other === undefined) photos.set(photo, ref);
    else if (sets.get(other) !== sets.get(ref)) report.add(KINDS.photoInTwoSets, photo, undefined, `${other} and ${ref}`);
    else report.add(KINDS.photoCopies, photo, undefined, ref);
  }
}

function merge(byRef: Map<string, Merged>, ref: string, image: AnnotatedImage, report: ConversionReport): void {
  const known = byRef.get(ref);
  if (!known) {
    byRef.set(ref, { first: image, all: [image], size: image.size });
    return;
  }
  const where = () => placeText(image.place);
  const [size, other] = [known.size, image.size];
  if (known.first.set !== image.set) report.add(KINDS.imageInTwoSets, where, ref, `in ${known.first.set ?? 'no set'} and in ${image.set ?? 'no set'}`);
  if (size && other && !isSame(size, other)) report.add(KINDS.repeatedImage, where, ref, `${sizeText(size)} and ${sizeText(other)}`);
  known.all.push(image);
  if (!size && other) byRef.set(ref, { ...known, size: other });
}

/** Makes the labels of one image after the other. */
class Labeler {
  private readonly origin: LabelOrigin;
  private readonly attribute: string;

  constructor(
    private readonly target: LabelType, options: LabelingOptions, private readonly files: ImageFiles,
    private readonly report: ConversionReport, private readonly ids: ReadonlyMap<string, number>,
  ) {
    this.origin = { humanAnnotated: true, creationDate: options.creationDate ?? NO_DATE };
    this.attribute = options.labelAttribute ?? (target === 'detection' ? BOXES_ATTRIBUTE : 'label');
  }

  label(ref: string, merged: Merged): LabeledImage {
    return this.target === 'detection' ? this.boxed(ref, merged) : this.classified(ref, merged);
  }

  private classified(ref: string, { first, all }: Merged): LabeledImage {
    const { report, attribute, origin, ids, target } = this;
    const where = () => placeText(first.place);
    const labels = [...new Set(all.flatMap((image) => image.labels))].sort();
    const boxes = all.reduce((sum, image) => sum + image.boxes.length, 0);
    if (boxes > 0) report.add(KINDS.boxLabel, where, ref, `${boxes} boxes`);
    if (labels.length === 0) report.add(KINDS.unlabeledEntry, where, ref, 'it has no label');
    if (target === 'classification' && labels.length > 1) report.add(KINDS.severalLabels, where, ref, labels.join(', '));
    return {
      sourceRef: ref,
      imageLabels: labels.map((name) => ({
        attribute: target === 'multilabel' ? attributeOf(attribute, name) : attribute,
        name,
        value: target === 'multilabel' ? 1 : ids.get(name)!,
        confidence: 1,
        origin,
      })),
    };
  }

  private boxed(ref: string, merged: Merged): LabeledImage {
    const { report, attribute, origin } = this;
    const { first, all } = merged;
    const where = () => placeText(first.place);
    const labels = new Set(all.flatMap((image) => image.labels));
    if (labels.size > 0) report.add(KINDS.imageLabel, where, ref, [...labels].join(', '));
    if (all.every(({ unlabeled }) => unlabeled)) {
      report.add(KINDS.unlabeledEntry, where, ref, 'nobody has labeled it');
      return { sourceRef: ref, imageLabels: [] };
    }
    const size = this.sizeOf(ref, merged);
    if (!size) return { sourceRef: ref, imageLabels: [] };
    const boxes = pixelBoxes(all.length === 1 ? first : { ...first, boxes: all.flatMap((image) => [...image.boxes]) }, ref, size, report);
    return { sourceRef: ref, size, imageLabels: [], boxLabels: { attribute, boxes, origin } };
  }

  /** The size that the edges of boxes are measured in. */
  private sizeOf(ref: string, { first, all, size: stated }: Merged): ImageSize | undefined {
    const { report, files } = this;
    const where = () => placeText(first.place);
    const file = files.size(ref);
    const shown = file && asShown(file);
    const hasBoxes = all.some(({ boxes }) => boxes.length > 0);
    if (file?.turned && hasBoxes) report.add(KINDS.turnedImage, where, ref, `${sizeText(file)} as it is stored`);
    if (!stated) {
      if (!shown) report.add(KINDS.unknownSize, where, ref, files.directory === undefined ? 'no image file is at hand' : 'its file is no image that can be read');
      return shown;
    }
    if (!file || !shown || isSame(stated, file) || isSame(stated, shown)) return first.units === 'fractions' ? shown ?? stated : stated;
    const detail = `${sizeText(stated)} in the annotations, but the file is ${sizeText(file)}`;
    if (isSame(stated, swapped(file))) report.add(KINDS.turnedSize, where, ref, detail);
    else if (first.units === 'pixels') report.add(KINDS.sizeDiffers, where, ref, detail);
    return first.units === 'fractions' ? shown : stated;
  }
}

/** An attribute may not end like the metadata of another one. */
export function attributeOf(attribute: string, label: string): string {
  return `${attribute}-${label}`.replace(/-metadata$/, '-metadata-label');
}

function asShown(file: FileSize): ImageSize {
  return file.turned ? swapped(file) : { width: file.width, height: file.height };
}

function swapped({ width, height }: ImageSize): ImageSize {
  return { width: height, height: width };
}

function isSame(a: ImageSize, b: ImageSize): boolean {
  return a.width === b.width && a.height === b.height;
}

function sizeText({ width, height }: ImageSize): string {
  return `${width}x${height}`;
}
