/** What the class and the mask of an image become. */

import { lookoutFinding } from '../../manifest';
import type { AnomalyClass, Problem } from '../../manifest';
import type { ConversionKind, ConversionReport } from '../conversion-report';
import type { ImageLabel, ImageSize, LabeledImage } from '../labeled-image';
import { LOOKOUT_KINDS } from './kinds';
import { boxesOf } from './mask-boxes';
import type { MaskBox } from './mask-boxes';
import { typesOfMask } from './mask-pixels';
import type { MaskPixels, MaskTypes } from './mask-pixels';
import { classLabel, namedTypes } from './read';
import type { LookoutImage, LookoutMask } from './read';

/** Gives the pixels of the mask that a reference leads to. What it throws tells a person what to change. */
export type ReadMask = (reference: string) => MaskPixels;

/** Where a conversion writes what it leaves behind, and what stops it. */
export interface ConversionLog {
  readonly report: ConversionReport;
  readonly problems: Problem[];
}

/** The class of the image and nothing else: Rekognition lists an error on every attribute of another type. */
export function classification(
  image: LookoutImage, labels: Readonly<Record<AnomalyClass, string>>, { report }: ConversionLog,
): LabeledImage {
  if (image.mask) report.add(LOOKOUT_KINDS.mask, `line ${image.line}`, image.sourceRef, image.mask.ref);
  return { sourceRef: image.sourceRef, imageLabels: [classLabel(image, image.attribute, labels[image.class])] };
}

/** The label of {@link classification}, and one more for each anomaly type. */
export function multilabel(
  image: LookoutImage, labels: Readonly<Record<AnomalyClass, string>>, readMask: ReadMask | undefined, log: ConversionLog,
): LabeledImage {
  const { mask } = image;
  const types = image.class === 'anomaly' && mask ? typesOn(image, mask, readMask, log) : [];
  reportMaskOfNormal(image, log);
  const { sourceRef, imageLabels } = classification(image, labels, log);
  const typeLabels = types.map((name): ImageLabel =>
    ({ attribute: attributeOf(image.attribute, name), name, value: 1, confidence: 1, origin: mask!.origin }));
  return { sourceRef, imageLabels: [...imageLabels, ...typeLabels] };
}

/** The types that the pixels show, where they can be looked at; otherwise those that the color map names. */
function typesOn(image: LookoutImage, mask: LookoutMask, readMask: ReadMask | undefined, log: ConversionLog): string[] {
  const named = namedTypes(mask);
  const shown = readMask === undefined ? undefined : readTypes(image, mask, readMask, log)?.shown;
  if (shown === undefined) return named;
  const present = new Set(shown.pixels);
  return named.filter((type) => {
    const there = present.has(1 + shown.types.indexOf(type));
    if (!there) log.report.add(LOOKOUT_KINDS.unshownAnomaly, `line ${image.line}`, image.sourceRef, type);
    return there;
  });
}

/** An attribute may not end like the metadata of another one. */
function attributeOf(attribute: string, type: string): string {
  return `${attribute}-${type}`.replace(/-metadata$/, '-metadata-label');
}

/** Choices of the target detection. */
export interface DetectionOptions {
  readonly readMask: ReadMask;
  /** Groups of fewer pixels get no box. */
  readonly minPixels: number;
  readonly dropNormal: boolean;
}

/** Boxes around the anomalies, drawn from the masks. */
export function detection(images: readonly LookoutImage[], options: DetectionOptions, log: ConversionLog): LabeledImage[] {
  const located = images.flatMap((image) => locate(image, options, log));
  // Lookout wanted all images of a project to have the same size, so that one mask tells that of images without.
  const size = located.find((image) => image.size !== undefined)?.size;
  for (const { image, size: own = size } of located) {
    if (size && own && (own.width !== size.width || own.height !== size.height)) {
      log.report.add(LOOKOUT_KINDS.otherSize, `line ${image.line}`, image.sourceRef, `${own.width}x${own.height}, not ${size.width}x${size.height}`);
    }
  }
  return located.flatMap((one) => boxed(one, one.size ?? size, log));
}

/** An image with the boxes of its anomalies. */
interface LocatedImage {
  readonly image: LookoutImage;
  readonly boxes: readonly MaskBox[];
  /** Of the image, which is that of its mask; unknown without a mask. */
  readonly size?: ImageSize;
}

/** None for an image that is left out, and after a problem. */
function locate(image: LookoutImage, { readMask, minPixels, dropNormal }: DetectionOptions, log: ConversionLog): LocatedImage[] {
  const leave = (kind: ConversionKind, detail: string): [] => {
    log.report.add(kind, `line ${image.line}`, image.sourceRef, detail);
    return [];
  };
  const { mask } = image;
  if (image.class === 'normal') {
    reportMaskOfNormal(image, log);
    return dropNormal ? leave(LOOKOUT_KINDS.normalImage, 'as dropNormalImages says') : [{ image, boxes: [] }];
  }
  if (!mask) return leave(LOOKOUT_KINDS.anomalyWithoutMask, 'add a mask, or convert to a classification');
  const read = readTypes(image, mask, readMask, log);
  if (!read) return [];

  const { boxes, smallRegions, tooSmall, tooMany } = boxesOf(read.size, read.shown, minPixels);
  for (const box of smallRegions) leave(LOOKOUT_KINDS.smallRegion, described(box));
  for (const box of tooSmall) leave(LOOKOUT_KINDS.smallBox, described(box));
  for (const box of tooMany) leave(LOOKOUT_KINDS.tooManyBoxes, described(box));
  if (boxes.length > 0) return [{ image, boxes, size: read.size }];
  const colors = mask.colors.map(({ hexColor, className }) => `${hexColor} (${className})`).join(', ');
  return leave(LOOKOUT_KINDS.maskWithoutAnomaly, `${mask.ref} has no region of ${colors} that is large enough`);
}

function boxed({ image, boxes }: LocatedImage, size: ImageSize | undefined, { report }: ConversionLog): LabeledImage[] {
  const { line, sourceRef, mask } = image;
  if (size === undefined) {
    report.add(LOOKOUT_KINDS.normalImage, `line ${line}`, sourceRef, 'no image has a box, so that nothing tells the size of the images');
    return [];
  }
  report.add(LOOKOUT_KINDS.imageClass, `line ${line}`, sourceRef, image.class);
  if (mask) report.add(LOOKOUT_KINDS.shape, `line ${line}`, sourceRef, mask.ref);
  const origin = image.class === 'anomaly' && mask ? mask.origin : image.origin;
  const labeled = boxes.map(({ type, left, top, width, height }) => ({ name: type, left, top, width, height, confidence: 1 }));
  return [{ sourceRef, size, imageLabels: [], boxLabels: { boxes: labeled, origin } }];
}

/** The pixels of a mask; undefined after a problem. */
function readTypes(
  { line, sourceRef }: LookoutImage, { ref, colors }: LookoutMask, readMask: ReadMask, { problems }: ConversionLog,
): { size: ImageSize; shown: MaskTypes } | undefined {
  try {
    const mask = readMask(ref);
    return { size: { width: mask.width, height: mask.height }, shown: typesOfMask(mask, colors) };
  } catch (error) {
    problems.push({ ...lookoutFinding('ERROR_INVALID_MASK', [], (error as Error).message), line, sourceRef });
    return undefined;
  }
}

/** A normal image whose mask names anomalies loses them. */
export function reportMaskOfNormal(image: LookoutImage, { report }: Pick<ConversionLog, 'report'>): void {
  const types = image.class === 'normal' && image.mask ? namedTypes(image.mask) : [];
  if (types.length > 0) report.add(LOOKOUT_KINDS.maskOfNormalImage, `line ${image.line}`, image.sourceRef, types.join(', '));
}

function described({ type, left, top, width, height, pixels }: MaskBox): string {
  return `${type}, ${pixels} ${pixels === 1 ? 'pixel' : 'pixels'} in ${width}x${height} at ${left},${top}`;
}
