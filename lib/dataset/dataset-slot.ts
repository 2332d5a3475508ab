import { Stack, Token } from 'aws-cdk-lib';
import type { IResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A project of either service. */
export interface IDatasetProject extends IResource {
  readonly projectArn: string;
  readonly projectName: string;
}

/** Which dataset has which place of which project, by app. */
const CLAIMED_SLOTS = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Takes the place of a project for a dataset. A project has one for each type, in its own region and account, which is
 * where the handler looks.
 *
 * @throws Error when the place is taken, or the project elsewhere
 */
export function claimSlot(dataset: IConstruct, project: IDatasetProject, datasetType: string): void {
  const stack = Stack.of(dataset);
  for (const [what, theirs, ours] of [['region', project.env.region, stack.region], ['account', project.env.account, stack.account]]) {
    if (!Token.isUnresolved(theirs) && !Token.isUnresolved(ours) && theirs !== ours) {
      throw new Error(`${dataset.node.path}: the project is in the ${what} ${theirs}, but the stack is in ${ours}; put the dataset into a stack of the project's ${what}`);
    }
  }
  const { root } = dataset.node;
  if (!CLAIMED_SLOTS.has(root)) CLAIMED_SLOTS.set(root, new Map());
  const taken = CLAIMED_SLOTS.get(root)!;
  const place = `${project.projectArn} ${datasetType}`;
  if (taken.has(place)) {
    throw new Error(`${dataset.node.path}: the project has a ${datasetType} dataset already, ${taken.get(place)}, and a project holds one of each type; join the two manifests, use the other type, or make another project`);
  }
  taken.set(place, dataset.node.path);
}
