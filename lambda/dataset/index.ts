import { randomUUID } from 'node:crypto';
import type {
  CdkCustomResourceEvent, CdkCustomResourceIsCompleteEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse,
} from 'aws-lambda';
import { OutOfReach, TimeSliceExceeded, toReason } from '../core/errors';
import { log } from '../core/log';
import { slotId } from '../core/slot';
import { DeadlinePassed } from '../core/time-budget';
import { profileOf } from '../services';
import { parseOperation } from './operation';
import type { Begun } from './operation';
import { continueOperation, startOperation } from './reconcile';
import type { Parts } from './reconcile';

/**
 * Decides which dataset is meant and begins the operation. Whatever can fail comes later, when the id is known: a Create that fails
 * here is answered with an id of the framework's, whose Delete never reaches us, and another delivery of the event may be at work.
 */
export async function begin(event: CdkCustomResourceEvent, parts: Parts): Promise<CdkCustomResourceResponse> {
  const { budget } = parts;
  const at = budget.now();
  const operation = parseOperation(event, randomUUID());
  if (!operation) return { PhysicalResourceId: idOf(event) };

  const { kind, slot, abandonedSlot, runId } = operation;
  const PhysicalResourceId = kind === 'delete' ? idOf(event) : slotId(slot);
  const begun: Begun = { RunId: runId, Deadline: String(budget.deadline), ...(abandonedSlot && { Abandoned: slotId(abandonedSlot) }) };
  try {
    await startOperation(operation, parts, at);
  } catch (error) {
    // Nothing comes back to this call.
    const { message } = toReason(error instanceof TimeSliceExceeded ? new DeadlinePassed(budget.lastError) : error);
    return { ...begun, PhysicalResourceId: error instanceof OutOfReach ? idOf(event) : PhysicalResourceId, Failed: message };
  }
  log('operation begins', { request: event.RequestType, slot: slotId(slot), runId, deadline: new Date(budget.deadline).toISOString() });
  return { PhysicalResourceId, ...begun };
}

/** Carries the operation on; `IsComplete: false` asks for another poll. */
export async function resume(event: CdkCustomResourceIsCompleteEvent, parts: Parts): Promise<CdkCustomResourceIsCompleteResponse> {
  const operation = parseOperation(event, String(event.RunId), event as Partial<Begun>);
  if (!operation) return { IsComplete: true };
  const outcome = await continueOperation(operation, parts);
  if (!outcome.done) return { IsComplete: false };
  if (!outcome.applied) return { IsComplete: true };
  const { dataset, contentHash } = outcome.applied;
  return { IsComplete: true, Data: { ...profileOf(operation.slot).attributes(dataset, contentHash) } };
}

function idOf(event: CdkCustomResourceEvent): string {
  return event.RequestType === 'Create' ? event.RequestId : event.PhysicalResourceId;
}
