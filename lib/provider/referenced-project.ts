import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The name of the project that is the target of a reference, if it is a project of the app. It may contain tokens. */
export function projectNameOf(target: IConstruct): string | undefined {
  if (!CfnResource.isCfnResource(target) || !/^AWS::(Rekognition|LookoutVision)::Project$/.test(target.cfnResourceType)) return undefined;
  return (target as CfnResource & { readonly projectName: string }).projectName;
}
