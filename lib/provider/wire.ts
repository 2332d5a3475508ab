/**
 * The wire contract between the constructs and the Lambda handler.
 *
 * CloudFormation turns every scalar into a string on its way, so every leaf is one here too.
 * Shapes that were deployed once stay readable for ever: a rollback or a delete sends the old ones.
 */

/** `Custom::` types, which are part of every deployed template. */
export const REKOGNITION_DATASET_RESOURCE_TYPE = 'Custom::RekognitionDataset';
export const LOOKOUT_DATASET_RESOURCE_TYPE = 'Custom::LookoutVisionDataset';
export const PROJECT_LOOKUP_RESOURCE_TYPE = 'Custom::RekognitionProjectLookup';

/**
 * Version of what the constructs send, in every custom resource. A handler acts on a Create, or an Update that goes on, only if it
 * knows the version: it goes up where one that ignores what is new would do the wrong thing. ProjectArn, DatasetType, Manifest,
 * Folders, Images and Tags keep their meaning in every version, for a Delete and a rollback work without knowing it.
 */
export const WIRE_VERSION = '1';

/** Environment variables of the handler functions. */
export const STAGING_BUCKET_VARIABLE = 'STAGING_BUCKET';
export const TOTAL_TIMEOUT_VARIABLE = 'TOTAL_TIMEOUT_SECONDS';
export const LOG_GROUP_VARIABLE = 'LOG_GROUP_NAME';

/** Where the handler reads the manifest. */
export interface ManifestProperties {
  readonly Bucket: string;
  readonly Key: string;
  /** S3 version id; absent: the object as it is when it is first read. */
  readonly Version?: string;
  /** Present when the object is compressed. */
  readonly Encoding?: 'gzip';
}

/** Where the handler lists images in class folders, to make the manifest of them. */
export interface FoldersProperties {
  readonly Bucket: string;
  /** Begins the key of every class folder: empty, or ends with a slash. */
  readonly Prefix: string;
  /** The attribute of the lines that holds the class. */
  readonly LabelAttribute: string;
  /** Of the labels; ISO 8601 and UTC. */
  readonly CreationDate: string;
  /** Another one has the folders listed again. */
  readonly Revision?: string;
}

/** What every `source-ref` is resolved against. */
export interface ImagesProperties {
  readonly Bucket: string;
  /** Begins every relative reference: empty, or ends with a slash. */
  readonly Prefix: string;
  /** `s3://bucket/prefix/` the manifest was exported from; replaced by Bucket and Prefix. */
  readonly RewriteFrom?: string;
}

export interface VersionedProperties {
  /** See {@link WIRE_VERSION}. */
  readonly WireVersion: string;
}

export interface DatasetResourceProperties extends VersionedProperties {
  /** Names the service, too: `rekognition` or `lookoutvision`. */
  readonly ProjectArn: string;
  readonly DatasetType: 'TRAIN' | 'TEST';
  /** Absent without `Folders`: the dataset is wanted empty. */
  readonly Manifest?: ManifestProperties;
  /** In the place of `Manifest`. */
  readonly Folders?: FoldersProperties;
  /** Absent: references stay as they are written. */
  readonly Images?: ImagesProperties;
  readonly RemovedEntries: 'RECREATE' | 'UNLABEL' | 'KEEP' | 'FAIL';
  /** Absent: `OVERWRITE`. */
  readonly ExternalChanges?: 'OVERWRITE' | 'FAIL';
  readonly InitialLoad: 'MANIFEST' | 'CHUNKS';
  readonly AdoptExisting: 'true' | 'false';
  /** A whole number. */
  readonly MaxErrorEntries: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** What GetAtt reads of a dataset of Lookout for Vision. Every member always has a value. */
export interface LookoutDatasetAttributes {
  readonly DatasetStatus: string;
  readonly TotalEntries: number;
  readonly LabeledEntries: number;
  readonly NormalEntries: number;
  readonly AnomalyEntries: number;
  readonly ContentHash: string;
}

/** What GetAtt reads of a dataset of Rekognition. Every member always has a value. */
export interface RekognitionDatasetAttributes {
  readonly DatasetArn: string;
  readonly DatasetStatus: string;
  readonly TotalEntries: number;
  readonly LabeledEntries: number;
  readonly TotalLabels: number;
  readonly ErrorEntries: number;
  readonly ContentHash: string;
}

export interface ProjectLookupProperties extends VersionedProperties {
  readonly ProjectName: string;
  /** Another one has the ARN looked up anew. */
  readonly Revision?: string;
}

export interface ProjectLookupAttributes {
  readonly ProjectArn: string;
}
