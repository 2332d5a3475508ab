import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import type {
  CdkCustomResourceEvent, CdkCustomResourceIsCompleteEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse, Context,
} from 'aws-lambda';
import { LOG_GROUP_VARIABLE, PROJECT_LOOKUP_RESOURCE_TYPE, STAGING_BUCKET_VARIABLE, TOTAL_TIMEOUT_VARIABLE } from '../lib/provider/wire';
import { makeClients } from './core/clients';
import { toReason } from './core/errors';
import { log } from './core/log';
import { systemClock, TimeBudget } from './core/time-budget';
import { begin, resume } from './dataset';
import type { Parts } from './dataset/reconcile';
import { lookUpProject } from './project-lookup';
import { S3Objects } from './staging/s3';

/** Longest time that one poll spends waiting; milliseconds. The framework's own functions wait for it. */
const WAIT_AT_MOST = 240_000;
/** Kept back for the answer; milliseconds. */
const RESERVE = 20_000;

const clients = makeClients();

/** Every resource of this library sends its events here; its type says which one it is. */
export async function onEvent(event: CdkCustomResourceEvent, context: Context): Promise<CdkCustomResourceResponse> {
  const budget = budgetOf(context, Date.now() + Number(process.env[TOTAL_TIMEOUT_VARIABLE]) * 1000);
  return answered(event, budget, () =>
    isLookup(event) ? lookUpProject(event, clients(RekognitionClient), budget) : begin(event, partsOf(budget)));
}

export async function isComplete(event: CdkCustomResourceIsCompleteEvent, context: Context): Promise<CdkCustomResourceIsCompleteResponse> {
  const budget = budgetOf(context, Number(event.Deadline));
  return answered(event, budget, async () => isLookup(event) ? { IsComplete: true } : resume(event, partsOf(budget)));
}

function isLookup({ ResourceType }: CdkCustomResourceEvent): boolean {
  return ResourceType === PROJECT_LOOKUP_RESOURCE_TYPE;
}

function budgetOf(context: Context, deadline: number): TimeBudget {
  const now = Date.now();
  return new TimeBudget(systemClock, now + WAIT_AT_MOST, now + context.getRemainingTimeInMillis() - RESERVE, deadline);
}

function partsOf(budget: TimeBudget): Parts {
  const stagingBucket = process.env[STAGING_BUCKET_VARIABLE]!;
  const store = new S3Objects(clients(S3Client, { followRegionRedirects: true }), budget);
  return { budget, store, stagingBucket, connect: (profile) => profile.connect({ clients, budget, store, stagingBucket }) };
}

async function answered<T>(event: CdkCustomResourceEvent, { refused }: TimeBudget, work: () => Promise<T>): Promise<T> {
  const { RequestType: request, LogicalResourceId: logicalId } = event;
  try {
    return await work();
  } catch (error) {
    log('operation failed', { request, logicalId, error: (error as Error).stack });
    throw toReason(error, process.env[LOG_GROUP_VARIABLE]);
  } finally {
    if (Object.keys(refused).length > 0) log('calls rejected or lost', { request, logicalId, calls: refused });
  }
}
