import type { ImageLocation } from '../lines/source-ref';
import type { Finding } from '../rules/finding';
import { decodeLine, dropLine, guessSourceRef, halfAdvice, isObject, METADATA, readJsonLine } from '../rules/json-line';
import type { DroppedLine, JsonObject, LabelAttribute } from '../rules/json-line';
import { isServiceMember } from '../rules/listed-line';
import { statedSizes } from '../rules/stated-size';
import type { StatedSize } from '../rules/stated-size';
import { annotationsOf, checkContent, checkForm } from './inspect-label-attribute';
import { REKOGNITION_LIMITS } from './limits';
import { finding } from './rules';

/** A label that a line names. */
export interface LineLabel {
  readonly name: string;
  /** Whether a box of the line has it. */
  readonly boxed: boolean;
}

/** Everything the rules say of one line. */
export interface InspectedLine {
  /** Resolved; present as soon as the line has a string there, even when the line is refused. */
  readonly sourceRef?: string;
  /** The sizes that the line states of its image; absent: none. */
  readonly imageSizes?: readonly StatedSize[];
  /** Bucket of the image; absent when the line is dropped. */
  readonly bucket?: string;
  /** One item for each distinct label: every class-name, and every value of every class-map. */
  readonly labels: readonly LineLabel[];
  /** The service's `is_labeled`: an image-level label or at least one box, valid or not. */
  readonly labeled: boolean;
  readonly findings: readonly Finding[];
  /** True when a terminal finding removes the line. */
  readonly dropped: boolean;
}

/**
 * Checks one line against every rule that a single line can break (Custom Labels guide, "Debugging dataset errors").
 * This is the only place that makes findings on lines.
 *
 * @param text the line without its terminator
 * @param images where the images are; the reference is checked as it will be after it was resolved
 */
export function inspectLine(text: string, images?: ImageLocation): InspectedLine {
  if (text.length > REKOGNITION_LIMITS.lineCharacters) return tooLong(text, text.length);
  const line = readJsonLine(text, images);
  if ('dropped' in line) return withoutLabels(line);
  const { members, sourceRef, bucket } = line;
  const length = text.length + sourceRef.length - line.writtenRef.length;
  if (length > REKOGNITION_LIMITS.lineCharacters) return { ...tooLong(text, length), sourceRef };

  const attributes = labelAttributesOf(members);
  const labels = labelsOf(attributes);
  const findings = [...checkAttributes(members, attributes, labels), ...line.findings];
  return { sourceRef, imageSizes: statedSizes(members), bucket, labels, labeled: isLabeled(attributes), findings, dropped: false };
}

/**
 * {@link inspectLine} for bytes as they were read: refuses what is not UTF-8 instead of reading it as something else.
 */
export function inspectLineBytes(bytes: Uint8Array, images?: ImageLocation): InspectedLine {
  const text = decodeLine(bytes);
  return typeof text === 'string' ? inspectLine(text, images) : withoutLabels(text);
}

/**
 * What is said of a line that is too long to be read.
 *
 * @param beginning as much of the line as was kept
 * @param characters length of the whole line where it is known
 */
export function tooLong(beginning: string, characters?: number): InspectedLine {
  const limit = REKOGNITION_LIMITS.lineCharacters;
  const length = characters === undefined ? `more than ${limit} characters` : `${characters} characters, more than ${limit}`;
  const advice = `the line has ${length}, and the service silently drops such lines; shorten it`;
  return withoutLabels(dropLine('ERROR_LINE_TOO_LONG', advice, guessSourceRef(beginning)));
}

function withoutLabels(line: DroppedLine): InspectedLine {
  return { ...line, labels: [], labeled: false };
}

/** The complete pairs of a line. */
function labelAttributesOf(line: JsonObject): LabelAttribute[] {
  const attributes: LabelAttribute[] = [];
  for (const name of Object.keys(line)) {
    if (name === 'source-ref' || isServiceMember(name, line[name]) || isMetadataOf(name, line)) continue;
    const metadata = name + METADATA;
    if (Object.hasOwn(line, metadata) && !isServiceMember(metadata, line[metadata])) {
      attributes.push({ name, value: line[name], metadata: line[metadata] });
    }
  }
  return attributes;
}

function isMetadataOf(name: string, line: JsonObject): boolean {
  if (!name.endsWith(METADATA)) return false;
  const attribute = name.slice(0, -METADATA.length);
  return attribute !== 'source-ref' && Object.hasOwn(line, attribute);
}

/**
 * The rules on label attributes in the service's order: what is wrong with the form of any of them stops the rest.
 */
function checkAttributes(line: JsonObject, attributes: readonly LabelAttribute[], labels: readonly NamedLabel[]): Finding[] {
  if (attributes.length === 0) {
    const halves = Object.keys(line).filter((name) => name !== 'source-ref' && !isServiceMember(name, line[name]));
    if (halves.length === 0) {
      return [finding('WARNING_UNANNOTATED_RECORD', [], 'the image has no label and is not used for training; label it when it should be')];
    }
    return [finding('ERROR_NO_LABEL_ATTRIBUTES', [], halfAdvice(halves[0], halves))];
  }
  const form = attributes.flatMap(checkForm);
  if (form.length > 0) return form;

  const contents = attributes.map(checkContent);
  const findings = contents.flat();
  if (contents.every((ofOne) => ofOne.some((found) => found.severity === 'error' && found.place.length === 1))) {
    findings.push(finding('ERROR_NO_VALID_LABEL_ATTRIBUTES', [], 'no label of the line is valid; correct at least one'));
  }
  if (contents.every((ofOne) => ofOne.some((found) => found.code === 'WARNING_NO_ATTRIBUTE_ANNOTATIONS'))) {
    findings.push(finding('WARNING_NO_ANNOTATIONS', [], 'the image has no boxes and is not used for training; add boxes or labels when it should be'));
  }
  const used = labels.filter(({ boxed, imageLevel }) => boxed || imageLevel).length;
  if (used > REKOGNITION_LIMITS.labelsPerImage) {
    findings.push(finding('WARNING_TOO_MANY_LABELS_PER_IMAGE', [],
      `the image has ${used} different labels; keep at most ${REKOGNITION_LIMITS.labelsPerImage}`));
  }
  return findings;
}

function isLabeled(attributes: readonly LabelAttribute[]): boolean {
  return attributes.some((attribute) => (annotationsOf(attribute)?.length ?? 1) > 0);
}

interface NamedLabel extends LineLabel {
  /** Whether the image as a whole has it. */
  readonly imageLevel: boolean;
}

function labelsOf(attributes: readonly LabelAttribute[]): NamedLabel[] {
  const labels = new Map<string, NamedLabel>();
  const add = (name: unknown, boxed: boolean, imageLevel: boolean) => {
    if (typeof name !== 'string') return;
    const known = labels.get(name);
    labels.set(name, { name, boxed: boxed || known?.boxed === true, imageLevel: imageLevel || known?.imageLevel === true });
  };
  for (const attribute of attributes) {
    const { metadata } = attribute;
    if (!isObject(metadata)) continue;
    add(metadata['class-name'], false, true);
    const classMap = metadata['class-map'];
    if (!isObject(classMap)) continue;
    const ids = new Set((annotationsOf(attribute) ?? []).filter(isObject).map((box) => String(box.class_id)));
    for (const id of Object.keys(classMap)) add(classMap[id], ids.has(id), false);
  }
  return [...labels.values()];
}
