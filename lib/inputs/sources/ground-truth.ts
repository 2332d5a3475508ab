import { isAnnotationFolder } from '../../files/convert-annotations';
import { convertGroundTruth } from '../../files/convert-ground-truth';
import type { DirectoryOptions } from '../../files/directory';
import { checkValue, optional, TEXT, TRUE_OR_FALSE } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { ConvertedManifest } from './annotations';

/**
 * Options of `Manifest.fromGroundTruth`.
 */
export interface ManifestFromGroundTruthOptions extends DirectoryOptions {
  /**
   * The label attribute that is read, where the output holds the labels of several jobs.
   *
   * @default - the only one; of jobs that adjust each other's labels, the last one
   */
  readonly labelSource?: string;

  /**
   * Whether everything that is mended or left out is an error instead of a warning.
   *
   * @default false
   */
  readonly strict?: boolean;
}

const CALLER = 'Manifest.fromGroundTruth';

/** The output of labeling jobs: a manifest, or a folder with manifests. */
export function groundTruthManifest(path: string, options: ManifestFromGroundTruthOptions): ManifestSource {
  checkValue(CALLER, 'path', path, TEXT);
  checkValue(CALLER, 'labelSource', options.labelSource, optional(TEXT));
  checkValue(CALLER, 'strict', options.strict, optional(TRUE_OR_FALSE));
  isAnnotationFolder(CALLER, path);
  return new ConvertedManifest(path, () => convertGroundTruth(CALLER, path, options));
}
