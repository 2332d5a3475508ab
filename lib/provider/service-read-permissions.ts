import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * The actions that a service performs with the caller's permissions, on objects and on the bucket itself. AWS does not document
 * which of them a dataset needs; this is the list of the Custom Labels guide, "Setting up console permissions".
 */
export const SERVICE_READ_ACTIONS = {
  objects: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging', 's3:GetObjectVersion'],
  bucket: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:ListBucket'],
};

/** The permissions that the caller of a service needs so that the service can read the objects whose keys match the pattern. */
export function serviceReadStatements(bucket: IBucket, keys: string): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: SERVICE_READ_ACTIONS.objects, resources: [bucket.arnForObjects(keys)] }),
    new PolicyStatement({ actions: SERVICE_READ_ACTIONS.bucket, resources: [bucket.bucketArn] }),
    ...bucket.encryptionKey ? [new PolicyStatement({ actions: ['kms:Decrypt'], resources: [bucket.encryptionKey.keyArn] })] : [],
  ];
}
