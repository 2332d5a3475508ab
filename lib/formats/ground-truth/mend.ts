/**
 * Makes an entry of a labeling job's output one that Rekognition takes. What has no obvious mend stays, and the rules of the service
 * tell it.
 */

import { IMAGE_CLASSIFICATION, isObject, METADATA, OBJECT_DETECTION } from '../../manifest';
import type { JsonObject } from '../../manifest';
import type { ConversionKind } from '../conversion-report';
import { KINDS } from '../kinds';
import { attributeOf } from '../label-images';
import type { LabeledBox } from '../labeled-image';
import { largestBoxes } from '../pixel-boxes';
import { GROUND_TRUTH_KINDS } from './kinds';
import { isVerification, labelAttributes, MULTILABEL } from './label-source';

/** Receives what was mended or left out. */
export type Tell = (kind: ConversionKind, detail: string) => void;

const ZERO_WIDTH = /[\u200b-\u200d\u2060\ufeff]/g;

/**
 * The entry with names of members as they are meant: without invisible characters, and with the metadata called after its attribute.
 * Needed before anything else is looked for.
 *
 * @returns the entry itself where nothing is to be done
 */
export function withTidyNames(entry: JsonObject, tell: Tell): JsonObject {
  const visible = withoutZeroWidth(entry, tell);
  const keys = Object.keys(visible);
  const isMetadata = (key: string) => key.endsWith(METADATA);
  const orphans = keys.filter((key) => isMetadata(key) && !(key.slice(0, -METADATA.length) in visible) && isLabelMetadata(visible[key]));
  const alone = keys.filter((key) => !isMetadata(key) && key !== 'source-ref' && !(key + METADATA in visible) && isLabelValue(visible[key]));
  if (orphans.length !== 1 || alone.length !== 1) return visible;
  tell(GROUND_TRUTH_KINDS.metadataName, `${orphans[0]} becomes ${alone[0]}${METADATA}`);
  return Object.fromEntries(Object.entries(visible).map(([key, value]) => [key === orphans[0] ? alone[0] + METADATA : key, value]));
}

function withoutZeroWidth(entry: JsonObject, tell: Tell): JsonObject {
  const wrong = Object.keys(entry).filter((key) => key.search(ZERO_WIDTH) >= 0);
  if (wrong.length === 0) return entry;
  tell(GROUND_TRUTH_KINDS.zeroWidth, wrong.map((key) => key.replace(ZERO_WIDTH, '')).join(', '));
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key.replace(ZERO_WIDTH, ''), value]));
}

/** Of a job that has labeled the image. */
function isLabelMetadata(value: unknown): boolean {
  return isObject(value) && value['failure-reason'] === undefined && ('class-name' in value || 'class-map' in value);
}

function isLabelValue(value: unknown): boolean {
  return typeof value === 'number' || Array.isArray(value) || (isObject(value) && 'annotations' in value);
}

/**
 * The entry with the labels of one attribute alone, as Rekognition takes them.
 *
 * @param entry see {@link withTidyNames}
 * @param source the attribute that is read
 * @returns the entry itself where nothing is to be done
 */
export function mendedEntry(entry: JsonObject, source: string, tell: Tell): JsonObject {
  const single = withoutOthers(entry, source, tell);
  const metadata = single[source + METADATA];
  const failure = isObject(metadata) ? metadata['failure-reason'] : undefined;
  if (single[source] === undefined || !isObject(metadata) || failure !== undefined) {
    if (failure !== undefined) tell(GROUND_TRUTH_KINDS.failedItem, JSON.stringify(failure));
    else tell(KINDS.unlabeledEntry, `it has no ${source in single ? source + METADATA : source}`);
    return without(single, [source, source + METADATA]);
  }
  switch (metadata.type) {
    case MULTILABEL: return withAttributeEach(single, source, metadata, tell);
    case IMAGE_CLASSIFICATION: return metadata.confidence === undefined ? withConfidence(single, source, metadata, tell) : single;
    case OBJECT_DETECTION: return withMendedBoxes(single, source, metadata, tell);
    default: return single;
  }
}

function withoutOthers(entry: JsonObject, source: string, tell: Tell): JsonObject {
  const others = labelAttributes(entry).filter(({ name }) => name !== source);
  for (const other of others) {
    if (isVerification(other)) tell(GROUND_TRUTH_KINDS.verification, `${other.name}: ${String(other.metadata['class-name'])}`);
    else tell(GROUND_TRUTH_KINDS.otherAttribute, other.name);
  }
  return others.length === 0 ? entry : without(entry, others.flatMap(({ name }) => [name, name + METADATA]));
}

function without(entry: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !keys.includes(key)));
}

function withConfidence(entry: JsonObject, source: string, metadata: JsonObject, tell: Tell): JsonObject {
  tell(GROUND_TRUTH_KINDS.confidence, source);
  return { ...entry, [source + METADATA]: { ...metadata, confidence: 1 } };
}

/** The labels of an attribute, each in one of its own: Rekognition takes one an attribute. */
function withAttributeEach(entry: JsonObject, source: string, metadata: JsonObject, tell: Tell): JsonObject {
  const ids: unknown = entry[source];
  if (!Array.isArray(ids)) return entry;
  const { 'class-map': classes, 'confidence-map': confidences, type: _, ...origin } = metadata;
  const rest = without(entry, [source, source + METADATA]);
  if (ids.length === 0) {
    tell(KINDS.unlabeledEntry, `${source} is empty`);
    return rest;
  }
  tell(GROUND_TRUTH_KINDS.multilabel, `${ids.length} of ${source}`);
  const labels = (ids as unknown[]).flatMap((id) => {
    const name = isObject(classes) ? classes[String(id)] : undefined;
    if (typeof name !== 'string') {
      tell(GROUND_TRUTH_KINDS.unknownClass, `${String(id)} of ${source}`);
      return [];
    }
    const confidence = isObject(confidences) ? confidences[String(id)] : undefined;
    if (confidence === undefined) tell(GROUND_TRUTH_KINDS.confidence, `${name} of ${source}`);
    const attribute = attributeOf(source, name);
    return [[attribute, 1], [attribute + METADATA, { 'class-name': name, 'confidence': confidence ?? 1, ...origin, 'type': IMAGE_CLASSIFICATION }]];
  });
  return { ...rest, ...Object.fromEntries(labels) as JsonObject };
}

type Edges = Pick<LabeledBox, 'left' | 'top' | 'width' | 'height'>;

/** Boxes with whole edges that are in the image, no more than Rekognition takes, each with a confidence. */
function withMendedBoxes(entry: JsonObject, source: string, metadata: JsonObject, tell: Tell): JsonObject {
  const labels = entry[source];
  if (!isObject(labels)) return entry;
  const { annotations, image_size: sizes, ...others } = labels;
  const size = Array.isArray(sizes) ? sizes[0] as unknown : undefined;
  if (!Array.isArray(annotations) || !annotations.every(isBox) || !isObject(size)) return entry;
  const mended = annotations.map((box) => mendedBox(box, Number(size.width), Number(size.height), tell));
  const written: readonly unknown[] = Array.isArray(metadata.objects) ? metadata.objects : [];
  const objects = annotations.map((_box, i) => {
    const object = written[i];
    if (isObject(object) && object.confidence !== undefined) return object;
    tell(GROUND_TRUTH_KINDS.confidence, `box ${i} of ${source}`);
    return { ...(isObject(object) && object), confidence: 1 };
  });
  const kept = largestBoxes(mended);
  if (kept.length < mended.length) tell(KINDS.tooManyBoxes, `${mended.length - kept.length} boxes`);
  const isChanged = mended.some((box, i) => box !== annotations[i]) || objects.some((object, i) => object !== written[i]);
  if (kept.length === mended.length && !isChanged) return entry;
  return {
    ...entry,
    [source]: { ...others, image_size: sizes, annotations: kept },
    [source + METADATA]: { ...metadata, objects: objects.filter((_object, i) => kept.includes(mended[i])) },
  };
}

function isBox(value: unknown): value is JsonObject & Edges {
  return isObject(value) && ['left', 'top', 'width', 'height'].every((key) => typeof value[key] === 'number');
}

/** Edges are rounded, half up, never width and height. Further over the edge than a pixel, it is not clear what was meant. */
function mendedBox(box: JsonObject & Edges, width: number, height: number, tell: Tell): JsonObject & Edges {
  const edges = [box.left, box.top, box.left + box.width, box.top + box.height];
  const limits = [width, height, width, height];
  const whole = edges.map((edge) => Math.round(edge));
  const inside = whole.map((edge, i) => edge < 0 && edges[i] >= -1 ? 0 : edge > limits[i] && edges[i] <= limits[i] + 1 ? limits[i] : edge);
  const described = `${box.left},${box.top} ${box.width}x${box.height}`;
  if (![box.left, box.top, box.width, box.height].every(Number.isInteger)) tell(GROUND_TRUTH_KINDS.fraction, described);
  if (inside.some((edge, i) => edge !== whole[i])) tell(GROUND_TRUTH_KINDS.overEdge, `${described} in an image of ${width}x${height}`);
  const [left, top, right, bottom] = inside;
  const mended = { left, top, width: right - left, height: bottom - top };
  return Object.entries(mended).every(([key, value]) => box[key] === value) ? box : { ...box, ...mended };
}
