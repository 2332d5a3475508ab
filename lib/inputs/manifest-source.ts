import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ManifestCheck, ManifestFindings } from '../files/manifest-check';
import type { FolderLabels } from '../formats';

export type { ManifestCheck, ReferenceCheck } from '../files/manifest-check';

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
export interface CheckedManifest extends ManifestFindings {
  /** How messages name the manifest. */
  readonly name: string;
  /** Makes the assets, once everything was checked; undefined for a dataset without entries. */
  bind(scope: Construct): ManifestObject | ListedFolders | undefined;
}

/** One way to give a manifest. */
export interface ManifestSource {
  /** Why it cannot be split, as a whole sentence without a full stop; absent when its lines are known at synth. */
  readonly splitUnsupportedReason?: string;
  /** Looks at the content as far as synth knows it, and throws with every problem that would spoil the deployment. */
  check(check: ManifestCheck): CheckedManifest;
}

/** What there is to say about content that synth does not see. */
export const UNSEEN_CONTENT: ManifestFindings = { warnings: [], warningCount: 0, errorEntries: 0 };
