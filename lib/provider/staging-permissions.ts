import { Aws, Fn } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { SERVICE_READ_ACTIONS } from './service-read-permissions';

/** The permissions on the staging bucket itself, which are the same for all stacks. */
export function stagingBucketStatement(bucket: IBucket): PolicyStatement {
  // The service looks up the region of the manifest's bucket with the caller's permissions; s3:ListBucket turns the error for a missing
  // object from 403 into 404.
  return new PolicyStatement({ actions: SERVICE_READ_ACTIONS.bucket, resources: [bucket.bucketArn] });
}

/** The permissions on the objects of the stack's datasets. `lambda/staging` documents the folder tree. */
export function stagedObjectsStatements(bucket: IBucket, { stackName }: Stack): PolicyStatement[] {
  const stack = `${stackName}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
  return [
    new PolicyStatement({
      actions: [...SERVICE_READ_ACTIONS.objects, 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: [bucket.arnForObjects(`${stack}/*`)],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [bucket.arnForObjects('owners/*')],
    }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(`reports/${stack}/*`)] }),
  ];
}
