/**
 * The two places for a dataset that a project has.
 */
export enum DatasetType {
  /** The images that a model learns from. */
  TRAIN = 'TRAIN',
  /** The images that a trained model is measured with. */
  TEST = 'TEST',
}

/**
 * How a new dataset gets its entries.
 */
export enum InitialLoad {
  /** The service imports the whole manifest in one call, up to 1 GB. */
  MANIFEST = 'MANIFEST',
  /** An empty dataset is made and the entries are pushed in chunks, as a later change would be. */
  CHUNKS = 'CHUNKS',
}
