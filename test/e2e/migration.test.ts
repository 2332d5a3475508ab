import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { circle, moved, rectangle, turned } from '../../example/canvas';
import type { Shape } from '../../example/canvas';
import { startCloud } from '../../local/cloud/cloud';
import type { Cloud } from '../../local/cloud/cloud';
import { forgetAwsSettings } from '../../local/cloud/environment';
import { CLEAR, colorMap, drawMask, GREEN, RED, WHITE } from '../manifest/convert-samples';
import type { Rgba } from '../manifest/convert-samples';
import { palettePng } from '../source/palette-png';
import { Observer } from './observer';

/** A segmentation dataset of Lookout for Vision with drawn masks, through the real cdk command line into a Rekognition dataset. */
jest.setTimeout(120_000);

const [WIDTH, HEIGHT] = [160, 120];

interface Defect { readonly type: 'scratch' | 'dent'; readonly shape: Shape }

const scratch = (shape: Shape): Defect => ({ type: 'scratch', shape });
const dent = (shape: Shape): Defect => ({ type: 'dent', shape });
const COLOURS = { scratch: GREEN, dent: RED };
/** In every image defects are drawn one after the other, at places where only those of `touching` meet. */
const DEFECTS: Record<string, readonly Defect[]> = {
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

function maskFile(name: string): Buffer {
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
function expectedBoxes(name: string) {
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

function line(name: string): object {
  const masked = name in DEFECTS;
  return {
    'source-ref': `s3://export/train/images/${name}`,
    'anomaly-label': masked ? 1 : 0,
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

let cloud: Cloud;
let observer: Observer;
let folder: string;

beforeAll(async () => {
  forgetAwsSettings();
  cloud = await startCloud();
  observer = new Observer(cloud);
  folder = join(cloud.runFolder, 'export');
  const write = (name: string, content: Buffer | string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const names = [...Object.keys(DEFECTS), 'normal.png'];
  write('train.manifest', names.map((name) => `${JSON.stringify(line(name))}\n`).join(''));
  for (const name of Object.keys(DEFECTS)) write(`masks/${name}`, maskFile(name));
  for (const name of ['normal/1.png', 'normal/2.png', 'anomaly/1.png']) write(`sorted/${name}`, 'image');
});

afterAll(async () => {
  observer?.close();
  await cloud?.close();
});

test('deploy makes the dataset with the boxes of the drawn shapes, and a second time changes nothing', async () => {
  const deploy = () => cloud.cdk(['deploy', '--app', 'node --import tsx test/e2e/migration-app.ts', '-c', `export=${folder}`]);
  const first = await deploy();
  expect({ ...first, output: first.exitCode === 0 ? '' : first.output }).toEqual({ exitCode: 0, output: '' });

  const { description, entries } = (await observer.dataset('defects', 'TRAIN'))!;
  expect(description).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 6, LabeledEntries: 5, TotalLabels: 2, ErrorEntries: 0 } });
  expect(entries.map((entry) => entry['source-ref'])).toEqual([...Object.keys(DEFECTS), 'normal.png'].map((name) => `s3://images-elsewhere/line1/${name}`));
  for (const [i, name] of Object.keys(DEFECTS).entries()) {
    expect([name, entries[i]['bounding-box']]).toEqual([name, { image_size: [{ width: WIDTH, height: HEIGHT, depth: 3 }], annotations: expectedBoxes(name) }]);
    expect(entries[i]['bounding-box-metadata']).toMatchObject({ 'creation-date': '2022-08-22T20:52:52.000', 'type': 'groundtruth/object-detection' });
  }
  expect(entries[5]['bounding-box'].annotations).toEqual([]);

  const sorted = (await observer.dataset('quality', 'TRAIN'))!;
  expect(sorted.entries.map((entry) => [entry['source-ref'], entry['label-metadata']['class-name']])).toEqual([
    ['s3://images-elsewhere/sorted/anomaly/1.png', 'anomaly'],
    ['s3://images-elsewhere/sorted/normal/1.png', 'normal'],
    ['s3://images-elsewhere/sorted/normal/2.png', 'normal'],
  ]);

  cloud.emulator.clearRequests();
  expect((await deploy()).exitCode).toBe(0);
  expect(cloud.emulator.requests().filter(({ write }) => write)).toEqual([]);
});
