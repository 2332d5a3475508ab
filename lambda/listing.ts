import { canonicalLine, type LineIndex, ManifestPass } from '../lib/manifest';
import type { Context } from './context';
import { log } from './log';

/** Reads every entry back from the service: staged under `name` as lines without what the service added, and indexed. */
export async function readListing(
  { service, staging, slice }: Context, arn: string, name = 'listed.manifest',
): Promise<{ index: LineIndex; key: string }> {
  const key = staging.key(name);
  const writer = staging.writer(key);
  const began = slice.now();
  const pass = new ManifestPass({ wanted: (bytes) => writer.write(bytes) });
  try {
    for await (const page of service.entries(arn)) {
      for (const entry of page) pass.push(Buffer.from(`${canonicalLine(entry)}\n`));
      await writer.ready();
      slice.check();
    }
    const { index } = pass.end();
    await writer.close();
    log('entries read back from the service', { datasetArn: arn, entries: index.entries, seconds: (slice.now() - began) / 1000 });
    return { index, key };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
