/**
 * Dividing the images of a manifest by a hash of their keys: an image stays in its subset whatever is added or removed around it.
 */

import * as crypto from 'node:crypto';
import { parseS3Uri } from './lines/source-ref';

/** Some of the lines of a manifest. */
export interface Subset {
  /** How messages name it. */
  readonly name: string;
  /** What to change when it has no line, for use in a sentence. */
  readonly hint: string;
  /** The seeds of the splits that led here, the first one first. */
  readonly seeds: readonly string[];
  /**
   * Whether a line is in this subset. Only one subset of a split includes undefined, so that what is said about something
   * else than an image is said once.
   *
   * @param sourceRef as it is written; undefined for a line without one that can be read
   */
  includes(sourceRef: string | undefined): boolean;
}

/**
 * The subset of the images that a source puts in some of its own sets.
 *
 * @param name how messages name it
 * @param isIncluded by reference
 * @param includesOthers whether what is no image belongs to it
 */
export function predefinedSubset(name: string, isIncluded: (sourceRef: string) => boolean, includesOthers: boolean): Subset {
  return {
    name,
    hint: 'move some to this set',
    seeds: [],
    includes: (sourceRef) => sourceRef === undefined ? includesOthers : isIncluded(sourceRef),
  };
}

/** The two subsets of a split. */
export interface TrainTestSplit {
  readonly train: Subset;
  readonly test: Subset;
}

/** How images are divided. */
export interface SplitOptions {
  /** Another one divides the images in another way; default: none. */
  readonly seed?: string;
  /**
   * A regular expression whose first group stands for the key: images with the same one stay together. A key that it does not match
   * stands for itself.
   */
  readonly groupBy?: string;
  /** What is divided; default: a whole manifest. */
  readonly whole?: Subset;
}

/**
 * One subset for training and one for testing.
 *
 * @param caller how messages name what was called
 * @param testFraction share of the images that is for testing; about so many, by chance
 * @throws Error for a fraction that leaves nothing to one of them, and for a `groupBy` without a group
 */
export function trainTestSplit(caller: string, testFraction: number, options: SplitOptions = {}): TrainTestSplit {
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new Error(`${caller}: testFraction is ${testFraction}, but must be more than 0 and less than 1, such as 0.2`);
  }
  return split(caller, options, '', 'choose another testFraction or seed', (fraction) => fraction < testFraction);
}

/**
 * Both subsets of each fold. The test subsets of all folds are the whole.
 *
 * @param caller how messages name what was called
 * @param count of folds
 * @throws Error for fewer than two folds, and for a `groupBy` without a group
 */
export function kFoldSplits(caller: string, count: number, options: SplitOptions = {}): TrainTestSplit[] {
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new Error(`${caller}: the number of folds is ${count}, but must be a whole number, 2 or more`);
  }
  return Array.from({ length: count }, (_, i) =>
    split(caller, options, ` of fold ${i + 1}`, 'make fewer folds or choose another seed', (fraction) => Math.floor(fraction * count) === i));
}

function split(
  caller: string, { seed = '', groupBy, whole }: SplitOptions, ofWhat: string, hint: string, isTest: (fraction: number) => boolean,
): TrainTestSplit {
  const seeds = [...whole?.seeds ?? [], seed];
  const hashFraction = hashFractionOf(seeds, groupBy === undefined ? undefined : groupPattern(caller, groupBy));
  const subset = (name: string, wantsTest: boolean): Subset => ({
    name: `${name} subset${ofWhat}${whole ? ` of the ${whole.name}` : ''}`,
    hint,
    seeds,
    includes: (sourceRef) =>
      (whole?.includes(sourceRef) ?? true) && (sourceRef !== undefined && isTest(hashFraction(sourceRef))) === wantsTest,
  });
  return { train: subset('train', false), test: subset('test', true) };
}

/**
 * Gives each image a number from 0 up to, but not, 1, which depends on nothing but image and seeds: the first digits of the hash of
 * both as JSON. The bucket does not count: images that were copied to another bucket are still the same images.
 *
 * @param group its first group stands for the key, where it matches
 */
function hashFractionOf(seeds: readonly string[], group?: RegExp): (sourceRef: string) => number {
  const head = JSON.stringify(seeds).slice(0, -1);
  return (sourceRef) => {
    const key = parseS3Uri(sourceRef)?.key ?? sourceRef;
    const hashed = group?.exec(key)?.[1] ?? key;
    return Number.parseInt(sha256(`${head},${JSON.stringify(hashed)}]`).slice(0, 12), 16) / 2 ** 48;
  };
}

function groupPattern(caller: string, text: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, 'u');
  } catch (error) {
    throw new Error(`${caller}: groupBy is no regular expression (${(error as Error).message}); write one whose first group is what images have in common, such as "^(.*)/"`);
  }
  // With an empty alternative it matches anything, and tells how many groups it has.
  if (new RegExp(`${text}|`, 'u').exec('')!.length > 1) return pattern;
  throw new Error(`${caller}: groupBy is ${JSON.stringify(text)}, which has no group; put what images have in common in parentheses, such as "^(.*)/"`);
}

/** In hexadecimal. Node has a function for short texts since 20.12, which takes a third of the time. */
const sha256: (text: string) => string = 'hash' in crypto
  ? (text) => crypto.hash('sha256', text, 'hex')
  : (text) => crypto.createHash('sha256').update(text).digest('hex');
