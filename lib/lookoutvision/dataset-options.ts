/**
 * The two places for a dataset that a project has.
 */
export enum DatasetType {
  /** The images that a model learns from. In a project without a test dataset, the service takes some of them to test with. */
  TRAIN = 'TRAIN',
  /** The images that a trained model is measured with. */
  TEST = 'TEST',
}
