import { type LineIndex, ListingIndex } from '../lib/manifest';
import type { Context } from './context';
import { log } from './log';

/** Reads every entry back from the service: staged under `key` as lines without what the service added, and indexed. */
export async function readListing(
  { service, staging, slice }: Context, arn: string, key = staging.key('listed.manifest'),
): Promise<{ index: LineIndex; key: string }> {
  const writer = staging.writer(key);
  const began = slice.now();
  const listing = new ListingIndex();
  try {
    for await (const page of service.entries(arn)) {
      writer.write(Buffer.from(page.map((entry) => `${listing.add(entry)}\n`).join('')));
      await writer.ready();
      slice.check();
    }
    const index = listing.build();
    await writer.close();
    log('entries read back from the service', { datasetArn: arn, entries: index.entries, seconds: (slice.now() - began) / 1000 });
    return { index, key };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
