import { Annotations, CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';
import type { Resource } from 'aws-cdk-lib';
import type { Images } from '../inputs/images';
import type { IDatasetProject } from './dataset-slot';

// Policies are validated at the end of synth, because `RemovalPolicies`, `applyRemovalPolicy` and other aspects can change them
// after the construct was created.

/** Fails synth for a policy that CloudFormation would reject. */
export function rejectSnapshotPolicy(resource: Resource, what: 'dataset' | 'project'): void {
  resource.node.addValidation({
    validate: () => policyOf(resource) !== CfnDeletionPolicy.SNAPSHOT ? [] : [
      `the removal policy is SNAPSHOT, but a ${what} does not support snapshots; use RemovalPolicy.RETAIN to keep it, or RemovalPolicy.DESTROY`,
    ],
  });
}

/** Warns if a retained dataset needs resources that are not retained. */
export function warnIfNotRetained(dataset: Resource, project: IDatasetProject, images: Images): void {
  const warn = (id: string, text: string) => Annotations.of(dataset).addWarningV2(`cdk-vision-datasets:Dataset.${id}`, text);
  dataset.node.addValidation({
    validate: () => {
      if (!isRetained(dataset)) return [];
      if (CfnResource.isCfnResource(project.node.defaultChild) && !isRetained(project)) {
        warn('projectNotRetained', `the dataset is retained when the stack is deleted, but its project ${project.node.path} is not, and a project that has a dataset cannot be deleted: deleting the stack will fail; set removalPolicy: RemovalPolicy.RETAIN on the project, too`);
      }
      if (images._ownsBucket) {
        warn('imagesNotRetained', 'the dataset is retained when it is removed from the stack, but the bucket that Images.fromDirectory created for its images is not; pass your own bucket to fromDirectory');
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
