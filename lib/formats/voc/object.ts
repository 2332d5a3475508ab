import type { AnnotatedBox } from '../annotated-image';
import type { ConversionKind } from '../conversion-report';
import { polygonEnvelope, rotatedEnvelope } from '../envelopes';
import type { XmlElement } from '../folder';
import { VOC_KINDS } from './kinds';

/** The first child of this name. Children of children do not count: parts of an object have boxes of their own. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** A number that is a child's text; NaN for text that is none, and for no child. */
export function numberIn(element: XmlElement | undefined, name: string): number {
  const text = child(element, name)?.text ?? '';
  return text === '' ? NaN : Number(text);
}

/**
 * The box of an `object`: its `bndbox`; without one, the box around its `robndbox` or `polygon`.
 *
 * @param first what the pixels are counted from: 1, and the last one belongs to the box; or 0, and it does not
 * @returns a kind of finding for an object without a place
 */
export function vocBox(object: XmlElement, first: 0 | 1): AnnotatedBox | ConversionKind {
  const label = child(object, 'name')?.text ?? '';
  const box = child(object, 'bndbox');
  if (box) return { label, left: numberIn(box, 'xmin') - first, top: numberIn(box, 'ymin') - first, right: numberIn(box, 'xmax'), bottom: numberIn(box, 'ymax') };
  const rotated = child(object, 'robndbox');
  if (rotated) {
    const [x, y, width, height, angle] = ['cx', 'cy', 'w', 'h', 'angle'].map((name) => numberIn(rotated, name));
    return { label, ...rotatedEnvelope(x, y, width, height, angle), shape: 'rotated box' };
  }
  const corners = coordinatesOf(child(object, 'polygon'));
  return corners.length < 6 ? VOC_KINDS.noBox : { label, ...polygonEnvelope(corners), shape: 'polygon' };
}

/** Of a polygon: points with x and y, or x1, y1, x2, y2, … */
function coordinatesOf(polygon: XmlElement | undefined): number[] {
  if (!polygon) return [];
  const points = polygon.children.filter(({ name }) => /^(pt|point)$/.test(name));
  if (points.length > 0) return points.flatMap((point) => [numberIn(point, 'x'), numberIn(point, 'y')]);
  const count = polygon.children.filter(({ name }) => /^x\d+$/.test(name)).length;
  return Array.from({ length: count }, (_, i) => [numberIn(polygon, `x${i + 1}`), numberIn(polygon, `y${i + 1}`)]).flat();
}
