import { inspectLookoutLineBytes, isAnomalyClass, isBackground, isObject, maskColorsOf, METADATA, quoted } from '../../manifest';
import type { AnomalyClass, Finding, ImageLocation, JsonObject, MaskColor, Problem } from '../../manifest';
import type { ConversionReport } from '../conversion-report';
import type { ImageLabel, LabelOrigin } from '../labeled-image';
import { utcTime } from '../utc-time';
import { LOOKOUT_KINDS } from './kinds';

/** The mask of an image, as its line describes it. */
export interface LookoutMask {
  readonly metadata: JsonObject;
  /** The reference as it is written. */
  readonly ref: string;
  readonly colors: readonly MaskColor[];
  readonly origin: LabelOrigin;
}

/** A labeled line of a Lookout manifest. */
export interface LookoutImage {
  /** Counted from 1. */
  readonly line: number;
  /** As it is written. */
  readonly sourceRef: string;
  /** Of the image, where it is known. */
  readonly bucket?: string;
  readonly class: AnomalyClass;
  /** The attribute that holds the class. */
  readonly attribute: string;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly origin: LabelOrigin;
  readonly mask?: LookoutMask;
}

/** How a line is read. */
export interface ReadingOptions {
  /** Where relative references lead to; they stay as they are written. */
  readonly images?: ImageLocation;
  /** Stands in for a `creation-date` that is missing or cannot be read. */
  readonly creationDate: string;
  /** Whether the mask matters: then what is wrong with it is a problem. */
  readonly masks: boolean;
}

/** The colors of a mask are of no use when their map is wrong. */
const MASK_PROBLEMS = ['ERROR_INVALID_COLOR_MAP'];

/**
 * Reads a line as leniently as the service did: attributes are found by the type in their metadata, never by their name,
 * and what is optional may be missing.
 *
 * @param bytes the line without its terminator
 * @param line its number
 * @param options how to read it
 * @param report receives what is left behind
 * @returns the image, the problems that stop the conversion, or undefined for a line that is left out
 */
export function readLookoutImage(
  bytes: Uint8Array, line: number, options: ReadingOptions, report: ConversionReport,
): LookoutImage | Problem[] | undefined {
  const inspected = inspectLookoutLineBytes(bytes, options.images);
  const problems = (findings: readonly Finding[], ref = inspected.sourceRef): Problem[] =>
    findings.map((finding) => ({ ...finding, line, sourceRef: ref }));
  if (inspected.dropped) return problems(inspected.findings.filter(({ severity }) => severity === 'terminal'));
  const entry = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
  const sourceRef = entry['source-ref'] as string;

  const metadata = inspected.labelAttribute === undefined ? undefined : entry[`${inspected.labelAttribute}${METADATA}`] as JsonObject;
  const name = metadata?.['class-name'];
  if (!isAnomalyClass(name)) {
    const reason = inspected.findings.find(({ code, severity }) => severity === 'error' || code === 'WARNING_UNANNOTATED_RECORD');
    report.add(LOOKOUT_KINDS.unlabeledImage, `line ${line}`, sourceRef, reason?.advice ?? 'the image has no class');
    return undefined;
  }
  if (options.masks && name === 'anomaly') {
    const wrong = inspected.findings.filter(({ code }) => MASK_PROBLEMS.includes(code));
    if (wrong.length > 0) return problems(wrong, sourceRef);
  }
  const origin = (of: JsonObject) => originOf(of, options.creationDate, (detail) => report.add(LOOKOUT_KINDS.creationDate, `line ${line}`, sourceRef, detail));
  const used = ['source-ref', inspected.labelAttribute, inspected.maskAttribute].flatMap((key) => [key, `${key}${METADATA}`]);
  for (const key of Object.keys(entry)) if (!used.includes(key)) report.add(LOOKOUT_KINDS.furtherAttribute, `line ${line}`, sourceRef, key);

  const maskMetadata = entry[`${inspected.maskAttribute}${METADATA}`] as JsonObject;
  const ref = inspected.maskAttribute === undefined ? undefined : entry[inspected.maskAttribute];
  return {
    line,
    sourceRef,
    bucket: inspected.bucket,
    class: name,
    attribute: inspected.labelAttribute!,
    confidence: confidenceOf(metadata!.confidence, (detail) => report.add(LOOKOUT_KINDS.confidence, `line ${line}`, sourceRef, detail)),
    origin: origin(metadata!),
    ...(typeof ref === 'string' && ref !== '' && {
      mask: { metadata: maskMetadata, ref, colors: maskColorsOf(maskMetadata), origin: origin(maskMetadata) },
    }),
  };
}

/** The class as a label; the number is that of Lookout's own manifests. */
export function classLabel({ class: found, confidence, origin }: LookoutImage, attribute: string, name: string): ImageLabel {
  return { attribute, name, value: found === 'anomaly' ? 1 : 0, confidence, origin };
}

/** The anomaly types that the color map of a mask names. */
export function namedTypes({ colors }: LookoutMask): string[] {
  return [...new Set(colors.filter((color) => !isBackground(color)).map(({ className }) => className))];
}

/** Rekognition demands a confidence, which Lookout does not. */
function confidenceOf(value: unknown, corrected: (detail: string) => void): number {
  if (value === undefined) return 1;
  const confidence = typeof value === 'number' ? Math.min(1, Math.max(0, value)) : 1;
  if (confidence !== value) corrected(`confidence ${quoted(value)} becomes ${confidence}`);
  return confidence;
}

function originOf(metadata: JsonObject, fallback: string, rewritten: (detail: string) => void): LabelOrigin {
  const { 'human-annotated': human, 'creation-date': written, 'job-name': job } = isObject(metadata) ? metadata : {};
  const date = utcDate(written) ?? fallback;
  if (date !== written) rewritten(written === undefined ? `none is there; it becomes ${date}` : `${quoted(written)} becomes ${date}`);
  return {
    humanAnnotated: human !== 'no',
    creationDate: date,
    ...(typeof job === 'string' && job !== '' && { jobName: job }),
  };
}

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?$/;

/** ISO 8601 in UTC, also for the text of a JavaScript date, as AWS's own sample data has it. */
function utcDate(written: unknown): string | undefined {
  const time = utcTime(written);
  if (time === undefined) return undefined;
  return ISO_UTC.test(written as string) ? written as string : new Date(time).toISOString().slice(0, -1);
}
