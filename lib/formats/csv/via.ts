/** CSV of the VGG Image Annotator (robots.ox.ac.uk/~vgg/software/via), which has JSON in its cells: a region a row. */

import type { BoxShape } from '../box-list';
import { polygonEnvelope } from '../envelopes';
import { CSV_KINDS } from './kinds';
import type { CsvColumns, CsvLayout } from './layout';

const COLUMNS = ['filename', 'file_attributes', 'region_shape_attributes', 'region_attributes'];

/**
 * How the rows of such a file are read; undefined for another one.
 *
 * @param columns its `label` names the attribute that is the label of a region; otherwise, regions may have no other
 */
export function viaLayout(names: readonly string[], columns: CsvColumns): Omit<CsvLayout, 'hasHeader'> | undefined {
  const plain = names.map((name) => name.replace(/^#\s*/, ''));
  const [image, file, shape, region] = COLUMNS.map((name) => plain.indexOf(name));
  if ([image, shape, region].some((at) => at < 0)) return undefined;
  let label = columns.label;
  return {
    description: `regions of VIA, label in ${label ?? 'their only attribute'}`,
    cells: names.length,
    units: 'pixels',
    read: (cells, problem) => {
      const [drawn, attributes, ofFile] = [shape, region, file].map((at) => at < 0 ? {} : objectOf(cells[at]));
      if (!drawn || !attributes || !ofFile) {
        problem(CSV_KINDS.badRegion, 'a cell is not a JSON object');
        return undefined;
      }
      const entry = { image: cells[image] };
      const said = Object.keys(ofFile).filter((name) => ofFile[name] !== '');
      if (said.length > 0) problem(CSV_KINDS.fileAttributes, said.join(', '));
      if (Object.keys(drawn).length === 0) return entry;
      const box = boxOf(drawn);
      if (!box) {
        problem(isBoxless(drawn) ? CSV_KINDS.notABox : CSV_KINDS.badRegion, cells[shape].slice(0, 80));
        return isBoxless(drawn) ? entry : undefined;
      }
      const all = Object.keys(attributes);
      const isClear = columns.label !== undefined || all.length === 1;
      if (isClear) label ??= all[0];
      const value = isClear ? textOf(attributes[label!]) : undefined;
      if (value === undefined) {
        problem(CSV_KINDS.whichAttribute, `it has ${cells[region].slice(0, 80)}`);
        return undefined;
      }
      return { ...entry, box: { label: value, ...box } };
    },
  };
}

function objectOf(cell: string): Record<string, unknown> | undefined {
  if (cell === '') return {};
  try {
    const value: unknown = JSON.parse(cell);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

/** The value of an attribute: a text, or the only option that is chosen. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const chosen = Object.entries(value).filter(([, isChosen]) => isChosen === true);
  return chosen.length === 1 ? chosen[0][0] : undefined;
}

function isBoxless({ name }: Record<string, unknown>): boolean {
  return name === 'point' || name === 'polyline';
}

/** The upright box of a region; undefined for what has none. */
function boxOf(drawn: Record<string, unknown>): BoxShape | undefined {
  const { name, x, y, width, height, cx, cy, r, rx, ry, theta = 0 } = drawn as Record<string, number> & { name: unknown };
  const isKnown = (...numbers: unknown[]) => numbers.every((number) => typeof number === 'number' && Number.isFinite(number));
  const around = (wide: number, high: number, shape: string) =>
    ({ left: cx - wide, top: cy - high, right: cx + wide, bottom: cy + high, shape });
  if (name === 'rect' && isKnown(x, y, width, height) && width >= 0 && height >= 0) {
    return { left: x, top: y, right: x + width, bottom: y + height };
  }
  if (name === 'circle' && isKnown(cx, cy, r)) return around(r, r, 'circle');
  if (name === 'ellipse' && isKnown(cx, cy, rx, ry, theta)) {
    const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
    return around(Math.hypot(rx * cos, ry * sin), Math.hypot(rx * sin, ry * cos), 'ellipse');
  }
  if (name !== 'polygon') return undefined;
  const [xs, ys] = [drawn.all_points_x, drawn.all_points_y];
  if (!Array.isArray(xs) || !Array.isArray(ys) || xs.length < 3 || xs.length !== ys.length || !isKnown(...xs, ...ys)) return undefined;
  return { ...polygonEnvelope(xs.flatMap((one: number, i) => [one, ys[i] as number])), shape: 'polygon' };
}
