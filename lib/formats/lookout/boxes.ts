import { lookoutFinding, OBJECT_DETECTION, type Problem } from '../../manifest';
import type { LossLog } from '../conversion-report';
import { boxesOf, type MaskBox } from './mask-boxes';
import { typesOfMask, type ImageSize, type MaskPixels, type MaskTypes } from './mask-pixels';
import { namedTypes, type LookoutImage, type LookoutMask } from './read';

/** Gives the pixels of the mask that a reference leads to. What it throws tells a person what to change. */
export type ReadMask = (reference: string) => MaskPixels;

/** An image with the boxes of its anomalies. */
export interface Located {
  readonly image: LookoutImage;
  readonly boxes: readonly MaskBox[];
  /** Of the image, which is that of its mask; unknown without a mask. */
  readonly size?: ImageSize;
}

/** Choices of the target detection. */
export interface LocatingOptions {
  /** Groups of fewer pixels get no box. */
  readonly minPixels: number;
  readonly dropNormal: boolean;
}

/** The pixels of a mask; undefined after a problem. */
export function readTypes(
  { line, sourceRef }: LookoutImage, { ref, colors }: LookoutMask, readMask: ReadMask, problems: Problem[],
): { size: ImageSize; shown: MaskTypes } | undefined {
  try {
    const mask = readMask(ref);
    return { size: { width: mask.width, height: mask.height }, shown: typesOfMask(mask, colors) };
  } catch (error) {
    problems.push({ ...lookoutFinding('ERROR_INVALID_MASK', [], (error as Error).message), line, sourceRef });
    return undefined;
  }
}

/**
 * Draws the boxes of an image.
 *
 * @returns undefined for an image that is left out, and after a problem
 */
export function locate(
  image: LookoutImage, readMask: ReadMask, options: LocatingOptions, losses: LossLog, problems: Problem[],
): Located | undefined {
  const lose = (kind: Parameters<LossLog['add']>[0], detail: string) => losses.add(kind, image.line, image.sourceRef, detail);
  const { mask } = image;
  if (image.class === 'normal') {
    if (mask && namedTypes(mask).length > 0) lose('maskOfNormalImage', namedTypes(mask).join(', '));
    if (!options.dropNormal) return { image, boxes: [] };
    lose('normalImage', 'as dropNormalImages says');
    return undefined;
  }
  if (!mask) {
    lose('anomalyWithoutMask', 'add a mask, or convert to a classification');
    return undefined;
  }
  const read = readTypes(image, mask, readMask, problems);
  if (!read) return undefined;

  const { boxes, specks, tooSmall, tooMany } = boxesOf(read.size, read.shown, options.minPixels);
  for (const box of specks) lose('speck', described(box));
  for (const box of tooSmall) lose('smallBox', described(box));
  for (const box of tooMany) lose('tooManyBoxes', described(box));
  if (boxes.length === 0) {
    lose('maskWithoutAnomaly', `${mask.ref} has no region of ${mask.colors.map(({ hexColor, className }) => `${hexColor} (${className})`).join(', ')} that is large enough`);
    return undefined;
  }
  return { image, boxes, size: read.size };
}

function described({ type, left, top, width, height, pixels }: MaskBox): string {
  return `${type}, ${pixels} ${pixels === 1 ? 'pixel' : 'pixels'} in ${width}x${height} at ${left},${top}`;
}

/** The ids of all anomaly types that have a box, for the whole dataset: the keys of a colour map differ from line to line. */
export function typeIds(images: readonly Located[]): ReadonlyMap<string, number> {
  const types = new Set(images.flatMap(({ boxes }) => boxes.map(({ type }) => type)));
  return new Map([...types].sort().map((type, id) => [type, id]));
}

/**
 * The line of an image.
 *
 * @param located the image
 * @param ids of the anomaly types
 * @param sizeOfOthers size of images without a mask: Lookout wanted all images of a project to have the same
 * @param losses receives what is left behind
 */
export function detectionLine(
  { image, boxes, size }: Located, ids: ReadonlyMap<string, number>, sizeOfOthers: ImageSize | undefined, losses: LossLog,
): object | undefined {
  const { width, height } = size ?? sizeOfOthers ?? {};
  if (width === undefined) {
    losses.add('normalImage', image.line, image.sourceRef, 'no image has a box, so that nothing tells the size of the images');
    return undefined;
  }
  losses.add('imageClass', image.line, image.sourceRef, image.class);
  if (image.mask) losses.add('shape', image.line, image.sourceRef, image.mask.ref);
  const used = new Set(boxes.map(({ type }) => type));
  const origin = image.class === 'anomaly' && image.mask ? image.mask.origin : image.origin;
  return {
    'source-ref': image.sourceRef,
    'bounding-box': {
      image_size: [{ width, height, depth: 3 }],
      annotations: boxes.map(({ type, pixels: _, ...box }) => ({ class_id: ids.get(type)!, ...box })),
    },
    'bounding-box-metadata': {
      'objects': boxes.map(() => ({ confidence: 1 })),
      'class-map': Object.fromEntries([...ids].filter(([type]) => used.has(type)).map(([type, id]) => [String(id), type])),
      'type': OBJECT_DETECTION,
      ...origin,
    },
  };
}
