import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says at synth what no deployment to AWS can change. */
export function warnDiscontinued(construct: IConstruct): void {
  Annotations.of(construct).addWarningV2('cdk-vision-datasets:LookoutVision.serviceDiscontinued', 'Amazon Lookout for Vision ended on 2025-10-31: '
  + 'this can be deployed to the local cloud, or where AWS_ENDPOINT_URL_LOOKOUTVISION leads to a service that speaks its API, but not to AWS; '
  + 'to move on, give the manifest to a rekognition.Dataset through Manifest.fromLookout');
}
