import { Canvas, circle, either, hexagon, moved, rectangle, turned, without } from './canvas';
import type { Box, Colour, Shape } from './canvas';

const { cos, floor, hypot, imul, max, PI, sin } = Math;

export const WIDTH = 160;
export const HEIGHT = 120;

/** The kinds of parts; the place in this list is the class id. */
export const KINDS = ['washer', 'nut', 'bolt', 'plate'] as const;
export type Kind = typeof KINDS[number];

export interface Part { readonly kind: Kind; readonly box: Box }
export interface Photo { readonly png: Buffer; readonly parts: readonly Part[]; readonly scratched: boolean }

const METALS: readonly Colour[] = [[176, 182, 190], [142, 148, 158], [198, 172, 112], [168, 126, 96]];
const BACKGROUNDS: readonly ((x: number, y: number) => Colour)[] = [
  (x, y) => shade([150, 112, 74], 10 * sin(y / 3 + 2 * sin(x / 40)) + 6 * sin(y / 11)), // wooden bench
  (x, y) => shade([54, 92, 74], x % 20 === 0 || y % 20 === 0 ? 26 : 0), // cutting mat
  (x, y) => shade([214, 212, 204], (y - x) / 14), // paper in side light
  (_x, y) => shade([76, 80, 92], floor(y / 12) % 2 ? 7 : -7), // steel table
];

/** Draws one photo of a workshop table; the same number gives the same photo. */
export function takePhoto(number: number): Photo {
  const random = randomNumbers(number);
  const between = (least: number, most: number): number => least + random() * (most - least);
  const canvas = new Canvas(WIDTH, HEIGHT, BACKGROUNDS[number % BACKGROUNDS.length]);
  const scratched = number % 3 === 2;
  const wanted = 1 + floor(random() * 4);
  const places: { x: number; y: number; reach: number }[] = [];
  const parts: Part[] = [];
  for (let attempt = 0; attempt < 200 && parts.length < wanted; attempt++) {
    // Every kind comes first in turn, so that each is in enough photos.
    const kind = KINDS[parts.length === 0 ? floor(number / 2) % KINDS.length : floor(random() * KINDS.length)];
    const { outline, reach } = partOf(kind, between(0.75, 1.15));
    const place = { x: between(reach + 3, WIDTH - reach - 5), y: between(reach + 3, HEIGHT - reach - 5), reach };
    if (places.some((other) => hypot(other.x - place.x, other.y - place.y) < other.reach + reach + 3)) continue;
    places.push(place);
    const shape = moved(turned(outline, between(0, 2 * PI)), place.x, place.y);
    const metal = METALS[floor(random() * METALS.length)];
    canvas.paint(moved(shape, 2, 3), () => [20, 20, 24], 0.4);
    const box = canvas.paint(shape, (x, y) => shade(metal, (place.x - x + place.y - y) * 0.8));
    parts.push({ kind, box });
    if (scratched && parts.length === 1) scratch(canvas, shape, place, reach, between(0, PI));
  }
  return { png: canvas.toPng(), parts, scratched };
}

/** A part around the origin, and how far it reaches from there. */
function partOf(kind: Kind, size: number): { outline: Shape; reach: number } {
  switch (kind) {
    case 'washer':
      return { outline: without(circle(17 * size), circle(8 * size)), reach: 17 * size };
    case 'nut':
      return { outline: without(hexagon(15 * size), circle(8 * size)), reach: 17.5 * size };
    case 'bolt': {
      const threads: Shape = (x, y) => rectangle(40 * size, 10 * size)(x - 4 * size, y) + 0.8 * cos(x * 1.6);
      return { outline: either(moved(rectangle(10 * size, 20 * size, 2), -19 * size, 0), threads), reach: 26 * size };
    }
    case 'plate': {
      const holes = either(moved(circle(4 * size), -15 * size, 0), moved(circle(4 * size), 15 * size, 0));
      return { outline: without(rectangle(50 * size, 28 * size, 4), holes), reach: 28 * size };
    }
  }
}

/** A bright, thin cut across a part, which stays inside of it. */
function scratch(canvas: Canvas, part: Shape, place: { x: number; y: number }, reach: number, angle: number): void {
  const cut = moved(turned(either(
    rectangle(1.8 * reach, 1.6),
    moved(turned(rectangle(0.9 * reach, 1), 0.25), 0, 4),
  ), angle), place.x, place.y);
  canvas.paint((x, y) => max(cut(x, y), part(x, y)), () => [250, 246, 236], 0.95);
}

function shade([red, green, blue]: Colour, by: number): Colour {
  return [red + by, green + by, blue + by];
}

/** Numbers from 0 to 1, the same on every machine (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = (seed + 1) * 0x9E3779B9;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
