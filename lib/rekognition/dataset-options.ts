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
 * What happens to entries that are in the dataset and no longer in the manifest. The service cannot remove an entry.
 */
export enum RemovedEntries {
  /** The dataset is deleted and made again in its place, with a new ARN. Afterwards it is exactly the manifest. */
  RECREATE = 'RECREATE',
  /** The entries stay and lose their labels, so that training ignores them. */
  UNLABEL = 'UNLABEL',
  /** The entries stay as they are, labels included. So do, after a failed deployment, those that it brought in. */
  KEEP = 'KEEP',
  /**
   * The deployment fails and names them. Going back to the manifest that was deployed before never fails for this: what
   * a failed deployment brought in goes again, and what a successful one brought in stays.
   */
  FAIL = 'FAIL',
}

/**
 * How a new dataset gets its entries.
 */
export enum FirstLoad {
  /** The service imports the whole manifest in one call, up to 1 GB. */
  MANIFEST = 'MANIFEST',
  /** An empty dataset is made and the entries are pushed in chunks, as a later change would be. */
  CHUNKS = 'CHUNKS',
}
