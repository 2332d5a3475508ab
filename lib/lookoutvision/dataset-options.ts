/**
 * The two places for a dataset that a project has.
 */
export enum DatasetType {
  /** The images that a model learns from. In a project without a test dataset, the service takes some of them to test with. */
  TRAIN = 'TRAIN',
  /** The images that a trained model is measured with. */
  TEST = 'TEST',
}

/**
 * What happens to entries that are in the dataset and no longer in the manifest. The service cannot remove an entry.
 */
export enum RemovedEntries {
  /** The dataset is deleted and made again in its place. Afterwards it is exactly the manifest. */
  RECREATE = 'RECREATE',
  /** The entries stay and lose their class and mask, so that training ignores them. */
  UNLABEL = 'UNLABEL',
  /** The entries stay as they are, class and mask included. */
  KEEP = 'KEEP',
  /** The deployment fails and names them. */
  FAIL = 'FAIL',
}
