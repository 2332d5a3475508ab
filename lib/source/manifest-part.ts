import { createHash } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { parseS3Uri } from '../manifest';
import type { ManifestKFoldOptions, ManifestSplitOptions } from './split-options';

/** Some of the lines of a manifest. */
export interface ManifestPart {
  /** How messages name it. */
  readonly name: string;
  /** What to change when it has no line, for use in a sentence. */
  readonly remedy: string;
  /** The seeds of the splits that led here, the first one first. */
  readonly seeds: readonly string[];
  /**
   * Whether a line is in this part. Only one part of a split holds undefined, so that what is said about something else
   * than an image is said once.
   *
   * @param sourceRef as it is written; undefined for a line without one that can be read
   */
  holds(sourceRef: string | undefined): boolean;
}

/** The two parts of a split. */
interface Parts {
  readonly train: ManifestPart;
  readonly test: ManifestPart;
}

/**
 * The parts for training and testing.
 *
 * @param whole what is divided; undefined for a whole manifest
 * @throws Error for a fraction that leaves nothing to one of them, and for tokens
 */
export function splitParts(options: ManifestSplitOptions, whole?: ManifestPart): Parts {
  const { testFraction = 0.2, seed = '' } = options;
  checkKnown('Manifest.split', { testFraction, seed });
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new Error(`Manifest.split: testFraction is ${testFraction}, but must be more than 0 and less than 1, such as 0.2`);
  }
  return parts(whole, seed, '', 'choose another testFraction', (lot) => lot < testFraction);
}

/**
 * The parts of each fold.
 *
 * @param whole what is divided; undefined for a whole manifest
 * @throws Error for fewer than two folds, and for tokens
 */
export function foldParts(count: number, { seed = '' }: ManifestKFoldOptions, whole?: ManifestPart): Parts[] {
  checkKnown('Manifest.kFold', { count, seed });
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new Error(`Manifest.kFold: the number of folds is ${count}, but must be a whole number, 2 or more`);
  }
  return Array.from({ length: count }, (_, i) =>
    parts(whole, seed, ` of fold ${i + 1}`, 'make fewer folds', (lot) => Math.floor(lot * count) === i));
}

function parts(whole: ManifestPart | undefined, seed: string, ofWhat: string, remedy: string, isTest: (lot: number) => boolean): Parts {
  const seeds = [...whole?.seeds ?? [], seed];
  const part = (name: string, wantsTest: boolean): ManifestPart => ({
    name: `${name} part${ofWhat}${whole ? ` of the ${whole.name}` : ''}`,
    remedy,
    seeds,
    holds: (sourceRef) => (whole?.holds(sourceRef) ?? true) && (sourceRef !== undefined && isTest(lotOf(sourceRef, seeds))) === wantsTest,
  });
  return { train: part('train', false), test: part('test', true) };
}

/**
 * A number from 0 up to, but not, 1, which depends on nothing but image and seeds. The bucket does not count: it is
 * replaced by that of `Images`, and an export to another one is still the same images.
 */
function lotOf(sourceRef: string, seeds: readonly string[]): number {
  const key = parseS3Uri(sourceRef)?.key ?? sourceRef;
  return createHash('sha256').update(JSON.stringify([...seeds, key])).digest().readUIntBE(0, 6) / 2 ** 48;
}

function checkKnown(caller: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Token.isUnresolved(value)) throw new Error(`${caller}: ${name} is a token; it must be known at synth, where the lines are divided`);
  }
}
