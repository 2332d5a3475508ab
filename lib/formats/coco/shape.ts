import type { ConversionKind } from '../conversion-report';
import { COCO_KINDS } from './kinds';
import { maskEnvelope } from './rle';

/** Where an annotation lies, in pixels. */
export interface Shape {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** What the edges are the envelope of; absent: a box. */
  readonly shape?: string;
}

/**
 * The edges of an annotation: its `bbox`; without one, the envelope of its polygons or its mask.
 *
 * @returns undefined for an annotation of the image as a whole; a kind of finding for what cannot be read
 */
export function boxOf({ bbox, segmentation, attributes }: any): Shape | ConversionKind | undefined {
  if (bbox !== undefined && bbox !== null && !(Array.isArray(bbox) && bbox.length === 0)) {
    if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every((edge) => typeof edge === 'number')) return COCO_KINDS.badBbox;
    const [left, top, width, height] = bbox;
    if (width < 0 || height < 0) return COCO_KINDS.badBbox;
    const rotation = Number(attributes?.rotation ?? 0);
    if (rotation !== 0 && Number.isFinite(rotation)) {
      return rotatedEnvelope(left + width / 2, top + height / 2, width, height, rotation * Math.PI / 180);
    }
    return { left, top, right: left + width, bottom: top + height };
  }
  if (Array.isArray(segmentation)) return segmentation.length === 0 ? undefined : polygonsEnvelope(segmentation);
  if (typeof segmentation !== 'object' || segmentation === null || Object.keys(segmentation as object).length === 0) return undefined;
  const envelope = maskEnvelope(segmentation.counts, segmentation.size);
  return envelope ? { ...envelope, shape: 'mask' } : COCO_KINDS.badMask;
}

/** Of all parts: an object that something hides in the middle is one object. */
function polygonsEnvelope(parts: readonly unknown[]): Shape | ConversionKind {
  const all = (Array.isArray(parts[0]) ? parts : [parts]) as readonly unknown[][];
  const numbers = all.flat();
  if (numbers.length === 0 || numbers.length % 2 !== 0 || !numbers.every((value): value is number => typeof value === 'number')) return COCO_KINDS.badBbox;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  numbers.forEach((value, i) => {
    if (i % 2 === 0) [left, right] = [Math.min(left, value), Math.max(right, value)];
    else [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
  });
  return { left, top, right, bottom, shape: 'polygon' };
}

/** The envelope of a box that is turned about its center. @param angle in radians */
function rotatedEnvelope(x: number, y: number, width: number, height: number, angle: number): Shape {
  const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))];
  const [across, down] = [(width * cos + height * sin) / 2, (width * sin + height * cos) / 2];
  return { left: x - across, top: y - down, right: x + across, bottom: y + down, shape: 'rotated box' };
}
