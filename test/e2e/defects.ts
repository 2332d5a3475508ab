/** A segmentation dataset of Lookout for Vision whose defects are drawn: lines, masks, and the boxes that the shapes themselves have. */
import { PNG } from 'pngjs';
import { circle, moved, rectangle, turned } from '../../example/canvas';
import type { Shape } from '../../example/canvas';
import { CLEAR, colorMap, drawMask, GREEN, RED, WHITE } from '../formats/lookout/samples';
import type { Rgba } from '../rigs/palette-png';
import { palettePng } from '../rigs/palette-png';

export const [WIDTH, HEIGHT] = [160, 120];

interface Defect { readonly type: 'scratch' | 'dent'; readonly shape: Shape }

const scratch = (shape: Shape): Defect => ({ type: 'scratch', shape });
const dent = (shape: Shape): Defect => ({ type: 'dent', shape });
const COLOURS = { scratch: GREEN, dent: RED };
/** In every image defects are drawn one after the other, at places where only those of `touching` meet. */
export const DEFECTS: Record<string, readonly Defect[]> = {
  'white.png': [scratch(moved(turned(rectangle(60, 5), 0.5), 50, 40))],
  'clear.png': [dent(moved(circle(14.3), 100.4, 60.2)), scratch(moved(rectangle(30, 6), 40, 100))],
  'soft.png': [scratch(moved(circle(9.7), 30.1, 30.6)), dent(moved(turned(rectangle(50, 9), 1.1), 110.5, 70.5))],
  'palette.png': [dent(moved(rectangle(20, 20), 80, 60)), dent(moved(circle(8.2), 20, 20))],
  'touching.png': [scratch(moved(rectangle(20, 20), 40, 40)), dent(moved(rectangle(20, 30), 60, 45))],
};

const coverage = (shape: Shape, x: number, y: number): number => Math.min(1, Math.max(0, 0.5 - shape(x + 0.5, y + 0.5)));

/** The colour of a pixel; soft edges are a blend with the background, or half transparent over a clear one. */
function colourAt(defects: readonly Defect[], x: number, y: number, background: Rgba, soft: boolean): Rgba {
  const defect = defects.find(({ shape }) => coverage(shape, x, y) > 0);
  if (!defect) return background;
  const exact = coverage(defect.shape, x, y);
  const share = soft ? exact : exact >= 0.5 ? 1 : 0;
  const colour = COLOURS[defect.type];
  if (background[3] === 0) return [colour[0], colour[1], colour[2], Math.round(255 * share)];
  return [0, 1, 2].map((i) => Math.round(background[i] + (colour[i] - background[i]) * share)).concat(255) as unknown as Rgba;
}

/** The mask of an image with defects. */
export function maskFile(name: string): Buffer {
  const defects = DEFECTS[name];
  if (name === 'palette.png') {
    const indexOf = (x: number, y: number) => {
      const colour = colourAt(defects, x, y, WHITE, false);
      return Math.max(0, [WHITE, GREEN, RED].findIndex((known) => known.every((value, i) => value === colour[i])));
    };
    return palettePng(WIDTH, HEIGHT, [WHITE, GREEN, RED], indexOf);
  }
  const background = name === 'clear.png' ? CLEAR : WHITE;
  const { data } = drawMask(WIDTH, HEIGHT, (x, y) => colourAt(defects, x, y, background, name !== 'white.png'));
  const png = Object.assign(new PNG({ width: WIDTH, height: HEIGHT }), { data: Buffer.from(data) });
  return PNG.sync.write(png, { colorType: name === 'soft.png' ? 2 : 6 });
}

/** The boxes of the shapes themselves, without any mask: of all pixels that are covered by half at least. */
export function expectedBoxes(name: string) {
  const ids = { dent: 0, scratch: 1 };
  const boxes = DEFECTS[name].map(({ type, shape }) => {
    const all = Array.from({ length: WIDTH * HEIGHT }, (_, i) => [i % WIDTH, Math.floor(i / WIDTH)]);
    const inside = all.filter(([x, y]) => coverage(shape, x, y) >= 0.5);
    const [xs, ys] = [inside.map(([x]) => x), inside.map(([, y]) => y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    return { class_id: ids[type], left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
  });
  return boxes.sort((a, b) => a.top - b.top || a.left - b.left);
}

/** Enough for two pages of a listing. */
export const NORMAL = Array.from({ length: 120 }, (_, i) => `normal-${i}.png`);

/** A line as AWS's export wrote it, with the values that awslabs' Python SDK gave: 1 for normal images. */
export function line(name: string): object {
  const masked = name in DEFECTS;
  return {
    'source-ref': `s3://export/train/images/${name}`,
    'anomaly-label': masked ? 0 : 1,
    'anomaly-label-metadata': { 'class-name': masked ? 'anomaly' : 'normal', 'human-annotated': 'yes', 'type': 'groundtruth/image-classification' },
    ...masked && {
      'anomaly-mask-ref': `s3://export/train/masks/${name}`,
      'anomaly-mask-ref-metadata': {
        'internal-color-map': colorMap(['BACKGROUND', WHITE], ['scratch', GREEN], ['dent', RED]),
        'human-annotated': 'yes',
        'creation-date': 'Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)',
        'type': 'groundtruth/semantic-segmentation',
      },
    },
  };
}
