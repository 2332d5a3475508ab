/** CSV files with a header, which are read by the names of their columns, in whatever order these are. */

import { AnnotationError } from '../annotation-error';
import type { BoxShape } from '../box-list';
import type { ImageSize } from '../labeled-image';
import { CSV_KINDS } from './kinds';
import { numberOf } from './layout';
import type { CsvColumns, CsvEntry, CsvLayout, RowProblem } from './layout';
import type { Roles } from './roles';
import { namesText, rolesOf } from './roles';

/**
 * How the rows of a file are read.
 *
 * @param names of the columns; empty ones where there is no header
 * @param sample the first rows behind the header
 * @throws AnnotationError where the meaning of columns is not known
 */
export function layoutByNames(
  file: string, names: readonly string[], sample: readonly (readonly string[])[], columns: CsvColumns,
): Omit<CsvLayout, 'hasHeader'> {
  const roles = rolesOf(file, names, columns);
  const unclear = (what: string, box?: string) =>
    new AnnotationError(file, `${what}; ${namesText(names)}; tell what they mean, such as ${suggestion(names, roles, { box })}`);
  const of = (used: Readonly<Record<string, number>>) => Object.entries(used).map(([role, at]) => `${role} in ${names[at] || at + 1}`).join(', ');
  const common = { cells: names.length, ...(columns.units && { units: columns.units }) };
  const { image, label } = roles;
  const corners = cornersOf(roles);
  const box = names.find((name) => /^(bbox|box|bounding[_ ]?box)$/i.test(name));
  if (!corners && box !== undefined) throw unclear(`has boxes in the column ${box}, whose name does not tell whether they are left, top, width and height`, box);
  if (image === undefined) throw unclear('has no column that is known to name images');
  if (corners) {
    if (label === undefined) throw unclear('has boxes, but no column that is known to hold their labels');
    const read = rowReader(names, roles, corners, image, label);
    const guess = corners.isGuess && { guess: CSV_KINDS.guessedCorner };
    return { ...common, description: of({ image, label, ...corners.used }), ...guess, read };
  }
  if (label !== undefined) return { ...common, description: of({ image, label }), read: rowReader(names, roles, undefined, image, label) };
  const marked = names.flatMap((name, at) => at === image || name === '' ? [] : { name, at });
  const isMarked = marked.length > 0 && sample.every((cells) => marked.every(({ at }) => markOf(cells[at]) !== undefined));
  if (!isMarked) throw unclear('has no column that is known to hold labels or boxes');
  return { ...common, description: `${of({ image })}, a column for each label`, read: (cells, problem) => ofMarks(cells, image, marked, problem) };
}

/** Which columns hold boxes. */
interface Corners {
  readonly used: Readonly<Record<string, number>>;
  /** Whether it may be the center that is given. */
  readonly isGuess: boolean;
}

function cornersOf({ left, top, right, bottom, x, y, width, height, boxWidth, boxHeight, box }: Roles): Corners | undefined {
  if (box !== undefined) return { used: { box }, isGuess: false };
  const isGuess = left === undefined || top === undefined;
  const [start, end] = [[left ?? x, top ?? y], [boxWidth ?? width, boxHeight ?? height]];
  if (start[0] === undefined || start[1] === undefined) return undefined;
  if (right !== undefined && bottom !== undefined) return isGuess ? undefined : { used: { left, top, right, bottom }, isGuess };
  if (end[0] === undefined || end[1] === undefined) return undefined;
  return { used: { left: start[0], top: start[1], width: end[0], height: end[1] }, isGuess };
}

/** Reads rows with an image and a label, and a box if there are corners. */
function rowReader(names: readonly string[], roles: Roles, corners: Corners | undefined, image: number, label: number): CsvLayout['read'] {
  const { confidence, isGroup } = roles;
  const sides = sidesOf(roles, corners);
  return (cells, problem) => {
    const size = sizeOf(sides.map((at) => at === undefined ? undefined : numberOf(cells[at])));
    const entry = { image: cells[image], ...(size && { size }) };
    const sure = confidence === undefined || cells[confidence] === '' ? 1 : numberOf(cells[confidence]);
    if (sure === undefined || !(sure >= 0)) {
      problem(CSV_KINDS.badNumber, `${names[confidence!]} is ${JSON.stringify(cells[confidence!])}`);
      return undefined;
    }
    if (sure < 1) {
      problem(sure === 0 ? CSV_KINDS.absentLabel : CSV_KINDS.prediction, cells[label]);
      return entry;
    }
    const box = corners && boxOf(cells, names, corners.used, problem);
    if (box === null) return undefined;
    if (!box) return { ...entry, labels: cells[label] === '' ? [] : [cells[label]] };
    return { ...entry, box: { label: cells[label], ...box }, ...(isGroup !== undefined && cells[isGroup] === '1' && { isGroup: true }) };
  };
}

/** The columns with the size of the image: `width` and `height` are that of the image unless they are that of the box. */
function sidesOf({ imageWidth, imageHeight, width, height }: Roles, corners?: Corners): (number | undefined)[] {
  const isOfBox = width !== undefined && corners?.used.width === width;
  return isOfBox ? [imageWidth, imageHeight] : [imageWidth ?? width, imageHeight ?? height];
}

function sizeOf([width, height]: readonly (number | undefined)[]): ImageSize | undefined {
  return width !== undefined && height !== undefined && width > 0 && height > 0 ? { width, height } : undefined;
}

/** @returns undefined for a row without a box, null for one that cannot be read, after a problem */
function boxOf(cells: readonly string[], names: readonly string[], used: Corners['used'], problem: RowProblem): BoxShape | undefined | null {
  const places = Object.values(used);
  const written = places.length === 1 ? partsOf(cells[places[0]]) : places.map((at) => cells[at]);
  if (written.every((cell) => cell === '')) return undefined;
  const numbers = written.map(numberOf);
  const wrong = numbers.indexOf(undefined);
  if (wrong >= 0 || numbers.length !== 4) {
    const at = places.length === 1 ? places[0] : places[wrong];
    problem(CSV_KINDS.badNumber, `${names[at] || `column ${at + 1}`} is ${JSON.stringify(cells[at])}`);
    return null;
  }
  const [left, top, third, fourth] = numbers as number[];
  if ('right' in used) return { left, top, right: third, bottom: fourth };
  if (third < 0 || fourth < 0) {
    problem(CSV_KINDS.badNumber, `the box is ${third} wide and ${fourth} high`);
    return null;
  }
  return { left, top, right: left + third, bottom: top + fourth };
}

/** The numbers of a cell such as `[10, 20, 50, 40]`. */
function partsOf(cell: string): string[] {
  return cell.replace(/^[[(]|[\])]$/g, '').split(/[\s,;]+/).filter((part) => part !== '');
}

/** A column for each label, which tells whether an image has it. */
interface Mark {
  readonly name: string;
  readonly at: number;
}

function ofMarks(cells: readonly string[], image: number, marked: readonly Mark[], problem: RowProblem): CsvEntry | undefined {
  const wrong = marked.find(({ at }) => markOf(cells[at]) === undefined);
  if (wrong) {
    problem(CSV_KINDS.badMark, `${wrong.name} is ${JSON.stringify(cells[wrong.at])}`);
    return undefined;
  }
  return { image: cells[image], labels: marked.flatMap(({ name, at }) => markOf(cells[at]) ? name : []) };
}

/** Whether an image has a label; undefined for what is no mark. */
function markOf(cell: string | undefined): boolean | undefined {
  if (cell === undefined) return undefined;
  if (/^(1|1\.0*|true)$/i.test(cell)) return true;
  return /^(0|0\.0*|false)$/i.test(cell) ? false : undefined;
}

/** The edges that a suggestion names. */
const EDGES = ['left', 'top', 'right', 'bottom'] as const;

/** What to write where the columns do not tell, with what they do tell. */
export function suggestion(
  names: readonly string[], roles: Roles, { hasHeader = true, box }: { hasHeader?: boolean; box?: string } = {},
): string {
  const name = (at: number | undefined) => at === undefined ? '\'…\'' : `'${names[at] || at + 1}'`;
  const hasEdges = EDGES.some((role) => roles[role] !== undefined) || roles.x !== undefined;
  const members = [
    ...hasHeader ? [] : ['header: false'],
    `image: ${name(roles.image)}`,
    `label: ${name(roles.label)}`,
    ...box === undefined ? [] : [`box: '${box}'`],
    ...hasEdges ? EDGES.map((role) => `${role}: ${name(roles[role])}`) : [],
  ];
  return `columns: { ${members.join(', ')} }${hasEdges || box !== undefined ? '' : ', and for boxes left, top, right and bottom, or width and height, or box'}`;
}
