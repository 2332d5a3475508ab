import { Stack, Token } from 'aws-cdk-lib';
import type { IResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A project of either service. */
export interface IDatasetProject extends IResource {
  readonly projectArn: string;
  readonly projectName: string;
}

/** The path of the dataset in each slot, by app. */
const CLAIMED_SLOTS = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Claims a slot of a project for a dataset. A project has one slot for each type of dataset.
 *
 * @throws Error if the slot is claimed already, or if the project is in another region or account than the stack
 */
export function claimSlot(dataset: IConstruct, project: IDatasetProject, datasetType: string): void {
  const stack = Stack.of(dataset);
  for (const [what, theirs, ours] of [['region', project.env.region, stack.region], ['account', project.env.account, stack.account]]) {
    if (!Token.isUnresolved(theirs) && !Token.isUnresolved(ours) && theirs !== ours) {
      throw new Error(`${dataset.node.path}: the project is in ${what} ${theirs}, but the stack is in ${ours}; define the dataset in a stack with the ${what} of the project`);
    }
  }
  const { root } = dataset.node;
  if (!CLAIMED_SLOTS.has(root)) CLAIMED_SLOTS.set(root, new Map());
  const claimed = CLAIMED_SLOTS.get(root)!;
  const slot = `${project.projectArn} ${datasetType}`;
  if (claimed.has(slot)) {
    throw new Error(`${dataset.node.path}: the project already has a ${datasetType} dataset, ${claimed.get(slot)}, and a project can have only one of each type; merge the two manifests, use the other type, or create another project`);
  }
  claimed.set(slot, dataset.node.path);
}
