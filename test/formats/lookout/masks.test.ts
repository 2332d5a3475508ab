import fc from 'fast-check';
import { circle, either, moved, rectangle, turned } from '../../../example/canvas';
import type { Colour, Shape } from '../../../example/canvas';
import { boxesOf, regionsOf, typesOfMask } from '../../../lib/formats';
import type { MaskPixels } from '../../../lib/formats';
import { maskColorsOf } from '../../../lib/manifest';
import type { Rgba } from '../../rigs/palette-png';
import { CLEAR, colorMap, drawMask, GREEN, RED, WHITE } from './samples';

const PINK: Rgba = [227, 119, 194, 255];

function boxesIn(mask: MaskPixels, map: object, minPixels = 1) {
  return regionsOf(mask, typesOfMask(mask, maskColorsOf({ 'internal-color-map': map })))
    .filter(({ pixels }) => pixels >= minPixels)
    .map(({ type, left, top, width, height }) => ({ type, left, top, width, height }));
}

/** How much of a pixel a shape covers. */
function coverage(shape: Shape, x: number, y: number): number {
  return Math.min(1, Math.max(0, 0.5 - shape(x + 0.5, y + 0.5)));
}

function blend(color: Rgba, background: Rgba, share: number): Rgba {
  return [0, 1, 2].map((i) => Math.round(background[i] + (color[i] - background[i]) * share)).concat(255) as unknown as Rgba;
}

/** The box of all pixels that a shape covers by half at least: computed from the shape, not from the mask. */
function boxOf(type: string, shape: Shape, width: number, height: number) {
  const inside: [x: number, y: number][] = [];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (coverage(shape, x, y) >= 0.5) inside.push([x, y]);
  const [xs, ys] = [inside.map(([x]) => x), inside.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { type, left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
}

const SHAPES: readonly [name: string, shape: Shape][] = [
  ['a disc', moved(circle(9.3), 30.2, 40.7)],
  ['a turned scratch', moved(turned(rectangle(40, 3), 0.4), 45, 30)],
  ['a thin scratch with few pixels of the full color', moved(turned(rectangle(50, 1.6), -0.7), 50.3, 48.1)],
  ['an L', moved(either(moved(rectangle(30, 6), 0, 12), moved(rectangle(6, 30), -12, 0)), 50, 50)],
  ['a shape at the border', moved(circle(12), 3, 91)],
];

describe.each(SHAPES)('%s', (name, shape) => {
  const expected = [boxOf('scratch', shape, 96, 96)];
  const isThin = name.includes('thin');

  const opaque: [string, Rgba][] = [['white', WHITE], ['black', [0, 0, 0, 255]], ['grey', [128, 128, 128, 255]]];
  test.each(opaque)('with soft edges on opaque %s', (_, background) => {
    const core = (x: number, y: number): Rgba => blend(GREEN, background, coverage(shape, x, y));
    const mask = drawMask(96, 96, (x, y) => isThin && coverage(shape, x, y) > 0.9 ? GREEN : core(x, y));
    expect(boxesIn(mask, colorMap(['scratch', GREEN]), 9)).toEqual(expected);
    expect(boxesIn(mask, colorMap(['BACKGROUND', background], ['scratch', GREEN]), 9)).toEqual(expected);
  });

  test('with soft edges on a transparent background, whose color is that of the anomaly', () => {
    const mask = drawMask(96, 96, (x, y) => [GREEN[0], GREEN[1], GREEN[2], Math.round(255 * coverage(shape, x, y))]);
    expect(boxesIn(mask, colorMap(['scratch', GREEN]), 9)).toEqual(expected);
  });

  test('with soft edges that fade to a transparent black', () => {
    const mask = drawMask(96, 96, (x, y) => {
      const share = coverage(shape, x, y);
      return share === 0 ? CLEAR : [...(GREEN.slice(0, 3) as unknown as Colour), Math.round(255 * share)];
    });
    expect(boxesIn(mask, colorMap(['scratch', '#23A436']), 9)).toEqual(expected);
  });

  test('with hard edges', () => {
    const mask = drawMask(96, 96, (x, y) => coverage(shape, x, y) >= 0.5 ? GREEN : WHITE);
    expect(boxesIn(mask, colorMap(['BACKGROUND', '#FFFFFF'], ['scratch', GREEN]), 9)).toEqual(expected);
  });
});

describe('colors', () => {
  test('the soft edge of one type never becomes another type, even when the blend is nearer to that one', () => {
    const red = moved(circle(10.4), 30, 30);
    const pink = moved(circle(8.4), 70, 60);
    const mask = drawMask(96, 96, (x, y) =>
      coverage(pink, x, y) > 0 ? blend(PINK, WHITE, coverage(pink, x, y)) : blend(RED, WHITE, coverage(red, x, y)));
    const map = colorMap(['BACKGROUND', WHITE], ['dent', PINK], ['scratch', RED]);
    expect(boxesIn(mask, map)).toEqual([boxOf('scratch', red, 96, 96), boxOf('dent', pink, 96, 96)]);
  });

  test('blends alone are no anomaly', () => {
    const mask = drawMask(64, 64, (x, y) => x > 20 && x < 40 && y > 20 && y < 40 ? blend(GREEN, WHITE, 0.8) : WHITE);
    expect(boxesIn(mask, colorMap(['scratch', GREEN]))).toEqual([]);
  });

  test('what touches an anomaly in a color far from it is no part of it', () => {
    const mask = drawMask(64, 64, (x, y) => y < 10 || y > 29 || x < 10 ? WHITE : x < 30 ? GREEN : x < 50 ? [0, 0, 255, 255] : WHITE);
    expect(boxesIn(mask, colorMap(['BACKGROUND', WHITE], ['scratch', GREEN]))).toEqual([{ type: 'scratch', left: 10, top: 10, width: 20, height: 20 }]);
  });

  test.each([[127, 0], [128, 1], [255, 1]])('alpha %i shows %i', (alpha, boxes) => {
    const mask = drawMask(64, 64, (x, y) => x < 20 && y < 20 ? [GREEN[0], GREEN[1], GREEN[2], alpha] : CLEAR);
    expect(boxesIn(mask, colorMap(['scratch', GREEN]))).toHaveLength(boxes);
  });

  test('upper and lower case mean the same, two colors may stand for one type, and background is what is called so', () => {
    const mask = drawMask(64, 64, (x, y) => y >= 10 && y < 20 ? x < 10 ? GREEN : x < 20 ? RED : x < 40 ? [1, 2, 3, 255] : WHITE : WHITE);
    const map = colorMap(['scratch', '#23A436'], ['background', '#010203'], ['scratch', RED]);
    expect(boxesIn(mask, map)).toEqual([{ type: 'scratch', left: 0, top: 10, width: 20, height: 10 }]);
  });

  test('without a color nothing is shown', () => {
    expect(boxesIn(drawMask(64, 64, () => GREEN), {})).toEqual([]);
    expect(boxesIn(drawMask(64, 64, () => WHITE), colorMap(['BACKGROUND', WHITE]))).toEqual([]);
  });
});

test('discs with soft edges anywhere, on any background, have the box of their shape', () => {
  const place = fc.double({ min: 15, max: 33, noNaN: true });
  const background = fc.constantFrom<Rgba>(WHITE, [0, 0, 0, 255], [255, 230, 120, 255], CLEAR);
  const radius = fc.double({ min: 3, max: 13, noNaN: true });
  fc.assert(fc.property(place, place, radius, background, fc.boolean(), (x0, y0, r, behind, isRed) => {
    const shape = moved(circle(r), x0, y0);
    // Colours are whole numbers: where a pixel is covered by half, rounding decides.
    const shares = Array.from({ length: 48 * 48 }, (_, i) => coverage(shape, i % 48, Math.floor(i / 48)));
    fc.pre(shares.every((share) => Math.abs(share - 0.5) > 0.005));
    const color = isRed ? RED : GREEN;
    const mask = drawMask(48, 48, (x, y) => {
      const share = coverage(shape, x, y);
      return behind[3] === 0 ? [color[0], color[1], color[2], Math.round(255 * share)] : blend(color, behind, share);
    });
    expect(boxesIn(mask, colorMap(['dirt', PINK], ['defect', color]))).toEqual([boxOf('defect', shape, 48, 48)]);
  }), { numRuns: 150 });
});

describe('regions', () => {
  const map = colorMap(['BACKGROUND', WHITE], ['scratch', GREEN], ['dent', RED]);

  test('touching defects of one type are one box, of different types two', () => {
    const same = drawMask(64, 64, (x, y) => (x < 10 && y < 10) || (x >= 10 && x < 20 && y >= 10 && y < 15) ? GREEN : WHITE);
    expect(boxesIn(same, map)).toEqual([{ type: 'scratch', left: 0, top: 0, width: 20, height: 15 }]);
    const different = drawMask(64, 64, (x, y) => y >= 10 ? WHITE : x < 10 ? GREEN : x < 20 ? RED : WHITE);
    expect(boxesIn(different, map)).toEqual([
      { type: 'scratch', left: 0, top: 0, width: 10, height: 10 }, { type: 'dent', left: 10, top: 0, width: 10, height: 10 },
    ]);
  });

  test('the soft edge between two touching types goes to the nearer one', () => {
    const share = (x: number): number => x < 10 ? 1 : x === 10 ? 0.7 : x === 11 ? 0.2 : 0;
    const row = (x: number): Rgba => x < 20 ? blend(GREEN, RED, share(x)) : WHITE;
    const mask = drawMask(64, 64, (x, y) => y < 10 ? row(x) : WHITE);
    expect(boxesIn(mask, map)).toEqual([
      { type: 'scratch', left: 0, top: 0, width: 11, height: 10 }, { type: 'dent', left: 11, top: 0, width: 9, height: 10 },
    ]);
  });

  /** Every pixel by its neighbors, over and over until nothing changes: slow and plain. */
  function naiveRegions(rows: readonly (readonly number[])[], types: readonly string[]) {
    const label = rows.map((row, y) => row.map((type, x) => type === 0 ? -1 : y * row.length + x));
    for (let changed = true; changed;) {
      changed = false;
      rows.forEach((row, y) => row.forEach((type, x) => {
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            if (type !== 0 && rows[y + dy]?.[x + dx] === type && label[y + dy][x + dx] < label[y][x]) {
              label[y][x] = label[y + dy][x + dx];
              changed = true;
            }
          }
        }
      }));
    }
    const found = new Map<number, { type: string; xs: number[]; ys: number[] }>();
    label.forEach((row, y) => row.forEach((id, x) => {
      if (id < 0) return;
      const region = found.get(id) ?? { type: types[rows[y][x] - 1], xs: [], ys: [] };
      found.set(id, region);
      region.xs.push(x);
      region.ys.push(y);
    }));
    return [...found].sort(([a], [b]) => a - b).map(([, { type, xs, ys }]) => {
      const [left, top] = [Math.min(...xs), Math.min(...ys)];
      return { type, top, left, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1, pixels: xs.length };
    });
  }

  test('are those of a naive search', () => {
    const types = ['scratch', 'dent', 'crack'];
    const pixel = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 3 }));
    const side = fc.integer({ min: 1, max: 14 });
    const picture = fc.tuple(side, side).chain(([width, height]) =>
      fc.array(fc.array(pixel, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }));
    fc.assert(fc.property(picture, (rows) => {
      const size = { width: rows[0].length, height: rows.length };
      expect(regionsOf(size, { types, pixels: Uint16Array.from(rows.flat()) })).toEqual(naiveRegions(rows, types));
    }), { numRuns: 300 });
  });

  test('rectangles that do not touch are exactly the boxes, whatever the background and the soft edges of others', () => {
    const cells = fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 8 });
    const background = fc.constantFrom<Rgba>(WHITE, CLEAR, [0, 0, 0, 255]);
    const side = fc.integer({ min: 5, max: 12 });
    fc.assert(fc.property(cells, background, side, side, (taken, behind, width, height) => {
      const at = taken.map((cell) => ({ left: (cell % 4) * 16 + 1, top: Math.floor(cell / 4) * 16 + 1 }));
      const mask = drawMask(64, 64, (x, y) => {
        const rectangleAt = at.findIndex(({ left, top }) => x >= left && x < left + width && y >= top && y < top + height);
        return rectangleAt < 0 ? behind : rectangleAt % 2 ? RED : GREEN;
      });
      const expected = at.map((place, i) => ({ type: i % 2 ? 'dent' : 'scratch', ...place, width, height }));
      const byPlace = (a: { top: number; left: number }, b: { top: number; left: number }) => a.top - b.top || a.left - b.left;
      expect(boxesIn(mask, colorMap(['scratch', GREEN], ['dent', RED])).sort(byPlace)).toEqual(expected.sort(byPlace));
    }), { numRuns: 50 });
  });
});

describe('boxes', () => {
  const colors = maskColorsOf({ 'internal-color-map': colorMap(['scratch', GREEN]) });
  const boxes = (mask: MaskPixels, minPixels: number) => boxesOf(mask, typesOfMask(mask, colors), minPixels);

  test('groups of fewer pixels are small regions', () => {
    const mask = drawMask(64, 64, (x, y) => (x < 4 && y < 4) || (x > 50 && x < 54 && y > 50 && y < 56) ? GREEN : CLEAR);
    expect(boxes(mask, 16)).toMatchObject({ boxes: [{ left: 0, pixels: 16 }], smallRegions: [{ left: 51, pixels: 15 }] });
    expect(boxes(mask, 15).boxes).toHaveLength(2);
    expect(boxes(mask, 17).boxes).toHaveLength(0);
  });

  test('a side must be longer than one pixel after the image was scaled to 1280', () => {
    const line = (size: number, thick: number) => drawMask(size, 64, (x, y) => x < 100 && y < thick ? GREEN : CLEAR);
    expect(boxes(line(1280, 1), 16)).toMatchObject({ boxes: [], tooSmall: [{ width: 100, height: 1 }] });
    expect(boxes(line(1280, 2), 16)).toMatchObject({ boxes: [{ height: 2 }], tooSmall: [] });
    expect(boxes(line(2560, 2), 16)).toMatchObject({ boxes: [], tooSmall: [{ height: 2 }] });
    expect(boxes(line(2560, 3), 16)).toMatchObject({ boxes: [{ height: 3 }], tooSmall: [] });
  });

  test('the 50 largest stay, in their places', () => {
    const mask = drawMask(520, 64, (x, y) => y < 2 + Math.floor(x / 10) && x % 10 < 5 ? GREEN : CLEAR);
    const found = boxes(mask, 1);
    expect(found.tooMany.map(({ left }) => left)).toEqual([10, 0]);
    expect(found.boxes.map(({ left }) => left)).toEqual(Array.from({ length: 50 }, (_, i) => 20 + 10 * i));
  });
});
