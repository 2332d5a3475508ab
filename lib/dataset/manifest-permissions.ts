import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ListedFolders, ManifestObject } from '../inputs/manifest-source';

/** Where the handler finds the entries; undefined for an empty dataset. */
export type Entries = ManifestObject | ListedFolders | undefined;

/** The permissions that the handler needs to read the entries. */
export function manifestStatements(entries: Entries): PolicyStatement[] {
  if (!entries) return [];
  if (!('key' in entries)) {
    return [new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [entries.bucket.bucketArn],
      conditions: entries.prefix === '' ? undefined : { StringLike: { 's3:prefix': `${entries.prefix}*` } },
    })];
  }
  const { encryptionKey } = entries.bucket;
  return [
    new PolicyStatement({
      // Reading a version needs GetObjectVersion only (S3 API reference, GetObject).
      actions: [entries.version === undefined ? 's3:GetObject' : 's3:GetObjectVersion'],
      resources: [entries.bucket.arnForObjects(entries.readableKeys)],
    }),
    ...encryptionKey ? [new PolicyStatement({ actions: ['kms:Decrypt'], resources: [encryptionKey.keyArn] })] : [],
  ];
}
