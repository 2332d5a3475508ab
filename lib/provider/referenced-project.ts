import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The name of the project that a reference leads to, if it is one of the app; it may hold tokens. */
export function projectNameOf(target: IConstruct): string | undefined {
  if (!CfnResource.isCfnResource(target) || !/^AWS::(Rekognition|LookoutVision)::Project$/.test(target.cfnResourceType)) return undefined;
  return (target as CfnResource & { readonly projectName: string }).projectName;
}
