/**
 * The rules on a line that every service has: it is UTF-8, a JSON object, and has one reference to an image.
 */

import { isUtf8 } from 'node:buffer';
import { lintSourceRef, parseS3Uri, resolveSourceRef, SourceRefError } from '../lines/source-ref';
import type { ImageLocation } from '../lines/source-ref';
import { hasRepeatedSourceRef } from '../lines/source-ref-member';
import { quoted } from './finding';
import type { Finding } from './finding';
import { findingsOf, terminal, warning } from './rule';
import type { Rule } from './rule';

/**
 * Every rule by its code. Codes and messages are Rekognition's (Custom Labels guide, "Terminal manifest content errors"); those
 * marked as ours exist because the services are silent.
 */
export const LINE_RULES = {
  ERROR_INVALID_JSON_LINE: terminal('The JSON Line has an invalid format.'),
  ERROR_MISSING_SOURCE_REF: terminal('The source-ref key is missing.'),
  ERROR_INVALID_SOURCE_REF_FORMAT: terminal('The format of the source-ref value is invalid.'),
  /** Ours. */
  ERROR_LINE_TOO_LONG: terminal('The JSON Line is too long.'),
  /** Ours. */
  ERROR_DUPLICATE_SOURCE_REF: terminal('The source-ref value occurs more than once.'),
  /** Ours. */
  SUSPICIOUS_SOURCE_REF: warning('The source-ref value is taken literally and is probably not meant so.'),
  /** Ours. */
  BLANK_LINE: warning('The line is blank.'),
} as const satisfies Record<string, Rule>;

/** A finding of {@link LINE_RULES}. */
export const lineFinding = findingsOf(LINE_RULES);

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both halves of a label attribute, `<attribute>` and `<attribute>-metadata`, as parsed. */
export interface LabelAttribute {
  readonly name: string;
  readonly value: unknown;
  readonly metadata: unknown;
}

/** What the name of an attribute's second half ends with. */
export const METADATA = '-metadata';

/** The name that a label attribute's other half has. */
export function otherHalf(name: string): string {
  return name.endsWith(METADATA) ? name.slice(0, -METADATA.length) : name + METADATA;
}

/**
 * What to say of half a label attribute.
 *
 * @param halves all that stand alone: metadata among them may have been meant for the label
 */
export function halfAdvice(half: string, halves: readonly string[]): string {
  const orphan = half.endsWith(METADATA) ? undefined : halves.find((name) => name.endsWith(METADATA));
  const found = orphan === undefined ? '' : `, and ${quoted(orphan)} without ${quoted(otherHalf(orphan))}`;
  return `${quoted(half)} comes without ${quoted(otherHalf(half))}${found}; a label needs both`;
}

/** Value of `type` in the metadata of an image-level label, which both services know. */
export const IMAGE_CLASSIFICATION = 'groundtruth/image-classification';

/** A line that breaks none of these rules. */
export interface JsonLine {
  /** Everything in the line. */
  readonly members: JsonObject;
  /** The reference as it is written. */
  readonly writtenRef: string;
  /** Resolved. */
  readonly sourceRef: string;
  /** Bucket of the image. */
  readonly bucket: string;
  /** What is odd about the reference. */
  readonly findings: readonly Finding[];
}

/** A line that breaks one of these rules. */
export interface DroppedLine {
  /** Present as soon as the line has a string there. */
  readonly sourceRef?: string;
  /** One. */
  readonly findings: readonly Finding[];
  readonly dropped: true;
}

/**
 * Parses a line.
 *
 * @param text the line without its terminator
 * @param images where the images are; the reference is checked as it will be after it was resolved
 */
export function readJsonLine(text: string, images?: ImageLocation): JsonLine | DroppedLine {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch (error) {
    return dropLine('ERROR_INVALID_JSON_LINE', `the line is not valid JSON: ${syntaxError(error as Error)}; correct it or remove it`, guessSourceRef(text));
  }
  if (!isObject(members)) return dropLine('ERROR_INVALID_JSON_LINE', `the line is ${quoted(members)}; make it a JSON object`);
  if (hasRepeatedSourceRef(text)) {
    return dropLine('ERROR_INVALID_JSON_LINE', 'the line has more than one source-ref; keep the one that is meant', guessSourceRef(text));
  }
  if (!Object.hasOwn(members, 'source-ref')) {
    return dropLine('ERROR_MISSING_SOURCE_REF', 'the line has no source-ref; add "source-ref":"s3://bucket/key" or remove the line');
  }
  const writtenRef = members['source-ref'];
  if (typeof writtenRef !== 'string') {
    return dropLine('ERROR_INVALID_SOURCE_REF_FORMAT', `source-ref is ${quoted(writtenRef)}; make it the string "s3://bucket/key"`);
  }
  const reference = checkReference(writtenRef, images);
  if ('problem' in reference) return dropLine('ERROR_INVALID_SOURCE_REF_FORMAT', reference.problem, writtenRef);
  const odd = lintSourceRef(writtenRef, reference.sourceRef);
  return { members, writtenRef, ...reference, findings: odd === undefined ? [] : [lineFinding('SUSPICIOUS_SOURCE_REF', [], odd)] };
}

/** The text of a line's bytes; what is not UTF-8 is refused instead of read as something else. */
export function decodeLine(bytes: Uint8Array): string | DroppedLine {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  const utf16 = (buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0xfe && buffer[1] === 0xff);
  return dropLine('ERROR_INVALID_JSON_LINE', utf16
    ? 'the file is in the encoding UTF-16; save it as UTF-8'
    : 'the line is not in the encoding UTF-8 (it may be Latin-1 or Windows-1252); save the file as UTF-8', guessSourceRef(buffer.toString('latin1')));
}

/** What JSON.parse says, without the piece of the line that it quotes for some errors. */
function syntaxError({ message }: Error): string {
  return message.replace(/, (?:\.{3})?".*"(?:\.{3})? is not valid JSON$/s, '');
}

/** A line that is dropped for breaking one of these rules. */
export function dropLine(code: keyof typeof LINE_RULES, advice: string, sourceRef?: string): DroppedLine {
  return { ...(sourceRef === undefined ? {} : { sourceRef }), findings: [lineFinding(code, [], advice)], dropped: true };
}

/** What looks like the reference of a line that cannot be parsed, to help finding it in the file. */
export function guessSourceRef(text: string): string | undefined {
  return /"source-ref"\s*:\s*"([^"\\]{1,1024})"/.exec(text.slice(0, 4096))?.[1];
}

function checkReference(written: string, images?: ImageLocation): { sourceRef: string; bucket: string } | { problem: string } {
  if (/\p{Surrogate}/u.test(written)) {
    return { problem: `source-ref ${quoted(written)} has half of a surrogate pair, which is no character; correct the key` };
  }
  try {
    const sourceRef = resolveSourceRef(written, images);
    const bucket = images?.bucket ?? parseS3Uri(sourceRef)?.bucket;
    return bucket === undefined
      ? { problem: `source-ref is ${quoted(written)}; write it as s3://bucket/key, or name the image bucket to use relative keys` }
      : { sourceRef, bucket };
  } catch (error) {
    if (error instanceof SourceRefError) return { problem: error.advice };
    throw error;
  }
}
