import { yoloFormat } from '../../../lib/formats';
import { jpeg } from '../../rigs/images';
import { convert } from '../conversions';
import type { Converted } from '../conversions';

const YAML = 'train: images/train\nval: images/val\nnames:\n  0: cat\n  1: dog\n';

/** One image of 200 pixels a side with these rows. */
function one(rows: string, yaml = 'train: images\nnames: [cat, dog]\n', more: Record<string, unknown> = {}): Converted {
  return convert(yoloFormat, { 'data.yaml': yaml, 'images/a.png': 200, 'labels/a.txt': rows, ...more }, 'data.yaml');
}

test('the dataset of the page', () => {
  const yolo = convert(yoloFormat, {
    'data.yaml': `# COCO8\npath: ../datasets/coco8 # dataset root dir\n${YAML}test: # optional\n`,
    'images/train/1.png': 200, 'labels/train/1.txt': '0 0.5 0.5 0.25 0.5\n1 0.1 0.1 0.2 0.2\n',
    'images/train/2.png': 200, 'labels/train/2.txt': '',
    'images/val/3.png': 100, 'labels/val/3.txt': '1 0.5 0.5 1 1\n',
  }, '');
  expect(yolo.images).toEqual({
    'images/train/1.png': [['dog', 0, 0, 40, 40], ['cat', 75, 50, 125, 150]], 'images/train/2.png': [], 'images/val/3.png': [['dog', 0, 0, 100, 100]],
  });
  expect(yolo.sets).toEqual({ 'images/train/1.png': 'train', 'images/train/2.png': 'train', 'images/val/3.png': 'validation' });
  expect([yolo.errors, yolo.warnings]).toEqual([[], []]);
});

describe('where images and labels are', () => {
  const row = '0 0.5 0.5 0.5 0.5\n';

  test.each<[string, Record<string, unknown>, string, string[]]>([
    ['Roboflow', {
      'data.yaml': 'train: ../train/images\nval: ../valid/images\ntest: ../test/images\n\nnc: 1\nnames: [\'cat\']\n',
      'train/images/a.png': 100, 'train/labels/a.txt': row, 'valid/images/b.png': 100, 'valid/labels/b.txt': row, 'test/images/c.png': 100, 'test/labels/c.txt': row,
    }, 'data.yaml', ['test/images/c.png', 'train/images/a.png', 'valid/images/b.png']],
    ['a path of another machine', { 'data.yaml': 'path: /content/cats\ntrain: images\nnames: {0: cat}\n', 'images/a.png': 100, 'labels/a.txt': row }, '', ['images/a.png']],
    ['an absolute set', { 'data.yaml': 'train: /kaggle/input/cats/train/images\nnames: [cat]\n', 'train/images/a.png': 100, 'train/labels/a.txt': row }, '', ['train/images/a.png']],
    ['a list of images', { 'data.yaml': 'train: lists/train.txt\nnames: [cat]\n', 'lists/train.txt': './../pics/a.png\r\n\npics/b.png\n', 'pics/a.png': 100, 'pics/a.txt': row, 'pics/b.png': 100, 'pics/b.txt': row }, '', ['pics/a.png', 'pics/b.png']],
    ['several folders of a set', { 'data.yaml': 'train: [one, two]\nnames: [cat]\n', 'one/a.png': 100, 'one/a.txt': row, 'two/b.png': 100, 'two/b.txt': row }, '', ['one/a.png', 'two/b.png']],
    ['Darknet', {
      'obj.data': 'classes = 1\ntrain  = data/train.txt\nnames = data/obj.names\nbackup = backup/\n', 'obj.names': 'cat\n', 'train.txt': 'data/obj_train_data/a.png\n',
      'obj_train_data/a.png': 100, 'obj_train_data/a.txt': row,
    }, '', ['obj_train_data/a.png']],
    ['labelImg', { 'classes.txt': 'cat\n', 'a.png': 100, 'a.txt': row }, '', ['a.png']],
    ['Label Studio', { 'classes.txt': 'cat\n', 'notes.json': {}, 'images/a.png': 100, 'labels/a.txt': row }, '', ['images/a.png']],
    ['FiftyOne', { 'dataset.yaml': 'path: .\ntrain: ./images/train/\nnames: [cat]\n', 'images/train/a.png': 100, 'labels/train/a.txt': row }, '', ['images/train/a.png']],
    ['labels beside, in a folder that is called images', { 'data.yaml': 'train: images\nnames: [cat]\n', 'images/a.png': 100, 'images/a.txt': row }, '', ['images/a.png']],
  ])('%s', (_who, files, path, refs) => {
    const yolo = convert(yoloFormat, files, path);
    expect([yolo.images, yolo.errors, yolo.warnings]).toEqual([Object.fromEntries(refs.map((ref) => [ref, [['cat', 25, 25, 75, 75]]])), [], []]);
  });

  test('a set that is nowhere tells what was tried', () => {
    expect(one(row, 'path: /content/x\ntrain: ../pics/images\nnames: [cat]\n').errors[0])
      .toBe('setNotFound (1): data.yaml: train: ../pics/images; tried content/pics/images, pics/images');
  });

  test('train and val that are the same', () => {
    expect(one(row, 'train: images\nval: images\nnames: [cat]\n').errors).toContain('sameSet (1): data.yaml: train and validation are both images');
  });

  test('labels that are nowhere', () => {
    const files = { 'data.yaml': 'train: images\nnames: [cat]\n', 'images/a.png': 100, 'wrong/a.txt': row };
    expect(convert(yoloFormat, files, '').errors[0]).toBe('noLabelFiles (1): labels/a.txt: for example, there is no such file');
  });

  test('what has no partner is counted', () => {
    const yolo = one(row, undefined, { 'images/b.png': 100, 'labels/c.txt': row });
    expect(yolo.images).toEqual({ 'images/a.png': [['cat', 50, 50, 150, 150]], 'images/b.png': [] });
    expect(yolo.warnings).toEqual(['background (1): labels/b.txt (images/b.png): there is no such file', 'labelWithoutImage (1): labels/c.txt: no image of a set has this name']);
  });
});

describe('rows', () => {
  test.each<[string, string, unknown[]]>([
    ['tabs and blanks, a class with a point', '0.0\t0.5  0.5 0.5\t0.5', ['cat', 50, 50, 150, 150]],
    ['a polygon', '1 0.1 0.2 0.3 0.2 0.2 0.4', ['dog', 20, 40, 60, 80]],
    ['an oriented box', '1 0.1 0.1 0.2 0.05 0.3 0.2 0.2 0.25', ['dog', 20, 10, 60, 50]],
    ['a rounding error over the edge', '0 0.5 0.5 1.0000001 1', ['cat', 0, 0, 200, 200]],
  ])('%s', (_what, row, box) => {
    const yolo = one(`\ufeff${row}\r\n\r\n`.slice(1));
    expect([yolo.images, yolo.errors, yolo.warnings]).toEqual([{ 'images/a.png': [box] }, [], []]);
  });

  test('boxes and polygons in one file, row by row', () => {
    expect(one('0 0.5 0.5 0.5 0.5\n1 0.1 0.2 0.3 0.2 0.2 0.4\n').images['images/a.png']).toHaveLength(2);
  });

  test('poses are boxes, where the dataset says that it has key points', () => {
    const pose = `0 0.5 0.5 0.5 0.5 ${Array(17).fill('0.1 0.1').join(' ')}`;
    expect(one(pose, 'train: images\nkpt_shape: [17, 2]\nnames: [cat]\n')).toMatchObject({
      images: { 'images/a.png': [['cat', 50, 50, 150, 150]] }, inherent: ['keypoints (1): kpt_shape: of 1 objects'],
    });
  });

  test.each([
    ['badRow', '0 0.5 0.5 0.5'], ['badRow', '0,0.5,0.5,0.5,0.5'], ['badRow', 'cat 0.5 0.5 0.5 0.5'], ['badRow', '0 0.5 0.5 0.5 nan'],
    ['unknownClass', '-1 0.5 0.5 0.5 0.5'], ['unknownClass', '1.5 0.5 0.5 0.5 0.5'], ['predictions', '0 0.5 0.5 0.5 0.5 0.9'],
    ['extraNumbers', '0 0.5 0.5 0.5 0.5 0.1 0.1 0.1 0.1 0.1'], ['pixels', '0 100 100 50 50'],
  ])('%s: %s', (kind, row) => {
    expect(one(`${row}\n`).errors[0]).toBe(`${kind} (1): labels/a.txt:1 (images/a.png): ${row}`);
  });

  test('a class without a name', () => {
    expect(one('7 0.5 0.5 0.5 0.5\n').errors[0]).toBe('unknownClass (1): labels/a.txt:1 (images/a.png): class 7 of 2');
  });
});

describe('names', () => {
  const row = '0 0.5 0.5 0.5 0.5\n';
  const label = (yaml: string, rows = row) => (one(rows, `train: images\n${yaml}`).images['images/a.png'] as any)?.[0][0];

  test('stay text, whatever YAML 1.1 takes them for, and may have gaps', () => {
    expect(label('names: [no]\n')).toBe('no');
    expect(label('names: {0: 007}\n')).toBe('007');
    expect(label('names:\n  0: 1.0\n  9: yes\n', '9 0.5 0.5 0.5 0.5\n')).toBe('yes');
  });

  test.each([
    ['wrongCount', 'nc: 3\nnames: [cat, dog]\n'],
    ['noNames', 'nc: 3\n'],
    ['unreadableFile', 'names: {cat: 0}\n'], ['unreadableFile', 'names: [a, b\n'], ['unreadableFile', 'names: [a]\nnames: [b]\n'],
    ['unreadableFile', 'names: !!python/object [a]\n'], ['unreadableFile', '---\nnames: [a]\n---\nnames: [b]\n'],
  ])('%s: %j', (kind, yaml) => {
    expect(one(row, `train: images\n${yaml}`).errors[0]).toMatch(new RegExp(`^${kind} `));
  });

  test('that two files tell differently', () => {
    expect(one(row, undefined, { 'classes.txt': 'dog\ncat\n' }).errors).toEqual(['otherNames (1): data.yaml: class 0 is cat, but dog in classes.txt']);
  });
});

test('the boxes of a turned photo are fractions of what viewers show', () => {
  const yolo = one('0 0.5 0.5 0.5 0.5\n', undefined, { 'images/b.jpg': jpeg(400, 200, { orientation: 6 }), 'labels/b.txt': '0 0.5 0.25 1 0.5\n' });
  expect(yolo.images['images/b.jpg']).toEqual([['cat', 0, 0, 200, 200]]);
  expect(yolo.warnings).toEqual([expect.stringMatching(/^turnedImage \(1\)/)]);
});
