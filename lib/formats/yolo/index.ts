import type { AnnotationFile, AnnotationReader } from '../format';
import { NAME_FILES } from './dataset';
import { readYolo } from './read';

/** Descriptions of datasets: of Ultralytics, Roboflow and FiftyOne, of Darknet and CVAT, and names alone, of labelImg and Label Studio. */
const isDescription: readonly ((name: string) => boolean)[] = [
  (name) => /^data\.ya?ml$/.test(name), (name) => /\.ya?ml$/.test(name), (name) => name.endsWith('.data'), (name) => NAME_FILES.includes(name),
];

/** YOLO (docs.ultralytics.com, "Object Detection Datasets Overview"; github.com/AlexeyAB/darknet, "How to train"). */
export const yoloFormat: AnnotationReader<object> = {
  name: 'YOLO',
  reader: 'Manifest.fromYolo',
  expected: 'data.yaml, obj.data or classes.txt',
  find: ({ names }) => {
    const top = names.filter((name) => !name.includes('/'));
    const found = isDescription.flatMap((isOne) => top.filter(isOne));
    return found.slice(0, 1).map(yoloFile);
  },
  file: yoloFile,
  read: readYolo,
};

function yoloFile(file: string): AnnotationFile {
  return { file, imageFolders: ['.'] };
}
