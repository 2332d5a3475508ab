import { Lazy, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import type { IResource, ITaggableV2 } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DatasetBaseProps } from '../dataset/dataset-base-props';
import { createDatasetResource, numberAttribute } from '../dataset/dataset-resource';
import { checkProps, expectedBaseProps } from '../dataset/props-check';
import { memberOf, optional } from '../inputs/argument-checks';
import { rekognitionImages, rekognitionRulesIn } from '../manifest';
import { REKOGNITION_DATASET_RESOURCE_TYPE } from '../provider/wire';
import type { RekognitionDatasetAttributes } from '../provider/wire';
import { datasetStatements } from './dataset-permissions';
import type { IProject } from './project';
import { knownRegion, warnUnsupportedRegion } from './supported-region';

/**
 * The types of dataset; a project has at most one of each.
 */
export enum DatasetType {
  /** Images used to train a model. */
  TRAIN = 'TRAIN',
  /** Images used to evaluate a trained model. */
  TEST = 'TEST',
}

/**
 * How a new dataset is filled.
 */
export enum InitialLoad {
  /** `CreateDataset` imports the whole manifest, up to 1 GB, in one call. */
  MANIFEST = 'MANIFEST',
  /** An empty dataset is created, then `UpdateDatasetEntries` adds the entries in chunks, as in later updates. */
  CHUNKS = 'CHUNKS',
}

/**
 * A dataset of an Amazon Rekognition Custom Labels project.
 */
export interface IDataset extends IResource {
  /**
   * The ARN of the dataset. It changes when the dataset is recreated.
   *
   * @attribute
   */
  readonly datasetArn: string;

  /**
   * Grant the given actions on this dataset to an IAM principal.
   *
   * @param grantee the principal
   * @param actions actions such as `rekognition:ListDatasetEntries`
   */
  grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant;

  /**
   * Grant permission to describe the dataset and to list its entries and labels.
   *
   * @param grantee the principal
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Grant permission to add and change entries. The stack corrects such changes on the next update that changes the manifest,
   * or rejects them, see `externalChanges`.
   *
   * @param grantee the principal
   */
  grantWrite(grantee: iam.IGrantable): iam.Grant;
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
   * The type of the dataset. A project has at most one dataset of each type.
   */
  readonly datasetType: DatasetType;

  /**
   * How the dataset is filled when it is created or recreated.
   *
   * @default InitialLoad.MANIFEST
   */
  readonly initialLoad?: InitialLoad;

  /**
   * How many entries Rekognition may report as errors; training ignores such entries. Errors that can be found in the manifest
   * fail `cdk synth`, all others fail the deployment.
   *
   * Lines that Rekognition would silently drop always fail.
   *
   * @default 0
   */
  readonly maxErrorEntries?: number;
}

abstract class DatasetBase extends Resource implements IDataset {
  public abstract readonly datasetArn: string;

  /**
   * Grant the given actions on this dataset to an IAM principal.
   *
   * @param grantee the principal
   * @param actions actions such as `rekognition:ListDatasetEntries`
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.datasetArn] });
  }

  /**
   * Grant permission to describe the dataset and to list its entries and labels.
   *
   * @param grantee the principal
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'rekognition:DescribeDataset', 'rekognition:ListDatasetEntries', 'rekognition:ListDatasetLabels');
  }

  /**
   * Grant permission to add and change entries. The stack corrects such changes on the next update that changes the manifest,
   * or rejects them, see `externalChanges`.
   *
   * @param grantee the principal
   */
  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'rekognition:UpdateDatasetEntries');
  }
}

/**
 * A dataset whose entries are managed by the stack: `cdk deploy` creates and fills it, and later deployments send only the
 * entries that changed.
 *
 * @resource Custom::RekognitionDataset
 */
export class Dataset extends DatasetBase implements ITaggableV2 {
  /**
   * Import an existing dataset by ARN.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param datasetArn `arn:aws:rekognition:<region>:<account>:project/<name>/dataset/<train|test>/<creation timestamp>`
   */
  public static fromDatasetArn(scope: Construct, id: string, datasetArn: string): IDataset {
    if (!Token.isUnresolved(datasetArn) && !DATASET_ARN.test(datasetArn)) {
      throw new Error(`"${datasetArn}" is not the ARN of a Rekognition dataset; it must look like arn:aws:rekognition:eu-west-1:123456789012:project/birds/dataset/train/1690476084738 (aws rekognition describe-projects lists it)`);
    }
    return new ImportedDataset(scope, id, datasetArn);
  }

  /** The ARN of the dataset. It changes when the dataset is recreated. */
  public readonly datasetArn: string;

  /**
   * The status of the dataset after the deployment: `CREATE_COMPLETE` or `UPDATE_COMPLETE`.
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
   * The number of entries with labels.
   *
   * @attribute
   */
  public readonly labeledEntries: number;

  /**
   * The number of different labels.
   *
   * @attribute
   */
  public readonly totalLabels: number;

  /**
   * The number of entries that Rekognition reports as errors.
   *
   * @attribute
   */
  public readonly errorEntries: number;

  /**
   * A hash of the deployed content: it changes if and only if a line of the dataset changes.
   *
   * @attribute
   */
  public readonly contentHash: string;

  /** The tags of the dataset, as set by `Tags.of`. */
  public readonly cdkTagManager = new TagManager(TagType.MAP, REKOGNITION_DATASET_RESOURCE_TYPE);

  /**
   * @param scope the parent construct
   * @param id the construct id; a different id creates a new dataset
   * @param props properties of the dataset
   */
  constructor(scope: Construct, id: string, props: DatasetProps) {
    super(scope, id);
    checkProps(this, props, EXPECTED_PROPS);
    warnUnsupportedRegion(this);
    const resource = createDatasetResource(this, {
      ...props,
      resourceType: REKOGNITION_DATASET_RESOURCE_TYPE,
      rules: rekognitionRulesIn(knownRegion(this), props.datasetType),
      imageRules: rekognitionImages,
      statements: datasetStatements(this, props.project, props.datasetType),
      tags: Lazy.any({ produce: () => this.cdkTagManager.renderTags() }),
    });
    const text = (name: keyof RekognitionDatasetAttributes) => resource.getAttString(name);
    const number = (name: keyof RekognitionDatasetAttributes) => numberAttribute(resource, name);

    this.datasetArn = text('DatasetArn');
    this.datasetStatus = text('DatasetStatus');
    this.totalEntries = number('TotalEntries');
    this.labeledEntries = number('LabeledEntries');
    this.totalLabels = number('TotalLabels');
    this.errorEntries = number('ErrorEntries');
    this.contentHash = text('ContentHash');
  }
}

class ImportedDataset extends DatasetBase {
  constructor(scope: Construct, id: string, public readonly datasetArn: string) {
    super(scope, id, { environmentFromArn: datasetArn });
  }
}

const EXPECTED_PROPS = {
  ...expectedBaseProps('rekognition'),
  datasetType: memberOf('rekognition.DatasetType', DatasetType),
  initialLoad: optional(memberOf('rekognition.InitialLoad', InitialLoad)),
};

/** The pattern of the API reference. */
const DATASET_ARN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.-]{1,255}\/dataset\/(train|test)\/[0-9]+$/;
