import { vocFormat } from '../../../lib/formats';
import type { ImageSize } from '../../../lib/formats';
import { convert, findingsIn } from '../conversions';
import type { Converted } from '../conversions';

/** A box as VOC writes it. */
const bndbox = (xmin: number | string, ymin: number | string, xmax: number | string, ymax: number | string) =>
  `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>`;
const object = (name: string, content: string) => `<object><name>${name}</name>${content}</object>`;
const CAT = object('cat', bndbox(10, 20, 60, 80));

/** A file about an image. */
const xml = (filename: string, content = CAT, { width, height }: ImageSize = { width: 100, height: 100 }) =>
  `<annotation><folder>x</folder><filename>${filename}</filename><size><width>${width}</width><height>${height}</height><depth>3</depth></size>${content}</annotation>`;

/** One image of 100 pixels a side. */
const one = (content: string, more: Record<string, unknown> = {}, options = {}): Converted =>
  convert(vocFormat, { 'a.png': 100, 'a.xml': xml('a.png', content), ...more }, '', options);

test('the image of the development kit: parts, flags that are empty, polygons beside boxes, any order of children', () => {
  const voc = convert(vocFormat, {
    'JPEGImages/2007_000027.png': 500, 'SegmentationClass/2007_000027.png': 500,
    'Annotations/2007_000027.xml': `<?xml version="1.0" encoding="utf-8"?>
<annotation>
  <folder>VOC2012</folder>
  <filename>2007_000027.png</filename>
  <source><database>The VOC2007 Database</database></source>
  <size><width>500</width><height>500</height><depth>3</depth></size>
  <segmented>0</segmented>
  <object>
  <name>person</name><pose>Unspecified</pose><truncated/><difficult>1</difficult>
  <bndbox><xmax>349</xmax><xmin>174</xmin><ymax>351</ymax><ymin>101.5</ymin></bndbox>
  <part><name>head</name><bndbox><xmin>169</xmin><ymin>104</ymin><xmax>209</xmax><ymax>146</ymax></bndbox></part>
  <actions><jumping>0</jumping></actions>
  <polygon><x1>0</x1><y1>0</y1><x2>9</x2><y2>9</y2><x3>0</x3><y3>9</y3></polygon>
  </object>
</annotation>`,
  }, '');
  expect(voc.images).toEqual({ 'JPEGImages/2007_000027.png': [['person', 174, 102, 349, 351]] });
  expect([voc.errors, voc.warnings, voc.inherent]).toEqual([[], [], ['part (1): Annotations/2007_000027.xml: object 1: 1 of person']]);
  expect(findingsIn(voc)).toEqual([]);
});

describe('where images are', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ['labelImg, beside', { 'a.png': 100, 'a.xml': xml('a.png') }, '', 'a.png'],
    ['labelImg, in a folder of its own', { 'images/a.png': 100, 'annotations/a.xml': xml('a.png') }, '', 'images/a.png'],
    ['subfolders in the same order', { 'JPEGImages/x/a.png': 100, 'JPEGImages/y/a.png': 100, 'Annotations/x/a.xml': xml('a.png') }, '', 'JPEGImages/x/a.png'],
    ['one file, its image beside', { 'b/a.png': 100, 'b/a.xml': xml('a.png') }, 'b/a.xml', 'a.png'],
    ['one file, its image in JPEGImages', { 'JPEGImages/a.png': 100, 'Annotations/a.xml': xml('a.png') }, 'Annotations/a.xml', 'a.png'],
    ['a filename without extension', { 'a.b.png': 100, 'a.b.xml': xml('a.b') }, '', 'a.b.png'],
    ['a filename that leads elsewhere, where the file is called like its image', { 'a.png': 100, 'a.xml': xml('C:\\Users\\me\\a (copy).jpg') }, '', 'a.png'],
    ['only the filename leads to an image', { 'pics/b.png': 100, 'pics/a.xml': xml('/home/me/pics/b.png') }, '', 'pics/b.png'],
    ['an element filename that is empty', { 'a.png': 100, 'a.xml': xml('') }, '', 'a.png'],
  ])('%s', (_what, files, path, ref) => {
    const voc = convert(vocFormat, files, path);
    expect([voc.images, voc.errors]).toEqual([{ [ref]: [['cat', 10, 20, 60, 80]] }, []]);
  });

  test('a file that is called like one image and names another', () => {
    const voc = convert(vocFormat, { 'a.png': 100, 'b.png': 100, 'a.xml': xml('b.png') }, '');
    expect([voc.images, voc.warnings]).toEqual([{ 'a.png': [['cat', 10, 20, 60, 80]] }, ['otherName (1): a.xml (a.png): inside it is called b.png']]);
  });

  test('without images on this machine, names are those of the files', () => {
    expect(Object.keys(convert(vocFormat, { 'Annotations/a.xml': xml('b.jpg') }, '').images)).toEqual(['a.jpg']);
  });
});

describe('sizes', () => {
  test('a size of 0, or none, is read from the image', () => {
    const voc = convert(vocFormat, { 'a.png': 100, 'a.xml': xml('a.png', CAT, { width: 0, height: 0 }), 'b.png': 90, 'b.xml': `<annotation>${CAT}</annotation>` }, '');
    expect([voc.lines.map((line) => line['bounding-box'].image_size[0].width), voc.errors]).toEqual([[100, 90], []]);
  });

  test('another size than that of the image is an error', () => {
    expect(convert(vocFormat, { 'a.png': 100, 'a.xml': xml('a.png', CAT, { width: 200, height: 200 }) }, '').errors)
      .toEqual(['sizeDiffers (1): a.xml (a.png): 200x200 in the annotations, but the file is 100x100']);
  });
});

describe('boxes', () => {
  const box = (content: string, options = {}) => one(object('cat', content), {}, options);

  test.each<[string, string, object, number[]]>([
    ['are as they are written', bndbox(1, 1, 100, 100), {}, [1, 1, 100, 100]],
    ['counted from 1 begin a pixel earlier', bndbox(1, 1, 100, 100), { oneBased: true }, [0, 0, 100, 100]],
    ['with fractions are rounded at their edges', bndbox('10.4', '10.5', '50.49', '5.05e1'), {}, [10, 11, 50, 51]],
    ['that are turned', '<robndbox><cx>50</cx><cy>50</cy><w>40</w><h>20</h><angle>1.5707963267948966</angle></robndbox>', {}, [40, 30, 60, 70]],
    ['around polygons of labelme', '<polygon><username>me</username><pt><x>10</x><y>20</y></pt><pt><x>40</x><y>25</y></pt><pt><x>20</x><y>60</y></pt></polygon>', {}, [10, 20, 40, 60]],
    ['around polygons of Roboflow', '<polygon><x1>10</x1><y1>20</y1><x2>40</x2><y2>25</y2><x3>20</x3><y3>60</y3></polygon>', {}, [10, 20, 40, 60]],
  ])('%s', (_what, content, options, edges) => {
    const voc = box(content, options);
    expect([voc.images, voc.errors, voc.warnings]).toEqual([{ 'a.png': [['cat', ...edges]] }, [], []]);
  });

  test('whose corners are reversed are put right, and told', () => {
    const voc = box(bndbox(60, 20, 10, 80));
    expect([voc.images, voc.warnings]).toEqual([{ 'a.png': [['cat', 10, 20, 60, 80]] }, ['reversedBox (1): a.xml: object 1: cat reaches from 60,20 to 10,80']]);
  });

  test('without a width are too small', () => {
    expect(one(CAT + object('dog', bndbox(60, 20, 60, 80))).warnings).toEqual(['smallBox (1): a.xml: object 2 (a.png): dog is 0x60 in an image of 100x100']);
  });

  test.each([['1,5', '1,5'], ['nothing', ''], ['NaN', 'NaN']])('with %s for a number', (_what, text) => {
    expect(box(bndbox(text, 20, 60, 80)).errors[0]).toBe('badBox (1): a.xml: object 1 (a.png): cat has the edges NaN, 20, 60, 80');
  });

  test('that are not there', () => {
    expect(one(CAT + object('dog', '<pose>left</pose>')).errors).toEqual(['noBox (1): a.xml: object 2: dog']);
  });

  test('without a name', () => {
    expect(one(`<object>${bndbox(10, 20, 60, 80)}</object>`).errors[0]).toMatch(/^emptyLabel \(1\): a\.xml: object 1/);
  });

  test('none at all', () => {
    expect(one(CAT, { 'b.png': 100, 'b.xml': xml('b.png', '') }).images).toEqual({ 'a.png': [['cat', 10, 20, 60, 80]], 'b.png': [] });
  });
});

describe('sets', () => {
  const files = (...names: string[]) => Object.fromEntries(names.flatMap((name) => [[`JPEGImages/${name}.png`, 100], [`Annotations/${name}.xml`, xml(`${name}.png`)]]));
  const ref = (name: string) => `JPEGImages/${name}.png`;

  test('are the lists of ImageSets/Main; trainval is their sum, and those of a class are no sets', () => {
    const voc = convert(vocFormat, {
      ...files('a', 'b', 'c', 'd'), [ref('e')]: 100,
      'ImageSets/Main/train.txt': 'a\r\n\r\n', 'ImageSets/Main/val.txt': 'b\n', 'ImageSets/Main/trainval.txt': 'a\nb\n', 'ImageSets/Main/test.txt': 'c\ne\n',
      'ImageSets/Main/cat_train.txt': 'd  1\n',
    }, '');
    expect(voc.sets).toEqual({ [ref('a')]: 'train', [ref('b')]: 'validation', [ref('c')]: 'test', [ref('e')]: 'test' });
    expect(voc.images[ref('e')]).toBeNull();
    expect(voc.warnings).toEqual([
      'notListed (1): Annotations/d.xml: it is in no list', `unlabeledEntry (1): ImageSets/Main/test.txt (${ref('e')}): nobody has labeled it`,
    ]);
  });

  test('are trainval and test, where there is neither train nor val', () => {
    const voc = convert(vocFormat, { ...files('a', 'b'), 'ImageSets/Main/trainval.txt': 'a\n', 'ImageSets/Main/test.txt': 'b\n' }, '');
    expect(voc.sets).toEqual({ [ref('a')]: 'train', [ref('b')]: 'test' });
  });

  test('of several years are one', () => {
    const year = (name: string, stem: string) => Object.fromEntries(Object.entries({ ...files(stem), 'ImageSets/Main/train.txt': `${stem}\n` }).map(([file, content]) => [`${name}/${file}`, content]));
    expect(convert(vocFormat, { ...year('VOC2007', 'a'), ...year('VOC2012', 'b') }, '').sets)
      .toEqual({ 'VOC2007/JPEGImages/a.png': 'train', 'VOC2012/JPEGImages/b.png': 'train' });
  });

  test('are folders, as Roboflow has them', () => {
    const voc = convert(vocFormat, { 'train/a.png': 100, 'train/a.xml': xml('a.png'), 'valid/images/b.png': 100, 'valid/annotations/b.xml': xml('b.png') }, '');
    expect(voc.sets).toEqual({ 'train/a.png': 'train', 'valid/images/b.png': 'validation' });
  });

  test('imageSet chooses a list, also that of a class', () => {
    const lists = { 'ImageSets/Main/fold.txt': 'b.png\n', 'ImageSets/Main/cat_val.txt': 'a -1\nb  1\nc  0\n', 'ImageSets/Main/train.txt': 'a\n' };
    const chosen = (imageSet: string) => convert(vocFormat, { ...files('a', 'b', 'c'), ...lists }, '', { imageSet });
    expect(Object.keys(chosen('fold').images)).toEqual([ref('b')]);
    expect(Object.keys(chosen('cat_val').images)).toEqual([ref('b'), ref('c')]);
    expect(chosen('val').errors[0]).toBe('unknownImageSet (1): ImageSets/Main: val, but there are cat_val, fold, train');
    expect(convert(vocFormat, files('a'), '', { imageSet: 'train' }).errors[0]).toBe('unknownImageSet (1): ImageSets/Main: train, but there are no lists');
  });
});

describe('what cannot be read', () => {
  test.each<[string, string | Buffer, string]>([
    ['another root', '<annotations><image/></annotations>', 'a.xml: is an XML file of CVAT; export COCO from CVAT, and read it with Manifest.fromCoco(path)'],
    ['a truncated file', xml('a.png').slice(0, -5), 'is not XML: Missing end tag for element annotation (line 1, column 234)'],
    ['text', 'a cat', 'is not XML: Root element is missing or invalid (line 1, column 1)'],
    ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><annotation/>', 'has a document type (<!DOCTYPE …>), which is not read for safety; remove it'],
    ['an unknown entity', '<annotation><filename>&b;</filename></annotation>', "is not XML: Named entity isn't defined: &b; (line 1, column 23)"],
    ['another encoding', '<?xml version="1.0" encoding="GB2312"?><annotation/>', 'is encoded in GB2312; save it as UTF-8'],
    ['Latin-1', Buffer.from('<annotation><filename>\xe4.png</filename></annotation>', 'latin1'), 'is not UTF-8; save it as UTF-8'],
    ['UTF-16', Buffer.from('\ufeff<annotation/>', 'utf16le'), 'is text in UTF-16; save it as UTF-8'],
    ['COCO', JSON.stringify({ images: [], annotations: [], categories: [] }), 'is a COCO file; read it with Manifest.fromCoco(path)'],
  ])('%s', (_what, content, message) => {
    expect(one(CAT, { 'a.xml': content }).errors[0]).toContain(message);
  });

  test('several files are told at once', () => {
    expect(one(CAT, { 'b.xml': '<annotation>', 'c.xml': '<annotation>' }).errors).toEqual([expect.stringMatching(/^unreadableFile \(2\): b\.xml: is not XML: Missing end tag for element annotation/)]);
  });
});

test('a byte order mark and CDATA do no harm', () => {
  expect(one(object('<![CDATA[cat & <dog>]]>', bndbox(10, 20, 60, 80)).replace(/^/, ''), {}).images).toEqual({ 'a.png': [['cat & <dog>', 10, 20, 60, 80]] });
  expect(one(CAT, { 'a.xml': `\ufeff${xml('a.png')}` }).images).toEqual({ 'a.png': [['cat', 10, 20, 60, 80]] });
});

test('the order of files and objects does not matter', () => {
  const [a, b] = [CAT, object('dog', bndbox(1, 1, 50, 50))];
  const of = (first: string, second: string, files: string[]) => convert(vocFormat, Object.fromEntries(files.flatMap((name) => [[`${name}.png`, 100], [`${name}.xml`, xml(`${name}.png`, first + second)]])), '').text;
  expect(of(a, b, ['x', 'y'])).toBe(of(b, a, ['y', 'x']));
});
