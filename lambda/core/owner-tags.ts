import { hash } from './slot';
import type { Identity, Tags } from './slot';

/** Who a dataset belongs to, by its tags. */
export type Owner = 'us' | 'somebody' | 'nobody';

/** Tags that say that a dataset is the property of one resource of one stack. Part of every deployed dataset. */
export const STACK_TAG = 'cdk-vision-datasets:stack';
export const RESOURCE_TAG = 'cdk-vision-datasets:resource';
/**
 * Stays on a dataset for as long as adopting it may be undone. Its value is of the resource that has adopted it, so that
 * no Delete of that one, whatever became of our records, takes the dataset for one that it has made.
 */
export const ADOPTED_TAG = 'cdk-vision-datasets:adopted-by';

/** Stands for recorded tags that cannot be read: the dataset is somebody's, until adoptExisting says otherwise. */
export const UNKNOWN_OWNER: Tags = { [STACK_TAG]: 'unknown' };

export function ownerTagsOf({ stackId, logicalId }: Identity): Tags {
  return { [STACK_TAG]: stackId, [RESOURCE_TAG]: logicalId };
}

/** To be set together with the owner tags when a dataset is adopted. */
export function adoptionTag(ownerTags: Tags): Tags {
  return { [ADOPTED_TAG]: hash(ownerTags) };
}

export function isAdopted(tags: Tags, ownerTags: Tags): boolean {
  return tags[ADOPTED_TAG] === hash(ownerTags);
}

/** Tags that can be set again. Those of AWS itself (`aws:…`) can only be read, and a call that sends one is refused. */
export function settable(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));
}

/**
 * Whose dataset this is. The owner tags decide; where the service shows none, our own record of having made exactly
 * this ARN does. An ARN holds its time of creation, so it never names two datasets.
 */
export function ownerOf(tags: Tags, ownerTags: Tags, recordedArn: string | undefined, arn: string): Owner {
  if (tags[STACK_TAG] !== undefined || tags[RESOURCE_TAG] !== undefined) {
    return tags[STACK_TAG] === ownerTags[STACK_TAG] && tags[RESOURCE_TAG] === ownerTags[RESOURCE_TAG] ? 'us' : 'somebody';
  }
  return recordedArn === arn ? 'us' : 'nobody';
}

/** Who holds a dataset, in words. */
export function describeOwner(tags: Tags): string {
  const stack = tags[STACK_TAG];
  return stack === undefined
    ? 'has no owner tags of a stack'
    : `belongs to resource ${tags[RESOURCE_TAG] ?? '?'} of stack ${stack.split('/')[1] ?? stack}`;
}
