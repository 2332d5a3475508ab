/**
 * The rules for one label attribute: the pair `<attribute>` and `<attribute>-metadata` of a manifest line
 * (Custom Labels guide, "Image-level labels in manifest files" and "Object localization in manifest files").
 */

import { quoted } from '../rules/finding';
import type { Finding } from '../rules/finding';
import { IMAGE_CLASSIFICATION, isObject, METADATA } from '../rules/json-line';
import type { JsonObject, LabelAttribute } from '../rules/json-line';
import { REKOGNITION_LIMITS } from './limits';
import { finding, OBJECT_DETECTION } from './rules';

/** A box whose form has been checked. */
interface Box { readonly class_id: number; readonly left: number; readonly top: number; readonly width: number; readonly height: number }

const BOX_MEMBERS = ['left', 'top', 'width', 'height'] as const;
const SIZE_MEMBERS = ['width', 'height', 'depth'] as const;

/** Boxes of an attribute, whatever their form; none for an image-level label. */
export function annotationsOf(attribute: LabelAttribute): readonly unknown[] | undefined {
  if (isObject(attribute.value) && Array.isArray(attribute.value.annotations)) return attribute.value.annotations;
  return isObject(attribute.metadata) && attribute.metadata.type === OBJECT_DETECTION ? [] : undefined;
}

/** The checks that the service makes first; a finding stops further checks of the line. */
export function checkForm(attribute: LabelAttribute): Finding[] {
  const { name, value, metadata } = attribute;
  const useCase = isObject(metadata) ? metadata.type : undefined;
  const known = useCase === IMAGE_CLASSIFICATION || useCase === OBJECT_DETECTION;
  // With a type the service does not know nobody can say what form is right: checkContent reports the type.
  if (typeof useCase === 'string' && !known) return [];

  const findings: Finding[] = [];
  const wrongValue = useCase === IMAGE_CLASSIFICATION ? classificationForm(value) : useCase === OBJECT_DETECTION ? boxesForm(value) : [];
  if (wrongValue.length > 0) {
    findings.push(finding('ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', [name], `in ${quoted(name)} ${wrongValue.join(', ')}`, name));
  }
  const wrongMetadata = metadataForm(metadata);
  if (wrongMetadata.length > 0) {
    const place = name + METADATA;
    findings.push(finding('ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', [place], `in ${quoted(place)} ${wrongMetadata.join(', ')}`));
  }
  if (findings.length === 0 && useCase === OBJECT_DETECTION) findings.push(...checkReferences(attribute));
  return findings;
}

function classificationForm(value: unknown): string[] {
  return Number.isInteger(value) ? [] : [`the value is ${quoted(value)}; make it a whole number, such as 1`];
}

function boxesForm(value: unknown): string[] {
  if (!isObject(value)) return [`the value is ${quoted(value)}; make it an object with image_size and annotations`];
  const wrong: string[] = [];
  const { image_size: sizes, annotations } = value;
  if (!Array.isArray(sizes) || sizes.length !== 1) wrong.push('image_size must be an array of exactly one object');
  else wrong.push(...numbers(sizes[0], SIZE_MEMBERS, 'image_size[0]'));
  if (!Array.isArray(annotations)) return [...wrong, 'annotations must be an array of boxes'];
  for (let i = 0; i < annotations.length && wrong.length === 0; i++) {
    wrong.push(...numbers(annotations[i], ['class_id', ...BOX_MEMBERS], `annotations[${i}]`));
  }
  return wrong;
}

/** Pixels may have fractions: no source demands whole numbers, and SageMaker Ground Truth itself writes others. */
function numbers(value: unknown, members: readonly string[], where: string): string[] {
  if (!isObject(value)) return [`${where} is ${quoted(value)}; make it an object with ${members.join(', ')}`];
  const wrong = members.filter((member) => !(member === 'class_id' ? Number.isInteger(value[member]) : Number.isFinite(value[member])));
  return wrong.map((member) => `${member} of ${where} is ${quoted(value[member])}; make it a ${member === 'class_id' ? 'whole ' : ''}number`);
}

function metadataForm(metadata: unknown): string[] {
  if (!isObject(metadata)) return [`the value is ${quoted(metadata)}; make it an object with type, creation-date and so on`];
  const wrong: string[] = [];
  const expect = (isValid: boolean, member: string, expected: string) => {
    if (!isValid) wrong.push(`${member} is ${quoted(metadata[member])}; make it ${expected}`);
  };
  expect(typeof metadata.type === 'string', 'type', `"${IMAGE_CLASSIFICATION}" or "${OBJECT_DETECTION}"`);
  const human = metadata['human-annotated'];
  expect(human === 'yes' || human === 'no', 'human-annotated', '"yes" or "no"');
  const date = metadata['creation-date'];
  expect(typeof date === 'string' && date !== '', 'creation-date', 'a date such as "2026-01-05T09:00:00"');
  if (metadata.type === IMAGE_CLASSIFICATION) {
    expect(typeof metadata['class-name'] === 'string', 'class-name', 'the name of the label');
    expect(isConfidence(metadata.confidence), 'confidence', 'a number from 0 to 1');
  }
  if (metadata.type === OBJECT_DETECTION) {
    const map = metadata['class-map'];
    expect(isObject(map) && Object.values(map).every((name) => typeof name === 'string'), 'class-map', 'an object from class id to label name');
    expect(Array.isArray(metadata.objects) && metadata.objects.every(isObject), 'objects', 'an array with one object for each box');
    if (Array.isArray(metadata.objects)) {
      const bad = metadata.objects.findIndex((item) => isObject(item) && Object.hasOwn(item, 'confidence') && !isConfidence(item.confidence));
      if (bad >= 0) wrong.push(`confidence of objects[${bad}] is ${quoted(metadata.objects[bad].confidence)}; make it a number from 0 to 1`);
    }
  }
  return wrong;
}

function isConfidence(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** Boxes against `objects` (paired by position) and `class-map` (by id). */
function checkReferences(attribute: LabelAttribute): Finding[] {
  const boxes = (attribute.value as { annotations: Box[] }).annotations;
  const { objects, 'class-map': classMap } = attribute.metadata as { 'objects': JsonObject[]; 'class-map': JsonObject };
  const place = [attribute.name + METADATA];
  const findings: Finding[] = [];
  const bare = boxes.findIndex((_, i) => objects[i] === undefined || !Object.hasOwn(objects[i], 'confidence'));
  if (bare >= 0) {
    findings.push(finding('ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', place,
      `annotations[${bare}] has no confidence; add {"confidence":1} as objects[${bare}]`));
  }
  const strange = boxes.findIndex((box) => !Object.hasOwn(classMap, String(box.class_id)));
  if (strange >= 0) {
    const id = String(boxes[strange].class_id);
    findings.push(finding('ERROR_MISSING_CLASS_MAP_ID', place,
      `annotations[${strange}] has class_id ${id}, which class-map lacks; add "${id}" to class-map or correct the class_id`));
  }
  return findings;
}

/** The checks of an attribute whose form is right. Any finding outside a single box makes the attribute unusable. */
export function checkContent(attribute: LabelAttribute): Finding[] {
  const { name, metadata } = attribute as { name: string; metadata: JsonObject };
  switch (metadata.type) {
    case IMAGE_CLASSIFICATION: return checkNames(name, [metadata['class-name'] as string]);
    case OBJECT_DETECTION: return [
      ...checkNames(name, Object.values(metadata['class-map'] as Record<string, string>)),
      ...checkBoxes(name, attribute.value as BoxesValue),
    ];
    default: return [finding('ERROR_UNSUPPORTED_USE_CASE_TYPE', [name + METADATA],
      `type of ${quoted(name + METADATA)} is ${quoted(metadata.type)}; make it "${IMAGE_CLASSIFICATION}" or "${OBJECT_DETECTION}"`, name)];
  }
}

function checkNames(attribute: string, names: readonly string[]): Finding[] {
  const { labelNameCharacters } = REKOGNITION_LIMITS;
  const bad = names.find((name) => name.length < 1 || name.length > labelNameCharacters);
  if (bad === undefined) return [];
  return [finding('ERROR_INVALID_LABEL_NAME_LENGTH', [attribute + METADATA],
    `the label name ${quoted(bad)} has ${bad.length} characters; use 1 to ${labelNameCharacters}`)];
}

interface BoxesValue {
  readonly image_size: readonly [{ readonly width: number; readonly height: number }];
  readonly annotations: readonly Box[];
}

function checkBoxes(name: string, value: BoxesValue): Finding[] {
  const { image_size: [size], annotations: boxes } = value;
  const fractions = checkFractions(name, value);
  if (boxes.length === 0) {
    const advice = `${quoted(name)} has no boxes and is not used for training; add boxes or remove it`;
    return [...fractions, finding('WARNING_NO_ATTRIBUTE_ANNOTATIONS', [name], advice)];
  }
  const findings = boxes.flatMap((box, i) => checkBox(box, size, [name, 'annotations', i]));
  if (findings.length === boxes.length) {
    findings.push(finding('ERROR_NO_VALID_ANNOTATIONS', [name], `no box of ${quoted(name)} is valid; correct at least one`));
  }
  findings.push(...fractions);
  const { boxesPerImage, imageSide: { min, max }, imageAspectRatio } = REKOGNITION_LIMITS;
  if (boxes.length > boxesPerImage) {
    findings.push(finding('ERROR_TOO_MANY_BOUNDING_BOXES', [name], `${quoted(name)} has ${boxes.length} boxes; keep at most ${boxesPerImage}`));
  }
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  if (short < min || long > max) {
    findings.push(finding('ERROR_INVALID_IMAGE_DIMENSION', [name],
      `image_size of ${quoted(name)} is ${size.width}x${size.height}; use an image with sides of ${min} to ${max} pixels and its boxes`));
  } else if (long > short * imageAspectRatio) {
    findings.push(finding('WARNING_IMAGE_ASPECT_RATIO', [name],
      `image_size of ${quoted(name)} is ${size.width}x${size.height}; training needs an image at most ${imageAspectRatio} times as long as wide`));
  }
  return findings;
}

/** The first number of pixels that is not whole. */
function checkFractions(name: string, { image_size: [size], annotations: boxes }: BoxesValue): Finding[] {
  const fractionsIn = (record: object, members: readonly string[], where: string) => Object.entries(record)
    .filter(([member, value]) => members.includes(member) && !Number.isInteger(value))
    .map(([member, value]) => `${member} of ${where} is ${value}`);
  const [first] = [...fractionsIn(size, SIZE_MEMBERS, 'image_size[0]'), ...boxes.flatMap((box, i) => fractionsIn(box, BOX_MEMBERS, `annotations[${i}]`))];
  if (first === undefined) return [];
  return [finding('WARNING_FRACTION_OF_PIXEL', [name], `in ${quoted(name)} ${first}, and the service may expect whole pixels; round the numbers to be sure`)];
}

/** Whether a side of a box is too short for the service once the image is scaled down to the size that it looks at. */
export function isBoxTooSmall(box: { width: number; height: number }, image: { width: number; height: number }): boolean {
  const { scaledImageSide, boxSide } = REKOGNITION_LIMITS;
  const longest = Math.max(image.width, image.height, scaledImageSide);
  return Math.min(box.width, box.height) * scaledImageSide <= boxSide * longest;
}

/** At most one finding, which disables this box only. */
function checkBox(box: Box, image: { width: number; height: number }, place: (string | number)[]): Finding[] {
  const where = `annotations[${place[2]}]`;
  const { left, top, width, height } = box;
  if (left < 0 || top < 0 || width < 0 || height < 0 || left + width > image.width || top + height > image.height) {
    return [finding('ERROR_INVALID_BOUNDING_BOX', place, `${where} (left ${left}, top ${top}, width ${width}, height ${height}) does not lie inside `
      + `the image of ${image.width}x${image.height}; correct the box or image_size`)];
  }
  if (isBoxTooSmall(box, image)) {
    const { scaledImageSide, boxSide } = REKOGNITION_LIMITS;
    return [finding('ERROR_BOUNDING_BOX_TOO_SMALL', place, `${where} is ${width}x${height} in an image of ${image.width}x${image.height}; after scaling to `
      + `${scaledImageSide} pixels each side must be longer than ${boxSide}; enlarge or remove the box`)];
  }
  return [];
}
