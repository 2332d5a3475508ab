import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * What a service reads of a bucket as the caller, of its objects and of the bucket itself. Which of it a dataset needs is not
 * published; this is what the Custom Labels guide has a user granted for a bucket ("Setting up console permissions").
 */
export const SERVICE_READ_ACTIONS = {
  objects: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging', 's3:GetObjectVersion'],
  bucket: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:ListBucket'],
};

/** Lets the caller of a service have objects read by it: those whose keys match the pattern, with the bucket's key where it is known. */
export function serviceReadStatements(bucket: IBucket, keys: string): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: SERVICE_READ_ACTIONS.objects, resources: [bucket.arnForObjects(keys)] }),
    new PolicyStatement({ actions: SERVICE_READ_ACTIONS.bucket, resources: [bucket.bucketArn] }),
    ...bucket.encryptionKey ? [new PolicyStatement({ actions: ['kms:Decrypt'], resources: [bucket.encryptionKey.keyArn] })] : [],
  ];
}
