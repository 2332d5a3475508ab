/** CSV files without a header, which are recognized by the order and the form of their cells. */

import type { ImageSet } from '../annotated-image';
import { imageSetOf } from '../format';
import { CSV_KINDS } from './kinds';
import { isImage, isNumberOrEmpty, numberOf } from './layout';
import type { CsvLayout } from './layout';

/** How the rows of such a file are read; undefined for a form that is not known. */
export function layoutByOrder(sample: readonly (readonly string[])[]): CsvLayout | undefined {
  if (sample.every(isAfterSet)) return ofGoogle(sample.map((cells) => cells.slice(1)), true);
  if (!sample.every(([image]) => isImage(image))) return undefined;
  if (sample.every(isRetinaRow)) return RETINA;
  return ofGoogle(sample, false);
}

/** Whether a row begins with a set, which may be left open, and an image. */
function isAfterSet([set, image = '']: readonly string[]): boolean {
  return (set === '' || set.toLowerCase() === 'unassigned' || imageSetOf(set) !== undefined) && isImage(image);
}

function isRetinaRow(cells: readonly string[]): boolean {
  const edges = cells.slice(1, 5);
  return cells.length === 6 && edges.every(isNumberOrEmpty) && (edges[0] !== '' || cells[5] === '') && !isNumberOrEmpty(cells[5] || 'none');
}

/** `path,x1,y1,x2,y2,class` of keras-retinanet and Roboflow; `path,,,,,` is an image without boxes. */
const RETINA: CsvLayout = {
  description: 'image, left, top, right, bottom, label, as RetinaNet has them, without a header',
  hasHeader: false,
  cells: 6,
  read: ([image, x1, y1, x2, y2, label], problem) => {
    if ([x1, y1, x2, y2, label].every((cell) => cell === '')) return { image };
    const [left, top, right, bottom] = [x1, y1, x2, y2].map(numberOf);
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
      problem(CSV_KINDS.badNumber, `${image} ${[x1, y1, x2, y2].join(', ')}`);
      return undefined;
    }
    return { image, box: { label, left, top, right, bottom } };
  },
};

/** Corners of a box as Google's tools write them: x and y of up to four. */
const CORNER_CELLS = 8;

/** Boxes of AutoML and Vertex AI if there are any, otherwise labels, which AWS's sample has in the same order. */
function ofGoogle(sample: readonly (readonly string[])[], hasSet: boolean): CsvLayout | undefined {
  const after = (cells: readonly string[]) => cells.slice(2);
  const numbers = (cells: readonly string[]) => cells.filter((cell) => numberOf(cell) !== undefined).length;
  const hasCorners = sample.some((cells) => after(cells).length >= 6) && sample.every((cells) => after(cells).every(isNumberOrEmpty));
  if (hasCorners) return cornersLayout(hasSet);
  return sample.some((cells) => numbers(cells.slice(1)) >= 4) ? undefined : labelsLayout(hasSet);
}

/** `[set,]image,label,x1,y1,x2,y1,x2,y2,x1,y2` of Google AutoML, in fractions; two opposite corners will do; no corner: no box. */
function cornersLayout(hasSet: boolean): CsvLayout {
  return {
    description: `${hasSet ? 'set, ' : ''}image, label, corners in fractions, as Google AutoML has them, without a header`,
    hasHeader: false,
    units: 'fractions',
    read: (row, problem) => {
      const { set, image, rest: [label = '', ...corners] } = partsOf(row, hasSet);
      const places = corners.filter((cell) => cell !== '');
      const numbers = corners.map((cell) => cell === '' ? undefined : numberOf(cell) ?? NaN);
      const [xs, ys] = [0, 1].map((axis) => numbers.filter((_, i) => i % 2 === axis));
      if (corners.length > CORNER_CELLS) {
        problem(CSV_KINDS.wrongCells, `${row.length} cells`);
        return undefined;
      }
      if (places.length === 0) return { image, set, labels: label === '' ? [] : [label] };
      const isPaired = xs.every((x, i) => (x === undefined) === (ys[i] === undefined));
      if (!isPaired || places.length < 4 || numbers.some(Number.isNaN)) {
        problem(CSV_KINDS.badNumber, `${image} ${corners.join(',')}`);
        return undefined;
      }
      const known = (axis: readonly (number | undefined)[]) => axis.filter((edge) => edge !== undefined);
      const [x, y] = [known(xs), known(ys)];
      return { image, set, box: { label, left: Math.min(...x), top: Math.min(...y), right: Math.max(...x), bottom: Math.max(...y) } };
    },
  };
}

/** `[set,]image,label[,label…]` of AWS and Google. */
function labelsLayout(hasSet: boolean): CsvLayout {
  return {
    description: `${hasSet ? 'set, ' : ''}image, labels, as ${hasSet ? 'Google AutoML' : 'AWS'} has them, without a header`,
    hasHeader: false,
    read: (row) => {
      const { set, image, rest } = partsOf(row, hasSet);
      return { image, set, labels: rest.filter((label) => label !== '') };
    },
  };
}

function partsOf(row: readonly string[], hasSet: boolean): { set?: ImageSet; image: string; rest: readonly string[] } {
  const [set, [image, ...rest]] = hasSet ? [imageSetOf(row[0]), row.slice(1)] : [undefined, row];
  return { ...(set && { set }), image, rest };
}
