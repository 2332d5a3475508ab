import { Aws, Fn } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { SERVICE_READ_ACTIONS } from './service-read-permissions';

/** What is allowed of the staging bucket for every stack. */
export function stagingBucketStatement(bucket: IBucket): PolicyStatement {
  // The service looks up the Region of a manifest's bucket as the caller; listing tells a missing object from a forbidden one.
  return new PolicyStatement({ actions: SERVICE_READ_ACTIONS.bucket, resources: [bucket.bucketArn] });
}

/** What is allowed of the objects there that belong to datasets of the stack, in a policy of which this is; see lambda/staging. */
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
