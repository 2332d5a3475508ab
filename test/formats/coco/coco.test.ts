import * as fc from 'fast-check';
import { cocoFormat } from '../../../lib/formats';
import { convert, findingsIn } from '../conversions';
import type { Converted } from '../conversions';

/** A COCO file as its page describes it. */
const PAGE = {
  info: { year: 2017, description: 'COCO 2017 Dataset' },
  licenses: [{ id: 1, name: 'Attribution' }],
  images: [
    { id: 397133, width: 640, height: 427, file_name: '000000397133.jpg', date_captured: '2013-11-14 17:02:52', coco_url: 'http://images.cocodataset.org/1.jpg' },
    { id: 37777, width: 352, height: 230, file_name: '000000037777.jpg', date_captured: 0 },
  ],
  annotations: [
    {
      id: 82445, image_id: 397133, category_id: 44, bbox: [217.62, 240.54, 38.99, 57.75], iscrowd: 0, segmentation: [[224, 297, 228, 297]],
    },
    { id: 119568, image_id: 397133, category_id: 67, bbox: [1, 240.24, 346.63, 186.76], area: 1, iscrowd: 0, segmentation: [[1, 2, 3, 4]] },
  ],
  categories: [
    { id: 1, name: 'person', supercategory: 'person' },
    { id: 44, name: 'bottle', supercategory: 'kitchen' },
    { id: 67, name: 'dining table', supercategory: 'furniture' },
  ],
};

interface Coco {
  images?: unknown;
  annotations?: unknown;
  categories?: unknown;
}

/** One image of 100 pixels a side, with these annotations. */
function one(annotations: object[], more: Coco = {}, options: Record<string, unknown> = {}): Converted {
  return convert(cocoFormat, {
    'instances.json': {
      images: [{ id: 1, file_name: 'a.png', width: 100, height: 100 }],
      categories: [{ id: 1, name: 'cat' }, { id: 2, name: 'dog' }],
      annotations: annotations.map((annotation, i) => ({ id: i + 1, image_id: 1, category_id: 1, ...annotation })),
      ...more,
    },
  }, 'instances.json', options);
}

test('the file of the page', () => {
  const coco = convert(cocoFormat, { 'annotations/instances_val2017.json': PAGE }, 'annotations/instances_val2017.json');
  expect(coco.images).toEqual({
    '000000037777.jpg': [],
    '000000397133.jpg': [['dining table', 1, 240, 348, 427], ['bottle', 218, 241, 257, 298]],
  });
  expect(coco.lines[1]).toEqual({
    'source-ref': '000000397133.jpg',
    'bounding-box': {
      image_size: [{ width: 640, height: 427, depth: 3 }],
      annotations: [
        { class_id: 1, left: 1, top: 240, width: 347, height: 187 },
        { class_id: 0, left: 218, top: 241, width: 39, height: 57 },
      ],
    },
    'bounding-box-metadata': {
      'objects': [{ confidence: 1 }, { confidence: 1 }], 'class-map': { 0: 'bottle', 1: 'dining table' }, 'type': 'groundtruth/object-detection',
      'human-annotated': 'yes', 'creation-date': '2000-01-01T00:00:00.000',
    },
  });
  expect(coco.inherent).toEqual(['unusedLabel (1): instances_val2017.json: category 1: person']);
  expect([coco.errors, coco.warnings, findingsIn(coco)]).toEqual([[], [], ['WARNING_NO_ATTRIBUTE_ANNOTATIONS', 'WARNING_NO_ANNOTATIONS']]);
});

describe('where the images are', () => {
  const file = (...names: string[]) => ({
    images: names.map((file_name, id) => ({ id, file_name, width: 100, height: 100 })),
    categories: [{ id: 0, name: 'cat' }],
    annotations: names.map((_, i) => ({ id: i, image_id: i, category_id: 0, bbox: [10, 10, 50, 50] })),
  });

  test.each<[string, Record<string, unknown>, string, string[]]>([
    ['Roboflow', { 'train/_annotations.coco.json': file('a.png'), 'train/a.png': 100 }, 'train/_annotations.coco.json', ['a.png']],
    ['Roboflow, the whole export', {
      'train/_annotations.coco.json': file('a.png'), 'train/a.png': 100, 'valid/_annotations.coco.json': file('b.png'), 'valid/b.png': 100, 'README.roboflow.txt': '',
    }, '', ['train/a.png', 'valid/b.png']],
    ['COCO', { 'annotations/instances_train2017.json': file('a.png'), 'train2017/a.png': 100 }, 'annotations/instances_train2017.json', ['a.png']],
    ['COCO, the whole folder', {
      'annotations/instances_train2017.json': file('a.png'), 'train2017/a.png': 100, 'annotations/instances_val2017.json': file('b.png'), 'val2017/b.png': 100,
      'annotations/captions_train2017.json': {},
    }, '', ['train2017/a.png', 'val2017/b.png']],
    ['CVAT', { 'annotations/instances_default.json': file('deep/a.png'), 'images/deep/a.png': 100 }, 'annotations/instances_default.json', ['deep/a.png']],
    ['CVAT with subsets', { 'annotations/instances_Train.json': file('a.png'), 'images/Train/a.png': 100 }, '', ['images/Train/a.png']],
    ['FiftyOne', { 'labels.json': file('a.png'), 'data/a.png': 100 }, '', ['data/a.png']],
    ['Label Studio', { 'result.json': file('images/a.png'), 'images/a.png': 100 }, 'result.json', ['images/a.png']],
    ['Label Studio on Windows', { 'result.json': file('images\\a.png'), 'images/a.png': 100 }, 'result.json', ['images/a.png']],
    ['labelme2coco', { 'annotations.json': file('JPEGImages/a.png'), 'JPEGImages/a.png': 100 }, 'annotations.json', ['JPEGImages/a.png']],
    ['elsewhere', { 'instances.json': file('deep/a.png', './b.png') }, 'instances.json', ['b.png', 'deep/a.png']],
  ])('%s', (_who, files, path, refs) => {
    const coco = convert(cocoFormat, files, path);
    expect([Object.keys(coco.images), coco.errors, coco.warnings]).toEqual([refs, [], []]);
  });

  test('one directory for both sets of an export', () => {
    const files = { 'train/_annotations.coco.json': file('a.png'), 'train/a.png': 100, 'valid/a.png': 100 };
    expect(convert(cocoFormat, files, 'train/_annotations.coco.json', { imageDirectory: '.' }).images).toEqual({ 'train/a.png': [['cat', 10, 10, 60, 60]] });
  });

  test('names of the sets', () => {
    const files = Object.fromEntries(['train', 'valid', 'test'].flatMap((set) => [[`${set}/_annotations.coco.json`, file(`${set}.png`)], [`${set}/${set}.png`, 100]]));
    expect(convert(cocoFormat, files, '').sets).toEqual({ 'train/train.png': 'train', 'valid/valid.png': 'validation', 'test/test.png': 'test' });
  });

  test('paths of another machine, addresses, and other extensions', () => {
    const coco = convert(cocoFormat, {
      'coco.json': file('C:\\labels\\cats\\a.png', '/home/ann/cats/b.png', 'https://example.org/pictures/c.png', 'd.JPG', 'e.jpeg', 'wrong/f.png'),
      'images/cats/a.png': 100, 'images/cats/b.png': 100, 'images/c.png': 100, 'images/d.jpg': 100, 'images/e.png': 100, 'images/deep/f.png': 100,
    }, 'coco.json', { imageDirectory: 'images' });
    expect(Object.keys(coco.images)).toEqual(['c.png', 'cats/a.png', 'cats/b.png', 'd.jpg', 'deep/f.png', 'e.png']);
    expect(coco.warnings).toEqual([
      'webAddress (1): coco.json: image 2 (https://example.org/pictures/c.png): https://example.org/pictures/c.png',
      'otherExtension (1): coco.json (e.png): written e.jpeg',
      'otherFolder (1): coco.json (deep/f.png): written wrong/f.png',
    ]);
  });

  test('a name that fits two images is an error, one that fits none a warning', () => {
    const files = { 'coco.json': file('x/a.png', 'b.png', 'c.png'), 'images/p/a.png': 100, 'images/q/a.png': 100, 'images/c.png': 100 };
    const coco = convert(cocoFormat, files, 'coco.json', { imageDirectory: 'images' });
    expect(coco.errors).toEqual(['ambiguousImage (1): coco.json: x/a.png may be p/a.png or q/a.png']);
    expect(coco.warnings).toEqual(['imageMissing (1): coco.json: b.png']);
  });

  test('the wrong directory', () => {
    const coco = convert(cocoFormat, { 'coco.json': file('a.png', 'b.png'), 'cats/c.png': 100 }, 'coco.json', { imageDirectory: 'cats' });
    expect(coco.errors).toEqual(['noImage (1): ./cats: none of 2 is there']);
  });
});

describe('ids', () => {
  test('are compared as text, and 0 is one of them', () => {
    const coco = one([{ image_id: '1', category_id: '0', bbox: [0, 0, 10, 10] }], { categories: [{ id: 0, name: 'cat' }, { id: 90, name: 'dog' }] });
    expect([coco.images, coco.errors]).toEqual([{ 'a.png': [['cat', 0, 0, 10, 10]] }, []]);
  });

  test('that nothing has are errors, told with their number', () => {
    const coco = one([{ image_id: 7 }, { image_id: 8 }, { category_id: 9 }, {}].map((ids) => ({ ...ids, bbox: [0, 0, 10, 10] })));
    expect(coco.errors).toEqual([
      'unknownImage (2): instances.json: annotation 1: image_id 7', 'unknownCategory (1): instances.json: annotation 3 (a.png): category_id 9',
    ]);
  });

  test('that two things share are errors unless the two are equal', () => {
    const image = { id: 1, file_name: 'a.png', width: 100, height: 100 };
    const annotations = [{ bbox: [0, 0, 10, 10] }];
    expect(one(annotations, { images: [image, image] }).errors).toEqual([]);
    expect(one(annotations, { images: [image, { ...image, file_name: 'b.png' }] }).errors).toEqual(['repeatedId (1): instances.json: image 1: it is there twice']);
    expect(one(annotations, { categories: [{ id: 1, name: 'cat' }, { id: '1', name: 'dog' }] }).errors).toEqual(['repeatedId (1): instances.json: category 1: it is there twice']);
  });

  test('two images of one name are one image, if they have one size', () => {
    const images = [{ id: 1, file_name: 'a.png', width: 100, height: 100 }, { id: 2, file_name: './a.png', width: 100, height: 100 }];
    const annotations = [{ bbox: [0, 0, 10, 10] }, { image_id: 2, bbox: [20, 20, 10, 10] }];
    expect(one(annotations, { images }).images).toEqual({ 'a.png': [['cat', 0, 0, 10, 10], ['cat', 20, 20, 30, 30]] });
    expect(one(annotations, { images: [images[0], { ...images[1], width: 200 }] }).errors).toEqual(['repeatedImage (1): instances.json (a.png): 100x100 and 200x100']);
  });
});

describe('boxes', () => {
  test.each<[string, object, unknown[]]>([
    ['without a bbox: of all polygons', { segmentation: [[10, 20, 30, 20, 30, 40], [50.4, 60.6, 70, 90, 55, 91]] }, ['cat', 10, 20, 70, 91]],
    ['of one flat polygon', { segmentation: [10, 20, 30, 20, 30, 40] }, ['cat', 10, 20, 30, 40]],
    ['of a mask as numbers', { segmentation: { counts: [1010, 20, 80, 20, 8870], size: [100, 100] }, bbox: [] }, ['cat', 10, 10, 12, 30]],
    ['empty segmentations beside a bbox', { segmentation: {}, bbox: [1, 2, 30, 40] }, ['cat', 1, 2, 31, 42]],
    ['a bbox beside polygons counts', { segmentation: [[10, 20, 30, 20, 30, 40]], bbox: [1, 2, 30, 40] }, ['cat', 1, 2, 31, 42]],
    ['turned by CVAT', { bbox: [40, 45, 20, 10], attributes: { rotation: 90, occluded: false } }, ['cat', 45, 40, 55, 60]],
    ['half a pixel goes up, edges apart', { bbox: [10.5, 10.4, 10, 10.2] }, ['cat', 11, 10, 21, 21]],
  ])('%s', (_what, annotation, box) => {
    expect(one([annotation]).images).toEqual({ 'a.png': [box] });
  });

  test.each([
    // What pycocotools 2.0.11 writes and says of its own text (mask.encode, mask.toBbox).
    ['bo0d0`20fb8', [100, 100], [10, 10, 12, 30]],
    ['=1<051GOa01_OOK040M0a00K0H0K0800050E0c00^O0<0L0J1`1O\\N0002030M0N0307000G060_10kN0L0J0=0>0SO0M0;0f00O0N010mN0n0060kN02020Q20lM0:030O0C0c00A0a00U10VN0Q10XO1GO:0c10XN0:0:0I0B030:0m10eM0:0I0O0M0m00RO0O0300060L0L090G0c00F0b00YO0M0N0b00f00S11hMOi5', [37, 53], [0, 3, 48, 36]],
  ])('of a mask in the text of pycocotools', (counts, size, edges) => {
    expect(one([{ segmentation: { counts, size } }]).images).toEqual({ 'a.png': [['cat', ...edges]] });
  });

  test.each<[string, unknown]>([
    ['no pixel', { counts: [10000], size: [100, 100] }], ['too many pixels', { counts: [0, 10001], size: [100, 100] }],
    ['no size', { counts: 'bo0d0' }], ['runs that are no numbers', { counts: ['a'], size: [100, 100] }], ['a run below zero', { counts: [-1, 5], size: [100, 100] }],
  ])('a mask with %s is left out with a warning', (_what, segmentation) => {
    expect(one([{ segmentation }, { bbox: [0, 0, 10, 10] }]).warnings).toEqual([`badMask (1): instances.json: annotation 1: ${JSON.stringify(segmentation)}`]);
  });

  test('shapes are counted, as nothing of them is kept', () => {
    expect(one([{ segmentation: [[10, 20, 30, 20, 30, 40]] }, { segmentation: [[10, 20, 30, 20, 30, 60]] }]).inherent)
      .toContain('shape (2): instances.json: annotation 1 (a.png): the polygon of cat');
  });

  test('boxes that touch go on touching', () => {
    const { images } = one([{ bbox: [0.3, 0, 20.3, 50] }, { bbox: [20.6, 0, 20.3, 50] }]);
    const [[, , , right], [, left]] = images['a.png'] as any[];
    expect(right).toBe(left);
  });

  test.each<[string, unknown]>([['three numbers', [1, 2, 3]], ['a negative width', [10, 10, -5, 5]], ['text', ['1', 2, 3, 4]], ['an object', { x: 1 }], ['null inside', [1, 2, null, 4]]])(
    '%s is an error', (_what, bbox) => {
      expect(one([{ bbox }]).errors).toContain(`badBbox (1): instances.json: annotation 1: ${JSON.stringify(bbox)}`);
    });

  test('what reaches over the edge is cut: by more than a pixel with a warning, and left out where nothing remains', () => {
    const coco = one([{ bbox: [-1, 0, 50, 101] }, { bbox: [-20, 0, 50, 50] }, { bbox: [120, 0, 50, 50] }, { bbox: [5, 5, 0, 50] }]);
    expect(coco.images).toEqual({ 'a.png': [['cat', 0, 0, 30, 50], ['cat', 0, 0, 49, 100]] });
    expect(coco.warnings).toEqual([
      'boxClamped (1): instances.json: annotation 2 (a.png): cat reaches from -20,0 to 30,50 in an image of 100x100',
      'boxOutside (1): instances.json: annotation 3 (a.png): cat reaches from 120,0 to 170,50 in an image of 100x100',
      'smallBox (1): instances.json: annotation 4 (a.png): cat is 0x50 in an image of 100x100',
    ]);
  });

  test('equal ones are one, and of more than 50 the largest are kept', () => {
    expect(one([{ bbox: [0, 0, 10, 10] }, { bbox: [0.2, 0, 10, 10] }, { bbox: [0, 0, 10, 10], category_id: 2 }]).images['a.png']).toHaveLength(2);
    const many = one(Array.from({ length: 53 }, (_, i) => ({ bbox: [0, 0, 10 + i, 10] })));
    expect((many.images['a.png'] as any[]).map(([, , , right]) => right)).not.toContain(12);
    expect(many.images['a.png']).toHaveLength(50);
    expect(many.warnings).toEqual(['tooManyBoxes (1): instances.json (a.png): 3 boxes']);
  });
});

test('crowds are left out, unless a category has nothing else', () => {
  const annotations = [{ bbox: [0, 0, 10, 10] }, { bbox: [0, 0, 90, 90], iscrowd: 1 }];
  expect(one(annotations)).toMatchObject({ images: { 'a.png': [['cat', 0, 0, 10, 10]] }, warnings: ['crowd (1): instances.json: annotation 2 (a.png): cat'] });
  expect(one(annotations, {}, { crowd: true }).images['a.png']).toHaveLength(2);
  const all = [{ segmentation: { counts: [1010, 20, 80, 20, 8870], size: [100, 100] }, iscrowd: 1 }];
  expect(one(all).errors).toEqual(['lostToCrowd (1): instances.json: category 1: cat, 1 annotations']);
  expect(one(all, {}, { crowd: true }).images).toEqual({ 'a.png': [['cat', 10, 10, 12, 30]] });
});

describe('labels of whole images', () => {
  const images = [{ id: 1, file_name: 'a.png' }, { id: 2, file_name: 'b.png' }];

  test('annotations without a place', () => {
    const coco = one([{}, { image_id: 2, category_id: 2 }], { images });
    expect(coco.images).toEqual({ 'a.png': ['cat'], 'b.png': ['dog'] });
    expect(coco.lines.map((line) => line.label)).toEqual([0, 1]);
    expect(findingsIn(coco)).toEqual([]);
  });

  test('several of an image make it multi-label', () => {
    expect(one([{}, { category_id: 2 }, { image_id: 2 }], { images })).toMatchObject({ images: { 'a.png': ['cat', 'dog'], 'b.png': ['cat'] }, errors: [] });
    expect(one([{}, { category_id: 2 }], {}, { target: 'classification' }).errors).toEqual(['severalLabels (1): instances.json (a.png): cat, dog']);
  });

  test('beside boxes they are left out, or the boxes are', () => {
    const both = [{ bbox: [0, 0, 10, 10] }, { category_id: 2 }];
    expect(one(both)).toMatchObject({ images: { 'a.png': [['cat', 0, 0, 10, 10]] }, warnings: ['imageLabel (1): instances.json (a.png): dog'] });
    expect(one(both, {}, { target: 'classification' })).toMatchObject({ images: { 'a.png': ['dog'] }, warnings: ['boxLabel (1): instances.json (a.png): 1 boxes'] });
  });

  test('no label at all is an error', () => {
    expect(one([]).errors).toEqual(['noLabels (1): classification: add labels, or check that this is the file with the annotations']);
    expect(one([{}], {}, { target: 'detection' }).errors).toEqual([expect.stringMatching(/unknownSize|noLabels.*CLASSIFICATION or MULTILABEL/)]);
  });
});

test('a pseudo category, as Roboflow writes it, is no label', () => {
  const coco = one([{ bbox: [0, 0, 10, 10] }], { categories: [{ id: 0, name: 'cats', supercategory: 'none' }, { id: 1, name: 'cat', supercategory: 'cats' }] });
  expect(coco.lines[0]['bounding-box-metadata']['class-map']).toEqual({ 0: 'cat' });
});

test('names that look alike are a warning, and blanks around them do not count', () => {
  const coco = one([{ bbox: [0, 0, 10, 10] }, { category_id: 2, bbox: [20, 0, 10, 10] }], { categories: [{ id: 1, name: ' Cat ' }, { id: 2, name: 'cat' }] });
  expect(coco.images['a.png']).toEqual([['Cat', 0, 0, 10, 10], ['cat', 20, 0, 30, 10]]);
  expect(coco.warnings).toEqual(['similarLabel (1): cat: it resembles Cat']);
});

describe('sizes', () => {
  const images = (size: object) => ({ images: [{ id: 1, file_name: 'a.png', ...size }] });
  const coco = (size: object, file?: number) => convert(cocoFormat, {
    'coco.json': { ...images(size), categories: [{ id: 1, name: 'cat' }], annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] }] },
    ...(file !== undefined && { 'a.png': file }),
  }, 'coco.json');

  test('come from the file where the annotations have none', () => {
    expect(coco({}, 80).lines[0]['bounding-box'].image_size).toEqual([{ width: 80, height: 80, depth: 3 }]);
    expect(coco({ width: 0, height: 0 }, 80).lines[0]['bounding-box'].image_size).toEqual([{ width: 80, height: 80, depth: 3 }]);
    expect(coco({}).errors).toEqual(['unknownSize (1): coco.json (a.png): no image file is at hand']);
  });

  test('that differ are an error', () => {
    expect(coco({ width: 100, height: 80 }, 80).errors).toEqual(['sizeDiffers (1): coco.json (a.png): 100x80 in the annotations, but the file is 80x80']);
  });
});

test('the order of keys, images and annotations does not matter', () => {
  const images = Array.from({ length: 6 }, (_, i) => ({ id: i, file_name: `${'fedcba'[i]}.png`, width: 100, height: 100 }));
  const categories = ['cat', 'dog', 'ape'].map((name, id) => ({ id, name }));
  const annotations = Array.from({ length: 20 }, (_, i) =>
    ({ id: i, image_id: i % 5, category_id: i % 3, bbox: [i, 2 * i, 10 + i % 4, 12] }));
  const bytes = (keys: readonly string[], all: any) => {
    const file = Object.fromEntries(keys.map((key) => [key, all[key]]));
    return convert(cocoFormat, { 'coco.json': file }, 'coco.json').text;
  };
  const usual = bytes(['images', 'annotations', 'categories'], { images, annotations, categories });
  const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
  const keys = ['images', 'annotations', 'categories'];
  fc.assert(fc.property(shuffled(keys), shuffled(images), shuffled(annotations), shuffled(categories), (order, ...all) => {
    expect(bytes(order, { images: all[0], annotations: all[1], categories: all[2] })).toBe(usual);
  }), { numRuns: 30 });
});

describe('copies of one photo, as Roboflow makes them', () => {
  const copy = (n: number) => `cat_jpg.rf.${String(n).padStart(32, '0')}.png`;
  const file = (...names: string[]) => ({
    images: names.map((file_name, id) => ({ id, file_name, width: 100, height: 100 })),
    categories: [{ id: 1, name: 'cat' }],
    annotations: names.map((_name, id) => ({ id, image_id: id, category_id: 1, bbox: [0, 0, 50, 50] })),
  });
  const read = (train: string[], testing: string[]) => convert(cocoFormat, {
    'train/_annotations.coco.json': file(...train), 'test/_annotations.coco.json': file(...testing),
    ...Object.fromEntries([...train.map((name) => [`train/${name}`, 100]), ...testing.map((name) => [`test/${name}`, 100])]),
  }, '').warnings;

  test('in one set are to be kept together', () => {
    expect(read([copy(1), copy(2)], ['dog.png'])).toEqual([`photoCopies (1): cat_jpg.png: train/${copy(2)}`]);
  });

  test('in two sets spoil the test', () => {
    expect(read([copy(1)], [copy(2)])).toEqual([`photoInTwoSets (1): cat_jpg.png: test/${copy(2)} and train/${copy(1)}`]);
  });
});
