/** Boxes as annotations write them, made boxes that Rekognition takes. */

import { isBoxTooSmall, REKOGNITION_LIMITS } from '../manifest';
import type { AnnotatedBox, AnnotatedImage } from './annotated-image';
import { placeText } from './annotated-image';
import type { ConversionKind, ConversionReport } from './conversion-report';
import { KINDS } from './kinds';
import type { ImageSize, LabeledBox } from './labeled-image';

/** Cut off without a word: that much comes from rounding, and from tools that count pixels from 1. In pixels, or as a share of the side. */
const TOLERANCE = { pixels: 1, fractions: 0.01 };

/** What is above cannot be a fraction of the image. */
export const MOST_FRACTION = 1 + TOLERANCE.fractions;

/**
 * The boxes of an image in whole pixels, and a report on those that are cut or left out.
 *
 * Edges are rounded, half up, never width and height: boxes that touch go on touching, and nothing leaves the image.
 *
 * The order is that of the boxes in the image, so that it does not depend on that of the annotations.
 *
 * @param image as it is annotated
 * @param ref its reference, for the report
 * @param size that the edges are measured in
 */
export function pixelBoxes(image: AnnotatedImage, ref: string, size: ImageSize, report: ConversionReport): readonly LabeledBox[] {
  const at = (box: AnnotatedBox) => () => placeText({ ...image.place, at: box.at ?? image.place.at });
  const add = (kind: ConversionKind, box: AnnotatedBox, detail: string) => report.add(kind, at(box), ref, detail);
  const scale = image.units === 'fractions' ? size : { width: 1, height: 1 };
  const known = new Set<string>();
  const boxes: LabeledBox[] = [];
  for (const box of image.boxes) {
    const edges = [box.left * scale.width, box.top * scale.height, box.right * scale.width, box.bottom * scale.height];
    if (!edges.every(Number.isFinite)) {
      add(KINDS.badBox, box, `${box.label} has the edges ${[box.left, box.top, box.right, box.bottom].join(', ')}`);
      continue;
    }
    const [x, y] = [sorted(edges[0], edges[2]), sorted(edges[1], edges[3])];
    if (x[0] >= size.width || y[0] >= size.height || x[1] <= 0 || y[1] <= 0) {
      add(KINDS.boxOutside, box, `${box.label} ${edgesText(x, y)} in an image of ${size.width}x${size.height}`);
      continue;
    }
    if (overhang(x, size.width) > tolerance(image, size.width) || overhang(y, size.height) > tolerance(image, size.height)) {
      add(KINDS.boxClamped, box, `${box.label} ${edgesText(x, y)} in an image of ${size.width}x${size.height}`);
    }
    const [left, right] = x.map((edge) => Math.round(clamped(edge, size.width)));
    const [top, bottom] = y.map((edge) => Math.round(clamped(edge, size.height)));
    const whole = { name: box.label, left, top, width: right - left, height: bottom - top, confidence: 1 };
    const key = `${left} ${top} ${right} ${bottom} ${box.label}`;
    if (box.shape !== undefined) add(KINDS.shape, box, `the ${box.shape} of ${box.label}`);
    if (isBoxTooSmall(whole, size)) add(KINDS.smallBox, box, `${box.label} is ${whole.width}x${whole.height} in an image of ${size.width}x${size.height}`);
    else if (known.has(key)) add(KINDS.duplicateBox, box, `${box.label} at ${left},${top}`);
    else boxes.push(whole);
    known.add(key);
  }
  boxes.sort(inReadingOrder);
  const kept = largestBoxes(boxes);
  if (kept.length < boxes.length) report.add(KINDS.tooManyBoxes, () => placeText(image.place), ref, `${boxes.length - kept.length} boxes`);
  return kept;
}

/** An order that does not depend on that of the annotations. */
function inReadingOrder(a: LabeledBox, b: LabeledBox): number {
  return a.top - b.top || a.left - b.left || a.height - b.height || a.width - b.width || (a.name < b.name ? -1 : 1);
}

function sorted(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a];
}

function clamped(edge: number, side: number): number {
  return Math.min(Math.max(edge, 0), side);
}

/** How far a box reaches over the edges of its image. */
function overhang([low, high]: readonly [number, number], side: number): number {
  return Math.max(-low, high - side);
}

function tolerance({ units }: AnnotatedImage, side: number): number {
  return units === 'pixels' ? TOLERANCE.pixels : TOLERANCE.fractions * side;
}

/** As many as the service takes, in their order. */
export function largestBoxes<Box extends Pick<LabeledBox, 'width' | 'height'>>(boxes: readonly Box[]): readonly Box[] {
  const most = REKOGNITION_LIMITS.boxesPerImage;
  if (boxes.length <= most) return boxes;
  const kept = new Set([...boxes].sort((a, b) => b.width * b.height - a.width * a.height).slice(0, most));
  return boxes.filter((box) => kept.has(box));
}

function edgesText(x: readonly number[], y: readonly number[]): string {
  const short = (edge: number) => Number(edge.toFixed(2));
  return `reaches from ${short(x[0])},${short(y[0])} to ${short(x[1])},${short(y[1])}`;
}
