import { LineSplitter, listedErrors, ManifestPass } from '../lib/manifest';
import type { Context } from './context';
import { DeployError } from './errors';
import { readListing } from './listing';
import { rulesOf } from './properties';
import { expectedTotal, isComplete, type Progress, type Seen } from './reconcile';

/** Holds the service to what was sent to it: nothing lost in silence, and no more errors than the user allows. */
export async function verify(context: Context, seen: Seen, progress: Progress): Promise<void> {
  const expected = expectedTotal(progress);
  if (seen.counts.total !== expected) throw await missingEntries(context, seen, progress, expected);
  if (!isComplete(seen.counts, progress)) throw otherClasses(seen, progress);
  if (seen.counts.errors > context.wanted.maxErrorEntries) throw await errorEntries(context, seen, progress);
}

/** The service takes an image whose class it does not understand as unlabeled, without a word. */
function otherClasses({ arn, counts }: Seen, { plan }: Progress): DeployError {
  const [is, was] = [counts.classes!, plan!.classes!];
  return new DeployError(`the dataset ${arn} has ${is.normal} normal and ${is.anomaly} anomalous images where ${was.normal} and ${was.anomaly} were expected; compare its entries (ListDatasetEntries) with the manifest.`);
}

/** Finds out which entries did not arrive, by reading back what did. */
async function missingEntries(context: Context, seen: Seen, progress: Progress, expected: number): Promise<DeployError> {
  const { staging, wanted } = context;
  const counts = `the dataset ${seen.arn} holds ${seen.counts.total} entries where ${expected} were expected`;
  const { manifestKey } = progress.plan!;
  const sent = manifestKey && await staging.open(manifestKey);
  if (!sent) return new DeployError(`${counts}.`);

  const { index } = await readListing(context, seen.arn);
  const missing: string[] = [];
  const changed = (bytes: Buffer) => collect(bytes, missing);
  const pass = new ManifestPass({ rules: rulesOf(wanted.slot), previous: index, previousIsCanonical: true, changed });
  for await (const bytes of sent) pass.push(bytes);
  pass.end();
  const report = await staging.report(missing.map((sourceRef) => ({ missing: sourceRef })));
  return new DeployError(`${counts}; the service dropped or altered ${missing.length} without a word${missing.length > 0 ? `, first ${missing[0]}` : ''}. All of them: ${report}`);
}

function collect(bytes: Buffer, into: string[]): void {
  const lines = new LineSplitter((buffer, start, end) => {
    into.push(String((JSON.parse(buffer.toString('utf8', start, end)) as Record<string, unknown>)['source-ref']));
  });
  lines.push(bytes);
  lines.end();
}

/** Lists the entries that the service marked as wrong, with the line of the manifest they come from. */
async function errorEntries(context: Context, seen: Seen, { plan }: Progress): Promise<DeployError> {
  const { service, staging, wanted } = context;
  const found: { line?: number; sourceRef: string; errors: { code: string; message: string }[] }[] = [];
  for await (const page of service.entries(seen.arn, { hasErrors: true })) {
    for (const entry of page) {
      const sourceRef = String((JSON.parse(entry) as Record<string, unknown>)['source-ref']);
      found.push({ sourceRef, errors: listedErrors(entry) });
    }
  }
  const named = new Set(found.map(({ sourceRef }) => sourceRef));
  const lines = await lineNumbers(context, plan?.manifestKey, named);
  const rows = found.map((row) => ({ line: lines.get(row.sourceRef), ...row }));
  const report = await staging.report(rows);
  const first = rows[0];
  const example = first
    ? `, first ${first.sourceRef}${first.line ? ` (line ${first.line})` : ''}: ${first.errors.map(({ code, message }) => `${code}: ${message}`).join(' ')}`
    : '';
  return new DeployError(`the service found errors in ${seen.counts.errors} entries, where maxErrorEntries allows ${wanted.maxErrorEntries}${example} All of them: ${report}`);
}

async function lineNumbers({ staging }: Context, key: string | undefined, wanted: ReadonlySet<string>): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  const bytes = key && await staging.open(key);
  const lines = new LineSplitter((buffer, start, end, line) => {
    const sourceRef = String((JSON.parse(buffer.toString('utf8', start, end)) as Record<string, unknown>)['source-ref']);
    if (wanted.has(sourceRef)) numbers.set(sourceRef, line);
  });
  for await (const chunk of bytes || []) lines.push(chunk);
  lines.end();
  return numbers;
}
