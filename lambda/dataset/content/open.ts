import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { REKOGNITION_LIMITS } from '../../../lib/manifest';
import type { ImageLocation } from '../../../lib/manifest';
import { DeployError, ServiceError, TimeSliceExceeded } from '../../core/errors';
import type { Applied } from '../../staging/records';
import type { Context } from '../context';
import { folderAddress, folderLines } from './class-folders';

/** Where the wanted lines come from, and how their references are to be read. */
export interface Source {
  readonly lines: AsyncIterable<Uint8Array>;
  readonly images?: ImageLocation;
  /** The lines are a staged copy, and this is what they have to be. */
  readonly kept?: Kept;
}

/** A staged copy of content that was accepted once. */
export interface Kept {
  readonly key: string;
  readonly entries?: number;
  readonly contentHash?: string;
}

/**
 * Opens the manifest, or makes it of folders. Properties name the content: what they named when they were applied is kept in the staging
 * bucket, for the last two, so that a rollback finds it even when the object in the bucket has been overwritten since.
 */
export async function openSource(context: Context, applied: Applied | undefined): Promise<Source | undefined> {
  const { desired, store, staging } = context;
  const { manifest, folders, images, saved } = desired;
  if (!manifest && !folders && !saved) return undefined;
  const kept = saved ?? keptCopy(desired.source, applied);
  const copy = kept && await staging.open(kept.key);
  if (copy) return { lines: copy, kept };
  if (saved) throw new TimeSliceExceeded('the saved entries have just gone from the staging bucket');
  if (!manifest) return { lines: limited(folderLines(context, folders!), folderAddress(folders!)), images };
  const address = `s3://${manifest.Bucket}/${manifest.Key}${manifest.Version ? ` (version ${manifest.Version})` : ''}`;
  const bytes = await store.open({ bucket: manifest.Bucket, key: manifest.Key, version: manifest.Version }).catch((error) => {
    if (error instanceof ServiceError) throw new DeployError(`the manifest ${address} cannot be read: ${error.message}.`);
    throw error;
  });
  if (!bytes) throw new DeployError(`there is no manifest at ${address}; check bucket, key and version.`);
  return { lines: limited(manifest.Encoding === 'gzip' ? gunzip(bytes, address) : bytes, address), images };
}

function keptCopy(source: string, applied: Applied | undefined): Kept | undefined {
  const before = [applied, applied?.previous].find((known) => known?.source === source);
  return before?.manifestKey === undefined ? undefined : { key: before.manifestKey, contentHash: before.contentHash };
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>, address: string): AsyncIterable<Uint8Array> {
  const unzip = createGunzip({ chunkSize: 1024 * 1024 });
  const feeding = pipeline(Readable.from(bytes, { objectMode: false }), unzip);
  feeding.catch(() => undefined);
  try {
    yield* unzip;
    await feeding;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new DeployError(`the manifest ${address} is not readable as gzip: ${(error as Error).message}.`);
  }
}

/** Lines beyond which nobody reads on: blank ones are left out, so that there may be more lines than entries. */
const MOST_LINES = 4 * REKOGNITION_LIMITS.entries;

/** Stops a compressed bomb before it costs more than the service would take anyway. */
async function* limited(bytes: AsyncIterable<Uint8Array>, address: string): AsyncIterable<Uint8Array> {
  let total = 0;
  let lines = 0;
  for await (const chunk of bytes) {
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, end + 1)) {
      if (++lines <= MOST_LINES) continue;
      throw new DeployError(`ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: the manifest ${address} has more than ${MOST_LINES} lines, blank ones included, and a dataset has ${REKOGNITION_LIMITS.entries} images at most; divide it.`);
    }
    total += chunk.length;
    if (total > REKOGNITION_LIMITS.manifestBytes) {
      throw new DeployError(`ERROR_MANIFEST_SIZE_TOO_LARGE: the manifest ${address} is larger than ${REKOGNITION_LIMITS.manifestBytes} bytes; split the dataset.`);
    }
    yield chunk;
  }
}
