/**
 * What a rule says of a manifest, and how it is said to a person.
 */

import { visible } from './printable';

/**
 * How much a finding weighs.
 *
 * - `terminal`: the service drops the line silently (or, for a finding on the whole manifest, refuses the operation);
 * - `error`: the service keeps the line and lists the code on it, the entry counts as an error entry;
 * - `warning`: advice on training or on the shape of the file; the service says nothing when the dataset is loaded.
 */
export type Severity = 'terminal' | 'error' | 'warning';

/** What a rule says of one line, or of the whole manifest. */
export interface Finding {
  /** The service's own code (Custom Labels guide, "Manifest errors") or, where it has none, ours. */
  readonly code: string;
  readonly severity: Severity;
  /** The service's own text, attribute names filled in. */
  readonly message: string;
  /** What exactly is wrong here and what to change, without a final full stop. */
  readonly advice: string;
  /**
   * Path inside the line's JSON where the service attaches its error list: `[]` is the top level,
   * `['bb']` an attribute, `['bb-metadata']` its metadata, `['bb', 'annotations', 2]` one box.
   */
  readonly place: readonly (string | number)[];
}

/** A finding together with the line it was made on. */
export interface Problem extends Finding {
  /** Counted from 1; absent for a finding on the whole manifest. */
  readonly line?: number;
  /** The line's resolved `source-ref`, where it has one. */
  readonly sourceRef?: string;
}

const LONGEST_REFERENCE = 200;
const LONGEST_QUOTE = 80;

/**
 * One sentence that names place, rule and hint, for example
 * `birds.manifest:12 (s3://b/k.jpg): ERROR_MISSING_CLASS_MAP_ID: annotations[3] has class_id 7, which class-map lacks; add "7" …`.
 * Control and invisible characters are shown as JSON escapes; a long `source-ref` is cut.
 *
 * @param problem what was found
 * @param file name of the manifest as the reader knows it; without it the sentence begins with the line
 */
export function describeProblem(problem: Problem, file?: string): string {
  return `${problemPlace(problem, file)}: ${problem.code}: ${visible(problem.advice)}.`;
}

/** Where a problem is, for example `birds.manifest:12 (s3://b/k.jpg)`; parameters as for {@link describeProblem}. */
export function problemPlace({ line, sourceRef }: Pick<Problem, 'line' | 'sourceRef'>, file?: string): string {
  const where = line === undefined ? file : file === undefined ? `line ${line}` : `${file}:${line}`;
  return visible(where ?? 'manifest') + (sourceRef === undefined ? '' : ` (${visible(cut(sourceRef, LONGEST_REFERENCE))})`);
}

/** A value of the customer's line, quoted and cut for use inside an advice sentence. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(cut(value, LONGEST_QUOTE)) : nameOfKind(value);
  return visible(text);
}

function nameOfKind(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === undefined) return 'nothing';
  return value !== null && typeof value === 'object' ? 'an object' : `${value as null | number | boolean}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
