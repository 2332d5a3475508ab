import { Resource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DatasetBaseProps } from '../dataset/dataset-base-props';
import { createDatasetResource, numberAttribute } from '../dataset/dataset-resource';
import { checkProps, expectedBaseProps } from '../dataset/props-check';
import { memberOf } from '../inputs/argument-checks';
import { lookoutImages, lookoutRules } from '../manifest';
import { LOOKOUT_DATASET_RESOURCE_TYPE } from '../provider/wire';
import type { LookoutDatasetAttributes } from '../provider/wire';
import { datasetStatements } from './dataset-permissions';
import type { IProject } from './project';
import { warnDiscontinued } from './service-discontinued';

/**
 * The types of dataset; a project has at most one of each.
 */
export enum DatasetType {
  /** Images used to train a model. Without a test dataset, Lookout for Vision splits off some of them to evaluate the model. */
  TRAIN = 'TRAIN',
  /** Images used to evaluate a trained model. */
  TEST = 'TEST',
}

/**
 * Properties of a `Dataset`.
 */
export interface DatasetProps extends DatasetBaseProps {
  /**
   * The project that the dataset belongs to. Changing it creates a dataset in the new project and deletes the old one.
   */
  readonly project: IProject;

  /**
   * The type of the dataset. A project has at most one dataset of each type; the test dataset is optional.
   */
  readonly datasetType: DatasetType;
}

/**
 * A dataset whose entries are managed by the stack: `cdk deploy` creates and fills it, and later deployments send only the
 * entries that changed.
 *
 * Each line of the manifest has a class, `normal` or `anomaly`, and for segmentation a mask, whose reference is resolved like
 * that of the image. A line whose class or mask the service would silently ignore, such as one with a misspelled class, is
 * an error.
 *
 * AWS discontinued Lookout for Vision on October 31, 2025, and `cdk synth` warns about it. The construct can be deployed to
 * the local cloud, and to any endpoint that implements the service's API. `Manifest.fromLookout` converts a manifest for Amazon
 * Rekognition Custom Labels.
 *
 * Datasets of this service have no ARN; a dataset is identified by its project and type. They have no tags either; the
 * provider's staging bucket records which resource owns a dataset.
 *
 * @resource Custom::LookoutVisionDataset
 */
export class Dataset extends Resource {
  /** The project that the dataset belongs to. */
  public readonly project: IProject;

  /** The type of the dataset. */
  public readonly datasetType: DatasetType;

  /**
   * The status of the dataset after the deployment: `CREATE_COMPLETE`, `UPDATE_COMPLETE`, or `UPDATE_FAILED_ROLLBACK_COMPLETE`
   * if the service rolled back an update and the content is as desired.
   *
   * @attribute
   */
  public readonly datasetStatus: string;

  /**
   * The number of entries (images) in the dataset.
   *
   * @attribute
   */
  public readonly totalEntries: number;

  /**
   * The number of entries with a class.
   *
   * @attribute
   */
  public readonly labeledEntries: number;

  /**
   * The number of entries of class `normal`.
   *
   * @attribute
   */
  public readonly normalEntries: number;

  /**
   * The number of entries of class `anomaly`.
   *
   * @attribute
   */
  public readonly anomalyEntries: number;

  /**
   * A hash of the deployed content: it changes if and only if a line of the dataset changes.
   *
   * @attribute
   */
  public readonly contentHash: string;

  /**
   * @param scope the parent construct
   * @param id the construct id; a different id creates a new dataset
   * @param props properties of the dataset
   */
  constructor(scope: Construct, id: string, props: DatasetProps) {
    super(scope, id);
    checkProps(this, props, EXPECTED_PROPS);
    warnDiscontinued(this);
    const resource = createDatasetResource(this, {
      ...props,
      resourceType: LOOKOUT_DATASET_RESOURCE_TYPE,
      rules: lookoutRules(props.datasetType === DatasetType.TRAIN ? 'train' : 'test'),
      imageRules: lookoutImages,
      statements: datasetStatements(props.project),
    });
    const text = (name: keyof LookoutDatasetAttributes) => resource.getAttString(name);
    const number = (name: keyof LookoutDatasetAttributes) => numberAttribute(resource, name);

    this.project = props.project;
    this.datasetType = props.datasetType;
    this.datasetStatus = text('DatasetStatus');
    this.totalEntries = number('TotalEntries');
    this.labeledEntries = number('LabeledEntries');
    this.normalEntries = number('NormalEntries');
    this.anomalyEntries = number('AnomalyEntries');
    this.contentHash = text('ContentHash');
  }
}

const EXPECTED_PROPS = {
  ...expectedBaseProps('lookoutvision'),
  datasetType: memberOf('lookoutvision.DatasetType', DatasetType),
};
