import { isBackground } from '../../manifest';
import type { MaskColor } from '../../manifest';
import type { ImageSize } from '../labeled-image';

/** A decoded mask: what any PNG decoder gives. */
export interface MaskPixels extends ImageSize {
  /** Red, green, blue and alpha of each pixel, one byte each, row by row from the top left. */
  readonly data: Uint8Array;
}

/** What each pixel of a mask shows. */
export interface MaskTypes {
  /** Anomaly types, in the order of the color map. */
  readonly types: readonly string[];
  /** For each pixel 0 for no anomaly, otherwise 1 + the index of its type. */
  readonly pixels: Uint16Array;
}

/** Alpha from which a pixel counts: it is covered by half at least. */
const VISIBLE = 128;
/** How much longer than straight ahead the way from one color to another over their blend may be: room for rounding. */
const BLEND_TOLERANCE = 32;

/**
 * Tells which anomaly type each pixel shows.
 *
 * - A pixel with an alpha below 128 shows none, whatever its color: AWS's own masks keep the color of an anomaly under
 *   full transparency.
 * - A pixel of exactly a color of the map shows what that stands for.
 * - A pixel between two known colors is the soft edge of a drawn shape, a blend. It joins the nearest in color of the
 *   anomalies that it touches, if it is at least as near to that as to the background, and so on outwards. A blend never
 *   begins an anomaly of its own: halfway from red to white is no pink defect.
 * - Any other pixel shows none.
 *
 * Background is what the map calls BACKGROUND, and the commonest color of the pixels without an anomaly: not every map
 * names it.
 *
 * @param mask the decoded mask
 * @param colors the color map of the line
 */
export function typesOfMask(mask: MaskPixels, colors: readonly MaskColor[]): MaskTypes {
  const types = [...new Set(colors.filter((color) => !isBackground(color)).map(({ className }) => className))];
  const meaning = new Map(colors.map((color) => [rgbOf(color), isBackground(color) ? 0 : 1 + types.indexOf(color.className)]));
  const { pixels, commonest } = exactPixels(mask, meaning);
  const backgrounds = [commonest, ...[...meaning].filter(([, type]) => type === 0).map(([rgb]) => rgb)];
  if (types.length > 0) growEdges(mask, pixels, meaning, backgrounds);
  return { types, pixels };
}

function rgbOf({ hexColor }: MaskColor): number {
  return Number.parseInt(hexColor.slice(1), 16);
}

function rgbAt({ data }: MaskPixels, pixel: number): number {
  return (data[4 * pixel] << 16) | (data[4 * pixel + 1] << 8) | data[4 * pixel + 2];
}

function isVisible({ data }: MaskPixels, pixel: number): boolean {
  return data[4 * pixel + 3] >= VISIBLE;
}

/** The pixels that have exactly the color of an anomaly, and the commonest color of the others. */
function exactPixels(mask: MaskPixels, meaning: ReadonlyMap<number, number>): { pixels: Uint16Array; commonest: number } {
  const pixels = new Uint16Array(mask.width * mask.height);
  const counts = new Map<number, number>();
  // Neighbors are mostly equal: they are counted as runs, and looked up once.
  let [color, type, run] = [-1, 0, 0];
  const count = () => { if (run > 0) counts.set(color, (counts.get(color) ?? 0) + run); };
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const rgb = rgbAt(mask, pixel);
    if (rgb !== color) {
      count();
      [color, type, run] = [rgb, meaning.get(rgb) ?? 0, 0];
    }
    if (type !== 0 && isVisible(mask, pixel)) pixels[pixel] = type;
    else run += 1;
  }
  count();
  let commonest = 0;
  for (const [rgb, times] of counts) if (times > (counts.get(commonest) ?? 0)) commonest = rgb;
  return { pixels, commonest };
}

/** Lets blends join the anomalies they touch, one ring of pixels after the other, so that the order of the pixels does not matter. */
function growEdges(mask: MaskPixels, pixels: Uint16Array, meaning: ReadonlyMap<number, number>, backgrounds: readonly number[]): void {
  let blends: number[] = [];
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    if (pixels[pixel] !== 0 || !isVisible(mask, pixel)) continue;
    const rgb = rgbAt(mask, pixel);
    if (!meaning.has(rgb) && rgb !== backgrounds[0]) blends.push(pixel);
  }
  for (let joined = true; joined && blends.length > 0;) {
    const ring: [pixel: number, type: number][] = [];
    for (const pixel of blends) {
      const touched = new Set<number>();
      forNeighbors(pixel, mask, (neighbor) => { if (pixels[neighbor] !== 0) touched.add(pixels[neighbor]); });
      const type = touched.size === 0 ? 0 : typeOfBlend(rgbAt(mask, pixel), touched, meaning, backgrounds);
      if (type !== 0) ring.push([pixel, type]);
    }
    for (const [pixel, type] of ring) pixels[pixel] = type;
    joined = ring.length > 0;
    if (joined) blends = blends.filter((pixel) => pixels[pixel] === 0);
  }
}

/** The touched type that a blend belongs to; 0 when it is more background than that, or no blend of known colors at all. */
function typeOfBlend(
  rgb: number, touched: ReadonlySet<number>, meaning: ReadonlyMap<number, number>, backgrounds: readonly number[],
): number {
  const [color, type] = [...meaning].filter((known) => touched.has(known[1]))
    .reduce((nearest, known) => distance(known[0], rgb) < distance(nearest[0], rgb) ? known : nearest);
  const away = distance(color, rgb);
  if (backgrounds.some((background) => distance(background, rgb) < away)) return 0;
  const isBlend = [...backgrounds, ...meaning.keys()].some((other) =>
    other !== color && away + distance(rgb, other) <= distance(color, other) + BLEND_TOLERANCE);
  return isBlend ? type : 0;
}

/** Calls back for the up to eight pixels around one. */
export function forNeighbors(pixel: number, { width, height }: ImageSize, visit: (neighbor: number) => void): void {
  const x = pixel % width;
  const y = (pixel - x) / width;
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (row !== y || column !== x) visit(row * width + column);
    }
  }
}

function distance(a: number, b: number): number {
  return Math.hypot((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255));
}
