import type { ImageLocation } from '../lines/source-ref';
import { quoted } from '../rules/finding';
import type { Finding } from '../rules/finding';
import { decodeLine, halfAdvice, IMAGE_CLASSIFICATION, isObject, METADATA, otherHalf, readJsonLine } from '../rules/json-line';
import type { DroppedLine, JsonObject, LabelAttribute } from '../rules/json-line';
import { statedSizes } from '../rules/stated-size';
import type { StatedSize } from '../rules/stated-size';
import { classAdvice, isAnomalyClass } from './class-name';
import { LOOKOUT_LIMITS } from './limits';
import type { AnomalyClass } from './limits';
import { inspectMask } from './mask';
import { lookoutFinding, SEMANTIC_SEGMENTATION } from './rules';

/** Everything the rules of Lookout for Vision say of one line. */
export interface InspectedLookoutLine {
  /** Resolved; present as soon as the line has a string there, even when the line is refused. */
  readonly sourceRef?: string;
  /** The sizes that the line states of its image, as a line of Rekognition does; absent: none. */
  readonly imageSizes?: readonly StatedSize[];
  /** Bucket of the image; absent when the line is refused. */
  readonly bucket?: string;
  /** The class the service takes the image for; absent when it takes it as unlabeled. */
  readonly class?: AnomalyClass;
  /** The attribute that holds the class: the one whose metadata has the type of a classification, whatever its name. */
  readonly labelAttribute?: string;
  /** The attribute that refers to the mask: the one whose metadata has the type of a segmentation. */
  readonly maskAttribute?: string;
  /** The reference to the mask as it will be in the dataset; absent when it is none. */
  readonly maskRef?: string;
  /** The anomaly types that the mask's colors name, without the background. */
  readonly anomalyTypes: readonly string[];
  readonly findings: readonly Finding[];
  /** True when a terminal finding makes the service refuse the line, and with it the whole call. */
  readonly dropped: boolean;
}

/**
 * Checks one line against every rule that a single line can break ("Creating a manifest file" of the developer guide).
 * This is the only place that makes findings on lines of this service.
 *
 * @param text the line without its terminator
 * @param images where the images are; the reference is checked as it will be after it was resolved
 */
export function inspectLookoutLine(text: string, images?: ImageLocation): InspectedLookoutLine {
  if (text.length > LOOKOUT_LIMITS.lineCharacters) return lookoutLineTooLong(text.length);
  const line = readJsonLine(text, images);
  if ('dropped' in line) return withoutTypes(line);
  const { members, sourceRef, bucket } = line;
  const annotations = inspectAnnotations(members, line.findings, images);
  const { maskAttribute, maskRef } = annotations;
  const length = text.length + sourceRef.length - line.writtenRef.length
    + (maskRef === undefined ? 0 : maskRef.length - (members[maskAttribute!] as string).length);
  if (length > LOOKOUT_LIMITS.lineCharacters) return { ...lookoutLineTooLong(length), sourceRef };

  return { sourceRef, imageSizes: statedSizes(members), bucket, ...annotations, dropped: false };
}

/** {@link inspectLookoutLine} for bytes as they were read: refuses what is not UTF-8 instead of reading it as something else. */
export function inspectLookoutLineBytes(bytes: Uint8Array, images?: ImageLocation): InspectedLookoutLine {
  const text = decodeLine(bytes);
  return typeof text === 'string' ? inspectLookoutLine(text, images) : withoutTypes(text);
}

function withoutTypes(line: DroppedLine): InspectedLookoutLine {
  return { ...line, anomalyTypes: [] };
}

/** A line as ListDatasetEntries shows it: the value beside the class is 1 for anomaly and 0 for normal, whatever was sent. */
export function listedLookoutLine(text: string, { labelAttribute, class: found }: InspectedLookoutLine): string {
  if (labelAttribute === undefined || found === undefined) return text;
  const value = found === 'anomaly' ? 1 : 0;
  const line = JSON.parse(text);
  return line[labelAttribute] === value ? text : JSON.stringify({ ...line, [labelAttribute]: value });
}

/**
 * What is said of a line that is too long.
 *
 * @param characters its length, where it is known
 */
export function lookoutLineTooLong(characters?: number): InspectedLookoutLine {
  const limit = LOOKOUT_LIMITS.lineCharacters;
  const length = characters === undefined ? `more than ${limit} characters` : `${characters} characters, more than ${limit}`;
  return { anomalyTypes: [], findings: [lookoutFinding('ERROR_LINE_TOO_LONG', [], `the line has ${length}; shorten it`)], dropped: true };
}

type Annotations = Omit<InspectedLookoutLine, 'sourceRef' | 'imageSizes' | 'bucket' | 'dropped'>;

function inspectAnnotations(line: JsonObject, ofLine: readonly Finding[], images?: ImageLocation): Annotations {
  const pairs = pairsOf(line);
  const halves = halfPairs(line, pairs);
  const findings = [...ofLine, ...halves];
  const ofType = (type: string) => pairs.filter(({ metadata }) => isObject(metadata) && metadata.type === type);
  const [label, another] = ofType(IMAGE_CLASSIFICATION);
  const [maskPair] = ofType(SEMANTIC_SEGMENTATION);
  if (another !== undefined) {
    findings.push(lookoutFinding('WARNING_SEVERAL_LABEL_ATTRIBUTES', [],
      `the image has the classes ${quoted(label.name)} and ${quoted(another.name)}; keep one of them`));
  }
  const problems = label !== undefined ? checkLabel(label)
    : pairs.length > 0 ? missingLabel(pairs, maskPair)
      : halves.length > 0 ? [] : [UNANNOTATED];
  findings.push(...problems);
  const metadata = label?.metadata as JsonObject | undefined;
  const found = problems.some(({ severity }) => severity === 'error') ? undefined : metadata?.['class-name'] as AnomalyClass | undefined;

  const mask = maskPair && inspectMask(maskPair, images);
  if (mask) findings.push(...mask.findings);
  if (found === 'normal' && mask && mask.anomalyTypes.length > 0) {
    findings.push(lookoutFinding('WARNING_MASK_ON_NORMAL_IMAGE', [maskPair.name],
      `the image is normal, but its mask has ${quoted(mask.anomalyTypes[0])}; remove the mask or correct the class`));
  }
  return {
    class: found,
    labelAttribute: label?.name,
    maskAttribute: maskPair?.name,
    maskRef: mask?.ref,
    anomalyTypes: mask?.anomalyTypes ?? [],
    findings,
  };
}

/** The complete pairs of a line, in its order. */
function pairsOf(line: JsonObject): LabelAttribute[] {
  return Object.keys(line)
    .filter((name) => name !== 'source-ref' && Object.hasOwn(line, name + METADATA))
    .map((name) => ({ name, value: line[name], metadata: line[name + METADATA] }));
}

const UNANNOTATED = lookoutFinding('WARNING_UNANNOTATED_RECORD', [],
  'the image has no label and is not used for training; label it when it should be');

/** What keeps the class of a line from being read, when none of its pairs has the type of one. */
function missingLabel([pair]: readonly LabelAttribute[], mask: LabelAttribute | undefined): Finding[] {
  if (mask !== undefined) {
    return [lookoutFinding('ERROR_MASK_WITHOUT_CLASS', [mask.name],
      `the image has the mask ${quoted(mask.name)} but no class, and the service takes it as unlabeled; `
      + `add a class attribute of the type "${IMAGE_CLASSIFICATION}"`)];
  }
  const { name, metadata } = pair;
  const place = name + METADATA;
  if (!isObject(metadata)) {
    return [lookoutFinding('ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', [place], `${quoted(place)} is ${quoted(metadata)}; make it an object`)];
  }
  return [lookoutFinding('ERROR_UNSUPPORTED_USE_CASE_TYPE', [place],
    `type of ${quoted(place)} is ${quoted(metadata.type)}, and the service takes the image as unlabeled; make it "${IMAGE_CLASSIFICATION}"`)];
}

/** Halves of pairs that stand alone: the first where the line has no pair at all, otherwise those that look like a label or mask. */
function halfPairs(line: JsonObject, pairs: readonly LabelAttribute[]): Finding[] {
  const halves = Object.keys(line).filter((name) => name !== 'source-ref' && !Object.hasOwn(line, otherHalf(name))
    && !pairs.some((pair) => name === pair.name + METADATA));
  const telling = pairs.length === 0 ? halves.slice(0, 1) : halves.filter((name) => {
    const value = line[name];
    return name.endsWith(METADATA) ? isObject(value) && (value.type === IMAGE_CLASSIFICATION || value.type === SEMANTIC_SEGMENTATION) : name.endsWith('-ref');
  });
  return telling.map((name) => lookoutFinding('ERROR_NO_LABEL_ATTRIBUTES', [], halfAdvice(name, halves)));
}

/** The rules on the metadata of a class; the value beside it is ignored by the service. */
function checkLabel({ name, metadata }: LabelAttribute): Finding[] {
  const place = name + METADATA;
  const { 'class-name': className, 'human-annotated': human, confidence } = metadata as JsonObject;
  const wrong: string[] = [];
  if (typeof className !== 'string') wrong.push(`class-name is ${quoted(className)}; make it "normal" or "anomaly"`);
  if (human !== 'yes' && human !== 'no') wrong.push(`human-annotated is ${quoted(human)}; make it "yes" or "no"`);
  if (wrong.length > 0) return [lookoutFinding('ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', [place], `in ${quoted(place)} ${wrong.join(', ')}`)];

  if (!isAnomalyClass(className)) return [lookoutFinding('ERROR_UNKNOWN_ANOMALY_CLASS', [place], `in ${quoted(place)} ${classAdvice(className as string)}`)];
  if (confidence === undefined || (typeof confidence === 'number' && confidence >= 0 && confidence <= 1)) return [];
  return [lookoutFinding('WARNING_CONFIDENCE', [place], `confidence of ${quoted(place)} is ${quoted(confidence)}; make it a number from 0 to 1, or leave it out`)];
}
