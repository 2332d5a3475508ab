import { extname } from 'node:path/posix';
import type { S3Object } from '@aws-sdk/client-rekognition';
import { MANIFEST_BYTES } from '../core/json-lines';
import { ObjectError } from '../core/s3-reader';
import type { OpenObject } from '../core/s3-reader';
import { ServiceError } from '../core/service';
import type { Outcome } from './dataset';
import { DatasetEntries, REFUSALS } from './dataset-entries';
import { EntryReader } from './entry-reader';
import { invalidParameter, PUBLISHED_MESSAGES } from './errors';
import type { Store } from './store';

const refused = (failure: string): Outcome => ({ failure, code: 'CLIENT_ERROR' });

/** A manifest that was found. */
export interface FoundManifest {
  /** Reads all of it, in the background of the call; never rejects. */
  read(): Promise<Outcome>;
}

/**
 * Looks the manifest up, as CreateDataset does before it answers.
 *
 * @throws ServiceError when it cannot be read, unless the settings want that in the status
 */
export async function findManifest(store: Store, s3Object: S3Object | undefined): Promise<FoundManifest> {
  const { Bucket: bucket, Name: key, Version: version } = s3Object ?? {};
  if (bucket === undefined || key === undefined) throw invalidParameter('The S3Object of a manifest needs Bucket and Name.');
  try {
    const object = await store.config.s3.open(bucket, key, version);
    return { read: () => readManifest(store, object, key) };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    if (store.settings.manifestErrors === 'sync' || error.reason === 'otherRegion') {
      throw new ServiceError('InvalidS3ObjectException', PUBLISHED_MESSAGES.InvalidS3ObjectException);
    }
    const failure = error.reason === 'denied' ? REFUSALS.access : REFUSALS.format;
    return { read: async () => refused(failure) };
  }
}

async function readManifest(store: Store, object: OpenObject, key: string): Promise<Outcome> {
  const problem = extname(key) === '' ? REFUSALS.format
    : object.bytes > MANIFEST_BYTES ? REFUSALS.size : undefined;
  if (problem) {
    object.discard();
    return refused(problem);
  }
  try {
    const reader = new EntryReader(store.settings.fractions);
    for await (const chunk of object.content) reader.push(chunk);
    reader.end();
    const refusal = reader.refusal ?? (store.settings.checkImages === 'exists' ? await reader.missingImages(store.config.s3) : undefined);
    if (refusal) return refused(refusal);
    return { content: new DatasetEntries([...reader.entries.values()]), message: 'The dataset was successfully created from the manifest file.' };
  } catch (error) {
    // The endpoint broke off, or the emulator is being closed.
    return { failure: `The manifest could not be read: ${(error as Error).message}`, code: 'SERVICE_ERROR' };
  }
}
