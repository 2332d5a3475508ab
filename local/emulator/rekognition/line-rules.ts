/** The rules on a line of a manifest, in the words and codes of the developer guide ("Debugging dataset errors"). */
import { isLonger, isObject, labelAttributes, objectOf, s3Location, textOf } from '../core/json-lines';
import type { JsonObject } from '../core/json-lines';
import { withoutAdditions } from './additions';

/** An error that ListDatasetEntries shows on a line. */
export interface LineError {
  readonly code: string;
  readonly message: string;
  /** The steps from the line to what is wrong. */
  readonly place: readonly (string | number)[];
}

/** A label of an image. */
export interface LineLabel {
  readonly name: string;
  /** False for one that a class map declares and no box has. */
  readonly used: boolean;
  readonly boxed: boolean;
}

/** A line that is taken. */
export interface TakenLine {
  /** As it was sent, without what the service itself added when it listed the line. */
  readonly text: string;
  readonly sourceRef: string;
  readonly bucket: string;
  readonly labeled: boolean;
  readonly labels: readonly LineLabel[];
  readonly errors: readonly LineError[];
}

/** Why a line is removed without a word. */
export type Removal = 'too long' | 'no JSON object' | 'no source-ref' | 'no S3 location';

export const LINE_CHARACTERS = 100_000;
const LABEL_NAME_CHARACTERS = 255;
const BOXES = 50;
const SIDE = { least: 64, most: 4096 };
/** An image with a longer side is scaled down to it. */
const LONGEST_SIDE = 1280;

const CLASSIFICATION = 'groundtruth/image-classification';
const DETECTION = 'groundtruth/object-detection';
const BOX_NUMBERS = ['left', 'top', 'width', 'height'];

/** A label attribute and its metadata. */
interface Pair {
  readonly name: string;
  readonly value: unknown;
  readonly metadata: unknown;
}

/** Annotations that were found to have the right format. */
interface Boxes {
  readonly image_size: readonly [{ readonly width: number; readonly height: number }];
  readonly annotations: readonly Box[];
}
type Box = Readonly<Record<'class_id' | 'left' | 'top' | 'width' | 'height', number>>;

/**
 * @param fractions whether a number of a box that is not whole is an error
 * @returns why the line is removed, or what of it is kept
 */
export function judgeLine(bytes: Uint8Array, fractions: 'accept' | 'error'): TakenLine | Removal {
  if (isLonger(bytes, LINE_CHARACTERS)) return 'too long';
  const sent = textOf(bytes);
  const parsed = sent === undefined ? undefined : objectOf(sent);
  if (!parsed) return 'no JSON object';
  const line = withoutAdditions(parsed);
  if (!Object.hasOwn(line, 'source-ref')) return 'no source-ref';
  const location = s3Location(line['source-ref']);
  if (!location) return 'no S3 location';

  const pairs = labelAttributes(line).map((name) => ({ name, value: line[name], metadata: line[`${name}-metadata`] }));
  return {
    text: line === parsed ? sent! : JSON.stringify(line),
    sourceRef: line['source-ref'] as string,
    bucket: location.bucket,
    labeled: pairs.some(isLabeled),
    labels: labelsOf(pairs),
    errors: errorsOf(line, pairs, fractions),
  };
}

function errorsOf(line: JsonObject, pairs: readonly Pair[], fractions: 'accept' | 'error'): LineError[] {
  if (pairs.length === 0) {
    const unlabeled = Object.keys(line).length === 1;
    return unlabeled ? [] : [{ code: 'ERROR_NO_LABEL_ATTRIBUTES', message: 'No label attributes found.', place: [] }];
  }
  const formatErrors = pairs.flatMap((pair) => errorsOfFormat(pair, fractions));
  if (formatErrors.length > 0) return formatErrors; // these stop all other checks of the line

  const errors = pairs.map(errorsOfContent);
  // An error of a box is an error of this box only.
  const usable = errors.some((ofPair) => ofPair.every(({ code }) => BOX_ERRORS.includes(code)));
  return [
    ...errors.flat(),
    ...usable ? [] : [{ code: 'ERROR_NO_VALID_LABEL_ATTRIBUTES', message: 'No valid label attributes found.', place: [] }],
  ];
}

function errorsOfFormat({ name, value, metadata }: Pair, fractions: 'accept' | 'error'): LineError[] {
  const inMetadata = [`${name}-metadata`];
  const attributeError = {
    code: 'ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', message: `The format of the label attribute ${name} is invalid.`, place: [name],
  };
  const metadataError = {
    code: 'ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', message: 'The format of the label attribute metadata is invalid.', place: inMetadata,
  };
  if (!isObject(metadata) || typeof metadata.type !== 'string') return [metadataError];
  if (metadata.type === CLASSIFICATION) {
    return [
      ...Number.isInteger(value) ? [] : [attributeError],
      ...isClassificationMetadata(metadata) ? [] : [metadataError],
    ];
  }
  if (metadata.type !== DETECTION) return [];

  const boxes = isBoxes(value, fractions);
  const described = isDetectionMetadata(metadata);
  if (!boxes || !described) return [...boxes ? [] : [attributeError], ...described ? [] : [metadataError]];
  const { objects, 'class-map': classMap } = metadata as { 'objects': readonly unknown[]; 'class-map': JsonObject };
  const { annotations } = value;
  const confident = annotations.every((_, i) => isObject(objects[i]) && objects[i].confidence !== undefined);
  const mapped = annotations.every(({ class_id: id }) => Object.hasOwn(classMap, String(id)));
  return [
    ...confident ? [] : [{
      code: 'ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', message: 'One or more bounding boxes has a missing confidence value.', place: inMetadata,
    }],
    ...mapped ? [] : [{
      code: 'ERROR_MISSING_CLASS_MAP_ID', message: 'One of more class ids is missing from the class map.', place: inMetadata,
    }],
  ];
}

/** @param pair one whose format is right */
function errorsOfContent({ name, value, metadata }: Pair): LineError[] {
  const { type, 'class-name': className, 'class-map': classMap } = metadata as Readonly<Record<string, any>>;
  const inMetadata = [`${name}-metadata`];
  if (type !== CLASSIFICATION && type !== DETECTION) {
    return [{
      code: 'ERROR_UNSUPPORTED_USE_CASE_TYPE',
      message: `The use case type of the ${name}-metadata label attribute metadata is unsupported. Check the type field.`,
      place: inMetadata,
    }];
  }
  const names: string[] = type === CLASSIFICATION ? [className] : Object.values(classMap);
  return [
    ...type === DETECTION ? errorsOfBoxes(name, value as Boxes) : [],
    ...names.every(isLabelName) ? [] : [{
      // The guide names this code, but not its message.
      code: 'ERROR_INVALID_LABEL_NAME_LENGTH', message: 'The length of a label name is invalid.', place: inMetadata,
    }],
  ];
}

const BOX_ERRORS: readonly string[] = ['ERROR_INVALID_BOUNDING_BOX', 'ERROR_BOUNDING_BOX_TOO_SMALL'];

function errorsOfBoxes(name: string, { image_size: [image], annotations }: Boxes): LineError[] {
  const shrinks = Math.max(image.width, image.height, LONGEST_SIDE) / LONGEST_SIDE;
  const errors = annotations.flatMap(({ left, top, width, height }, i) => {
    const place = [name, 'annotations', i];
    if (Math.min(left, top, width, height) < 0 || left + width > image.width || top + height > image.height) {
      return [{ code: 'ERROR_INVALID_BOUNDING_BOX', message: 'The bounding box has off frame values.', place }];
    }
    return width > shrinks && height > shrinks ? []
      : [{ code: 'ERROR_BOUNDING_BOX_TOO_SMALL', message: 'The height and width of the bounding box is too small.', place }];
  });
  const fits = [image.width, image.height].every((side) => side >= SIDE.least && side <= SIDE.most);
  return [
    ...errors,
    ...annotations.length > 0 && errors.length === annotations.length
      ? [{ code: 'ERROR_NO_VALID_ANNOTATIONS', message: 'No valid annotations found.', place: [name] }] : [],
    ...annotations.length <= BOXES ? [] : [{
      code: 'ERROR_TOO_MANY_BOUNDING_BOXES', message: 'There are more bounding boxes than the allowed maximum.', place: [name],
    }],
    // Only of lines with boxes.
    ...fits || annotations.length === 0 ? [] : [{
      code: 'ERROR_INVALID_IMAGE_DIMENSION', message: 'The image dimension(s) do not conform to allowed dimensions.', place: [name],
    }],
  ];
}

function isClassificationMetadata(metadata: JsonObject): boolean {
  return isMetadata(metadata) && typeof metadata['class-name'] === 'string' && isConfidence(metadata.confidence);
}

function isDetectionMetadata(metadata: JsonObject): boolean {
  const { objects, 'class-map': classMap } = metadata;
  return isMetadata(metadata)
    && isObject(classMap) && Object.values(classMap).every((name) => typeof name === 'string')
    && Array.isArray(objects) && objects.every((one) => isObject(one) && (one.confidence === undefined || isConfidence(one.confidence)));
}

function isMetadata({ 'human-annotated': humanAnnotated, 'creation-date': created }: JsonObject): boolean {
  return (humanAnnotated === 'yes' || humanAnnotated === 'no') && typeof created === 'string' && created !== '';
}

function isConfidence(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isBoxes(value: unknown, fractions: 'accept' | 'error'): value is Boxes {
  if (!isObject(value)) return false;
  const { image_size: sizes, annotations } = value;
  const isNumber = fractions === 'accept' ? Number.isFinite : Number.isInteger;
  return Array.isArray(sizes) && sizes.length === 1
    && sizes.every((size) => isObject(size) && ['width', 'height', 'depth'].every((member) => Number.isFinite(size[member])))
    && Array.isArray(annotations)
    && annotations.every((box) => isObject(box) && Number.isInteger(box.class_id) && BOX_NUMBERS.every((member) => isNumber(box[member])));
}

function isLabelName(name: string): boolean {
  const { length } = [...name];
  return length > 0 && length <= LABEL_NAME_CHARACTERS;
}

/** Whether `cl-metadata` calls the image labeled, which errors do not change. */
function isLabeled({ value, metadata }: Pair): boolean {
  return !isObject(metadata) || metadata.type !== DETECTION || annotationsOf(value).length > 0;
}

/** The labels of the line, each once. Names that the API could not show are no labels. */
function labelsOf(pairs: readonly Pair[]): LineLabel[] {
  const labels = new Map<string, LineLabel>();
  const add = (name: unknown, used: boolean, boxed: boolean) => {
    if (typeof name !== 'string' || !isLabelName(name)) return;
    const { used: before, boxed: boxedBefore } = labels.get(name) ?? { used: false, boxed: false };
    labels.set(name, { name, used: used || before, boxed: boxed || boxedBefore });
  };
  for (const { value, metadata } of pairs) {
    if (!isObject(metadata)) continue;
    add(metadata['class-name'], true, false);
    const ids = annotationsOf(value).map((box) => isObject(box) && String(box.class_id));
    for (const [id, name] of isObject(metadata['class-map']) ? Object.entries(metadata['class-map']) : []) {
      const boxed = ids.includes(id);
      add(name, boxed, boxed);
    }
  }
  return [...labels.values()];
}

function annotationsOf(value: unknown): readonly unknown[] {
  return isObject(value) && Array.isArray(value.annotations) ? value.annotations : [];
}
