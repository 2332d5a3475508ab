import { readFileSync } from 'node:fs';
import { convertAnnotations } from '../../lib/files/convert-annotations';
import { cocoFormat } from '../../lib/formats';

/** What a COCO file holds. */
export interface CocoAnswer {
  readonly images: number;
  readonly annotations: number;
}

/** Makes manifest lines of it, and counts the boxes in them. */
export function cocoConvert(path: string): CocoAnswer {
  const { lines, count } = convertAnnotations('bench', path, cocoFormat, {});
  let annotations = 0;
  for (const line of lines) annotations += line.split('"class_id"').length - 1;
  return { images: count, annotations };
}

/** Parses it whole, and does nothing more. A text that is no ASCII, or longer than half a gigabyte, could not be read so. */
export function cocoParse(path: string): CocoAnswer {
  const { images, annotations } = JSON.parse(readFileSync(path, 'latin1'));
  return { images: images.length, annotations: annotations.length };
}
