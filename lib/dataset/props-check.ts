import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkValue, memberOf, optional, TRUE_OR_FALSE } from '../inputs/argument-checks';
import type { Expected } from '../inputs/argument-checks';
import { ExternalChangePolicy, RemovedEntryPolicy } from './dataset-base-props';

/** The expected values of the properties of a dataset, by name. */
export type ExpectedProps = Readonly<Record<string, Expected>>;

const SERVICES = { rekognition: 'AWS::Rekognition::Project', lookoutvision: 'AWS::LookoutVision::Project' };

/** The properties that the datasets of all services share. */
export function expectedBaseProps(service: keyof typeof SERVICES): ExpectedProps {
  return {
    project: {
      accepts: (value) => typeof value?.projectArn === 'string' && typeof value.projectName === 'string' && !isOfAnother(service, value),
      write: `a ${service}.IProject, such as new ${service}.Project(scope, id) or ${service}.Project.fromProjectName(scope, id, name); for a CfnProject use ${service}.Project.fromCfnProject(cfnProject)`,
    },
    manifest: {
      accepts: (value) => typeof value?._check === 'function',
      write: 'a Manifest, such as Manifest.fromFile(path) or Manifest.fromBucket(bucket, key)',
    },
    images: optional({
      accepts: (value) => typeof value?._bind === 'function',
      write: 'Images, such as Images.inBucket(bucket) or Images.fromDirectory(path)',
    }),
    removedEntries: optional(memberOf('RemovedEntryPolicy', RemovedEntryPolicy)),
    adoptExisting: optional(TRUE_OR_FALSE),
    externalChanges: optional(memberOf('ExternalChangePolicy', ExternalChangePolicy)),
    removalPolicy: optional({
      accepts: (value) => Object.values(RemovalPolicy).includes(value),
      write: 'RemovalPolicy.DESTROY or RemovalPolicy.RETAIN',
    }),
    provider: optional({
      accepts: (value) => typeof value?._createResource === 'function',
      write: 'a DatasetProvider, such as new DatasetProvider(scope, id)',
    }),
  };
}

/** @throws Error for the first property that has an unexpected value */
export function checkProps(construct: IConstruct, props: object, expected: ExpectedProps): void {
  for (const [name, one] of Object.entries(expected)) checkValue(construct.node.path, name, (props as any)?.[name], one);
}

function isOfAnother(service: string, { projectArn, node }: any): boolean {
  const child = node?.defaultChild;
  return Object.entries(SERVICES).some(([other, type]) => other !== service
    && (projectArn.includes(`:${other}:`) || (CfnResource.isCfnResource(child) && child.cfnResourceType === type)));
}
