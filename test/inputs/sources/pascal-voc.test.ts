import { join } from 'node:path';
import { Images, Manifest } from '../../../lib';
import { folderOf } from '../../formats/conversions';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { messageOf } from '../lines';

const XML = '<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>50</xmax><ymax>50</ymax></bndbox></object></annotation>';

test('arguments', () => {
  const folder = folderOf({ 'a.xml': XML, 'a.png': 100, 'empty/x.txt': '' });
  const of = (path: any, options?: any) => messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromPascalVoc(path, options), images: Images.fromDirectory(folder) })).replaceAll(folder, '.');
  expect(of(7)).toBe('Manifest.fromPascalVoc: path is 7, but must be a string');
  expect(of('nowhere')).toMatch(/^Manifest.fromPascalVoc: there is no file "nowhere"/);
  expect(of(join(folder, 'empty'))).toBe('Stack/Train: Manifest.fromPascalVoc: "./empty" has no XML files; name the file with the annotations');
  expect(of(folder, { oneBased: 'yes' })).toBe('Manifest.fromPascalVoc: oneBased is "yes", but must be true or false');
  expect(of(folder, { imageSet: 7 })).toBe('Manifest.fromPascalVoc: imageSet is 7, but must be a string');
  expect(of(join(folder, 'a.xml'), { imageSet: 'train' })).toBe('Manifest.fromPascalVoc: imageSet chooses files of a folder, but "./a.xml" is a file');
  expect(of(folder, { imageSet: 'train' })).toContain('ImageSets/Main: train, but there are no lists: imageSet is no list in ImageSets/Main.');
});
