import { ConflictError, Superseded } from '../../core/errors';
import type { TaggedObject } from '../../staging/object-store';
import { parseRecord, toRecord } from '../../staging/record';
import type { Lease, Requests } from '../../staging/records';
import type { Staging } from '../../staging/staging';

/** Requests that are known when they arrive once more: far more than CloudFormation sends in the hours that an event may be late. */
const KNOWN_REQUESTS = 50;

/**
 * Makes this run the one that may write, unless a later one has: this one may have waited for an answer, or its request may have
 * arrived once more. What came in between is therefore never overwritten unread.
 *
 * @param requestId the same each time the request arrives
 * @param at when the operation began; epoch milliseconds
 * @throws Superseded
 */
export async function acquireLease(staging: Staging, requestId: string, at: number): Promise<void> {
  const { runId, leaseKey, requestsKey } = staging;
  const superseded = 'a newer operation on this resource has taken over before this one could begin.';
  if (!await noteRequest(staging, requestId, at)) throw new Superseded(superseded);
  for (let found: TaggedObject | undefined; ;) {
    if (await writeOver(staging, leaseKey, { runId, acquiredAt: at } satisfies Lease, found)) return;
    found = await staging.readTagged(leaseKey);
    const { runId: holder, acquiredAt = 0 } = (found && parseRecord<Lease>(found.body, leaseKey)) ?? {};
    if (holder === runId) return;
    // A Delete that has come and gone has taken the note along.
    const { ids } = parseRequests(await staging.readTagged(requestsKey), requestsKey);
    if (acquiredAt > at || ids.at(-1) !== requestId) throw new Superseded(superseded);
  }
}

export async function holdsLease(staging: Staging): Promise<boolean> {
  return await staging.leaseHolder() === staging.runId;
}

/**
 * To be called before every write to the service.
 *
 * @throws Superseded
 */
export async function assertLease(staging: Staging): Promise<void> {
  if (await holdsLease(staging)) return;
  throw new Superseded('a newer operation on this resource has taken over, or its state in the staging bucket is gone; deploy again.');
}

/** Whether no newer request has come: what has taken over from this run is another delivery of its own request. */
export async function isLatestRequest(staging: Staging, requestId: string): Promise<boolean> {
  const { requestsKey } = staging;
  return parseRequests(await staging.readTagged(requestsKey), requestsKey).ids.at(-1) === requestId;
}

/** Writes down that the request has come, unless it came before the latest one. */
async function noteRequest(staging: Staging, requestId: string, at: number): Promise<boolean> {
  const { requestsKey } = staging;
  for (let found: TaggedObject | undefined; ; found = await staging.readTagged(requestsKey)) {
    const { ids, latestAt } = parseRequests(found, requestsKey);
    if (ids.includes(requestId)) return ids.at(-1) === requestId;
    if (latestAt > at) return false;
    const requests: Requests = { ids: [...ids, requestId].slice(-KNOWN_REQUESTS), latestAt: at };
    if (await writeOver(staging, requestsKey, requests, found)) return true;
  }
}

/** @returns false when something else is there by now, or may be */
async function writeOver(staging: Staging, key: string, record: object, found: TaggedObject | undefined): Promise<boolean> {
  try {
    await staging.writeOver(key, toRecord(record), found);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

function parseRequests(object: TaggedObject | undefined, key: string): Required<Requests> {
  const { ids = [], latestAt = 0 } = (object && parseRecord<Requests>(object.body, key)) ?? {};
  return { ids, latestAt };
}
