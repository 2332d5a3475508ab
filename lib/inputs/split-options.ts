import type { Manifest } from './manifest';

/**
 * Options of `kFold` of a `Manifest`.
 */
export interface ManifestKFoldOptions {
  /**
   * Any text. Another seed divides the images in another way.
   *
   * A new seed moves images from one dataset to the other, which removes entries from both.
   *
   * @default - an empty text
   */
  readonly seed?: string;
}

/**
 * Options of `split` of a `Manifest`.
 */
export interface ManifestSplitOptions extends ManifestKFoldOptions {
  /**
   * How much of the images is for testing, more than 0 and less than 1. The number of images comes close to it, the closer
   * the more images there are: 0.2 of 1,000 are 200, give or take 40.
   *
   * A greater fraction moves images from `train` to `test`, and none back.
   *
   * @default 0.2
   */
  readonly testFraction?: number;
}

/**
 * A manifest in two parts: each line is in exactly one of them.
 */
export interface ManifestSplit {
  /**
   * For the dataset that a model learns from. Lines without a `source-ref` that can be read are here, to be reported.
   */
  readonly train: Manifest;

  /**
   * For the dataset that a model is measured with.
   */
  readonly test: Manifest;
}
