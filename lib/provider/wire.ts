/**
 * The wire contract between the constructs and the Lambda handler.
 *
 * CloudFormation converts every scalar property into a string, so every leaf is a string here, too.
 * Properties that have been deployed must stay readable forever: a rollback or a delete sends the old ones.
 */

/** `Custom::` types, which are part of deployed templates. */
export const REKOGNITION_DATASET_RESOURCE_TYPE = 'Custom::RekognitionDataset';
export const LOOKOUT_DATASET_RESOURCE_TYPE = 'Custom::LookoutVisionDataset';
export const PROJECT_LOOKUP_RESOURCE_TYPE = 'Custom::RekognitionProjectLookup';

/**
 * The version of the properties that the constructs send, part of every custom resource. A handler performs a Create or a regular
 * Update only if it knows the version. It is increased when a handler that ignores a new property would do the wrong thing.
 * ProjectArn, DatasetType, Manifest, Folders, Images and Tags keep their meaning in every version, because a Delete and a rollback
 * must work with any version.
 */
export const WIRE_VERSION = '1';

/** Environment variables of the handler functions. */
export const STAGING_BUCKET_VARIABLE = 'STAGING_BUCKET';
export const TOTAL_TIMEOUT_VARIABLE = 'TOTAL_TIMEOUT_SECONDS';
export const LOG_GROUP_VARIABLE = 'LOG_GROUP_NAME';

/** The object that the handler reads the manifest from. */
export interface ManifestProperties {
  readonly Bucket: string;
  readonly Key: string;
  /** S3 version id. Absent: the current version when the object is first read. */
  readonly Version?: string;
  /** Present if the object is compressed. */
  readonly Encoding?: 'gzip';
}

/** The class folders that the handler lists to generate the manifest. */
export interface FoldersProperties {
  readonly Bucket: string;
  /** The key prefix of all class folders: empty, or ends with a slash. */
  readonly Prefix: string;
  /** The name of the label attribute that contains the class. */
  readonly LabelAttribute: string;
  /** The creation date of the labels, ISO 8601 in UTC. */
  readonly CreationDate: string;
  /** Changing it lists the folders again. */
  readonly Revision?: string;
}

/** The location that every `source-ref` is resolved against. */
export interface ImagesProperties {
  readonly Bucket: string;
  /** The key prefix of every relative reference: empty, or ends with a slash. */
  readonly Prefix: string;
  /** `s3://bucket/prefix/` the manifest was exported from; replaced by Bucket and Prefix. */
  readonly RewriteFrom?: string;
}

export interface VersionedProperties {
  /** See {@link WIRE_VERSION}. */
  readonly WireVersion: string;
}

export interface DatasetResourceProperties extends VersionedProperties {
  /** Also identifies the service: `rekognition` or `lookoutvision`. */
  readonly ProjectArn: string;
  readonly DatasetType: 'TRAIN' | 'TEST';
  /** If both this and `Folders` are absent, the dataset is empty. */
  readonly Manifest?: ManifestProperties;
  /** Instead of `Manifest`. */
  readonly Folders?: FoldersProperties;
  /** Absent: references are not changed. */
  readonly Images?: ImagesProperties;
  readonly RemovedEntries: 'RECREATE' | 'UNLABEL' | 'KEEP' | 'FAIL';
  /** Absent: `OVERWRITE`. */
  readonly ExternalChanges?: 'OVERWRITE' | 'FAIL';
  readonly InitialLoad: 'MANIFEST' | 'CHUNKS';
  readonly AdoptExisting: 'true' | 'false';
  /** An integer, 0 or more. */
  readonly MaxErrorEntries: string;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** The Fn::GetAtt attributes of a Lookout for Vision dataset. Every attribute always has a value. */
export interface LookoutDatasetAttributes {
  readonly DatasetStatus: string;
  readonly TotalEntries: number;
  readonly LabeledEntries: number;
  readonly NormalEntries: number;
  readonly AnomalyEntries: number;
  readonly ContentHash: string;
}

/** The Fn::GetAtt attributes of a Rekognition dataset. Every attribute always has a value. */
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
  /** Changing it looks up the ARN again. */
  readonly Revision?: string;
}

export interface ProjectLookupAttributes {
  readonly ProjectArn: string;
}
