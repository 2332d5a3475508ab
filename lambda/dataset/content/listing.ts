import { randomUUID } from 'node:crypto';
import { LineSplitter, listedErrors, ListingIndex } from '../../../lib/manifest';
import type { LineIndex } from '../../../lib/manifest';
import { ConflictError, ServiceError } from '../../core/errors';
import { log } from '../../core/log';
import type { ServiceDataset } from '../../services/port';
import type { ListingProgress } from '../../staging/records';
import type { Context } from '../context';

/** The entries of a dataset as the service lists them. */
export interface Listing {
  readonly index: LineIndex;
  /** Staged lines in the order of the index, without what the service added. */
  readonly key: string;
  /** Entries that the service lists errors on. */
  readonly errors: number;
}

/** Pages begin this far apart: an account has 5 calls of ListDatasetEntries a second for everybody in it; milliseconds. */
const PAGE_INTERVAL = 500;
/** A function that dies loses no more than this of the reading; milliseconds. */
const PART_TIME = 60_000;
/** A dataset that changes all the time is taken as it was read in the end. */
const MOST_STARTS_OVER = 3;

/** Reads every entry back from the service: staged under `key` as lines without what the service added, and indexed. */
export async function readListing(context: Context, observed: ServiceDataset, name: string, key?: string): Promise<Listing> {
  const { staging, budget } = context;
  const { parts, began } = await readEntries(context, observed, name);
  const to = key ?? staging.key(`${randomUUID()}/listed.manifest`);
  const writer = staging.writer(to);
  const listing = new ListingIndex();
  let errors = 0;
  try {
    await visitEntries(context, name, parts, (entry) => {
      writer.write(Buffer.from(`${listing.add(entry)}\n`));
      if (entry.includes('errors') && listedErrors(entry).length > 0) errors += 1;
    }, () => writer.ready());
    const index = listing.build();
    await writer.close();
    const seconds = (budget.now() - began) / 1000;
    log('entries read back from the service', { datasetArn: observed.arn, entries: index.entries, seconds, parts: parts.length });
    return { index, key: to, errors };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Visits every entry with errors, as the service lists it. */
export async function visitErrorEntries(context: Context, observed: ServiceDataset, visit: (entry: string) => void): Promise<void> {
  const { parts } = await readEntries(context, observed, 'errors', true);
  await visitEntries(context, 'errors', parts, visit);
}

/**
 * Reads entries until the last one, however many polls that takes: page after page goes into parts, and which they are and where the
 * service goes on is written down. What can no longer be continued, or has changed meanwhile, is read from the beginning.
 *
 * @param name of this reading in its run
 */
async function readEntries(
  context: Context, { arn, lastUpdated }: ServiceDataset, name: string, hasErrors = false,
): Promise<ListingProgress> {
  const { service, staging, budget, desired } = context;
  const kept = await staging.listing(name);
  let progress = kept?.arn === arn ? kept : { arn, lastUpdated, parts: [], entries: 0, startedOver: 0, began: budget.now() };
  for (let is = lastUpdated; ;) {
    if (is !== progress.lastUpdated && progress.startedOver < MOST_STARTS_OVER) {
      progress = startOver(progress, 'the dataset has changed', is);
    }
    while (progress.parts.length === 0 || progress.next !== undefined) progress = await readPart(context, name, progress, hasErrors);
    if (progress.startedOver >= MOST_STARTS_OVER) return progress;
    const now = await service.find(desired.slot, arn);
    if (now?.arn !== arn) throw new ConflictError('ListDatasetEntries', 'ResourceNotFoundException');
    if (now.lastUpdated === progress.lastUpdated) return progress;
    is = now.lastUpdated;
  }
}

function startOver(progress: ListingProgress, because: string, lastUpdated = progress.lastUpdated): ListingProgress {
  log('entries are read back from the beginning', { datasetArn: progress.arn, because, entriesRead: progress.entries });
  const { arn, began } = progress;
  return { arn, began, lastUpdated, parts: [], entries: 0, startedOver: progress.startedOver + 1 };
}

/** Reads for a minute, to the last entry, or to the end of the poll. */
async function readPart(context: Context, name: string, progress: ListingProgress, hasErrors: boolean): Promise<ListingProgress> {
  const { service, staging, budget } = context;
  const key = staging.key(`${name}/${randomUUID()}.jsonl`);
  const writer = staging.writer(key);
  const began = budget.now();
  let { next, entries } = progress;
  let pages = 0;
  const keep = async (): Promise<ListingProgress> => {
    await writer.close();
    const read = { ...progress, parts: [...progress.parts, key], entries, next };
    await staging.saveListing(name, read);
    return read;
  };
  try {
    do {
      const called = budget.now();
      const page = await service.entries(progress.arn, { hasErrors, next });
      if (page.entries.length > 0) writer.write(Buffer.from(`${page.entries.join('\n')}\n`));
      await writer.ready();
      entries += page.entries.length;
      next = page.next;
      pages += 1;
      budget.check();
      const early = called + PAGE_INTERVAL - budget.now();
      if (next !== undefined && early > 0) await budget.pause(early);
    } while (next !== undefined && budget.now() < began + PART_TIME);
    return await keep();
  } catch (error) {
    // Nothing is wrong with the first page, so it is the place to go on from that the service does not know any more.
    const isPlace = error instanceof ServiceError && next !== undefined && progress.startedOver < MOST_STARTS_OVER;
    if (isPlace || pages === 0) await writer.abort();
    else await keep();
    if (!isPlace) throw error;
    return startOver(progress, error.message);
  }
}

/** Visits what was read, in its order. */
async function visitEntries(
  { staging, budget }: Context, name: string, parts: readonly string[], visit: (entry: string) => void, ready?: () => Promise<void>,
): Promise<void> {
  const lines = new LineSplitter((buffer, start, end) => { visit(buffer.toString('utf8', start, end)); });
  for (const part of parts) {
    const bytes = await staging.open(part);
    if (!bytes) {
      await staging.forgetListing(name);
      throw new ConflictError(`reading ${part}`, 'NoSuchKey');
    }
    for await (const chunk of bytes) {
      lines.push(chunk);
      await ready?.();
      budget.check();
    }
  }
  lines.end();
}
