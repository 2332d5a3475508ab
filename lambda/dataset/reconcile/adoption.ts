import { Superseded } from '../../core/errors';
import { log } from '../../core/log';
import { ADOPTED_TAG, adoptionTag, describeOwner, RESOURCE_TAG, settable, STACK_TAG } from '../../core/owner-tags';
import type { Tags } from '../../core/slot';
import { NOTHING_APPLIED } from '../../staging/records';
import type { Applied } from '../../staging/records';
import { readListing } from '../content/listing';
import type { Context } from '../context';
import { emptyState } from '../desired-state';
import type { DesiredState } from '../desired-state';
import { isBusy } from './decide';
import type { Observed } from './decide';
import { isLatestRequest } from './lease';
import type { Run } from './run';
import { syncTags } from './tags';

/**
 * Adoption, and every way back from it (decisions/0005): until the first update that succeeds, what an adopted dataset held and which
 * tags it had are kept in the staging bucket, and a tag on the dataset says that adopting it may still be undone.
 */

/** Adopts somebody else's dataset. What it holds and which tags it has are written down first, for the way back. */
export async function adopt(run: Run, observed: Observed): Promise<void> {
  if (isBusy(observed)) return run.wait(observed);
  const { service, staging, ownerTags } = run.context;
  const { tags } = run.owner!;
  const before = await staging.applied();
  if (before?.arn !== observed.arn || !before.adoptionPending) {
    // One whose creation failed holds nothing and cannot be listed.
    const listing = observed.status === 'CREATE_FAILED' ? undefined : await readListing(run.context, observed, 'listed', staging.adoptedKey);
    const adoptionPending = { entries: listing?.index.entries ?? 0, tags: settable(tags) };
    // Of what was applied before, only the manifest still counts, for a rollback.
    await staging.saveApplied({ ...(before ?? NOTHING_APPLIED), arn: observed.arn, lastUpdated: 0, dirty: false, adoptionPending });
  }
  await run.assertLease();
  run.tagged = { arn: observed.arn, tags };
  await service.tag(observed.arn, { ...ownerTags, ...adoptionTag(ownerTags) });
  log('dataset adopted', { datasetArn: observed.arn, before: describeOwner(tags) });
  run.owner = undefined;
}

/** What brings an adopted dataset back to what it was; undefined where nothing was adopted, or its entries are gone. */
export async function originalState({ staging, desired: { slot } }: Context): Promise<DesiredState | undefined> {
  const adoption = (await staging.applied())?.adoptionPending;
  if (!adoption || !(adoption.entries === 0 || await staging.has(staging.adoptedKey))) return undefined;
  const { entries, tags } = adoption;
  return { ...emptyState(slot, tags), saved: entries === 0 ? undefined : { key: staging.adoptedKey, entries } };
}

/** Takes our tags off. Our record forgets the dataset first: it must not claim what carries no tag of ours any more. */
export async function restoreOriginal(run: Run, { arn }: Observed, tags: Tags, ourTags: Tags): Promise<void> {
  const { service, staging, ownerTags } = run.context;
  const assertLease = () => run.assertLease();
  await assertLease();
  await staging.saveApplied({ ...(await staging.applied() ?? NOTHING_APPLIED), arn: '' });
  const ours = { ...ourTags, ...ownerTags, ...adoptionTag(ownerTags) };
  // The owner tags of an earlier owner come last: with them, nothing of ours is to be found any more. Ours are not set here, as another
  // poll may have taken them off already.
  if (STACK_TAG in tags) await syncTags(service, arn, withoutOwner(tags), withoutOwner(ours), assertLease);
  await syncTags(service, arn, tags, ours, assertLease);
}

function withoutOwner(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== STACK_TAG && key !== RESOURCE_TAG));
}

/** Gives up an adopted dataset of which nobody knows any more what it was: it stays as it is. */
export async function orphan(run: Run, observed: Observed): Promise<void> {
  const { staging, desired } = run.context;
  const before = (await staging.applied())?.adoptionPending?.tags ?? {};
  await restoreOriginal(run, observed, before, desired.tags);
  log('dataset was adopted and cannot be restored, because its saved entries are gone from the staging bucket; it stays as it is, without our tags', {
    datasetArn: observed.arn, status: observed.status, entries: observed.counts.total, owner: describeOwner(before),
  });
}

/**
 * Another resource of the stack has adopted the dataset from this one, which goes away: a construct was renamed.
 * From now on there is nobody to restore it for.
 */
export async function transferOwnership({ context: { service, staging, ownerTags }, owner }: Run): Promise<void> {
  const { arn, tags } = owner!;
  if (tags[STACK_TAG] !== ownerTags[STACK_TAG]) return;
  const successor = staging.of(tags[RESOURCE_TAG]);
  const applied: Applied | undefined = await successor.applied();
  if (applied?.adoptionPending?.tags[RESOURCE_TAG] !== ownerTags[RESOURCE_TAG]) return;
  await service.untag(arn, [ADOPTED_TAG]);
  await successor.saveApplied({ ...applied, adoptionPending: undefined });
}

/**
 * A delete may have looked before our tags were set. As long as nothing else was changed, taking them off again undoes all. Another
 * delivery of the same request goes on with the tags.
 */
export async function removeOwnershipTags(run: Run): Promise<void> {
  const { context: { service, staging, requestId, ownerTags }, tagged, progress } = run;
  if (!tagged || progress.writes) return;
  const assertUnchanged = async () => {
    const applied = await staging.applied();
    const isChanged = applied && (applied.dirty || applied.lastUpdated > 0);
    if (isChanged || await isLatestRequest(staging, requestId)) throw new Superseded('another delivery of this operation has gone on from here.');
  };
  const ours = { ...ownerTags, ...adoptionTag(ownerTags) };
  // The other tags may be those of a newer owner.
  const before = Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => key in ours));
  await syncTags(service, tagged.arn, before, ours, assertUnchanged);
}
