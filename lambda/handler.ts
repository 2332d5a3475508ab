import { randomUUID } from 'crypto';
import type {
  CdkCustomResourceEvent, CdkCustomResourceIsCompleteEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse,
} from 'aws-lambda';
import {
  type DatasetResourceAttributes, type LookoutDatasetResourceAttributes, PROJECT_LOOKUP_RESOURCE_TYPE, type ProjectLookupAttributes,
} from '../lib/provider/wire';
import type { Context } from './context';
import { DeployError, ServiceRefusal, SliceOver, toReason } from './errors';
import { log } from './log';
import { markedOwner, markOf } from './ownership';
import type { DatasetService, ObjectStore, Slot } from './ports';
import { parseProperties, slotId, type Wanted } from './properties';
import type { Seen } from './reconcile';
import { Run } from './run';
import { DeadlinePassed, type Slice } from './slice';
import { type Applied, Staging } from './staging';

/** What a poll is made of; the entry point makes it from the SDK, a test from fakes. */
export interface Parts {
  readonly service: DatasetService;
  readonly store: ObjectStore;
  readonly slice: Slice;
}

/** Facts fixed at the start of an operation; the framework carries them to every poll. */
interface Started {
  readonly RunId: string;
  /** Epoch milliseconds. */
  readonly Deadline: string;
  /** Id of the slot that a failed Update has left behind; see abandonedBy. */
  readonly Abandoned?: string;
  /** Why the operation could not begin; see start. */
  readonly Failed?: string;
}

/**
 * Decides which resource is meant and starts the operation. Whatever can fail comes later, when the id is known: a Create that fails
 * here is answered with an id of the framework's, whose Delete never reaches us, and another delivery of the event may be at work.
 */
export async function start(
  event: CdkCustomResourceEvent, { service, store, slice }: Parts, stagingBucket: string,
): Promise<CdkCustomResourceResponse> {
  if (event.ResourceType === PROJECT_LOOKUP_RESOURCE_TYPE) return lookUpProject(event, service);
  const target = read(event);
  if (!target) return { PhysicalResourceId: idOf(event) };

  const { slot } = target;
  const PhysicalResourceId = event.RequestType === 'Delete' ? idOf(event) : slotId(slot);
  const abandoned = abandonedBy(event, slot);
  const started: Started = { RunId: randomUUID(), Deadline: String(slice.deadline), ...(abandoned && { Abandoned: slotId(abandoned) }) };
  try {
    for (const taken of abandoned ? [slot, abandoned] : [slot]) {
      await new Staging(store, stagingBucket, identity(event), taken, started.RunId).take();
    }
  } catch (error) {
    // Nothing comes back to this call.
    const { message } = toReason(error instanceof SliceOver ? new DeadlinePassed(slice.refusal) : error);
    return { PhysicalResourceId, ...started, Failed: message };
  }
  log('operation begins', { request: event.RequestType, slot: slotId(slot), runId: started.RunId, deadline: new Date(slice.deadline).toISOString() });
  return { PhysicalResourceId, ...started };
}

/** Carries the operation on; `IsComplete: false` asks for another poll. */
export async function goOn(
  event: CdkCustomResourceIsCompleteEvent, { service, store, slice }: Parts, stagingBucket: string,
): Promise<CdkCustomResourceIsCompleteResponse> {
  const wanted = event.ResourceType === PROJECT_LOOKUP_RESOURCE_TYPE ? undefined : read(event);
  if (!wanted) return { IsComplete: true };

  const who = identity(event);
  const contextOf = (slot: Slot, tags = wanted.tags): Context => ({
    wanted: { ...wanted, slot, tags }, service, store, slice, mark: markOf(who),
    staging: new Staging(store, stagingBucket, who, slot, event.RunId as string),
    mayBeRollback: event.RequestType === 'Update', undoneByDelete: oldSlotId(event) !== slotId(slot),
  });
  try {
    if (event.Failed) {
      const nothing = event.RequestType === 'Delete' && await isNothingOurs(contextOf(wanted.slot));
      if (!nothing) throw new DeployError(String(event.Failed));
      log('nothing to delete', { reason: event.Failed });
      return { IsComplete: true };
    }
    if (event.RequestType === 'Delete') {
      await goAway(contextOf(wanted.slot));
      return { IsComplete: true };
    }
    const abandoned = slotOf(String(event.Abandoned));
    if (abandoned) await goAway(contextOf(abandoned, tagsBefore(event)));
    const run = new Run(contextOf(wanted.slot));
    const seen = await run.untilPresent(tagsBefore(event));
    return { IsComplete: true, Data: attributes(seen, run.contentHash) };
  } catch (error) {
    if (!(error instanceof SliceOver)) throw error;
    log('to be continued', { runId: event.RunId });
    return { IsComplete: false };
  }
}

/**
 * Deletes what is ours. A dataset that was taken over by a deployment which is being undone is given back as it was, for as
 * long as it is known what it was.
 */
async function goAway(context: Context): Promise<void> {
  const { staging, wanted } = context;
  const adopting = (await staging.applied())?.adopting;
  const known = adopting && (adopting.entries === 0 || await staging.has(staging.adoptedKey));
  if (!known) return new Run(context).untilAbsent();
  return new Run({ ...context, wanted: asBefore(wanted, adopting, staging) }).untilReturned(wanted.tags);
}

/**
 * Neither in the service nor in the staging bucket, which would show an operation that is at work. Where that cannot be listed at
 * all, no operation can have begun.
 */
async function isNothingOurs(context: Context): Promise<boolean> {
  if (await markedOwner(context) === 'us') return false;
  return context.staging.isEmpty().catch((error) => {
    if (error instanceof ServiceRefusal) return true;
    throw error;
  });
}

/** The wish that brings an adopted dataset back to what it was. */
function asBefore({ slot }: Wanted, { entries, tags }: NonNullable<Applied['adopting']>, staging: Staging): Wanted {
  const saved = entries > 0 ? { key: staging.adoptedKey, entries } : undefined;
  return {
    slot, saved, source: '', tags, removedEntries: 'RECREATE', firstLoad: 'MANIFEST', adoptExisting: false,
    maxErrorEntries: Number.MAX_SAFE_INTEGER,
  };
}

async function lookUpProject(event: CdkCustomResourceEvent, service: DatasetService): Promise<CdkCustomResourceResponse> {
  if (event.RequestType === 'Delete') return { PhysicalResourceId: event.PhysicalResourceId };
  const name = String(event.ResourceProperties.ProjectName);
  const ProjectArn = await service.projectArn(name);
  if (!ProjectArn) throw new DeployError(`there is no Custom Labels project named ${JSON.stringify(name)} in this account and Region.`);
  return { PhysicalResourceId: ProjectArn, Data: { ProjectArn } satisfies ProjectLookupAttributes };
}

/**
 * What an event is about. A Delete names its slot by its id, unless the id was invented for a create that never
 * answered; with properties that never were valid there is nothing to delete.
 */
function read(event: CdkCustomResourceEvent): Wanted | undefined {
  if (event.RequestType !== 'Delete') return parseProperties(event.ResourceProperties);
  try {
    const wanted = parseProperties(event.ResourceProperties);
    return { ...wanted, slot: slotOf(event.PhysicalResourceId) ?? wanted.slot };
  } catch (error) {
    log('nothing to delete', { reason: (error as Error).message });
    return undefined;
  }
}

function slotOf(physicalId: string): Slot | undefined {
  const [, projectArn, type] = /^(arn:[^:]+:(?:rekognition|lookoutvision):.+)\/dataset\/(train|test)$/u.exec(physicalId) ?? [];
  return projectArn ? { projectArn, datasetType: type === 'train' ? 'TRAIN' : 'TEST' } : undefined;
}

/**
 * The slot of the old properties, when it is neither wanted nor the resource's: an Update to another slot has failed and its
 * id was dropped, so that no Delete will come for it.
 */
function abandonedBy(event: CdkCustomResourceEvent, wanted: Slot): Slot | undefined {
  const id = oldSlotId(event);
  return id === undefined || id === idOf(event) || id === slotId(wanted) ? undefined : slotOf(id);
}

/** The slot that the resource had before an Update. */
function oldSlotId(event: CdkCustomResourceEvent): string | undefined {
  if (event.RequestType !== 'Update') return undefined;
  const { ProjectArn, DatasetType } = event.OldResourceProperties;
  return `${ProjectArn}/dataset/${String(DatasetType).toLowerCase()}`;
}

function idOf(event: CdkCustomResourceEvent): string {
  return event.RequestType === 'Create' ? event.RequestId : event.PhysicalResourceId;
}

function identity(event: CdkCustomResourceEvent): { stackId: string; logicalId: string } {
  return { stackId: event.StackId, logicalId: event.LogicalResourceId };
}

function tagsBefore(event: CdkCustomResourceEvent): Record<string, string> {
  return event.RequestType === 'Update' ? event.OldResourceProperties.Tags ?? {} : {};
}

function attributes(seen: Seen, contentHash: string): DatasetResourceAttributes | LookoutDatasetResourceAttributes {
  const { total, labeled, classes } = seen.counts;
  if (classes) {
    return {
      DatasetStatus: seen.status,
      TotalEntries: total,
      LabeledEntries: labeled,
      NormalEntries: classes.normal,
      AnomalyEntries: classes.anomaly,
      ContentHash: contentHash,
    };
  }
  return {
    DatasetArn: seen.arn,
    DatasetStatus: seen.status,
    TotalEntries: total,
    LabeledEntries: labeled,
    TotalLabels: seen.counts.labels,
    ErrorEntries: seen.counts.errors,
    ContentHash: contentHash,
  };
}
