import { LineSplitter, listedErrors, ManifestPass } from '../../../lib/manifest';
import type { ManifestSummary } from '../../../lib/manifest';
import { ConflictError, DeployError } from '../../core/errors';
import { log } from '../../core/log';
import type { Counts } from '../../core/slot';
import type { Progress } from '../../staging/records';
import type { Staging } from '../../staging/staging';
import { readListing, visitErrorEntries } from '../content/listing';
import type { Context } from '../context';
import { expectedTotal, isCounted } from './decide';
import type { Observed } from './decide';
import { mayBeRollbackTo } from './rollback';

/**
 * Holds the service to what was sent to it: nothing lost in silence, and no more errors than the user allows. Where its statistics
 * say otherwise the entries are listed, and a complete listing is accepted.
 *
 * @returns the counts: of the listing where it was needed
 */
export async function verify(context: Context, observed: Observed, progress: Progress): Promise<Counts> {
  const counts = observed.counts.total === expectedTotal(progress) ? observed.counts : await listedCounts(context, observed, progress);
  if (!isCounted(counts, progress) && counts === observed.counts) throw otherClasses(observed, progress);
  const { errors = 0 } = counts;
  if (errors > context.desired.maxErrorEntries) {
    const listed = await errorEntries(context, observed);
    if (listed.length <= context.desired.maxErrorEntries) {
      log('the statistics still count errors of entries that have none any more', {
        datasetArn: observed.arn, statistics: errors, listed: listed.length,
      });
      return { ...counts, errors: listed.length };
    }
    const refusal = await errorReport(context, listed, progress);
    // A rollback would fail for entries that the failed update has left, or that the service accepted once.
    const isForward = !context.mayBeRollback || !mayBeRollbackTo(context.desired.properties, await context.staging.applied());
    if (isForward) throw refusal;
    log('entries with errors stay, as this may be a rollback', { because: refusal.message });
  }
  return counts;
}

/** The service takes an image whose class it does not understand as unlabeled and reports nothing. */
function otherClasses({ arn, counts }: Observed, { plan }: Progress): DeployError {
  const [is, was] = [counts.classes!, plan!.classes!];
  return new DeployError(`the dataset ${arn} has ${is.normal} normal and ${is.anomaly} anomalous images where ${was.normal} and ${was.anomaly} were expected; compare its entries (ListDatasetEntries) with the manifest.`);
}

/** Reads back what did arrive, to find out what did not. Where nothing is missing the statistics lag, which is no reason to fail. */
async function listedCounts(context: Context, observed: Observed, progress: Progress): Promise<Counts> {
  const { staging, desired, profile } = context;
  const expected = expectedTotal(progress);
  const counts = `the dataset ${observed.arn} holds ${observed.counts.total} entries where ${expected} were expected`;
  const { manifestKey } = progress.plan!;
  const sent = manifestKey && await staging.open(manifestKey);
  if (manifestKey && !sent) throw new ConflictError(`reading ${manifestKey}`, 'NoSuchKey');

  const rules = profile.rules(desired.slot);
  const listing = await readListing(context, observed, 'verified');
  const missing: string[] = [];
  const changed = (bytes: Buffer) => collect(bytes, missing);
  await passOver(sent, new ManifestPass({ rules, previous: listing.index, previousIsCanonical: true, changed }));
  if (missing.length > 0) {
    const report = await staging.report(missing.map((sourceRef) => ({ missing: sourceRef })));
    throw new DeployError(`${counts}; the service silently dropped or altered ${missing.length} of them, first ${missing[0]}. All of them: ${report}`);
  }
  const summary = await passOver(await staging.open(listing.key), new ManifestPass({ rules }));
  const listed = profile.counts(summary.entries, summary, listing.errors);
  log('statistics of the dataset do not agree with its entries, which are complete; the entries are counted instead', {
    datasetArn: observed.arn, expected, statistics: observed.counts, listed,
  });
  return listed;
}

async function passOver(bytes: AsyncIterable<Uint8Array> | '' | undefined, pass: ManifestPass): Promise<ManifestSummary> {
  for await (const chunk of bytes || []) pass.push(chunk);
  return pass.end();
}

function collect(bytes: Buffer, into: string[]): void {
  const lines = new LineSplitter((buffer, start, end) => {
    into.push(String((JSON.parse(buffer.toString('utf8', start, end)) as Record<string, unknown>)['source-ref']));
  });
  lines.push(bytes);
  lines.end();
}

interface ErrorEntry {
  readonly sourceRef: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

/** Lists the entries that the service marked as wrong. */
async function errorEntries(context: Context, observed: Observed): Promise<ErrorEntry[]> {
  const found: ErrorEntry[] = [];
  await visitErrorEntries(context, observed, (entry) => {
    const sourceRef = String((JSON.parse(entry) as Record<string, unknown>)['source-ref']);
    found.push({ sourceRef, errors: listedErrors(entry) });
  });
  return found;
}

/** Reports entries with errors, with the line of the manifest that each comes from. */
async function errorReport({ staging, desired }: Context, found: readonly ErrorEntry[], { plan }: Progress): Promise<DeployError> {
  const named = new Set(found.map(({ sourceRef }) => sourceRef));
  const lines = await lineNumbers(staging, plan?.manifestKey, named);
  const rows = found.map((row) => ({ line: lines.get(row.sourceRef), ...row }));
  const report = await staging.report(rows);
  const [first] = rows;
  const place = `${first.sourceRef}${first.line ? ` (line ${first.line})` : ''}`;
  const reasons = first.errors.map(({ code, message }) => `${code}: ${message}`).join(' ');
  return new DeployError(`the service found errors in ${rows.length} entries, where maxErrorEntries allows ${desired.maxErrorEntries}, first ${place}: ${reasons} All of them: ${report}`);
}

async function lineNumbers(staging: Staging, key: string | undefined, named: ReadonlySet<string>): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  const bytes = key && await staging.open(key);
  const lines = new LineSplitter((buffer, start, end, line) => {
    const sourceRef = String((JSON.parse(buffer.toString('utf8', start, end)) as Record<string, unknown>)['source-ref']);
    if (named.has(sourceRef)) numbers.set(sourceRef, line);
  });
  for await (const chunk of bytes || []) lines.push(chunk);
  lines.end();
  return numbers;
}
