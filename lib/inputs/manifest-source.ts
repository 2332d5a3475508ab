import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ManifestCheck, ManifestFindings } from '../files/manifest-check';
import type { FolderLabels, ImageSet } from '../formats';

export type { ManifestCheck, ReferenceCheck } from '../files/manifest-check';

/** The S3 object that the handler reads. */
export interface ManifestObject {
  readonly bucket: s3.IBucket;
  readonly key: string;
  readonly version?: string;
  /** Keys that the handler must be allowed to read; an IAM pattern. */
  readonly readableKeys: string;
  readonly encoding?: 'gzip';
}

/** The class folders that the handler lists. */
export interface ListedFolders {
  readonly bucket: s3.IBucket;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly labels: FolderLabels;
  readonly revision?: string;
}

/** A manifest that was looked at. It may be deployed when it has no `errorMessage`. */
export interface CheckedManifest extends ManifestFindings {
  /** How messages name the manifest. */
  readonly name: string;
  /** Creates the assets; undefined for a dataset without entries. */
  bind(scope: Construct): ManifestObject | ListedFolders | undefined;
}

/** Where the lines of a manifest come from. */
export interface ManifestSource {
  /** Why `split` and `kFold` cannot work, as a sentence without a full stop; absent when the lines are known at synth. */
  readonly splitUnsupportedReason?: string;
  /** The set of each image, by its reference; absent: the source has no sets. */
  readonly sets?: ReadonlyMap<string, ImageSet>;
  /** Looks at the content as far as synth knows it. */
  check(check: ManifestCheck): CheckedManifest;
}

/** The findings for content that is not known at synth. */
export const UNSEEN_CONTENT: ManifestFindings = { warnings: [], errorEntries: 0 };
