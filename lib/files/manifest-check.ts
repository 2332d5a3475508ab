import {
  LineSplitter, ManifestPass, rekognitionImages, rekognitionRules, visible,

} from '../manifest';
import type { ImageLocation, ImageRules, ManifestSummary, Problem, ServiceRules, Severity, Subset } from '../manifest';
import type { ImageDirectory } from './image-directory';
import { problemCount, problemLines, SHOWN_PROBLEMS } from './problems-text';
import { SubsetReader, writtenReference } from './subset-reader';

/** Problems that are kept to choose from; all are counted. */
const KEPT_PROBLEMS = 1000;

/** What the references of a manifest are checked against when nothing is deployed yet. */
export interface ReferenceCheck {
  /** Where references will lead to; absent: they stay as they are written. The names in it may be placeholders. */
  readonly location?: ImageLocation;
  /** The files that become the images; absent: they are in a bucket, which is not looked into. */
  readonly directory?: ImageDirectory;
  /** Of the service that the dataset is made in; absent: Rekognition's. */
  readonly rules?: ServiceRules;
  /** Of the same service, for the files of `directory`; absent: Rekognition's. */
  readonly imageRules?: ImageRules;
}

/** What is asked of a manifest. */
export interface ManifestCheck {
  readonly references: ReferenceCheck;
  /** Lines with errors that are tolerated. */
  readonly maxErrorEntries: number;
  /** Nothing but these lines; absent: all. */
  readonly subset?: Subset;
}

/** What is known of a manifest without problems that matter. */
export interface ManifestFindings {
  /** Worth saying, but no reason to stop; the first ones. */
  readonly warnings: readonly Problem[];
  /** All of them. */
  readonly warningCount: number;
  /** Lines with errors, no more than are tolerated. */
  readonly errorEntries: number;
}

/** The lines that were checked. */
interface CheckedLines extends ManifestFindings {
  readonly contentHash: string;
  readonly reader: SubsetReader;
}

/**
 * Checks the lines of a manifest and, when there are any, the files of its images.
 *
 * @param name how messages name the manifest
 * @param whole gives the manifest, block by block, as often as it is called
 * @throws Error with all problems that would spoil the deployment
 */
export function checkManifest(name: string, whole: () => Iterable<Buffer>, check: ManifestCheck): CheckedLines {
  const { references: { location, directory, rules = rekognitionRules, imageRules = rekognitionImages }, maxErrorEntries, subset } = check;
  const reader = new SubsetReader(whole, subset);
  const pass = new ManifestPass({ rules, images: location, maxProblems: KEPT_PROBLEMS, lineNumber: (line) => reader.lineNumber(line) });
  for (const block of reader.blocks()) pass.push(block);
  const { contentHash, ...inLines } = pass.end();
  let { counts, problems } = inLines;
  if (directory && counts.terminal === 0 && counts.errorLines <= maxErrorEntries) {
    const inFiles = directory.problems(reader.blocks(), location!, imageRules);
    ({ counts, problems } = merge(counts, problems, reader.withFileLineNumbers(inFiles)));
  }

  const terminal = problems.filter((problem) => problem.severity === 'terminal');
  if (terminal.some((problem) => problem.code === 'ERROR_EMPTY_MANIFEST')) {
    throw new Error(subset
      ? `${visible(name)} has no entries for the ${subset.name}; add images, ${subset.hint}, or give another seed`
      : `${visible(name)} has no entries; write Manifest.empty() when the dataset is meant to be empty`);
  }
  const isTolerable = counts.errorLines <= maxErrorEntries;
  const count = counts.terminal + (isTolerable ? 0 : counts.error);
  if (count > 0) {
    const errors = isTolerable ? terminal : terminal.concat(problems.filter((problem) => problem.severity === 'error'));
    throw new Error(errorMessage(name, whole, errors, count, location));
  }
  return {
    warnings: problems.filter((problem) => problem.severity === 'warning'),
    warningCount: counts.warning,
    errorEntries: counts.errorLines,
    contentHash,
    reader,
  };
}

function errorMessage(name: string, whole: () => Iterable<Buffer>, errors: Problem[], count: number, location?: ImageLocation): string {
  const shown = errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, SHOWN_PROBLEMS);
  const lines = problemLines(withWrittenReferences(shown, whole()), count, name);
  if (!location && errors.some((problem) => isRelative(problem.sourceRef))) {
    lines.push('Relative references need to know their bucket: give the dataset images: Images.inBucket(bucket, { prefix }), or Images.fromDirectory(path) to upload the images as well.');
  }
  return `${visible(name)} has ${problemCount(count)}:\n${lines.join('\n')}`;
}

/** Names each reference as the manifest has it: resolved, it would show a bucket that nobody knows yet. */
function withWrittenReferences(problems: readonly Problem[], manifest: Iterable<Buffer>): Problem[] {
  const written = new Map<number, string>();
  const lines = new Set(problems.map(({ line }) => line));
  const splitter = new LineSplitter((buffer, start, end, line) => {
    if (!lines.has(line)) return;
    const reference = writtenReference(buffer.toString('utf8', start, end));
    if (reference !== undefined) written.set(line, reference);
  });
  for (const block of manifest) splitter.push(block);
  splitter.end();
  return problems.map((problem) => ({ ...problem, sourceRef: written.get(problem.line ?? 0) ?? problem.sourceRef }));
}

/** Adds what was found in the files to what was found in the lines, without saying anything of a line twice. */
function merge(counts: ManifestSummary['counts'], inLines: readonly Problem[], inFiles: readonly Problem[]) {
  const said = new Set(inLines.map(({ line, code }) => `${line} ${code}`));
  const added = inFiles.filter(({ line, code }) => !said.has(`${line} ${code}`));
  const of = (severity: Severity, problems = added) => problems.filter((problem) => problem.severity === severity);
  const errorLines = new Set(of('error', inLines as Problem[]).map(({ line }) => line));
  return {
    problems: inLines.concat(added),
    counts: {
      terminal: counts.terminal + of('terminal').length,
      error: counts.error + of('error').length,
      warning: counts.warning + of('warning').length,
      errorLines: counts.errorLines + new Set(of('error').map(({ line }) => line).filter((line) => !errorLines.has(line))).size,
    },
  };
}

function isRelative(sourceRef?: string): boolean {
  return sourceRef !== undefined && sourceRef !== '' && !sourceRef.startsWith('/') && !sourceRef.includes('://');
}
