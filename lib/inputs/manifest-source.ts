import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FolderLabels } from '../formats';
import type { ImageLocation, Problem, ServiceRules, Subset } from '../manifest';
import type { ImageDirectory } from '../files/image-directory';
import type { ImageRules } from '../files/image-limits';

/** What the references of a manifest are checked against at synth, when nothing is deployed yet. */
export interface ReferenceCheck {
  /** Where references will lead to; absent: they stay as they are written. The names in it may be placeholders. */
  readonly location?: ImageLocation;
  /** The files that become the images; absent: they are in a bucket, where synth cannot look. */
  readonly directory?: ImageDirectory;
  /** Of the service that the dataset is made in; absent: Rekognition's. */
  readonly rules?: ServiceRules;
  /** Of the same service, for the files of `directory`; absent: Rekognition's. */
  readonly imageRules?: ImageRules;
}

/** The object the handler reads. */
export interface ManifestObject {
  readonly bucket: s3.IBucket;
  readonly key: string;
  readonly version?: string;
  /** Which keys the handler must be allowed to read; a pattern of IAM. */
  readonly readableKeys: string;
  readonly encoding?: 'gzip';
}

/** The class folders the handler lists. */
export interface ListedFolders {
  readonly bucket: s3.IBucket;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly labels: FolderLabels;
  readonly revision?: string;
}

/** A manifest that may be deployed. */
export interface CheckedManifest {
  /** Worth saying, but no reason to stop; the first ones. */
  readonly warnings: readonly Problem[];
  /** All of them. */
  readonly warningCount: number;
  /** Lines with errors that the user tolerates. */
  readonly errorEntries: number;
  /** How messages name the manifest. */
  readonly name: string;
  /** Makes the assets, once everything was checked; undefined for a dataset without entries. */
  bind(scope: Construct): ManifestObject | ListedFolders | undefined;
}

/** One way to give a manifest. */
export interface ManifestSource {
  /** Why it cannot be split, as a whole sentence without a full stop; absent when its lines are known at synth. */
  readonly indivisible?: string;
  /**
   * Looks at the content as far as synth knows it, and throws with every problem that would spoil the deployment.
   *
   * @param part nothing but these lines; absent: all
   */
  check(references: ReferenceCheck, maxErrorEntries: number, part?: Subset): CheckedManifest;
}
