import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from '../folder';
import { Random } from './random';

/** A generated COCO file. */
export interface CocoInput {
  readonly path: string;
  readonly bytes: number;
  readonly images: number;
  readonly annotations: number;
}

const [WIDTH, HEIGHT] = [640, 480];
const LABELS = 80;

/**
 * A file as large as the training annotations of COCO 2017: 120,000 images, 860,000 objects with polygons, about 470 MB. Kept for the
 * next run.
 *
 * @param share of that size
 */
export function cocoFile(share: number): CocoInput {
  const [images, annotations] = [120_000, 860_000].map((full) => Math.round(full * share));
  const path = join(FOLDER, `coco-${share}.json`);
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true });
    write(`${path}.part`, images, annotations);
    renameSync(`${path}.part`, path);
  }
  return { path, bytes: statSync(path).size, images, annotations };
}

function write(path: string, images: number, annotations: number): void {
  const file = openSync(path, 'w');
  let block = '{"info":{"year":2017},"images":[';
  const add = (text: string) => {
    block += text;
    if (block.length < 1 << 20) return;
    writeSync(file, block);
    block = '';
  };
  const random = new Random(2017);
  for (let i = 0; i < images; i++) add(`${i > 0 ? ',' : ''}${JSON.stringify(image(i))}`);
  add('],"annotations":[');
  for (let i = 0; i < annotations; i++) add(`${i > 0 ? ',' : ''}${JSON.stringify(annotation(i, images, random))}`);
  add(`],"categories":${JSON.stringify(Array.from({ length: LABELS }, (_, id) => ({ supercategory: 'thing', id, name: `label ${id}` })))}}`);
  writeSync(file, block);
  closeSync(file);
}

function image(i: number) {
  const name = `${String(i).padStart(12, '0')}.jpg`;
  return {
    license: 1, file_name: name, coco_url: `http://images.example.org/train2017/${name}`, height: HEIGHT, width: WIDTH,
    date_captured: '2013-11-14 17:02:52', id: 4 * i + 1,
  };
}

function annotation(i: number, images: number, random: Random) {
  const hundredths = (least: number, most: number) => random.between(100 * least, 100 * most) / 100;
  const [width, height] = [hundredths(8, 130), hundredths(8, 70)];
  const [left, top] = [hundredths(0, WIDTH - 130), hundredths(0, HEIGHT - 70)];
  const points = Array.from({ length: random.between(8, 50) }, () => [left + hundredths(0, 8), top + hundredths(0, 8)]).flat();
  return {
    segmentation: [points.map((value) => Number(value.toFixed(2)))], area: Number((width * height).toFixed(2)), iscrowd: 0,
    image_id: 4 * random.between(0, images - 1) + 1, bbox: [left, top, width, height], id: i + 1,
    category_id: random.between(0, LABELS - 1),
  };
}
