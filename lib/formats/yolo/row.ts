import type { AnnotatedBox } from '../annotated-image';
import type { ConversionKind } from '../conversion-report';
import { polygonEnvelope } from '../envelopes';
import { MOST_FRACTION } from '../pixel-boxes';
import { YOLO_KINDS } from './kinds';

/** Key points of an object: how many, and numbers of each. */
export type KeyPointShape = readonly [count: number, numbers: number];

/** What a row says. */
export interface YoloRow extends Omit<AnnotatedBox, 'label'> {
  /** Number of the class. */
  readonly class: number;
}

/**
 * Reads a row of a label file, by itself: files with boxes and polygons exist. Edges are fractions of the image.
 *
 * @param text without its line end, not blank
 * @param keyPoints of the dataset, where it has any: a pose has as many numbers as some polygon
 * @returns a kind of finding for a row that cannot be read
 */
export function readYoloRow(text: string, keyPoints?: KeyPointShape): YoloRow | ConversionKind {
  const numbers = text.trim().split(/[ \t]+/).map((token) => token === '' ? NaN : Number(token));
  const [id, ...values] = numbers;
  if (numbers.length < 5 || !numbers.every(Number.isFinite)) return YOLO_KINDS.badRow;
  if (!Number.isInteger(id) || id < 0) return YOLO_KINDS.unknownClass;
  const isPose = keyPoints !== undefined && values.length === 4 + keyPoints[0] * keyPoints[1];
  const places = isPose ? values.slice(0, 4) : values;
  if (!isPose && values.length === 5) return YOLO_KINDS.predictions;
  if (!isPose && values.length > 5 && values.length % 2 !== 0) return YOLO_KINDS.extraNumbers;
  if (places.some((value) => value > MOST_FRACTION)) return YOLO_KINDS.pixels;
  if (places.length > 4) return { class: id, ...polygonEnvelope(places), shape: 'polygon' };
  const [x, y, width, height] = places;
  return { class: id, left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}
