import { RECOGNIZED_BYTES, recognizeFile } from '../formats';
import { ManifestPass, problemCount, problemList, rekognitionImages, rekognitionRules, visible } from '../manifest';
import type { ImageLocation, ImageRules, ProblemGroup, ServiceRules, Severity, Subset } from '../manifest';
import { readerAdvice } from './foreign-lines';
import type { ImageDirectory } from './image-directory';
import { SubsetReader } from './subset-reader';

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

/** What is known of a manifest. */
export interface ManifestFindings {
  /** The problems that would spoil the deployment, in several lines of text; absent: there are none. */
  readonly errorMessage?: string;
  /** Worth saying, but no reason to stop. */
  readonly warnings: readonly ProblemGroup[];
  /** Lines with errors, no more than are tolerated. */
  readonly errorEntries: number;
}

/** The lines that were checked. */
interface CheckedLines extends ManifestFindings {
  readonly contentHash: string;
  readonly reader: SubsetReader;
}

/**
 * Checks the lines of a manifest and, when there are any, the files of its images, in one read.
 *
 * @param name how messages name the manifest
 * @param whole gives the manifest, block by block, as often as it is called
 * @throws Error when there are no lines
 */
export function checkManifest(name: string, whole: () => Iterable<Buffer>, check: ManifestCheck): CheckedLines {
  const { references: { location, directory, rules = rekognitionRules, imageRules = rekognitionImages }, maxErrorEntries, subset } = check;
  const reader = new SubsetReader(whole, subset);
  const pass = new ManifestPass({ rules, images: location, files: directory?.check(location!, imageRules), writtenRefs: true });
  reader.visit((...line) => pass.visitLine(...line));
  const { contentHash, counts, problems } = pass.end();
  const of = (severity: Severity) => problems.filter((problem) => problem.severity === severity);
  if (of('terminal').some(({ code }) => code === 'ERROR_EMPTY_MANIFEST')) {
    throw new Error(subset
      ? `${visible(name)} has no entries for the ${subset.name}; add images, or ${subset.hint}`
      : `${visible(name)} has no entries; write Manifest.empty() when the dataset is meant to be empty`);
  }
  const isTolerable = counts.errorLines <= maxErrorEntries;
  const count = counts.terminal + (isTolerable ? 0 : counts.error);
  const errors = isTolerable ? of('terminal') : [...of('terminal'), ...of('error')];
  const errorMessage = () => otherFormat(name, errors, whole) ?? [
    `${visible(name)} has ${problemCount(count)}:`,
    problemList(errors, count, name),
    relativeAdvice(errors, location),
    readerAdvice(errors, (receive) => reader.copy(receive), rules, location),
  ].filter((text) => text !== undefined).join('\n');
  return {
    ...(count > 0 && { errorMessage: errorMessage() }),
    warnings: of('warning'),
    errorEntries: counts.errorLines,
    contentHash,
    reader,
  };
}

/** What to say of a file that is no manifest at all; undefined where it may be one. */
function otherFormat(name: string, errors: readonly ProblemGroup[], whole: () => Iterable<Buffer>): string | undefined {
  if (!errors.some(({ severity, places }) => severity === 'terminal' && places[0]?.line === 1)) return undefined;
  for (const block of whole()) {
    const file = recognizeFile(block.subarray(0, RECOGNIZED_BYTES));
    return file && file.reader !== 'Manifest.fromFile' ? `${visible(name)} is ${file.what}, not a manifest: ${file.advice}.` : undefined;
  }
  return undefined;
}

/** What to say where references need a bucket; undefined where none does. */
function relativeAdvice(errors: readonly ProblemGroup[], location?: ImageLocation): string | undefined {
  if (location || !errors.some(({ places }) => places.some(({ sourceRef }) => isRelative(sourceRef)))) return undefined;
  return 'Relative references need to know their bucket: give the dataset images: Images.inBucket(bucket, { prefix }), or Images.fromDirectory(path) to upload the images as well.';
}

function isRelative(sourceRef?: string): boolean {
  return sourceRef !== undefined && sourceRef !== '' && !sourceRef.startsWith('/') && !sourceRef.includes('://');
}
