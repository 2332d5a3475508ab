import type { InputS3Object } from '@aws-sdk/client-lookoutvision';
import { MANIFEST_BYTES } from '../core/json-lines';
import { ObjectError } from '../core/s3-reader';
import type { OpenObject } from '../core/s3-reader';
import type { Outcome } from './dataset';
import type { EntryReader } from './entry-reader';
import { accessDenied, invalid } from './errors';
import type { Store } from './store';

/** A manifest that was looked for. */
export interface FoundManifest {
  /** Reads all of it, in the background of the call; never rejects. */
  read(reader: EntryReader): Promise<Outcome>;
}

/**
 * Looks the manifest up with the caller's rights, as CreateDataset does before it answers.
 *
 * @throws ServiceError when it cannot be read, unless the settings want that in the status
 */
export async function findManifest(store: Store, { Bucket: bucket, Key: key, VersionId: version }: InputS3Object): Promise<FoundManifest> {
  try {
    const object = await store.config.s3.open(bucket!, key!, version);
    return { read: (reader) => readManifest(store, object, reader) };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    const failure = `The manifest s3://${bucket}/${key} cannot be read: ${error.message}`;
    if (store.settings.manifestErrors === 'async') return { read: async () => ({ failure }) };
    throw error.reason === 'denied' ? accessDenied(failure) : invalid(failure);
  }
}

async function readManifest(store: Store, object: OpenObject, reader: EntryReader): Promise<Outcome> {
  if (object.bytes > MANIFEST_BYTES) {
    object.discard();
    return { failure: `The manifest file has ${object.bytes} bytes, more than ${MANIFEST_BYTES}.` };
  }
  try {
    for await (const chunk of object.content) reader.push(chunk);
    return await outcomeOf(store, reader);
  } catch (error) {
    // The endpoint broke off, or the emulator is being closed.
    return { failure: `The manifest could not be read: ${(error as Error).message}` };
  }
}

/** What lines that were read come to. */
export async function outcomeOf(store: Store, reader: EntryReader): Promise<Outcome> {
  const content = reader.end();
  if (typeof content === 'string') return { failure: content };
  const failure = store.settings.checkImages === 'exists' ? await reader.missingObject(store.config.s3) : undefined;
  return failure === undefined ? { content } : { failure };
}
