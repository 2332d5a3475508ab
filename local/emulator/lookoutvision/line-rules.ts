/** The rules on a line of a manifest, as far as the developer guide tells them. */
import { isLonger, isObject, labelAttributes, objectOf, s3Location, textOf } from '../core/json-lines';
import type { JsonObject } from '../core/json-lines';

export type AnomalyClass = 'normal' | 'anomaly';

/** A line that is taken. */
export interface TakenLine {
  /** As it is listed: the value of the label is 1 for an anomaly and 0 for a normal image, everything else as it was sent. */
  readonly text: string;
  readonly sourceRef: string;
  readonly bucket: string;
  /** Absent for an unlabeled image. */
  readonly class?: AnomalyClass;
  /** Why a line with other members has no label, which is no error of the service. */
  readonly unlabeled?: string;
  /** When the label was made, if the line tells; milliseconds since 1970. */
  readonly created?: number;
  /** Where the mask is, when it is somewhere. */
  readonly maskRef?: string;
}

export const LINE_CHARACTERS = 8192;

const CLASSES: readonly unknown[] = ['normal', 'anomaly'] satisfies AnomalyClass[];
const CLASSIFICATION = 'groundtruth/image-classification';
const SEGMENTATION = 'groundtruth/semantic-segmentation';

/** @returns what a line says, or the reason why it is invalid */
export function judgeLine(bytes: Uint8Array): TakenLine | string {
  if (isLonger(bytes, LINE_CHARACTERS)) return `it is longer than ${LINE_CHARACTERS} characters`;
  const text = textOf(bytes);
  if (text === undefined) return 'it is not UTF-8';
  const line = objectOf(text);
  if (!line) return 'it is no JSON object';
  if (!Object.hasOwn(line, 'source-ref')) return 'it has no source-ref';
  const location = s3Location(line['source-ref']);
  if (!location) return 'its source-ref is no s3://bucket/key';

  const taken = { text, sourceRef: line['source-ref'] as string, bucket: location.bucket, maskRef: maskRefOf(line) };
  const attribute = labelAttributes(line).find((name) => typeOf(line, name) === CLASSIFICATION);
  if (attribute === undefined) {
    return { ...taken, ...Object.keys(line).length > 1 && { unlabeled: `it has no label of the type ${CLASSIFICATION}` } };
  }
  const metadata = line[`${attribute}-metadata`] as JsonObject;
  const { 'class-name': name, 'human-annotated': humanAnnotated, 'creation-date': created } = metadata;
  const dated = { ...taken, created: typeof created === 'string' ? timeOf(created) : undefined };
  if (humanAnnotated !== 'yes' && humanAnnotated !== 'no') return { ...dated, unlabeled: 'its human-annotated is neither yes nor no' };
  if (!CLASSES.includes(name)) return { ...dated, unlabeled: `its class-name ${JSON.stringify(name)} is neither normal nor anomaly` };

  const value = name === 'anomaly' ? 1 : 0;
  return {
    ...dated,
    class: name as AnomalyClass,
    text: line[attribute] === value ? text : JSON.stringify({ ...line, [attribute]: value }),
  };
}

/** A mask is named by an attribute that ends in `-ref` and has metadata of its type. */
function maskRefOf(line: JsonObject): string | undefined {
  const name = labelAttributes(line).find((attribute) => attribute.endsWith('-ref') && typeOf(line, attribute) === SEGMENTATION);
  return name !== undefined && s3Location(line[name]) ? line[name] as string : undefined;
}

function typeOf(line: JsonObject, attribute: string): unknown {
  const metadata = line[`${attribute}-metadata`];
  return isObject(metadata) ? metadata.type : undefined;
}

/** Dates are written in many ways, `2020-06-23T08:00:00.433061` and JavaScript's own among them; they are UTC unless they say otherwise. */
function timeOf(date: string): number | undefined {
  const hasZone = /GMT|UTC|Z$|[+-]\d\d:?\d\d/.test(date);
  const time = Date.parse(hasZone ? date : /^\d{4}-\d\d-\d\dT/.test(date) ? `${date}Z` : `${date} UTC`);
  return Number.isNaN(time) ? undefined : time;
}
