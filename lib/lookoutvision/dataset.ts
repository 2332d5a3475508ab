import { Resource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DatasetBaseProps } from '../dataset/dataset-base-props';
import { createDatasetResource, numberAttribute } from '../dataset/dataset-resource';
import { checkProps, expectedBaseProps } from '../dataset/props-check';
import { lookoutRules } from '../manifest';
import { LOOKOUT_DATASET_RESOURCE_TYPE } from '../provider/wire';
import type { LookoutDatasetAttributes } from '../provider/wire';
import { memberOf } from '../inputs/argument-checks';
import { lookoutImages } from '../files/image-limits';
import { datasetStatements } from './dataset-permissions';
import type { IProject } from './project';
import { warnDiscontinued } from './service-discontinued';

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
 * Properties of a `Dataset`.
 */
export interface DatasetProps extends DatasetBaseProps {
  /**
   * The project that the dataset belongs to. Another project means a new dataset there, and the old one is deleted.
   */
  readonly project: IProject;

  /**
   * Which of the project's two datasets it is. A project has at most one of each; a project may do without a test dataset.
   */
  readonly datasetType: DatasetType;
}

/**
 * A dataset whose entries are part of the stack: a deployment creates and fills it, later ones send what changed.
 *
 * Each line of its manifest has a class, `normal` or `anomaly`, and for segmentation a mask, whose reference is resolved like
 * that of the image. A line whose class or mask the service would lose without a word, such as one with a misspelt class, is
 * an error.
 *
 * Amazon ended the service on 2025-10-31. This deploys to the local cloud, and to any endpoint that speaks the service's API;
 * a warning at synth says so. `Manifest.fromLookout` makes manifests of Amazon Rekognition Custom Labels from those of this service.
 *
 * Datasets of this service have no ARN: one is named by its project and type. They have no tags either: which resource one
 * belongs to is written down in the provider's staging bucket.
 *
 * @resource Custom::LookoutVisionDataset
 */
export class Dataset extends Resource {
  /** The project that the dataset belongs to. */
  public readonly project: IProject;

  /** Which of the project's two datasets it is. */
  public readonly datasetType: DatasetType;

  /**
   * The status that the deployment left: `CREATE_COMPLETE`, `UPDATE_COMPLETE`, or `UPDATE_FAILED_ROLLBACK_COMPLETE` where the
   * content is as wanted again after a failed update.
   *
   * @attribute
   */
  public readonly datasetStatus: string;

  /**
   * Entries (images) in the dataset.
   *
   * @attribute
   */
  public readonly totalEntries: number;

  /**
   * Entries that have a class.
   *
   * @attribute
   */
  public readonly labeledEntries: number;

  /**
   * Entries of the class `normal`.
   *
   * @attribute
   */
  public readonly normalEntries: number;

  /**
   * Entries of the class `anomaly`.
   *
   * @attribute
   */
  public readonly anomalyEntries: number;

  /**
   * Names the deployed content: equal content has an equal hash, and any other line another one.
   *
   * @attribute
   */
  public readonly contentHash: string;

  /**
   * @param scope the construct to put it in
   * @param id its id there; another one makes another dataset
   * @param props project, type and manifest, and the choices
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
