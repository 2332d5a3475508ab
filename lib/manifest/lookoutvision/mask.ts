/** The rules for the mask of an image: the pair `<name>-ref` and `<name>-ref-metadata` of a manifest line. */

import { parseS3Uri, resolveSourceRef, SourceRefError } from '../lines/source-ref';
import type { ImageLocation } from '../lines/source-ref';
import { findMember } from '../lines/source-ref-member';
import { quoted } from '../rules/finding';
import type { Finding } from '../rules/finding';
import { isObject, METADATA } from '../rules/json-line';
import type { LabelAttribute } from '../rules/json-line';
import { LOOKOUT_LIMITS } from './limits';
import { lookoutFinding } from './rules';

/** One color of a mask. */
export interface MaskColor {
  /** Anomaly type, or BACKGROUND. */
  readonly className: string;
  /** `#rrggbb` in lower case: upper and lower case mean the same. */
  readonly hexColor: string;
}

/** What a line says of its mask. */
export interface InspectedMask {
  /** The reference as it will be in the dataset; absent when it is none. */
  readonly ref?: string;
  /** The anomaly types of the color map, each once, in its order. */
  readonly anomalyTypes: readonly string[];
  readonly findings: readonly Finding[];
}

const HEX_COLOR = /^#[0-9a-f]{6}$/i;
const BACKGROUND = /^background$/i;

/** The colors of an `internal-color-map` in the order of its keys, those without name or color left out. */
export function maskColorsOf(metadata: unknown): MaskColor[] {
  const map = isObject(metadata) ? metadata['internal-color-map'] : undefined;
  if (!isObject(map)) return [];
  return Object.values(map).flatMap((entry) => {
    const { 'class-name': name, 'hex-color': color } = isObject(entry) ? entry : {};
    return typeof name === 'string' && name !== '' && typeof color === 'string' && HEX_COLOR.test(color)
      ? [{ className: name, hexColor: color.toLowerCase() }] : [];
  });
}

/** Whether a color stands for no anomaly. */
export function isBackground({ className }: MaskColor): boolean {
  return BACKGROUND.test(className);
}

/**
 * Checks a mask as leniently as the service takes it: AWS's own sample data has neither a background entry nor confidences
 * in its color maps, and dates in JavaScript's text form.
 *
 * @param images where the images are: masks are resolved against it as they are
 */
export function inspectMask({ name, value, metadata }: LabelAttribute, images?: ImageLocation): InspectedMask {
  const findings: Finding[] = [];
  const place = name + METADATA;
  if (!name.endsWith('-ref')) {
    findings.push(lookoutFinding('ERROR_MASK_ATTRIBUTE_NAME', [name],
      `the mask attribute ${quoted(name)} must end in "-ref"; rename it to ${quoted(`${name}-ref`)} and its metadata likewise`));
  }
  const reference = typeof value === 'string' ? resolveMaskRef(name, value, images) : undefined;
  const location = reference?.ref === undefined ? undefined : parseS3Uri(reference.ref);
  if (location === undefined) {
    findings.push(lookoutFinding('ERROR_INVALID_MASK_REF_FORMAT', [name],
      reference?.problem ?? `${quoted(name)} is ${quoted(value)}; make it "s3://bucket/key" of a PNG file`));
  } else if (!/\.png$/i.test(location.key)) {
    findings.push(lookoutFinding('WARNING_MASK_FORMAT', [name], `the mask ${quoted(value)} does not end in .png; masks must be PNG files`));
  }
  const wrong = colorMapProblems(metadata);
  if (wrong.length > 0) findings.push(lookoutFinding('ERROR_INVALID_COLOR_MAP', [place], `in ${quoted(place)} ${wrong.join(', ')}`));

  const anomalyTypes = [...new Set(maskColorsOf(metadata).filter((color) => !isBackground(color)).map(({ className }) => className))];
  const most = LOOKOUT_LIMITS.anomalyTypesPerMask;
  if (anomalyTypes.length > most) {
    findings.push(lookoutFinding('WARNING_TOO_MANY_ANOMALY_TYPES_IN_MASK', [place],
      `the mask has ${anomalyTypes.length} anomaly types, and a model is trained with ${most} at most; merge some`));
  }
  return { ...(location && { ref: reference!.ref }), anomalyTypes, findings };
}

/**
 * Puts another reference in the place of a mask's; nothing else of the line changes.
 *
 * @param line valid JSON that has the attribute
 * @param attribute name of the mask attribute
 */
export function replaceMaskRef(line: Buffer, attribute: string, ref: string): Buffer {
  const { start, end } = findMember(line, 0, line.length, Buffer.from(JSON.stringify(attribute)))!;
  return Buffer.concat([line.subarray(0, start), Buffer.from(JSON.stringify(ref)), line.subarray(end)]);
}

function resolveMaskRef(name: string, written: string, images?: ImageLocation): { ref?: string; problem?: string } {
  try {
    return { ref: resolveSourceRef(written, images) };
  } catch (error) {
    if (error instanceof SourceRefError) return { problem: error.advice.replace('source-ref', quoted(name)) };
    throw error;
  }
}

function colorMapProblems(metadata: unknown): string[] {
  if (!isObject(metadata)) return [`the metadata is ${quoted(metadata)}; make it an object with an internal-color-map`];
  const map = metadata['internal-color-map'];
  if (!isObject(map) || Object.keys(map).length === 0) return ['internal-color-map must be an object with an entry for each color of the mask'];
  const problems: string[] = [];
  const meanings = new Map<string, string>();
  for (const [key, entry] of Object.entries(map)) {
    const { 'class-name': name, 'hex-color': color } = isObject(entry) ? entry : {};
    if (typeof name !== 'string' || name === '') problems.push(`class-name of ${quoted(key)} is ${quoted(name)}; name the anomaly type`);
    if (typeof color !== 'string' || !HEX_COLOR.test(color)) {
      problems.push(`hex-color of ${quoted(key)} is ${quoted(color)}; write the color as "#2ca02c"`);
      continue;
    }
    const meaning = meanings.get(color.toLowerCase());
    if (meaning !== undefined && meaning !== name) problems.push(`${color} stands for both ${quoted(meaning)} and ${quoted(name)}; use one color for each`);
    meanings.set(color.toLowerCase(), String(name));
  }
  return problems;
}
