import type * as s3 from 'aws-cdk-lib/aws-s3';
import { BUCKET, checkedPrefix, checkValue } from '../argument-checks';
import { UNSEEN_CONTENT } from '../manifest-source';
import type { ManifestSource } from '../manifest-source';
import { folderLabels } from './class-folders';
import type { FolderLabelOptions } from './class-folders';

/**
 * Options of `Manifest.fromBucketFolders`.
 */
export interface ManifestFromBucketFoldersOptions extends FolderLabelOptions {
  /**
   * Prefix of the keys, for example `sorted/` for `sorted/normal/1.png`.
   *
   * No leading slash; a missing slash at the end is added.
   *
   * @default - the class folders are at the bucket's root
   */
  readonly prefix?: string;

  /**
   * Any text. Change it to list the folders again: CloudFormation does not notice new objects.
   *
   * @default - the folders are listed when bucket, another option or `images` change
   */
  readonly revision?: string;
}

const CALLER = 'Manifest.fromBucketFolders';

/** Images in a bucket whose keys sort them into class folders. */
export function bucketFoldersManifest(bucket: s3.IBucket, options: ManifestFromBucketFoldersOptions): ManifestSource {
  checkValue(CALLER, 'bucket', bucket, BUCKET);
  const prefix = checkedPrefix(CALLER, options.prefix ?? '');
  const labels = folderLabels(CALLER, options);
  return {
    splitUnsupportedReason: 'the lines of Manifest.fromBucketFolders are only known at deployment, but are split at synth; use a prefix for each dataset, or download the images and use Manifest.fromFolders',
    check: () => ({ ...UNSEEN_CONTENT, name: CALLER, bind: () => ({ bucket, prefix, labels, revision: options.revision }) }),
  };
}
