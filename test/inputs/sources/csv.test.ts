import { join } from 'node:path';
import { BoxUnits, Images, Manifest } from '../../../lib';
import { folderOf } from '../../formats/conversions';
import { makeDataset, makeStack } from '../../rigs/stacks';
import { messageOf } from '../lines';

const FILES = { 'owls.csv': 'foto,art,l,t,r,b\na.jpg,barn owl,0.1,0.2,0.6,0.7\n', 'a.jpg': 100 };
const COLUMNS = { image: 'foto', label: 'art', left: 'l', top: 't', right: 'r', bottom: 'b', units: BoxUnits.FRACTIONS, header: true };

test('the columns that a user names', () => {
  const folder = folderOf(FILES);
  const manifest = Manifest.fromCsv(join(folder, 'owls.csv'), { columns: COLUMNS });
  expect(makeDataset(makeStack(), { manifest, images: Images.fromDirectory(folder) })).toBeDefined();
});

test('arguments, and what is not recognized', () => {
  const folder = folderOf({ ...FILES, 'none/a.txt': '' });
  const of = (options?: any, path = 'owls.csv') =>
    messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromCsv(join(folder, path), options) })).replaceAll(folder, '.');
  expect(of()).toContain('owls.csv: has columns whose meaning is not known, its first row is "foto", "art"');
  expect(of({ columns: 'foto' })).toBe('Manifest.fromCsv: columns is "foto", but must be an object, such as { image: \'file\', label: \'kind\' }');
  expect(of({ columns: { image: 1 } })).toBe('Manifest.fromCsv: columns.image is 1, but must be a string');
  expect(of({ columns: { units: 'cm' } })).toBe('Manifest.fromCsv: columns.units is "cm", but must be BoxUnits.PIXELS or BoxUnits.FRACTIONS');
  expect(of({ columns: { header: 'yes' } })).toBe('Manifest.fromCsv: columns.header is "yes", but must be true or false');
  expect(of({ crowd: 1 })).toBe('Manifest.fromCsv: crowd is 1, but must be true or false');
  expect(of({}, 'none')).toBe('Stack/Train: Manifest.fromCsv: "./none" has no _annotations.csv, _classes.csv, annotations.csv or a single other CSV file; name the file with the annotations');
});

test('a manifest reader names the one for CSV', () => {
  const folder = folderOf(FILES);
  expect(messageOf(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(join(folder, 'owls.csv')) })).replaceAll(folder, '.'))
    .toBe('Stack/Train: ./owls.csv is CSV, not a manifest: read it with Manifest.fromCsv(path).');
});
