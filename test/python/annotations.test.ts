import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { convertAnnotations } from '../../lib/files/convert-annotations';
import { cocoFormat, csvFormat, vocFormat, yoloFormat } from '../../lib/formats';
import type { AnnotationReader } from '../../lib/formats';
import { ensureVenv } from '../../local/venv';
import { converted, folderOf } from '../formats/conversions';
import type { Box } from '../formats/conversions';
import { png } from '../rigs/images';

/** The readers of annotations, against the tools of others. */

const SCRIPTS = join(__dirname, '..', 'rigs', 'annotations');
const VENV = join(__dirname, '..', '..', '.local', 'annotations-venv');
const LABELS = ['cat', 'dog', 'ape', 'lynx, wild', 'Käfer'];
const run = promisify(execFile);

let python: string;
beforeAll(async () => { python = await ensureVenv(VENV, join(SCRIPTS, 'requirements.txt')); }, 300_000);

/** Coordinates with at most two decimals, as tools write them. */
const part = (of: number) => fc.integer({ min: 0, max: 100 * of }).map((hundredths) => hundredths / 100);
const size = fc.record({ width: fc.integer({ min: 64, max: 900 }), height: fc.integer({ min: 64, max: 900 }) });

/** A box that is large enough for Rekognition, in an image of this size. */
const bbox = ({ width, height }: { width: number; height: number }) =>
  fc.tuple(part(width - 10), part(height - 10), part(width), part(height))
    .map(([x, y, w, h]) => [x, y, Math.max(5, Math.min(w, width - x)), Math.max(5, Math.min(h, height - y))]);

/** Something drawn: a box, polygons, or a mask in either encoding. */
const drawn = (image: { width: number; height: number }) => bbox(image).chain(([x, y, w, h]) => fc.constantFrom<object>(
  { bbox: [x, y, w, h], segmentation: [] },
  { segmentation: [[x, y, x + w, y, x + w / 2, y + h], [x, y, x + 5, y + 5, x, y + 5]] },
  { segmentation: { counts: runs(image, [x, y, w, h].map(Math.floor)), size: [image.height, image.width] } },
));

/** The runs of a filled rectangle, column by column. */
function runs({ width, height }: { width: number; height: number }, [x, y, w, h]: number[]): number[] {
  const counts = [x * height + y];
  for (let column = 1; column <= w; column++) counts.push(h, column === w ? height - y - h + (width - x - w) * height : height - h);
  return counts;
}

/** An image with different shapes on it. */
const annotatedImage = size.chain((image) => fc.record({
  image: fc.constant(image),
  shapes: fc.uniqueArray(drawn(image), { maxLength: 8, selector: (shape) => JSON.stringify(shape) }),
}));

/** A COCO file whose boxes all survive. */
const coco = fc.array(annotatedImage, { minLength: 20, maxLength: 60 }).map((images) => ({
  images: images.map(({ image }, i) => ({ id: 10 * i, file_name: `${i % 3}/image-${i}.png`, ...image })),
  categories: LABELS.map((name, i) => ({ id: 7 * i, name })),
  annotations: images
    .flatMap(({ shapes }, i) => shapes.map((shape, j) =>
      ({ image_id: 10 * i, category_id: 7 * ((i + j) % LABELS.length), iscrowd: 0, area: 1, ...shape })))
    .map((annotation, id) => ({ id: id + 1, ...annotation })),
}));

const [SAMPLE] = fc.sample(coco, { numRuns: 1, seed: 20261201 });
const inOrder = (images: Record<string, readonly unknown[]>) =>
  Object.fromEntries(Object.entries(images).map(([name, boxes]) => [name, boxes.map((box) => JSON.stringify(box)).sort()]));

/** What pycocotools finds in a COCO file. */
async function oracle(file: string): Promise<Record<string, Box[]>> {
  const { stdout } = await run(python, ['-B', join(SCRIPTS, 'coco.py'), file], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

test('COCO: images, labels and boxes are those that pycocotools finds', async () => {
  const folder = folderOf({ 'coco.json': SAMPLE });
  const { images, errors, warnings } = converted(folder, convertAnnotations('test', join(folder, 'coco.json'), cocoFormat, {}));
  expect(inOrder(images as Record<string, Box[]>)).toEqual(inOrder(await oracle(join(folder, 'coco.json'))));
  expect([errors, warnings.filter((text) => !/duplicateBox/.test(text))]).toEqual([[], []]);
  expect(SAMPLE.annotations.length).toBeGreaterThan(60);
});

/** The same images with boxes alone, in whole pixels: other formats know no more, or fewer decimals. */
const BOXES = {
  ...SAMPLE,
  annotations: SAMPLE.annotations
    .filter((annotation): annotation is typeof annotation & { bbox: number[] } => 'bbox' in annotation)
    .map(({ bbox: edges, ...annotation }) => ({ ...annotation, bbox: edges.map(Math.floor) })),
};

test.each<[string, AnnotationReader<object>, string, string]>([
  ['voc', vocFormat, '', 'JPEGImages'],
  ['yolo', yoloFormat, '', 'images'],
])('%s, as panlabel writes it: images, labels and boxes are those that pycocotools finds in its source', async (name, format, path, pictures) => {
  const images = BOXES.images.map(({ file_name: file, width, height }) => [`${name}/${pictures}/${file}`, png(width, height)]);
  const folder = folderOf({ 'coco.json': BOXES, ...Object.fromEntries(images) });
  await run(join(dirname(python), 'panlabel'), ['convert', '-f', 'coco', '-t', name, '-i', join(folder, 'coco.json'), '-o', join(folder, name), '--allow-lossy']);
  const found = await oracle(join(folder, 'coco.json'));
  const inFolder = Object.fromEntries(Object.entries(found).map(([file, boxes]) => [join(pictures, file), boxes]));
  const { images: read, errors, warnings } = converted(folder, convertAnnotations('test', join(folder, name, path), format, {}));
  expect(inOrder(read as Record<string, Box[]>)).toEqual(inOrder(inFolder));
  expect([errors, warnings.filter((text) => !/duplicateBox/.test(text))]).toEqual([[], []]);
});

// Its Open Images names no folders of images.
test.each(['tfod', 'retinanet', 'vott-csv', 'via-csv', 'automl-vision'])('CSV (%s), as panlabel writes it: images, labels and boxes are those that pycocotools finds in its source', async (name) => {
  const images = BOXES.images.map(({ file_name: file, width, height }) => [file, png(width, height)]);
  const folder = folderOf({ 'coco.json': BOXES, ...Object.fromEntries(images) });
  const file = join(folder, 'labels.csv');
  await run(join(dirname(python), 'panlabel'), ['convert', '-f', 'coco', '-t', name, '-i', join(folder, 'coco.json'), '-o', file, '--allow-lossy']);
  const { images: read, errors } = converted(folder, convertAnnotations('test', file, csvFormat, {}));
  const withBoxes = (all: object): Record<string, Box[]> =>
    Object.fromEntries(Object.entries(all).filter(([, boxes]) => boxes?.length > 0));
  expect(errors).toEqual([]);
  expect(inOrder(withBoxes(read))).toEqual(inOrder(withBoxes(await oracle(join(folder, 'coco.json')))));
});
