import type {
  CdkCustomResourceEvent, CdkCustomResourceIsCompleteEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse, Context,
} from 'aws-lambda';
import {
  LOG_GROUP_VARIABLE, LOOKOUT_DATASET_RESOURCE_TYPE, STAGING_BUCKET_VARIABLE, TOTAL_TIMEOUT_VARIABLE,
} from '../lib/provider/wire';
import { makeClients } from './core/clients';
import { toReason } from './core/errors';
import { resume, type Parts, begin } from './dataset';
import { log } from './core/log';
import { LookoutDatasets } from './services/lookoutvision/adapter';
import { OwnerRecords } from './services/lookoutvision/owner-records';
import { RekognitionDatasets } from './services/rekognition/adapter';
import { S3Objects } from './staging/s3';
import { TimeBudget, systemClock } from './core/time-budget';

/** Longest time that one poll spends waiting; milliseconds. The framework's own functions wait for it. */
const WAIT_AT_MOST = 240_000;
/** Kept back for the answer; milliseconds. */
const RESERVE = 20_000;

const { rekognition, lookoutVision, s3 } = makeClients();

export async function onEvent(event: CdkCustomResourceEvent, context: Context): Promise<CdkCustomResourceResponse> {
  const deadline = Date.now() + Number(process.env[TOTAL_TIMEOUT_VARIABLE]) * 1000;
  return answer(event, partsOf(event, context, deadline), begin);
}

export async function isComplete(event: CdkCustomResourceIsCompleteEvent, context: Context): Promise<CdkCustomResourceIsCompleteResponse> {
  return answer(event, partsOf(event, context, Number(event.Deadline)), resume);
}

function partsOf({ ResourceType }: CdkCustomResourceEvent, context: Context, deadline: number): Parts {
  const now = Date.now();
  const stopAt = now + context.getRemainingTimeInMillis() - RESERVE;
  const budget = new TimeBudget(systemClock, now + WAIT_AT_MOST, stopAt, deadline);
  const store = new S3Objects(s3, budget);
  const service = ResourceType === LOOKOUT_DATASET_RESOURCE_TYPE
    ? new LookoutDatasets(lookoutVision, budget, new OwnerRecords(store, stagingBucket()))
    : new RekognitionDatasets(rekognition, budget);
  return { budget, service, store };
}

function stagingBucket(): string {
  return process.env[STAGING_BUCKET_VARIABLE]!;
}

async function answer<E extends CdkCustomResourceEvent, T>(
  event: E, parts: Parts, work: (event: E, parts: Parts, stagingBucket: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(event, parts, stagingBucket());
  } catch (error) {
    log('operation failed', { request: event.RequestType, logicalId: event.LogicalResourceId, error: (error as Error).stack });
    throw toReason(error, process.env[LOG_GROUP_VARIABLE]);
  } finally {
    const { refused } = parts.budget;
    if (Object.keys(refused).length > 0) log('calls turned away or lost', { request: event.RequestType, logicalId: event.LogicalResourceId, calls: refused });
  }
}
