import { Token } from 'aws-cdk-lib';
import { kFoldSplits, trainTestSplit } from '../manifest';
import type { Subset, TrainTestSplit } from '../manifest';
import type { ManifestKFoldOptions, ManifestSplitOptions } from './split-options';

/**
 * The parts for training and testing.
 *
 * @param whole what is divided; undefined for a whole manifest
 * @throws Error for a fraction that leaves nothing to one of them, and for tokens
 */
export function splitParts(options: ManifestSplitOptions, whole?: Subset): TrainTestSplit {
  const { testFraction = 0.2, seed = '' } = options;
  checkKnown('Manifest.split', { testFraction, seed });
  return trainTestSplit('Manifest.split', testFraction, seed, whole);
}

/**
 * The parts of each fold.
 *
 * @param whole what is divided; undefined for a whole manifest
 * @throws Error for fewer than two folds, and for tokens
 */
export function foldParts(count: number, { seed = '' }: ManifestKFoldOptions, whole?: Subset): TrainTestSplit[] {
  checkKnown('Manifest.kFold', { count, seed });
  return kFoldSplits('Manifest.kFold', count, seed, whole);
}

function checkKnown(caller: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Token.isUnresolved(value)) throw new Error(`${caller}: ${name} is a token; it must be known at synth, where the lines are divided`);
  }
}
