import { randomUUID } from 'crypto';
import type {
  CdkCustomResourceEvent, CdkCustomResourceIsCompleteEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse,
} from 'aws-lambda';
import {
  type RekognitionDatasetAttributes, type LookoutDatasetAttributes, PROJECT_LOOKUP_RESOURCE_TYPE, type ProjectLookupAttributes,
} from '../../lib/provider/wire';
import type { Context } from './context';
import { DeployError, OutOfReach, ServiceError, TimeSliceExceeded, toReason } from '../core/errors';
import { log } from '../core/log';
import { ForeignDataset, markedOwner, markOf } from './reconcile/ownership';
import type { DatasetService, ObjectStore, Slot, Tags } from '../services/port';
import { emptyState, isKnownVersion, knownProperties, assertKnownVersion, nameOf, parseProperties, slotId, slotIn, tagsOf, type DesiredState } from './desired-state';
import type { Observed } from './reconcile/decide';
import { appliedBefore, mayBeRollbackTo } from './reconcile/rollback';
import { Run } from './reconcile/loop';
import { DeadlinePassed, type TimeBudget } from '../core/time-budget';
import { type Applied, Staging } from '../staging/staging';

/** What a poll is made of; the entry point makes it from the SDK, a test from fakes. */
export interface Parts {
  readonly service: DatasetService;
  readonly store: ObjectStore;
  readonly budget: TimeBudget;
}

/** Facts fixed at the start of an operation; the framework carries them to every poll. */
interface Started {
  readonly RunId: string;
  /** Epoch milliseconds. */
  readonly Deadline: string;
  /** Id of the slot that a failed Update has left behind; see abandonedBy. */
  readonly Abandoned?: string;
  /** Why the operation could not begin; see begin. */
  readonly Failed?: string;
}

/**
 * Decides which resource is meant and starts the operation. Whatever can fail comes later, when the id is known: a Create that fails
 * here is answered with an id of the framework's, whose Delete never reaches us, and another delivery of the event may be at work.
 */
export async function begin(
  event: CdkCustomResourceEvent, { service, store, budget }: Parts, stagingBucket: string,
): Promise<CdkCustomResourceResponse> {
  if (event.ResourceType === PROJECT_LOOKUP_RESOURCE_TYPE) return lookUpProject(event, service);
  const began = budget.now();
  const slot = slotFor(event);
  if (!slot) return { PhysicalResourceId: idOf(event) };

  const PhysicalResourceId = event.RequestType === 'Delete' ? idOf(event) : slotId(slot);
  const abandoned = abandonedBy(event, slot);
  const started: Started = { RunId: randomUUID(), Deadline: String(budget.deadline), ...(abandoned && { Abandoned: slotId(abandoned) }) };
  try {
    for (const taken of abandoned ? [slot, abandoned] : [slot]) {
      await new Staging(store, stagingBucket, identity(event), taken, started.RunId).acquireLease(event.RequestId, began);
    }
  } catch (error) {
    // Nothing comes back to this call.
    const { message } = toReason(error instanceof TimeSliceExceeded ? new DeadlinePassed(budget.lastError) : error);
    return { ...started, PhysicalResourceId: error instanceof OutOfReach ? idOf(event) : PhysicalResourceId, Failed: message };
  }
  log('operation begins', { request: event.RequestType, slot: slotId(slot), runId: started.RunId, deadline: new Date(budget.deadline).toISOString() });
  return { PhysicalResourceId, ...started };
}

/** Carries the operation on; `IsComplete: false` asks for another poll. */
export async function resume(
  event: CdkCustomResourceIsCompleteEvent, { service, store, budget }: Parts, stagingBucket: string,
): Promise<CdkCustomResourceIsCompleteResponse> {
  const slot = event.ResourceType === PROJECT_LOOKUP_RESOURCE_TYPE ? undefined : slotFor(event);
  if (!slot) return { IsComplete: true };

  const who = identity(event);
  const contextOf = (desired: DesiredState): Context => ({
    desired, service, store, budget, mark: markOf(who),
    staging: new Staging(store, stagingBucket, who, desired.slot, event.RunId as string),
    mayBeRollback: event.RequestType === 'Update', undoneByDelete: oldSlotId(event) !== slotId(slot),
    guardedBefore: event.RequestType === 'Update' && event.OldResourceProperties.ExternalChanges === 'FAIL',
  });
  const gone = contextOf(emptyState(slot, tagsOf(event.ResourceProperties)));
  try {
    if (event.Failed) {
      const nothing = event.RequestType === 'Delete' && await isNothingOurs(gone, event.PhysicalResourceId);
      if (!nothing) throw new DeployError(String(event.Failed));
      log('nothing to delete', { reason: event.Failed });
      return { IsComplete: true };
    }
    if (event.RequestType === 'Delete') {
      await deleteDataset(gone);
      await gone.staging.forgetFailed();
      await gone.staging.forgetResourceIfGone();
      return { IsComplete: true };
    }
    const abandoned = slotOf(String(event.Abandoned));
    if (abandoned) await deleteDataset(contextOf(emptyState(abandoned, tagsBefore(event))));
    return await applyDesired(event, gone).catch((error) => acceptForeignOnRollback(error, event, gone));
  } catch (error) {
    if (!(error instanceof TimeSliceExceeded)) throw error;
    log('to be continued', { runId: event.RunId });
    return { IsComplete: false };
  }
}

async function applyDesired(event: CdkCustomResourceIsCompleteEvent, gone: Context): Promise<CdkCustomResourceIsCompleteResponse> {
  const run = new Run({ ...gone, desired: await desiredBy(event, gone) });
  const observed = await run.apply(tagsBefore(event));
  await gone.staging.forgetFailed();
  return { IsComplete: true, Data: attributes(observed, run.contentHash) };
}

/**
 * Deletes what is ours. A dataset that was taken over by a deployment which is being undone is given back as it was, for as
 * long as it is known what it was.
 */
async function deleteDataset(context: Context): Promise<void> {
  const { staging, desired } = context;
  const adoptionPending = (await staging.applied())?.adoptionPending;
  const known = adoptionPending && (adoptionPending.entries === 0 || await staging.has(staging.adoptedKey));
  if (!known) return new Run(context).delete();
  return new Run({ ...context, desired: originalState(desired, adoptionPending, staging) }).revertAdoption(desired.tags);
}

/**
 * Neither in the service nor in the staging bucket, which would show an operation that is at work. Where that cannot be listed at
 * all, no operation can have begun; where neither can be reached, none has begun under an id that names no slot.
 */
async function isNothingOurs(context: Context, physicalId: string): Promise<boolean> {
  const owner = await markedOwner(context).catch((error) => {
    if (error instanceof OutOfReach && !slotOf(physicalId)) return undefined;
    throw error;
  });
  if (owner === 'us') return false;
  return context.staging.isEmpty().catch((error) => {
    if (error instanceof ServiceError) return true;
    throw error;
  });
}

/**
 * Where an Update has failed and the dataset is somebody else's, the Update that takes it back is not refused: the stack would be
 * stuck, and what is not ours stays as it is anyway. Which one that is, the note of the one that failed tells.
 */
async function acceptForeignOnRollback(
  error: unknown, event: CdkCustomResourceIsCompleteEvent, { staging }: Context,
): Promise<CdkCustomResourceIsCompleteResponse> {
  if (error instanceof TimeSliceExceeded || event.RequestType !== 'Update') throw error;
  const [from, to] = [nameOf(event.OldResourceProperties), nameOf(event.ResourceProperties)];
  const failed = await staging.failed().catch(() => undefined);
  const isRollback = from !== to && failed?.from === to && failed.to === from;
  if (isRollback && error instanceof ForeignDataset) {
    log('dataset is not ours and stays as it is: nothing to take back', { datasetArn: error.observed.arn, reason: error.message });
    return { IsComplete: true, Data: attributes(error.observed, '') };
  }
  if (!isRollback && await staging.holdsLease().catch(() => false)) {
    // The failure itself is what is told, whatever becomes of the note.
    await staging.saveFailed({ from, to }).catch((why) => { log('this failure is not written down', { because: (why as Error).message }); });
  }
  throw error;
}

/** The wish that brings an adopted dataset back to what it was. */
function originalState({ slot }: DesiredState, { entries, tags }: NonNullable<Applied['adoptionPending']>, staging: Staging): DesiredState {
  return { ...emptyState(slot, tags), saved: entries === 0 ? undefined : { key: staging.adoptedKey, entries } };
}

/**
 * What a Create or an Update wants. Properties that this handler does not understand are those of another version of the library.
 * It must not act on them, and must not block a rollback, which CloudFormation does not tell from an Update that goes on: an Update
 * to what was applied before goes back, and so may one where the record of that is gone.
 */
async function desiredBy(event: CdkCustomResourceEvent, { staging, desired: { slot } }: Context): Promise<DesiredState> {
  const { RequestType, ResourceProperties } = event;
  try {
    return parseProperties(ResourceProperties);
  } catch (error) {
    const name = nameOf(ResourceProperties);
    const applied = await staging.applied();
    const before = appliedBefore(name, applied);
    if (RequestType !== 'Update' || !mayBeRollbackTo(name, applied)) throw error;
    log('properties of another version: this may be a rollback', { because: (error as Error).message, appliedBefore: before !== undefined });
    if (!before) return knownProperties(ResourceProperties, slot);
    const { source, manifestKey: key, contentHash } = before;
    if (key === undefined) return knownProperties(ResourceProperties, slot, { source });
    if (await staging.has(key)) return knownProperties(ResourceProperties, slot, { source, saved: { key, contentHash } });
    return { ...knownProperties(ResourceProperties, slot), source };
  }
}

async function lookUpProject(event: CdkCustomResourceEvent, service: DatasetService): Promise<CdkCustomResourceResponse> {
  if (event.RequestType === 'Delete') return { PhysicalResourceId: event.PhysicalResourceId };
  const { ProjectName } = event.ResourceProperties;
  // Nothing is changed by looking: an Update may be a rollback, and does without the version.
  if (event.RequestType === 'Create') assertKnownVersion(event.ResourceProperties);
  else if (typeof ProjectName !== 'string') return foundProject(event.PhysicalResourceId);
  const name = String(ProjectName);
  const arn = await service.projectArn(name);
  if (!arn) throw new DeployError(`there is no Custom Labels project named ${JSON.stringify(name)} in this account and Region.`);
  return foundProject(arn);
}

function foundProject(ProjectArn: string): CdkCustomResourceResponse {
  return { PhysicalResourceId: ProjectArn, Data: { ProjectArn } satisfies ProjectLookupAttributes };
}

/**
 * The slot that an event is about. A Delete names it by its id, unless the id was invented for a create that never answered; with
 * properties that never named one there is nothing to delete.
 */
function slotFor(event: CdkCustomResourceEvent): Slot | undefined {
  const { RequestType, ResourceProperties } = event;
  if (RequestType === 'Create') return parseProperties(ResourceProperties).slot;
  const [byId, byProperties] = [slotOf(event.PhysicalResourceId), slotIn(ResourceProperties)];
  if (RequestType === 'Update') return byProperties ?? (isKnownVersion(ResourceProperties) ? undefined : byId) ?? parseProperties(ResourceProperties).slot;
  if (!byId && !byProperties) log('nothing to delete', { reason: 'neither the id nor the properties name a dataset' });
  return byId ?? byProperties;
}

function slotOf(physicalId: string): Slot | undefined {
  const [, projectArn, type] = /^(arn:[^:]+:(?:rekognition|lookoutvision):.+)\/dataset\/(train|test)$/u.exec(physicalId) ?? [];
  return projectArn ? { projectArn, datasetType: type === 'train' ? 'TRAIN' : 'TEST' } : undefined;
}

/**
 * The slot of the old properties, when it is neither wanted nor the resource's: an Update to another slot has failed and its
 * id was dropped, so that no Delete will come for it.
 */
function abandonedBy(event: CdkCustomResourceEvent, desired: Slot): Slot | undefined {
  const id = oldSlotId(event);
  return id === undefined || id === idOf(event) || id === slotId(desired) ? undefined : slotOf(id);
}

/** The slot that the resource had before an Update. */
function oldSlotId(event: CdkCustomResourceEvent): string | undefined {
  if (event.RequestType !== 'Update') return undefined;
  const slot = slotIn(event.OldResourceProperties);
  return slot ? slotId(slot) : event.PhysicalResourceId;
}

function idOf(event: CdkCustomResourceEvent): string {
  return event.RequestType === 'Create' ? event.RequestId : event.PhysicalResourceId;
}

function identity(event: CdkCustomResourceEvent): { stackId: string; logicalId: string } {
  return { stackId: event.StackId, logicalId: event.LogicalResourceId };
}

function tagsBefore(event: CdkCustomResourceEvent): Tags {
  return event.RequestType === 'Update' ? tagsOf(event.OldResourceProperties) : {};
}

function attributes(observed: Observed, contentHash: string): RekognitionDatasetAttributes | LookoutDatasetAttributes {
  const { total, labeled, classes } = observed.counts;
  if (classes) {
    return {
      DatasetStatus: observed.status,
      TotalEntries: total,
      LabeledEntries: labeled,
      NormalEntries: classes.normal,
      AnomalyEntries: classes.anomaly,
      ContentHash: contentHash,
    };
  }
  return {
    DatasetArn: observed.arn,
    DatasetStatus: observed.status,
    TotalEntries: total,
    LabeledEntries: labeled,
    TotalLabels: observed.counts.labels,
    ErrorEntries: observed.counts.errors,
    ContentHash: contentHash,
  };
}
