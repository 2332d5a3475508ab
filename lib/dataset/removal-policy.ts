import { Annotations, CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';
import type { Resource } from 'aws-cdk-lib';
import type { Images } from '../inputs/images';
import type { IDatasetProject } from './dataset-slot';

// Everything here looks at the end of synth: `RemovalPolicies`, `applyRemovalPolicy` and other aspects change policies after
// the properties were read.

/** Fails synth where CloudFormation would refuse the template. */
export function rejectSnapshotPolicy(resource: Resource, what: 'dataset' | 'project'): void {
  resource.node.addValidation({
    validate: () => policyOf(resource) !== CfnDeletionPolicy.SNAPSHOT ? [] : [
      `the removal policy is SNAPSHOT, but the service makes no snapshots of a ${what}; write RemovalPolicy.RETAIN to keep it, or RemovalPolicy.DESTROY`,
    ],
  });
}

/** Tells what a dataset that is retained needs to have retained, too. */
export function warnIfNotRetained(dataset: Resource, project: IDatasetProject, images: Images): void {
  const warn = (id: string, text: string) => Annotations.of(dataset).addWarningV2(`cdk-vision-datasets:Dataset.${id}`, text);
  dataset.node.addValidation({
    validate: () => {
      if (!isRetained(dataset)) return [];
      if (CfnResource.isCfnResource(project.node.defaultChild) && !isRetained(project)) {
        warn('projectNotRetained', `the dataset stays when the stack is deleted, but its project ${project.node.path} does not, and the service deletes no project that has a dataset: deleting the stack will fail; give the project removalPolicy: RemovalPolicy.RETAIN, too`);
      }
      if (images._ownsBucket) {
        warn('imagesNotRetained', 'the dataset stays when it is removed from the stack, but the bucket that Images.fromDirectory made for its images does not; give fromDirectory a bucket of your own');
      }
      return [];
    },
  });
}

function isRetained(resource: Pick<Resource, 'node'>): boolean {
  const policy = policyOf(resource);
  return policy === CfnDeletionPolicy.RETAIN || policy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
}

function policyOf({ node }: Pick<Resource, 'node'>): CfnDeletionPolicy | undefined {
  return (node.defaultChild as CfnResource).cfnOptions.deletionPolicy;
}
