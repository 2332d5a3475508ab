import { adoptionTag, ownerOf } from '../../core/owner-tags';
import type { Owner } from '../../core/owner-tags';
import type { Tags } from '../../core/slot';
import type { DatasetService } from '../../services/port';
import type { Context } from '../context';

/** Whose the dataset in the slot is by its owner tags alone, as the service shows it now; undefined: there is none. */
export async function ownerByTags({ service, desired, ownerTags }: Context, knownArn?: string): Promise<Owner | undefined> {
  const dataset = await service.find(desired.slot, knownArn);
  return dataset && ownerOf(await service.tags(dataset.arn), ownerTags, undefined, dataset.arn);
}

/**
 * The tags of a dataset of ours: the stack's own, and those that name its owner.
 *
 * @param isAdoption the adoption of the dataset may still be reverted
 */
export function desiredTags({ desired, ownerTags }: Context, isAdoption: boolean): Tags {
  return { ...desired.tags, ...ownerTags, ...(isAdoption && adoptionTag(ownerTags)) };
}

/**
 * Brings the dataset's tags to what the stack says. Tags that others set stay.
 *
 * @param assertMayWrite throws when they are not ours to change any more; asked after the look at them, which may take long
 */
export async function syncTags(
  service: DatasetService, arn: string, desired: Tags, before: Tags, assertMayWrite: () => Promise<void>,
): Promise<void> {
  const present = await service.tags(arn);
  const missing = Object.entries(desired).filter(([key, value]) => present[key] !== value);
  const stale = Object.keys(before).filter((key) => key in present && !(key in desired));
  if (missing.length > 0) {
    await assertMayWrite();
    await service.tag(arn, Object.fromEntries(missing));
  }
  if (stale.length > 0) {
    await assertMayWrite();
    await service.untag(arn, stale);
  }
}
