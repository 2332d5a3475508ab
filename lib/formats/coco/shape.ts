import type { BoxShape } from '../box-list';
import type { ConversionKind } from '../conversion-report';
import { polygonEnvelope, rotatedEnvelope } from '../envelopes';
import { COCO_KINDS } from './kinds';
import { maskEnvelope } from './rle';

/**
 * The edges of an annotation: its `bbox`; without one, the envelope of its polygons or its mask.
 *
 * @returns undefined for an annotation of the image as a whole; a kind of finding for what cannot be read
 */
export function boxOf({ bbox, segmentation, attributes }: any): BoxShape | ConversionKind | undefined {
  if (bbox !== undefined && bbox !== null && !(Array.isArray(bbox) && bbox.length === 0)) {
    if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every((edge) => typeof edge === 'number')) return COCO_KINDS.badBbox;
    const [left, top, width, height] = bbox;
    if (width < 0 || height < 0) return COCO_KINDS.badBbox;
    const rotation = Number(attributes?.rotation ?? 0);
    if (rotation !== 0 && Number.isFinite(rotation)) {
      return { ...rotatedEnvelope(left + width / 2, top + height / 2, width, height, rotation * Math.PI / 180), shape: 'rotated box' };
    }
    return { left, top, right: left + width, bottom: top + height };
  }
  if (Array.isArray(segmentation)) return segmentation.length === 0 ? undefined : polygonsEnvelope(segmentation);
  if (typeof segmentation !== 'object' || segmentation === null || Object.keys(segmentation as object).length === 0) return undefined;
  const envelope = maskEnvelope(segmentation.counts, segmentation.size);
  return envelope ? { ...envelope, shape: 'mask' } : COCO_KINDS.badMask;
}

/** Of all parts: an object that something hides in the middle is one object. */
function polygonsEnvelope(parts: readonly unknown[]): BoxShape | ConversionKind {
  const all = (Array.isArray(parts[0]) ? parts : [parts]) as readonly unknown[][];
  const numbers = all.flat();
  if (numbers.length === 0 || numbers.length % 2 !== 0 || !numbers.every((value): value is number => typeof value === 'number')) return COCO_KINDS.badBbox;
  return { ...polygonEnvelope(numbers), shape: 'polygon' };
}
