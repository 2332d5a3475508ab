import { dirname, join } from 'node:path/posix';
import type { AnnotationFile, AnnotationReader } from '../format';
import { imageSetOf } from '../format';
import { countingLists, LISTS } from './image-sets';
import { isXml, readVoc } from './read';
import type { VocOptions } from './read';

/** Pascal VOC (host.robots.ox.ac.uk/pascal/VOC, "VOC2012 Development Kit"), also of labelImg, Roboflow, CVAT and labelme. */
export const vocFormat: AnnotationReader<VocOptions> = {
  name: 'Pascal VOC',
  reader: 'Manifest.fromPascalVoc',
  expected: 'XML files',
  find: (folder, { imageSet }) => {
    const { names } = folder;
    const places = [...new Set(names.filter((name) => name.endsWith('.txt')).map((name) => dirname(name)))].filter((one) => one === LISTS || one.endsWith(`/${LISTS}`));
    if (imageSet !== undefined) return (places.length === 0 ? [LISTS] : places).map(listsFile);
    const lists = places.filter((one) => countingLists(folder, one).length > 0);
    return lists.length > 0 ? lists.map(listsFile) : names.filter(isXml).map(xmlFile());
  },
  file: (name) => xmlFile()(name),
  read: readVoc,
};

/** All lists of a dataset. */
function listsFile(file: string): AnnotationFile {
  const base = join(file, '..', '..');
  return { file, imageFolders: ['JPEGImages', 'images', '.'].map((name) => join(base, name)) };
}

/** Files of one folder have their images in the same places. */
function xmlFile(): (file: string) => AnnotationFile {
  const folders = new Map<string, readonly string[]>();
  return (file) => {
    const folder = dirname(file);
    const set = folder.split('/').map(imageSetOf).find((one) => one !== undefined);
    const imageFolders = folders.get(folder) ?? imageFoldersOf(folder);
    folders.set(folder, imageFolders);
    return { file, ...(set && { set }), imageFolders };
  };
}

/** Beside the annotations, in a folder beside theirs, or in that of the same subfolder. */
function imageFoldersOf(folder: string): string[] {
  const twins = ['JPEGImages', 'images'].flatMap((name) => [folder.replace(/(^|\/)annotations?(?=\/|$)/i, `$1${name}`), join(folder, '..', name)]);
  return [...new Set([folder, ...twins, join(folder, '..')])];
}
