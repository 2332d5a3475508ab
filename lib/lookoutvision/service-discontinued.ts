import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Warns that a deployment to AWS will fail. */
export function warnDiscontinued(construct: IConstruct): void {
  Annotations.of(construct).addWarningV2('cdk-vision-datasets:LookoutVision.serviceDiscontinued', 'AWS discontinued Amazon Lookout for Vision on October 31, 2025: '
  + 'this can only be deployed to the local cloud, or with AWS_ENDPOINT_URL_LOOKOUTVISION to a service that implements its API; '
  + 'to migrate, pass the manifest to a rekognition.Dataset with Manifest.fromLookout');
}
