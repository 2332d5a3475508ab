import { Lazy, RemovalPolicy, Resource, TagManager, TagType, Token, Tokenization } from 'aws-cdk-lib';
import type { CustomResource, IResource, ITaggableV2 } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DatasetProvider } from '../provider/dataset-provider';
import { DATASET_RESOURCE_TYPE } from '../provider/wire';
import type { DatasetResourceAttributes, DatasetResourceProperties } from '../provider/wire';
import { Images } from '../source/images';
import type { Manifest } from '../source/manifest';
import { warnAbout } from '../source/warnings';
import { FirstLoad, RemovedEntries } from './dataset-options';
import type { DatasetType } from './dataset-options';
import { datasetStatements } from './dataset-permissions';
import { claimPlace } from './dataset-place';
import type { IProject } from './project';

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
export interface DatasetProps {
  /**
   * The project that the dataset belongs to. Another project means a new dataset there, and the old one is deleted.
   */
  readonly project: IProject;

  /**
   * Which of the project's two datasets it is. A project has at most one of each.
   */
  readonly datasetType: DatasetType;

  /**
   * The entries.
   */
  readonly manifest: Manifest;

  /**
   * Where the images are that the manifest's references lead to.
   *
   * @default Images.asWritten()
   */
  readonly images?: Images;

  /**
   * What happens to entries that are in the dataset and no longer in the manifest.
   *
   * @default RemovedEntries.RECREATE
   */
  readonly removedEntries?: RemovedEntries;

  /**
   * How the dataset gets its entries when it is created or recreated.
   *
   * @default FirstLoad.MANIFEST
   */
  readonly firstLoad?: FirstLoad;

  /**
   * Whether a dataset that is in the place already, and was not made by this construct, is taken over: its content
   * becomes the manifest's, and from then on it is changed and deleted with the stack.
   *
   * @default false - the deployment fails and leaves the other dataset untouched
   */
  readonly adoptExisting?: boolean;

  /**
   * How many entries may have errors that the service lists on them (training leaves such entries out). What is known
   * at synth fails there, the rest when the service has read the entries.
   *
   * Lines that the service would drop without a word are never tolerated.
   *
   * @default 0
   */
  readonly maxErrorEntries?: number;

  /**
   * What happens to the dataset when it is removed from the stack.
   *
   * The stack describes the dataset completely, so it can always be made again, and the project cannot be deleted before
   * its datasets are: that is why it goes with the stack, other than most resources with content.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * What does the work during a deployment.
   *
   * @default - one for all datasets of the stack
   */
  readonly provider?: DatasetProvider;
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
  public readonly cdkTagManager = new TagManager(TagType.MAP, DATASET_RESOURCE_TYPE);

  /**
   * @param scope the construct to put it in
   * @param id its id there; another one makes another dataset
   * @param props project, type and manifest, and the choices
   */
  constructor(scope: Construct, id: string, props: DatasetProps) {
    super(scope, id);
    const { project, datasetType, images = Images.asWritten(), maxErrorEntries = 0 } = props;
    claimPlace(this, project, datasetType);
    this.checkMaxErrorEntries(maxErrorEntries);
    const checked = this.checkManifest(props.manifest, images, maxErrorEntries);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    warnAbout(this, checked, images._ownsBucket && removalPolicy !== RemovalPolicy.DESTROY);

    const provider = props.provider ?? DatasetProvider._getOrCreate(this);
    const manifest = checked.bind(this);
    const { properties: imagesProperties, dependencies } = images._bind(this);
    const resource = provider._createResource(this, {
      resourceType: DATASET_RESOURCE_TYPE,
      removalPolicy,
      properties: {
        ProjectArn: project.projectArn,
        DatasetType: datasetType,
        Manifest: manifest && {
          Bucket: manifest.bucket.bucketName,
          Key: manifest.key,
          Version: manifest.version,
          Encoding: manifest.encoding,
        },
        Images: imagesProperties,
        RemovedEntries: props.removedEntries ?? RemovedEntries.RECREATE,
        FirstLoad: props.firstLoad ?? FirstLoad.MANIFEST,
        AdoptExisting: props.adoptExisting ? 'true' : 'false',
        MaxErrorEntries: Tokenization.stringifyNumber(maxErrorEntries),
        Tags: Lazy.any({ produce: () => this.cdkTagManager.renderTags() }) as any,
      } satisfies DatasetResourceProperties,
      statements: datasetStatements(this, project, datasetType, manifest),
    });
    resource.node.addDependency(...dependencies);
    this.node.defaultChild = resource.node.defaultChild;

    this.datasetArn = attribute(resource, 'DatasetArn');
    this.datasetStatus = attribute(resource, 'DatasetStatus');
    this.totalEntries = numberAttribute(resource, 'TotalEntries');
    this.labeledEntries = numberAttribute(resource, 'LabeledEntries');
    this.totalLabels = numberAttribute(resource, 'TotalLabels');
    this.errorEntries = numberAttribute(resource, 'ErrorEntries');
    this.contentHash = attribute(resource, 'ContentHash');
  }

  private checkMaxErrorEntries(maxErrorEntries: number): void {
    if (!Token.isUnresolved(maxErrorEntries) && !(Number.isInteger(maxErrorEntries) && maxErrorEntries >= 0)) {
      throw new Error(`${this.node.path}: maxErrorEntries is ${maxErrorEntries}, but must be a whole number, 0 or more`);
    }
  }

  private checkManifest(manifest: Manifest, images: Images, maxErrorEntries: number) {
    try {
      return manifest._check(images._references, Token.isUnresolved(maxErrorEntries) ? Infinity : maxErrorEntries);
    } catch (error) {
      (error as Error).message = `${this.node.path}: ${(error as Error).message}`;
      throw error;
    }
  }
}

class ImportedDataset extends DatasetBase {
  constructor(scope: Construct, id: string, public readonly datasetArn: string) {
    super(scope, id, { environmentFromArn: datasetArn });
  }
}

/** The service's own pattern. */
const DATASET_ARN = /^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.-]{1,255}\/dataset\/(train|test)\/[0-9]+$/;

function attribute(resource: CustomResource, name: keyof DatasetResourceAttributes): string {
  return resource.getAttString(name);
}

function numberAttribute(resource: CustomResource, name: keyof DatasetResourceAttributes): number {
  return Token.asNumber(resource.getAtt(name));
}
