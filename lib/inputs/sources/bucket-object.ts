import { Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { visible } from '../../manifest';
import { BUCKET, checkValue, TEXT } from '../argument-checks';
import { UNSEEN_CONTENT } from '../manifest-source';
import type { ManifestSource } from '../manifest-source';

/**
 * Options of `Manifest.fromBucket`.
 */
export interface ManifestFromBucketOptions {
  /**
   * The S3 version id of the object to read.
   *
   * Set it, and change it with every new manifest, when the object is overwritten under the same key: CloudFormation only
   * notices changed properties.
   *
   * @default - the current object, read when bucket, key or `images` change
   */
  readonly version?: string;
}

const CALLER = 'Manifest.fromBucket';

/** A manifest that is in a bucket already. */
export function bucketManifest(bucket: s3.IBucket, key: string, { version }: ManifestFromBucketOptions): ManifestSource {
  checkValue(CALLER, 'bucket', bucket, BUCKET);
  checkValue(CALLER, 'key', key, TEXT);
  if (!Token.isUnresolved(key)) {
    if (key === '') throw new Error(`${CALLER}: the key is empty; name the object that holds the manifest`);
    if (key.startsWith('/')) {
      throw new Error(`${CALLER}: the key "${visible(key)}" begins with a slash, which S3 treats as part of the key; write "${visible(key.replace(/^\/+/, ''))}"`);
    }
  }
  if (version === '') throw new Error(`${CALLER}: the version is empty; leave it out to read the current object`);
  return {
    splitUnsupportedReason: 'the lines of Manifest.fromBucket are only known at deployment, but are split at synth; download the manifest and use Manifest.fromFile',
    check: () => ({ ...UNSEEN_CONTENT, name: key, bind: () => ({ bucket, key, readableKeys: key, version }) }),
  };
}
