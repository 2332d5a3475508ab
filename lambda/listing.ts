import { type LineIndex, listedErrors, ListingIndex } from '../lib/manifest';
import type { Context } from './context';
import { log } from './log';

/** The entries of a dataset as the service lists them. */
export interface Listing {
  readonly index: LineIndex;
  /** Staged lines in the order of the index, without what the service added. */
  readonly key: string;
  /** Entries that the service lists errors on. */
  readonly errors: number;
}

/** Reads every entry back from the service: staged under `key` as lines without what the service added, and indexed. */
export async function readListing(
  { service, staging, slice }: Context, arn: string, key = staging.key('listed.manifest'),
): Promise<Listing> {
  const writer = staging.writer(key);
  const began = slice.now();
  const listing = new ListingIndex();
  let errors = 0;
  try {
    for await (const page of service.entries(arn)) {
      errors += page.filter((entry) => entry.includes('errors') && listedErrors(entry).length > 0).length;
      writer.write(Buffer.from(page.map((entry) => `${listing.add(entry)}\n`).join('')));
      await writer.ready();
      slice.check();
    }
    const index = listing.build();
    await writer.close();
    log('entries read back from the service', { datasetArn: arn, entries: index.entries, seconds: (slice.now() - began) / 1000 });
    return { index, key, errors };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
