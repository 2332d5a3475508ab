import { DeployError } from '../../core/errors';
import { type Owner, ownerOf } from '../../core/owner-tags';
import type { Context } from '../context';
import type { Observed } from './decide';

/** Whose the dataset in the slot is by its owner tags alone, as the service shows it now; undefined: there is none. */
export async function ownerByTags({ service, desired, ownerTags }: Context, knownArn?: string): Promise<Owner | undefined> {
  const dataset = await service.find(desired.slot, knownArn);
  return dataset && ownerOf(await service.tags(dataset.arn), ownerTags, undefined, dataset.arn);
}

/** The dataset in the slot is somebody else's, and stays as it is. */
export class ForeignDataset extends DeployError {
  constructor(message: string, readonly observed: Observed) {
    super(message);
  }
}
