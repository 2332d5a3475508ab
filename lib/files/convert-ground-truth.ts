import { basename, dirname } from 'node:path';
import { ConversionReport, entryOf, GROUND_TRUTH_KINDS, KINDS, labelAttributes, LabelSource, mendedEntry, utcTime, withTidyNames } from '../formats';
import type { Tell } from '../formats';
import { isObject, METADATA, visible } from '../manifest';
import type { JsonObject } from '../manifest';
import { LocalAnnotationFolder } from './annotation-folder';
import { findingsOf, isAnnotationFolder } from './convert-annotations';
import type { Conversion } from './convert-annotations';
import type { DirectoryOptions } from './directory';
import { fileLines } from './file-lines';

/** How the output of labeling jobs is read. */
export interface GroundTruthOptions extends DirectoryOptions {
  /** The label attribute that is read; absent: the only one, or the last one of a chain of jobs that adjust each other. */
  readonly labelSource?: string;
  /** Everything that is mended or left out is an error. */
  readonly strict?: boolean;
}

/** What a job calls its output, in the folder that it writes to. */
const OUTPUT = /(^|\/)manifests\/output\/[^/]+\.manifest$/;
const PART = /\.manifest$/;

/** A line of all files together. */
interface Line {
  /** Counted from 0. */
  readonly index: number;
  readonly text: string;
  readonly where: string;
}

/**
 * Makes a manifest of the output of labeling jobs. Lines that need no mend stay as they are written.
 *
 * @param caller how messages name what was called
 * @param path a manifest, or a folder with the output of a job, or the parts of a streaming one
 * @throws Error for a path that is not there, and for a folder without manifests
 */
export function convertGroundTruth(caller: string, path: string, options: GroundTruthOptions): Conversion {
  const isFolder = isAnnotationFolder(caller, path);
  const folder = new LocalAnnotationFolder(caller, isFolder ? path : dirname(path), options);
  const files = isFolder ? partsOf(folder.names) : [basename(path)];
  if (files.length === 0) throw new Error(`${caller}: "${visible(path)}" has no files that end in .manifest; name the manifest`);

  const report = new ConversionReport();
  const lines = () => linesOf(files, folder);
  const outcome = filesAreManifests(files, folder, report) ? mendAll(lines, path, options, report) : undefined;
  const findings = findingsOf(report, options.strict);
  if (findings.errors.length > 0 || !outcome) return { lines: [], count: 0, ...findings };
  const { mended, left, count } = outcome;
  return { lines: { [Symbol.iterator]: () => written(lines(), mended, left) }, count, ...findings };
}

/** The output of a job; otherwise all manifests, as a streaming job writes them. */
function partsOf(names: readonly string[]): string[] {
  const output = names.filter((name) => OUTPUT.test(name));
  return output.length > 0 ? output : names.filter((name) => PART.test(name));
}

function filesAreManifests(files: readonly string[], folder: LocalAnnotationFolder, report: ConversionReport): boolean {
  const others = files.flatMap((name) => {
    const file = folder.recognize(name);
    return file && file.reader !== 'Manifest.fromFile' ? [{ name, file }] : [];
  });
  for (const { name, file } of others) report.add(KINDS.otherFormat, name, undefined, `is ${file.what}; ${file.advice}`);
  return others.length === 0;
}

function* linesOf(files: readonly string[], folder: LocalAnnotationFolder): Iterable<Line> {
  let index = 0;
  for (const file of files) {
    for (const { line, text } of fileLines(folder.blocks(file))) {
      if (text.trim() !== '') yield { index, text, where: `${file}:${line}` };
      index += 1;
    }
  }
}

interface Outcome {
  /** Lines that are not as they are written, by their index. */
  readonly mended: ReadonlyMap<number, string>;
  /** Lines that are left out. */
  readonly left: ReadonlySet<number>;
  readonly count: number;
}

/** @returns undefined when it is not known what to read */
function mendAll(
  lines: () => Iterable<Line>, path: string, { labelSource }: GroundTruthOptions, report: ConversionReport,
): Outcome | undefined {
  const survey = new LabelSource();
  for (const { text, where } of lines()) survey.see(withTidyNames(entryOf(text), () => undefined), () => where);
  const source = survey.choose(labelSource, basename(path), report);
  if (source === undefined) return undefined;

  const mended = new Map<number, string>();
  const left = new Set<number>();
  const latest = new Map<string, { index: number; date: number }>();
  let count = 0;
  let isLabeled = false;
  for (const { index, text, where } of lines()) {
    const entry = entryOf(text);
    const untidy: Parameters<Tell>[] = [];
    const tidy = withTidyNames(entry, (...found) => { untidy.push(found); });
    const ref = refOf(tidy);
    const tell: Tell = (kind, detail) => { report.add(kind, where, ref, detail); };
    for (const found of untidy) tell(...found);
    const known = ref === undefined ? undefined : latest.get(ref);
    const date = dateOf(tidy[source + METADATA]);
    if (known) report.add(GROUND_TRUTH_KINDS.repeatedEntry, where, ref, 'it is there before');
    else count += 1;
    if (known && known.date > date) {
      left.add(index);
      continue;
    }
    if (known) left.add(known.index);
    if (ref !== undefined) latest.set(ref, { index, date });
    const result = Object.keys(entry).length === 0 ? entry : mendedEntry(tidy, source, tell);
    isLabeled ||= labelAttributes(result).length > 0;
    if (result !== entry) mended.set(index, JSON.stringify(result));
  }
  if (!isLabeled) report.add(KINDS.noLabels, basename(path), undefined, `${source} labels none of them`);
  return { mended, left, count };
}

function refOf({ 'source-ref': ref }: JsonObject): string | undefined {
  return typeof ref === 'string' ? ref : undefined;
}

/** When the labels were made; what has no date is older than anything. */
function dateOf(metadata: unknown): number {
  return (isObject(metadata) ? utcTime(metadata['creation-date']) : undefined) ?? -Infinity;
}

function* written(lines: Iterable<Line>, mended: ReadonlyMap<number, string>, left: ReadonlySet<number>): Iterator<string> {
  for (const { index, text } of lines) if (!left.has(index)) yield mended.get(index) ?? text;
}
