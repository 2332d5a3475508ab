import { csvFormat } from '../../../lib/formats';
import type { CsvOptions } from '../../../lib/formats';
import { convert, findingsIn } from '../conversions';
import type { Box, Converted } from '../conversions';

/** One file, with images of 100 pixels a side. */
function csv(text: string | Buffer, options: CsvOptions = {}, more: Record<string, unknown> = {}): Converted {
  return convert(csvFormat, { 'my.csv': text, 'a.jpg': 100, 'b.jpg': 100, 'c.jpg': 100, ...more }, 'my.csv', options);
}

const VIA = 'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes';

/** A row of VIA. */
function via(image: string, shape: object, attributes: object): string {
  const json = (value: object) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
  return `${image},1,"{}",1,0,${json(shape)},${json(attributes)}`;
}

const rows = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
/** What most samples say: a cat and a dog on one image, a cat on another. */
const BOXES: Record<string, Box[]> = { 'a.jpg': [['cat', 10, 20, 60, 70], ['dog', 30, 40, 90, 80]], 'b.jpg': [['cat', 0, 0, 50, 50]] };
const LABELS = { 'a.jpg': ['cat'], 'b.jpg': ['dog'] };

describe('dialects', () => {
  test.each<[string, string, string, Converted['images']]>([
    ['AWS: image,label[,label…] without a header, one row an image', rows('a.jpg,cat,dog', 'b.jpg,dog'), 'image, labels, as AWS has them, without a header', { 'a.jpg': ['cat', 'dog'], 'b.jpg': ['dog'] }],
    ['AWS: a label called source-ref, and one that ends with -metadata', rows('a.jpg,source-ref,x-metadata'), 'image, labels, as AWS has them, without a header', { 'a.jpg': ['source-ref', 'x-metadata'] }],
    ['AWS: keys in S3', rows('s3://pictures/sub/a.jpg,cat', 's3://pictures/sub/b.jpg,dog'), 'image, labels, as AWS has them, without a header', LABELS],
    ['TensorFlow: pixels', rows('filename,width,height,class,xmin,ymin,xmax,ymax', 'a.jpg,100,100,cat,10,20,60,70', 'a.jpg,100,100,dog,30,40,90,80', 'b.jpg,100,100,cat,0,0,50,50'), 'image in filename, label in class, left in xmin, top in ymin, right in xmax, bottom in ymax', BOXES],
    ['TensorFlow: fractions under the same header', rows('filename,width,height,class,xmin,ymin,xmax,ymax', 'a.jpg,100,100,cat,0.1,.2,6e-1,0.7', 'b.jpg,100,100,cat,0,0,0.5,0.5', 'a.jpg,100,100,dog,0.3,0.4,0.9,0.8'), 'image in filename, label in class, left in xmin, top in ymin, right in xmax, bottom in ymax', BOXES],
    ['RetinaNet: path,x1,y1,x2,y2,class without a header; path,,,,, has no boxes', rows('a.jpg,10,20,60,70,cat', 'a.jpg,30,40,90,80,dog', 'b.jpg,0,0,50,50,cat', 'c.jpg,,,,,'), 'image, left, top, right, bottom, label, as RetinaNet has them, without a header', { ...BOXES, 'c.jpg': [] }],
    ['Roboflow _classes.csv: one-hot, blanks behind commas, two labels, a row of zeros', rows('filename, cat, dog', 'a.jpg, 1, 1', 'b.jpg, 0, 1', 'c.jpg, 0, 0'), 'image in filename, a column for each label', { 'a.jpg': ['cat', 'dog'], 'b.jpg': ['dog'], 'c.jpg': null }],
    ['one-hot: names without an extension', rows('image_name,cat,dog', 'a,1.0,0.0', 'b,0,1'), 'image in image_name, a column for each label', LABELS],
    ['one-hot: True and False of pandas', rows('image_id,cat,dog', 'a,True,False', 'b,False,True'), 'image in image_id, a column for each label', LABELS],
    ['Kaggle boxes: x1,y1,w,h', rows('image_id,class_name,x1,y1,w,h', 'a,cat,10,20,50,50', 'a,dog,30,40,60,40', 'b,cat,0,0,50,50'), 'image in image_id, label in class_name, left in x1, top in y1, width in w, height in h', BOXES],
    ['Kaggle boxes: one cell, whose header tells the order', rows('image_id,label,"bbox (x, y, w, h)"', 'a,cat,"[10, 20, 50.0, 50]"', 'a,dog,"[30, 40, 60, 40]"', 'b,cat,"(0, 0, 50, 50)"'), 'image in image_id, label in label, box in bbox (x, y, w, h)', BOXES],
    ['BCCD: xmin,xmax,ymin,ymax', rows('filename,cell_type,xmin,xmax,ymin,ymax', 'a.jpg,cat,10,60,20,70', 'a.jpg,dog,30,90,40,80', 'b.jpg,cat,0,50,0,50'), 'image in filename, label in cell_type, left in xmin, top in ymin, right in xmax, bottom in ymax', BOXES],
    ['VoTT: quotes and decimals', rows('"image","xmin","ymin","xmax","ymax","label"', '"a.jpg",10.2,19.8,60.4999,70.1,"cat"', '"a.jpg",30,40,89.5,80,"dog"', '"b.jpg",0,0,50,50,"cat"'), 'image in image, label in label, left in xmin, top in ymin, right in xmax, bottom in ymax', BOXES],
    ['Google AutoML detection: two corners', rows('TRAIN,gs://pics/sub/a.jpg,cat,0.1,0.2,,,0.6,0.7,,', 'TRAIN,gs://pics/sub/a.jpg,dog,0.3,0.4,,,0.9,0.8', 'TRAIN,gs://pics/sub/b.jpg,cat,0,0,,,0.5,0.5,'), 'set, image, label, corners in fractions, as Google AutoML has them, without a header', BOXES],
    ['Google AutoML detection: four corners, rows without boxes', rows('TRAIN,gs://pics/a.jpg,cat,0.1,0.2,0.6,0.2,0.6,0.7,0.1,0.7', 'TRAIN,gs://pics/a.jpg,dog,0.9,0.8,,,0.3,0.4,,', 'TRAIN,gs://pics/b.jpg,cat,0,0,0.5,0,0.5,0.5,0,0.5', 'TRAIN,gs://pics/c.jpg,,,,,,,,,'), 'set, image, label, corners in fractions, as Google AutoML has them, without a header', { ...BOXES, 'c.jpg': [] }],
    ['Google AutoML detection: without sets', rows('gs://pics/a.jpg,cat,0.1,0.2,,,0.6,0.7,,', 'gs://pics/a.jpg,dog,0.3,0.4,,,0.9,0.8,,', 'gs://pics/b.jpg,cat,0,0,,,0.5,0.5,,'), 'image, label, corners in fractions, as Google AutoML has them, without a header', BOXES],
    ['Google AutoML classification: a set in the first cell', rows('TRAIN,gs://pics/a.jpg,cat', 'TEST,gs://pics/b.jpg,dog'), 'set, image, labels, as Google AutoML has them, without a header', LABELS],
    ['Google AutoML classification: no set', rows('gs://pics/a.jpg,cat', 'gs://pics/b.jpg,dog'), 'image, labels, as AWS has them, without a header', LABELS],
    ['Open Images boxes: XMin,XMax', rows('ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside', 'a,xclick,/m/01yrx,1,0.1,0.6,0.2,0.7,-1,0,0,0,0', 'a,xclick,/m/0bt9lr,1,0.3,0.9,0.4,0.8,1,0,-1,0,0', 'b,xclick,/m/01yrx,1,0,0.5,0,0.5,0,0,0,1,0'), 'image in ImageID, label in LabelName, left in XMin, top in YMin, right in XMax, bottom in YMax', BOXES],
    ['pandas: a first column without a name', rows(',filename,label', '0,a.jpg,cat', '1,b.jpg,dog'), 'image in filename, label in label', LABELS],
    ['VIA: JSON in cells, a row without regions', rows(VIA, via('a.jpg', { name: 'rect', x: 10, y: 20, width: 50, height: 50 }, { type: 'cat' }), via('a.jpg', { name: 'rect', x: 30, y: 40, width: 60, height: 40 }, { type: { dog: true, cat: false } }), via('b.jpg', { name: 'rect', x: 0, y: 0, width: 50, height: 50 }, { type: 'cat' }), via('c.jpg', {}, {})), 'regions of VIA, label in their only attribute', { ...BOXES, 'c.jpg': [] }],
    ['a label for each row, by name', rows('label,path', 'cat,a.jpg', 'dog,b.jpg'), 'image in path, label in label', LABELS],
  ])('%s', (_what, text, description, images) => {
    const found = csv(text, {}, { 'class-descriptions-boxable.csv': '/m/01yrx,cat\n/m/0bt9lr,dog\n' });
    expect([found.images, found.errors, found.warnings.filter((one) => !/^(unlabeledEntry|otherFolder)/.test(one))]).toEqual([images, [], []]);
    expect(found.inherent).toEqual([`layout (1): my.csv: ${description}`]);
    expect(findingsIn(found).filter((code) => !/NO_(ATTRIBUTE_)?ANNOTATIONS|UNANNOTATED/.test(code))).toEqual([]);
  });
});

describe('what dialects have of their own', () => {
  test('Google AutoML: its sets; UNASSIGNED and an empty cell are none', () => {
    const text = rows('TRAIN,gs://p/a.jpg,cat', 'VALIDATION,gs://p/b.jpg,dog', 'TEST,gs://p/c.jpg,dog', 'UNASSIGNED,gs://p/d.jpg,cat', ',gs://p/e.jpg,cat');
    const found = csv(text, {}, { 'd.jpg': 100, 'e.jpg': 100 });
    expect([found.sets, found.errors]).toEqual([{ 'a.jpg': 'train', 'b.jpg': 'validation', 'c.jpg': 'test' }, []]);
  });

  test('Google AutoML: gs:// and s3:// are looked up by the ends of their paths', () => {
    const files = { 'my.csv': rows('TRAIN,gs://bucket/deep/er/a.jpg,cat', 'TRAIN,s3://bucket/er/b.jpg,cat'), 'img/er/a.jpg': 100, 'img/er/b.jpg': 100 };
    expect(Object.keys(convert(csvFormat, files, 'my.csv', { imageDirectory: 'img' }).images)).toEqual(['er/a.jpg', 'er/b.jpg']);
  });

  test('AWS: without images on this machine, addresses in S3 stay, and names are references', () => {
    const of = (...lines: string[]) => Object.keys(convert(csvFormat, { 'my.csv': rows(...lines) }, 'my.csv').images);
    expect(of('s3://pictures/x/a.jpg,cat')).toEqual(['s3://pictures/x/a.jpg']);
    expect(of('x/a.jpg,cat')).toEqual(['x/a.jpg']);
    expect(of('gs://pictures/x/a.jpg,cat')).toEqual(['x/a.jpg']);
  });

  test('AWS: equal rows are merged, and told', () => {
    const found = csv(rows('a.jpg,cat', 'b.jpg,dog', 'a.jpg,cat'));
    expect([found.images, found.warnings]).toEqual([LABELS, ['repeatedLabel (1): my.csv:3 (a.jpg): cat']]);
  });

  test('TensorFlow: pixels and fractions in one file are an error', () => {
    const found = csv(rows('filename,class,xmin,ymin,xmax,ymax', 'a.jpg,cat,10,20,60,70', 'b.jpg,cat,0,0,1,1', 'b.jpg,cat,0,0,0.5,1'));
    expect(found.errors).toEqual(['mixedUnits (1): my.csv:4 (b.jpg): no edge is above 1, but line 2 has one at 70']);
  });

  test('TensorFlow: units that are chosen', () => {
    const text = rows('filename,class,xmin,ymin,xmax,ymax', 'a.jpg,cat,10,20,60,70', 'b.jpg,cat,0,0,0.9,1');
    expect(csv(text, { columns: { units: 'pixels' } })).toMatchObject({ images: { 'a.jpg': [['cat', 10, 20, 60, 70]], 'b.jpg': [] }, errors: [] });
    expect(csv(text, { columns: { units: 'fractions' } }).errors).toEqual(['notFractions (1): my.csv:2 (a.jpg): an edge is at 70']);
  });

  test('TensorFlow: the size of the image is looked at', () => {
    const header = 'filename,width,height,class,xmin,ymin,xmax,ymax';
    expect(csv(rows(header, 'a.jpg,300,200,cat,10,20,60,70')).errors[0]).toMatch(/^sizeDiffers \(1\): my.csv:2 \(a.jpg\)/);
    expect(csv(rows(header, 'a.jpg,100,100,cat,10,20,60,70', 'a.jpg,90,100,cat,1,2,60,70')).errors[0]).toMatch(/^repeatedImage \(1\): my.csv:3 \(a.jpg\)/);
  });

  test('Roboflow: _annotations.csv with either header, in folders that are sets', () => {
    const found = convert(csvFormat, {
      'train/_annotations.csv': rows('filename,width,height,class,xmin,ymin,xmax,ymax', 'a.jpg,100,100,cat,10,20,60,70'), 'train/a.jpg': 100,
      'valid/_annotations.csv': rows('b.jpg,0,0,50,50,cat'), 'valid/b.jpg': 100,
      'test/_annotations.csv': rows('c.jpg,,,,,'), 'test/c.jpg': 100,
    }, '');
    expect([found.images, found.errors, found.warnings]).toEqual([
      { 'train/a.jpg': [['cat', 10, 20, 60, 70]], 'valid/b.jpg': [['cat', 0, 0, 50, 50]], 'test/c.jpg': [] }, [], [],
    ]);
    expect(found.sets).toEqual({ 'train/a.jpg': 'train', 'valid/b.jpg': 'validation', 'test/c.jpg': 'test' });
  });

  test('Roboflow: _classes.csv in folders that are sets', () => {
    const found = convert(csvFormat, {
      'train/_classes.csv': rows('filename, cat, dog', 'a.jpg, 1, 0'), 'train/a.jpg': 100,
      'test/_classes.csv': rows('filename, cat, dog', 'a.jpg, 0, 1'), 'test/a.jpg': 100,
    }, '');
    expect([found.images, found.sets]).toEqual([{ 'train/a.jpg': ['cat'], 'test/a.jpg': ['dog'] }, { 'train/a.jpg': 'train', 'test/a.jpg': 'test' }]);
  });

  test.each(['2', '', '-1', 'yes'])('one-hot: "%s" is no mark', (mark) => {
    const many = Array.from({ length: 25 }, () => 'b.jpg,0,1');
    expect(csv(rows('filename,cat,dog', ...many, `a.jpg,${mark},0`)).errors).toEqual([`badMark (1): my.csv:27: cat is "${mark}"`]);
  });

  test('Kaggle: x and y are taken for the corner, with a warning, unless columns tell', () => {
    const text = rows('filename,class,x,y,width,height', 'a.jpg,cat,10,20,50,50', 'b.jpg,,,,,');
    const images = { 'a.jpg': [['cat', 10, 20, 60, 70]], 'b.jpg': [] };
    expect(csv(text)).toMatchObject({ images, warnings: [expect.stringMatching(/^guessedCorner \(1\): my.csv: .*left in x, top in y/)] });
    expect(csv(text, { columns: { left: 'x', top: 'y' } })).toMatchObject({ images, warnings: [] });
  });

  test('Kaggle: a cell with a box needs columns if its header does not tell the order', () => {
    const text = rows('image_id,width,height,bbox,source', 'a,100,100,"[10, 20, 50.0, 50]",cat');
    expect(csv(text).errors[0]).toBe('unreadableFile (1): my.csv: has boxes in the column bbox, whose name does not tell whether they are left, top, width and height; its columns are image_id, width, height, bbox, source; tell what they mean, such as columns: { image: \'image_id\', label: \'…\', box: \'bbox\' }');
    expect(csv(text, { columns: { label: 'source', box: 'bbox' } }).images).toEqual({ 'a.jpg': [['cat', 10, 20, 60, 70]] });
    expect(csv(rows('image,label,xywh', 'a.jpg,cat,"[10, 20, 50]"')).errors[0]).toBe('badNumber (1): my.csv:2: xywh is "[10, 20, 50]"');
  });

  test('Kaggle: a width below zero', () => {
    expect(csv(rows('image,label,x1,y1,w,h', 'a.jpg,cat,10,20,-5,50')).errors[0]).toBe('badNumber (1): my.csv:2: the box is -5 wide and 50 high');
  });

  test('Kaggle: a label without a box is a label of the image', () => {
    const found = csv(rows('image_id,class_name,x_min,y_min,x_max,y_max', 'a,cat,10,20,60,70', 'b,No finding,,,,'));
    expect([found.images, found.warnings]).toEqual([{ 'a.jpg': [['cat', 10, 20, 60, 70]], 'b.jpg': [] }, ['imageLabel (1): my.csv:3 (b.jpg): No finding']]);
  });

  test('Google AutoML: corners that lack a number, or are none', () => {
    const lines = ['gs://p/a.jpg,cat,0.1,0.2,,,0.6,0.7,,', 'gs://p/a.jpg,cat,0.1,,,,0.6,0.7,,', 'gs://p/a.jpg,cat,0.1,0.2,,,,,,', 'gs://p/a.jpg,cat,0.1,0.2,,,0.6,0.7,,,'];
    expect(csv(rows(...lines)).errors).toEqual(['badNumber (2): my.csv:2: gs://p/a.jpg 0.1,,,,0.6,0.7,,', 'wrongCells (1): my.csv:4: 11 cells']);
    expect(csv(rows('gs://p/a.jpg,cat,10,20,,,60,70,,')).errors[0]).toBe('notFractions (1): my.csv:1 (gs://p/a.jpg): an edge is at 70');
  });

  describe('Open Images', () => {
    const HEADER = 'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside';
    const box = (code: string, group = 0) => `a,xclick,${code},1,0.1,0.6,0.2,0.7,-1,-1,${group},-1,-1`;
    const names = { 'oidv7-class-descriptions.csv': 'LabelName,DisplayName\n/m/01yrx,Cat\n/m/0c9ph5,"Flower, wild"\n' };

    test('groups are left out, unless they are asked for', () => {
      const text = rows(HEADER, box('/m/01yrx'), box('/m/0c9ph5'), box('/m/01yrx', 1));
      expect(csv(text, {}, names)).toMatchObject({
        images: { 'a.jpg': [['Cat', 10, 20, 60, 70], ['Flower, wild', 10, 20, 60, 70]] }, warnings: ['crowd (1): my.csv:4 (a): /m/01yrx'], errors: [],
      });
      expect(csv(text, { crowd: true }, names).warnings).toEqual([expect.stringMatching(/^duplicateBox/)]);
    });

    test('a label that only groups have is an error', () => {
      expect(csv(rows(HEADER, box('/m/01yrx'), box('/m/0c9ph5', 1)), {}, names).errors).toEqual(['lostToGroups (1): my.csv: /m/0c9ph5, 1 boxes']);
    });

    test('codes without names are an error', () => {
      expect(csv(rows(HEADER, box('/m/01yrx'))).errors).toEqual(['unnamedCode (1): my.csv:2: /m/01yrx']);
      expect(csv(rows(HEADER, box('/m/01yrx'), box('/m/9')), {}, names).errors).toEqual(['unnamedCode (1): my.csv:3: /m/9']);
    });

    test('image-level labels: confidence 0 is verified absent, what a model says is left out', () => {
      const lines = ['a,verification,/m/01yrx,1', 'a,verification,/m/0c9ph5,0', 'b,verification,/m/0c9ph5,1', 'b,machine,/m/01yrx,0.7'];
      const found = csv(rows('ImageID,Source,LabelName,Confidence', ...lines), {}, names);
      expect([found.images, found.warnings, found.inherent[1]]).toEqual([
        { 'a.jpg': ['Cat'], 'b.jpg': ['Flower, wild'] }, ['prediction (1): my.csv:5: /m/01yrx'], 'absentLabel (1): my.csv:3: /m/0c9ph5',
      ]);
    });

    test('a folder: the sets in the names of its files, and images in folders of the sets', () => {
      const found = convert(csvFormat, {
        'oidv6-train-annotations-bbox.csv': rows(HEADER, box('/m/01yrx')), 'validation-annotations-bbox.csv': rows(HEADER, box('/m/01yrx').replace('a,', 'b,')),
        ...names, 'train/a.jpg': 100, 'validation/b.jpg': 100,
      }, '');
      expect([found.sets, found.errors, found.warnings]).toEqual([{ 'train/a.jpg': 'train', 'validation/b.jpg': 'validation' }, [], []]);
    });
  });

  describe('VIA', () => {
    const first = via('b.jpg', { name: 'rect', x: 0, y: 0, width: 50, height: 50 }, { type: 'cat' });
    const one = (shape: object, attributes: object = { type: 'cat' }, options: CsvOptions = {}) => csv(rows(VIA, first, via('a.jpg', shape, attributes)), options);

    test.each<[string, object, number[]]>([
      ['polygon', { name: 'polygon', all_points_x: [10, 60, 30], all_points_y: [20, 30, 70] }, [10, 20, 60, 70]],
      ['circle', { name: 'circle', cx: 50, cy: 50, r: 20 }, [30, 30, 70, 70]],
      ['ellipse', { name: 'ellipse', cx: 50, cy: 50, rx: 20, ry: 10 }, [30, 40, 70, 60]],
      ['ellipse', { name: 'ellipse', cx: 50, cy: 50, rx: 20, ry: 10, theta: Math.PI / 2 }, [40, 30, 60, 70]],
    ])('the %s becomes the box around it', (shape, drawn, edges) => {
      const found = one(drawn);
      expect([found.images['a.jpg'], found.errors, found.inherent[1]]).toEqual([[['cat', ...edges]], [], `shape (1): my.csv:3 (a.jpg): the ${shape} of cat`]);
    });

    test('points and lines are left out', () => {
      expect(one({ name: 'point', cx: 5, cy: 5 })).toMatchObject({ images: { 'a.jpg': [] }, warnings: [expect.stringMatching(/^notABox \(1\): my.csv:3/)] });
    });

    test('what cannot be read', () => {
      expect(one({ name: 'rect', x: 'left' }).errors[0]).toMatch(/^badRegion \(1\): my.csv:3/);
      expect(csv(rows(VIA, 'a.jpg,1,{},1,0,{,{}')).errors[0]).toMatch(/^badRegion \(1\): my.csv:2: a cell is not a JSON object/);
    });

    test('regions with several attributes, none or another one need columns', () => {
      const rect = { name: 'rect', x: 10, y: 20, width: 50, height: 50 };
      for (const attributes of [{}, { type: 'cat', color: 'red' }, { color: 'red' }]) {
        expect(one(rect, attributes).errors[0]).toMatch(/^whichAttribute \(1\): my.csv:3: it has \{/);
      }
      expect(one(rect, { type: 'cat', color: 'red' }, { columns: { label: 'type' } }).images['a.jpg']).toEqual([['cat', 10, 20, 60, 70]]);
    });

    test('attributes of images are told', () => {
      const described = first.replace('"{}"', '"{""caption"":""a cat"",""url"":""""}"');
      expect(csv(rows(VIA, described)).inherent).toContain('fileAttributes (1): my.csv:2: caption');
    });
  });
});

describe('text', () => {
  const HEADER = 'filename,class,xmin,ymin,xmax,ymax';

  test.each<[string, string | Buffer]>([
    ['a mark of UTF-8', `\ufeff${rows(HEADER, 'a.jpg,cat,10,20,60,70', 'a.jpg,dog,30,40,90,80', 'b.jpg,cat,0,0,50,50')}`],
    ['semicolons', rows(HEADER, 'a.jpg,cat,10,20,60,70', 'a.jpg,dog,30,40,90,80', 'b.jpg,cat,0,0,50,50').replaceAll(',', ';')],
    ['tabs', rows(HEADER, 'a.jpg,cat,10,20,60,70', 'a.jpg,dog,30,40,90,80', 'b.jpg,cat,0,0,50,50').replaceAll(',', '\t')],
    ['lines of Windows, blank ones, no end of the last one', `${HEADER}\r\n\r\na.jpg,cat,10,20,60,70\r\nb.jpg,cat,0,0,50,50\r\n,,,,,\r\na.jpg,dog,30,40,90,80`],
    ['mixed ends of lines, and those of old Macs', `${HEADER}\ra.jpg,cat,10,20,60,70\r\nb.jpg,cat,0,0,50,50\na.jpg,dog,30,40,90,80\r`],
    ['blanks and quotes around cells', rows(HEADER, '"a.jpg" , cat ,10, 20,60,70', ' "a.jpg", "dog",30,40,90,80', '"b.jpg",cat,"0",0,50,50')],
    ['rows of an image that are not together, in another order of columns', rows('ymax,xmax,ymin,xmin,class,filename', '80,90,40,30,dog,a.jpg', '50,50,0,0,cat,b.jpg', '70,60,20,10,cat,a.jpg')],
    ['numbers with exponents and signs', rows(HEADER, 'a.jpg,cat,1e1,+20,6.0E+1,70.', 'a.jpg,dog,30,40,90,80', 'b.jpg,cat,-.4,0,50,50')],
  ])('%s', (_what, text) => {
    const found = csv(text);
    expect([found.images, found.errors, found.warnings]).toEqual([BOXES, [], []]);
  });

  test('names and labels with commas, quotes, line ends and letters of all languages', () => {
    const found = csv('"a, 1.jpg","lynx, wild"\n"ü ""2"".jpg",Käfer\nb.jpg,"two\nlines"\nc.jpg,"\u200bx"\n', {}, { 'a, 1.jpg': 100, 'ü "2".jpg': 100 });
    expect(found.images).toEqual({ 'a, 1.jpg': ['lynx, wild'], 'b.jpg': ['two\nlines'], 'c.jpg': ['\u200bx'], 'ü "2".jpg': ['Käfer'] });
  });

  test.each<[string, string, string]>([
    ['a decimal comma of Excel', rows(HEADER, 'a.jpg,cat,"1,5",20,60,70'), 'badNumber (1): my.csv:2: xmin is "1,5"'],
    ['a decimal comma between semicolons', rows('filename;class;xmin;ymin;xmax;ymax', 'a.jpg;cat;10;20;60,5;70'), 'badNumber (1): my.csv:2: xmax is "60,5"'],
    ['a date that Excel made', rows(HEADER, 'a.jpg,cat,10,20,60,01.Feb'), 'badNumber (1): my.csv:2: ymax is "01.Feb"'],
    ['not a number', rows(HEADER, 'a.jpg,cat,10,20,60,nan'), 'badNumber (1): my.csv:2: ymax is "nan"'],
    ['infinite', rows(HEADER, 'a.jpg,cat,10,20,60,1e999'), 'badBox (1): my.csv:2 (a.jpg): cat has the edges 10, 20, 60, Infinity'],
    ['hexadecimal', rows(HEADER, 'a.jpg,cat,10,20,60,0x46'), 'badNumber (1): my.csv:2: ymax is "0x46"'],
    ['half a box', rows(HEADER, 'a.jpg,cat,10,20,,'), 'badNumber (1): my.csv:2: xmax is ""'],
    ['a missing cell', rows(HEADER, 'a.jpg,cat,10,20,60'), 'wrongCells (1): my.csv:2: 5 instead of 6'],
    ['a cell too many', rows(HEADER, 'a.jpg,cat,10,20,60,70,1'), 'wrongCells (1): my.csv:2: 7 instead of 6'],
    ['RetinaNet without a number', rows('a.jpg,10,20,60,70,cat', ...Array.from({ length: 30 }, () => 'a.jpg,1,2,30,40,cat'), 'b.jpg,x,20,60,70,cat'), 'badNumber (1): my.csv:32: b.jpg x, 20, 60, 70'],
    ['no image', rows(HEADER, ',cat,10,20,60,70'), 'missingImage (1): my.csv:2: ,cat,10,20,60,70'],
    ['no label', rows(HEADER, 'a.jpg,,10,20,60,70'), 'emptyLabel (1): my.csv:2 (a.jpg): a label without a name'],
    ['an open quote', rows(HEADER, 'a.jpg,"cat,10,20,60,70'), 'unreadableFile (1): my.csv: cannot be read as CSV, line 2: a quote is not closed'],
    ['a quote inside a cell', rows(HEADER, 'a.jpg,5" cat,10,20,60,70'), 'unreadableFile (1): my.csv: cannot be read as CSV, line 2: a quote stands inside a cell; put the whole cell in quotes and double the quotes in it'],
    ['nothing', '', 'unreadableFile (1): my.csv: is empty'],
    ['a header alone', rows(HEADER), 'noLabels (1): classification: add labels, or check that this is the file with the annotations'],
  ])('%s is an error', (_what, text, message) => {
    expect(csv(text).errors[0]).toBe(message);
  });

  test('a quote that is not closed does not take the whole file into memory', () => {
    expect(csv(`a.jpg,"cat\n${'b.jpg,dog\n'.repeat(120_000)}`).errors[0]).toContain('a row has more than 1048576 characters, as happens when a quote is not closed');
  });

  test('other encodings', () => {
    expect(csv(Buffer.from('a.jpg,K\xe4fer\n', 'latin1')).errors).toEqual(['unreadableFile (1): my.csv: is not UTF-8, line 1: "a.jpg,K\ufffdfer"; save it as UTF-8']);
    expect(csv(Buffer.from('\ufeffa.jpg,cat\n', 'utf16le')).errors[0]).toBe('otherFormat (1): my.csv: is text in UTF-16; save it as UTF-8');
  });
});

describe('columns', () => {
  test.each<[string, string, string]>([
    ['names that are not known', rows('foto,klasse', 'a.jpg,cat'), 'has columns whose meaning is not known, its first row is "foto", "klasse"; tell what they mean, such as columns: { image: \'foto\', label: \'…\' }, and for boxes left, top, right and bottom, or width and height, or box'],
    ['no header and another order', rows('cat,10,20,50,50,a.jpg,100,100'), 'has columns whose meaning is not known, its first row is "cat", "10", "20", "50", "50", "a.jpg", "100", "100"; tell what they mean, such as columns: { header: false, image: \'6\', label: \'…\' }, and for boxes left, top, right and bottom, or width and height, or box'],
    ['boxes without labels', rows('filename,xmin,ymin,xmax,ymax', 'a.jpg,1,2,30,40'), 'has boxes, but no column that is known to hold their labels; its columns are filename, xmin, ymin, xmax, ymax; tell what they mean, such as columns: { image: \'filename\', label: \'…\', left: \'xmin\', top: \'ymin\', right: \'xmax\', bottom: \'ymax\' }'],
    ['labels without images', rows('foto,label', 'a.jpg,cat'), 'has no column that is known to name images; its columns are foto, label; tell what they mean, such as columns: { image: \'…\', label: \'label\' }, and for boxes left, top, right and bottom, or width and height, or box'],
    ['an index of pandas and no label', rows(',filename', '0,a.jpg'), 'has no column that is known to hold labels or boxes; its columns are (without a name), filename; tell what they mean, such as columns: { image: \'filename\', label: \'…\' }, and for boxes left, top, right and bottom, or width and height, or box'],
    ['images of which nothing is said but numbers', rows('a.jpg,1,2,30,40'), 'has columns whose meaning is not known, its first row is "a.jpg", "1", "2", "30", "40"; tell what they mean, such as columns: { header: false, image: \'1\', label: \'…\' }, and for boxes left, top, right and bottom, or width and height, or box'],
  ])('%s: the error shows what to write', (_what, text, message) => {
    expect(csv(text).errors[0]).toBe(`unreadableFile (1): my.csv: ${message}`);
  });

  test.each<[string, string, CsvOptions['columns'], Converted['images']]>([
    ['names', rows('foto,klasse', 'a.jpg,cat', 'b.jpg,dog'), { image: 'foto', label: 'klasse' }, LABELS],
    ['an image alone, where each label has a column', rows('foto,cat,dog', 'a.jpg,1,0', 'b.jpg,0,1'), { image: 'foto' }, LABELS],
    ['another label than the one that is recognized', rows('filename,class,species', 'a.jpg,1,cat', 'b.jpg,2,dog'), { label: 'species' }, LABELS],
    ['numbers without a header', rows('cat,10,20,50,50,a.jpg,100,100', 'dog,30,40,60,40,a.jpg,100,100', 'cat,0,0,50,50,b.jpg,100,100'), { image: '6', label: '1', left: '2', top: '3', width: '4', height: '5' }, BOXES],
    ['numbers with a header', rows('x,x', 'a.jpg,cat', 'b.jpg,dog'), { header: true, image: '1', label: '2' }, LABELS],
    ['no header, though the first row looks like one', rows('label,a.jpg', 'dog,b.jpg'), { header: false, image: '2', label: '1' }, { 'a.jpg': ['label'], 'b.jpg': ['dog'] }],
    ['boxes in fractions', rows('foto,klasse,l,o,r,u', 'a.jpg,cat,0.1,0.2,0.6,0.7', 'a.jpg,dog,.3,.4,.9,.8', 'b.jpg,cat,0,0,0.5,0.5'), { image: 'foto', label: 'klasse', left: 'l', top: 'o', right: 'r', bottom: 'u', units: 'fractions' }, BOXES],
  ])('%s', (_what, text, columns, images) => {
    expect(csv(text, { columns })).toMatchObject({ images, errors: [], warnings: [] });
  });

  test('that are not there', () => {
    expect(csv(rows('filename,class', 'a.jpg,cat'), { columns: { label: 'kind' } }).errors[0]).toBe('unreadableFile (1): my.csv: has no column "kind"; its columns are filename, class');
    expect(csv(rows('a.jpg,cat'), { columns: { image: '1', label: '3' } }).errors[0]).toBe('unreadableFile (1): my.csv: has no column "3"; it has 2 columns');
  });
});

describe('folders', () => {
  const text = rows('filename,class', 'a.jpg,cat', 'b.jpg,dog');
  const find = (...names: string[]) => csvFormat.find({ names } as any, {}).map(({ file, set }) => [file, set]);

  test('files with names that tools give are preferred; a single other one will do', () => {
    expect(find('x.csv', 'train/_annotations.csv', 'valid/_annotations.csv')).toEqual([['train/_annotations.csv', 'train'], ['valid/_annotations.csv', 'validation']]);
    expect(find('train_labels.csv', 'test_labels.csv', 'images/a.jpg')).toEqual([['train_labels.csv', 'train'], ['test_labels.csv', 'test']]);
    expect(find('annotations.csv', 'classes.csv')).toEqual([['annotations.csv', undefined]]);
    expect(find('my.tsv', 'class-descriptions.csv')).toEqual([['my.tsv', undefined]]);
    expect(find('one.csv', 'two.csv')).toEqual([]);
  });

  test.each(['', 'images/', 'data/', '../', '../images/'])('images in %j of the file', (place) => {
    const files = { 'sub/my.csv': text, [`sub/${place}a.jpg`]: 100, [`sub/${place}b.jpg`]: 100 };
    const named = Object.fromEntries(Object.entries(files).map(([name, content]) => [name.replace('sub/../', ''), content]));
    expect(convert(csvFormat, named, 'sub/my.csv').images).toEqual(LABELS);
  });

  test('an image that is missing, and one that nothing is said of', () => {
    const found = convert(csvFormat, { 'my.csv': text, 'a.jpg': 100, 'z.jpg': 100 }, 'my.csv');
    expect([found.images, found.warnings]).toEqual([{ 'a.jpg': ['cat'] }, ['imageMissing (1): my.csv:3: b.jpg']]);
  });

  test('an image in two sets', () => {
    expect(csv(rows('TRAIN,a.jpg,cat', 'TEST,a.jpg,cat')).errors).toEqual(['imageInTwoSets (1): my.csv:2 (a.jpg): in train and in test']);
  });
});

test('shuffled rows and columns give the same bytes', () => {
  const cells = Array.from({ length: 60 }, (_, i) => [`${'abc'[i % 3]}.jpg`, ['dog', 'cat', 'ape'][i % 7 % 3], i, i + 1, i + 20, i + 30].map(String));
  const of = (order: readonly number[], lines: readonly string[][]) =>
    rows(...[['filename', 'class', 'xmin', 'ymin', 'xmax', 'ymax'], ...lines].map((line) => order.map((at) => line[at]).join(',')));
  const first = csv(of([0, 1, 2, 3, 4, 5], cells));
  expect(first.errors).toEqual([]);
  expect(csv(of([5, 3, 1, 0, 4, 2], [...cells].reverse())).text).toBe(first.text);
  expect(csv(of([1, 0, 2, 3, 4, 5], [...cells.slice(31), ...cells.slice(0, 31)])).text).toBe(first.text);
});

test.each([
  ['a manifest', '{"source-ref":"a.jpg","label":1}\n', 'is a manifest (JSON Lines); read it with Manifest.fromFile(path)'],
  ['COCO', '{"images": [], "annotations": [], "categories": []}', 'is a COCO file; read it with Manifest.fromCoco(path)'],
  ['COCO over several lines', '{\n  "images": [],\n  "annotations": []\n}\n', 'is a COCO file; read it with Manifest.fromCoco(path)'],
  ['YOLO', 'train: ../train/images\nnc: 1\nnames: [\'cat\']\n', 'is a description of a YOLO dataset; read it with Manifest.fromYolo(path)'],
])('%s names its reader', (_what, text, advice) => {
  expect(csv(text).errors[0]).toBe(`otherFormat (1): my.csv: ${advice}`);
});
