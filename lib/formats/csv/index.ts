import { basename, dirname, join } from 'node:path/posix';
import type { ImageSet } from '../annotated-image';
import type { AnnotationFile, AnnotationReader } from '../format';
import { imageSetOf } from '../format';
import { isDescriptions } from './open-images';
import { readCsv } from './read';
import type { CsvOptions } from './read';

export type { CsvColumns } from './layout';
export type { CsvOptions } from './read';

/** Names of files with annotations: of Roboflow, of Open Images, of the scripts for TensorFlow and RetinaNet. */
const FILES = [
  /^_annotations\.csv$/, /^_classes\.csv$/, /annotations-bbox\.csv$/, /annotations-(human-)?imagelabels.*\.csv$/,
  /^(train|val|valid|validation|test)_(labels|annotations)\.csv$/, /^annotations\.csv$/,
];

/** Comma-separated values (RFC 4180), also with semicolons or tabs, whose columns are told by their names or their order. */
export const csvFormat: AnnotationReader<CsvOptions> = {
  name: 'CSV',
  reader: 'Manifest.fromCsv',
  expected: '_annotations.csv, _classes.csv, annotations.csv or a single other CSV file',
  find: ({ names }) => {
    const all = names.filter((name) => /\.(csv|tsv)$/i.test(name) && !isDescriptions(name));
    const pattern = FILES.find((one) => all.some((name) => one.test(basename(name))));
    if (pattern !== undefined) return all.filter((name) => pattern.test(basename(name))).map(csvFile);
    return all.length === 1 ? all.map(csvFile) : [];
  },
  file: csvFile,
  read: readCsv,
};

function csvFile(file: string): AnnotationFile {
  const folder = dirname(file);
  const named = setOfName(basename(file));
  const set = named?.set ?? imageSetOf(basename(folder));
  const beside = ['.', 'images', 'data', ...(named ? [named.word, `images/${named.word}`] : [])];
  const above = ['..', '../images', ...(named ? [`../${named.word}`, `../images/${named.word}`] : [])];
  return { file, ...(set && { set }), imageFolders: [...beside, ...above].map((path) => join(folder, path)) };
}

/** The set in names such as `train_labels.csv` and `oidv6-train-annotations-bbox.csv`. */
function setOfName(name: string): { set: ImageSet; word: string } | undefined {
  for (const word of name.replace(/\.[^.]*$/, '').split(/[-_]/)) {
    const set = imageSetOf(word);
    if (set) return { set, word };
  }
  return undefined;
}
