import { Lazy, Resource, TagManager, TagType, Token } from 'aws-cdk-lib';
import type { IResource, ITaggableV2 } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DatasetBaseProps } from '../dataset/dataset-base-props';
import { createDatasetResource, numberAttribute } from '../dataset/dataset-resource';
import { checkProps, expectedBaseProps } from '../dataset/props-check';
import { rekognitionRulesIn } from '../manifest';
import { REKOGNITION_DATASET_RESOURCE_TYPE } from '../provider/wire';
import type { RekognitionDatasetAttributes } from '../provider/wire';
import { memberOf, optional } from '../inputs/argument-checks';
import { rekognitionImages } from '../files/image-limits';
import { datasetStatements } from './dataset-permissions';
import type { IProject } from './project';
import { knownRegion, warnUnsupportedRegion } from './supported-region';

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

/**
 * A dataset of a Custom Labels project.
 */
export interface IDataset extends IResource {
  /**
   * The ARN of the dataset. A dataset that is recreated gets another one.
   *
   * @attribute
   */
  readonly datasetArn: string;

  /**
   * Allows actions on this dataset.
   *
   * @param grantee who gets the permission
   * @param actions such as `rekognition:ListDatasetEntries`
   */
  grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant;

  /**
   * Allows to describe the dataset and to list its entries and labels.
   *
   * @param grantee who gets the permission
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows to add and change entries. What is changed behind the stack's back is corrected when the manifest changes.
   *
   * @param grantee who gets the permission
   */
  grantWrite(grantee: iam.IGrantable): iam.Grant;
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
   * Which of the project's two datasets it is. A project has at most one of each.
   */
  readonly datasetType: DatasetType;

  /**
   * How the dataset gets its entries when it is created or recreated.
   *
   * @default InitialLoad.MANIFEST
   */
  readonly initialLoad?: InitialLoad;

  /**
   * How many entries may have errors that the service lists on them (training leaves such entries out). What is known
   * at synth fails there, the rest when the service has read the entries.
   *
   * Lines that the service would drop without a word are never tolerated.
   *
   * @default 0
   */
  readonly maxErrorEntries?: number;
}

abstract class DatasetBase extends Resource implements IDataset {
  public abstract readonly datasetArn: string;

  /**
   * Allows actions on this dataset.
   *
   * @param grantee who gets the permission
   * @param actions such as `rekognition:ListDatasetEntries`
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.datasetArn] });
  }

  /**
   * Allows to describe the dataset and to list its entries and labels.
   *
   * @param grantee who gets the permission
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'rekognition:DescribeDataset', 'rekognition:ListDatasetEntries', 'rekognition:ListDatasetLabels');
  }

  /**
   * Allows to add and change entries. What is changed behind the stack's back is corrected when the manifest changes.
   *
   * @param grantee who gets the permission
   */
  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'rekognition:UpdateDatasetEntries');
  }
}

/**
 * A dataset whose entries are part of the stack: a deployment creates and fills it, later ones send what changed.
 *
 * @resource Custom::RekognitionDataset
 */
export class Dataset extends DatasetBase implements ITaggableV2 {
  /**
   * A dataset that exists, whoever looks after it.
   *
   * @param scope the construct to put it in
   * @param id its id there
   * @param datasetArn `arn:aws:rekognition:<region>:<account>:project/<name>/dataset/<train|test>/<time of creation>`
   */
  public static fromDatasetArn(scope: Construct, id: string, datasetArn: string): IDataset {
    if (!Token.isUnresolved(datasetArn) && !DATASET_ARN.test(datasetArn)) {
      throw new Error(`"${datasetArn}" is not the ARN of a Rekognition dataset; it must look like arn:aws:rekognition:eu-west-1:123456789012:project/birds/dataset/train/1690476084738 (aws rekognition describe-projects lists it)`);
    }
    return new ImportedDataset(scope, id, datasetArn);
  }

  /** The ARN of the dataset. A dataset that is recreated gets another one. */
  public readonly datasetArn: string;

  /**
   * The status that the deployment left: `CREATE_COMPLETE` or `UPDATE_COMPLETE`.
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
   * Entries that have labels.
   *
   * @attribute
   */
  public readonly labeledEntries: number;

  /**
   * Labels that the entries use.
   *
   * @attribute
   */
  public readonly totalLabels: number;

  /**
   * Entries that the service found errors in.
   *
   * @attribute
   */
  public readonly errorEntries: number;

  /**
   * Names the deployed content: equal content has an equal hash, and any other line another one.
   *
   * @attribute
   */
  public readonly contentHash: string;

  /** The tags of the dataset, as `Tags.of` sets them. */
  public readonly cdkTagManager = new TagManager(TagType.MAP, REKOGNITION_DATASET_RESOURCE_TYPE);

  /**
   * @param scope the construct to put it in
   * @param id its id there; another one makes another dataset
   * @param props project, type and manifest, and the choices
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

/** The service's own pattern. */
const DATASET_ARN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.-]{1,255}\/dataset\/(train|test)\/[0-9]+$/;
