/** What the columns of a CSV file mean, by the names in its header. */

import { AnnotationError } from '../annotation-error';
import type { CsvColumns } from './layout';

/** What a column may mean; `x` and `y` are a corner or a center. */
export type Role =
  | 'image' | 'label' | 'left' | 'top' | 'right' | 'bottom' | 'x' | 'y' | 'width' | 'height' | 'box'
  | 'boxWidth' | 'boxHeight' | 'imageWidth' | 'imageHeight' | 'confidence' | 'isGroup';

/** Names of columns in lower case, without anything but letters and digits, the likeliest first. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  image: ['filename', 'filepath', 'imagepath', 'imagename', 'imagefile', 'image', 'file', 'path', 'img', 'imageid'],
  label: ['classname', 'labelname', 'categoryname', 'class', 'label', 'category', 'celltype'],
  left: ['xmin', 'x1', 'left', 'bboxxmin', 'bboxx1', 'bboxleft'],
  top: ['ymin', 'y1', 'top', 'bboxymin', 'bboxy1', 'bboxtop'],
  right: ['xmax', 'x2', 'right', 'bboxxmax', 'bboxx2', 'bboxright'],
  bottom: ['ymax', 'y2', 'bottom', 'bboxymax', 'bboxy2', 'bboxbottom'],
  x: ['x', 'bboxx'],
  y: ['y', 'bboxy'],
  boxWidth: ['w', 'boxwidth', 'bboxwidth', 'bboxw'],
  boxHeight: ['h', 'boxheight', 'bboxheight', 'bboxh'],
  imageWidth: ['imagewidth', 'imgwidth', 'imagew', 'imgw'],
  imageHeight: ['imageheight', 'imgheight', 'imageh', 'imgh'],
  width: ['width'],
  height: ['height'],
  box: ['bboxxywh', 'boxxywh', 'xywh'],
  confidence: ['confidence', 'score'],
  isGroup: ['isgroupof'],
};

/** Positions of columns by their meaning. */
export type Roles = Readonly<Partial<Record<Role, number>>>;

/** Whether a row looks like a header: it has a name that is known, or that `columns` has. */
export function isHeader(row: readonly string[], columns: CsvColumns): boolean {
  const names = new Set(Object.values(NAMES).flat());
  const given = Object.values(columns).filter((name) => typeof name === 'string' && !/^\d+$/.test(name));
  return row.some((cell) => names.has(plain(cell)) || given.includes(cell));
}

/**
 * The meanings of columns: as `columns` has them, otherwise as they are called.
 *
 * @param file for errors
 * @param names of the columns; empty ones have none
 * @throws AnnotationError for a column that is not there
 */
export function rolesOf(file: string, names: readonly string[], columns: CsvColumns): Roles {
  const plains = names.map(plain);
  const roles: Partial<Record<Role, number>> = {};
  for (const [role, known] of Object.entries(NAMES) as [Role, readonly string[]][]) {
    const name = known.find((one) => plains.includes(one));
    if (name !== undefined) roles[role] = plains.indexOf(name);
  }
  const { image, label, left, top, right, bottom, width, height, box } = columns;
  const given = { image, label, left, top, right, bottom, boxWidth: width, boxHeight: height, box };
  for (const [role, name] of Object.entries(given) as [Role, string | undefined][]) {
    if (name !== undefined) roles[role] = positionOf(file, names, name);
  }
  return roles;
}

function positionOf(file: string, names: readonly string[], name: string): number {
  const position = names.includes(name) ? names.indexOf(name) : /^\d+$/.test(name) ? Number(name) - 1 : -1;
  if (position < 0 || position >= names.length) throw new AnnotationError(file, `has no column ${JSON.stringify(name)}; ${namesText(names)}`);
  return position;
}

/** For example `its columns are a, b, c`. */
export function namesText(names: readonly string[]): string {
  const hasNames = names.some((name) => name !== '');
  return hasNames ? `its columns are ${names.slice(0, 20).map((name) => name === '' ? '(without a name)' : name).join(', ')}` : `it has ${names.length} columns`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
