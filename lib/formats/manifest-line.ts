import { IMAGE_CLASSIFICATION, METADATA, OBJECT_DETECTION } from '../manifest';
import { BOXES_ATTRIBUTE } from './labeled-image';
import type { ImageLabel, LabeledImage, LabelOrigin } from './labeled-image';

/** Color channels: the services take no other images. */
const DEPTH = 3;

/**
 * The line of an image, without its end.
 *
 * @param image the image
 * @param classIds of all boxes in the manifest, see {@link classIdsOf}
 */
export function manifestLine(image: LabeledImage, classIds: ReadonlyMap<string, number> = new Map()): string {
  return JSON.stringify(Object.assign({ 'source-ref': image.sourceRef }, ...image.imageLabels.map(imageLabelMembers), boxMembers(image, classIds)));
}

/** The ids of all labels on boxes, for the whole manifest, in the order of their names. */
export function classIdsOf(images: Iterable<LabeledImage>): ReadonlyMap<string, number> {
  const names = new Set<string>();
  for (const { boxLabels } of images) for (const { name } of boxLabels?.boxes ?? []) names.add(name);
  return new Map([...names].sort().map((name, id) => [name, id]));
}

/** Both halves of an image-level label. */
export function imageLabelMembers({ attribute, value, name, confidence, origin }: ImageLabel): Record<string, unknown> {
  return {
    [attribute]: value,
    [attribute + METADATA]: { 'class-name': name, confidence, ...originMembers(origin), 'type': IMAGE_CLASSIFICATION },
  };
}

/** The members that the metadata of every attribute has in common. */
export function originMembers({ humanAnnotated, creationDate, jobName }: LabelOrigin): Record<string, string> {
  return {
    'human-annotated': humanAnnotated ? 'yes' : 'no',
    'creation-date': creationDate,
    ...(jobName !== undefined && { 'job-name': jobName }),
  };
}

function boxMembers({ sourceRef, size, boxLabels }: LabeledImage, classIds: ReadonlyMap<string, number>): Record<string, unknown> {
  if (boxLabels === undefined) return {};
  if (size === undefined) throw new Error(`${sourceRef} has boxes, but no size`);
  const { attribute = BOXES_ATTRIBUTE, boxes, origin } = boxLabels;
  const used = new Set(boxes.map(({ name }) => name));
  return {
    [attribute]: {
      image_size: [{ width: size.width, height: size.height, depth: DEPTH }],
      annotations: boxes.map(({ name, top, left, width, height }) => ({ class_id: classIds.get(name)!, top, left, width, height })),
    },
    [attribute + METADATA]: {
      'objects': boxes.map(({ confidence }) => ({ confidence })),
      'class-map': Object.fromEntries([...classIds].filter(([name]) => used.has(name)).map(([name, id]) => [String(id), name])),
      'type': OBJECT_DETECTION,
      ...originMembers(origin),
    },
  };
}
