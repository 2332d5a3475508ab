import { basename, dirname, join } from 'node:path/posix';
import type { AnnotationFile, AnnotationReader } from '../format';
import { imageSetOf } from '../format';
import { readCoco } from './read';
import type { CocoOptions } from './read';

/** Names of COCO files: of Roboflow, of COCO itself and CVAT, of FiftyOne, Label Studio and labelme2coco. */
const FILES = [/^_annotations\.coco\.json$/, /^instances_[^/]+\.json$/, /^(labels|result|annotations)\.json$/];

/**
 * "Common Objects in Context" (cocodataset.org, "Data format") and what Roboflow, CVAT, Label Studio, labelme2coco and FiftyOne make
 * of it.
 */
export const cocoFormat: AnnotationReader<CocoOptions> = {
  name: 'COCO',
  reader: 'Manifest.fromCoco',
  expected: '_annotations.coco.json, annotations/instances_….json, labels.json, result.json or annotations.json',
  find: ({ names }) => {
    const pattern = FILES.find((one) => names.some((name) => one.test(basename(name))));
    return pattern === undefined ? [] : names.filter((name) => pattern.test(basename(name))).map(cocoFile);
  },
  file: cocoFile,
  read: readCoco,
};

function cocoFile(file: string): AnnotationFile {
  const folder = dirname(file);
  const subset = /^instances_(.+)\.json$/.exec(basename(file))?.[1];
  const set = subset === undefined ? imageSetOf(basename(folder)) : imageSetOf(subset);
  const beside = ['.', 'images', 'data', 'JPEGImages'];
  const above = ['..', '../images', ...(subset === undefined ? [] : [`../${subset}`, `../images/${subset}`])];
  return { file, ...(set && { set }), imageFolders: [...beside, ...above].map((path) => join(folder, path)) };
}
