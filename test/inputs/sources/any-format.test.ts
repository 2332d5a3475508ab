import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AnnotationFormat, Images, Manifest } from '../../../lib';
import { folderOf } from '../../formats/conversions';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { messageOf } from '../lines';

const COCO = { images: [{ id: 1, file_name: 'a.png', width: 100, height: 100 }], categories: [{ id: 1, name: 'cat' }], annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 50, 50] }] };
const VOC = '<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>50</xmax><ymax>50</ymax></bndbox></object></annotation>';
const CSV = 'filename,width,height,class,xmin,ymin,xmax,ymax\na.png,100,100,cat,0,0,50,50\n';
const PICTURE = { 'a.png': 100 };

/** What a dataset of these annotations is told to be. */
function told(files: Record<string, unknown>, path = '', options = {}): string[] {
  const folder = folderOf(files);
  const stack = makeStack();
  makeDataset(stack, { manifest: Manifest.fromAnnotations(join(folder, path), options), images: Images.fromDirectory(folder) });
  return Annotations.fromStack(stack).findInfo('*', Match.anyValue()).map(({ entry }) => (entry.data as string).replaceAll(folder, '.'));
}

test.each<[string, Record<string, unknown>, string, string]>([
  ['a Roboflow export', { 'train/_annotations.coco.json': COCO, 'train/a.png': 100 }, '', '. is read as COCO, because of train/_annotations.coco.json (Manifest.fromCoco)'],
  ['a COCO file of any name', { 'x.json': COCO, ...PICTURE }, 'x.json', './x.json is read as COCO, because of x.json (Manifest.fromCoco)'],
  ['YOLO', { 'data.yaml': 'train: images\nnames: [cat]\n', 'images/a.png': 100, 'labels/a.txt': '0 0.5 0.5 0.5 0.5\n' }, '', '. is read as YOLO, because of data.yaml (Manifest.fromYolo)'],
  ['Pascal VOC', { 'a.xml': VOC, ...PICTURE }, '', '. is read as Pascal VOC, because of a.xml (Manifest.fromPascalVoc)'],
  ['CSV', { 'labels.csv': CSV, ...PICTURE }, 'labels.csv', './labels.csv is read as CSV, because of labels.csv (Manifest.fromCsv)'],
  ['COCO beside XML and JSON of others', { 'annotations.json': COCO, 'layout.xml': '<svg/>', 'layout.json': {}, ...PICTURE }, '', '. is read as COCO, because of annotations.json (Manifest.fromCoco)'],
])('%s is recognized', (_what, files, path, expected) => {
  expect(told(files, path)).toEqual([expected]);
});

test('a format that is told is not said again', () => {
  expect(told({ 'a.xml': VOC, 'labels.csv': CSV, ...PICTURE }, '', { format: AnnotationFormat.PASCAL_VOC })).toEqual([]);
});

test('what is recognized has its sets', () => {
  const folder = folderOf({ 'train/a.xml': VOC, 'train/a.png': 100, 'test/b.xml': VOC, 'test/b.png': 100 });
  expect(() => Manifest.fromAnnotations(folder).predefinedSplit()).not.toThrow();
});

test('what fits no format, or two', () => {
  const message = (files: Record<string, unknown>, path = '', options = {}) => {
    const folder = folderOf(files);
    return messageOf(() => Manifest.fromAnnotations(join(folder, path), options)).replaceAll(folder, '.');
  };
  expect(message({ 'a.xml': VOC, 'labels.csv': CSV })).toBe('Manifest.fromAnnotations: "." may be Pascal VOC (a.xml) and CSV (labels.csv); choose one with format, such as AnnotationFormat.PASCAL_VOC');
  expect(message({ 'cat/a.png': 100 })).toBe('Manifest.fromAnnotations: "." holds no annotations of a format that is recognized (COCO, YOLO, Pascal VOC, CSV); tell it with format, or read images in class folders with Manifest.fromFolders(path)');
  expect(message({ 'x.manifest': '{"source-ref":"s3://b/a.png"}\n' }, 'x.manifest')).toBe('Manifest.fromAnnotations: "./x.manifest" is a manifest (JSON Lines); read it with Manifest.fromFile(path)');
  expect(message({ 'x.zip': 'PK\x03\x04' }, 'x.zip')).toBe('Manifest.fromAnnotations: "./x.zip" is a ZIP archive; extract it and name the file or folder in it');
  expect(message({}, 'nowhere')).toMatch(/^Manifest.fromAnnotations: there is no file/);
  expect(message({}, '', { format: 'voc' })).toBe('Manifest.fromAnnotations: format is "voc", but must be AnnotationFormat.COCO, AnnotationFormat.YOLO, AnnotationFormat.PASCAL_VOC or AnnotationFormat.CSV');
});
