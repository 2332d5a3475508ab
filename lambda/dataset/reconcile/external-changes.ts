import { LineSplitter, ListingIndex, ManifestPass } from '../../../lib/manifest';
import type { LineIndex } from '../../../lib/manifest';
import { DeployError } from '../../core/errors';
import { log } from '../../core/log';
import type { Applied } from '../../staging/records';
import type { Listing } from '../content/listing';
import type { Context } from '../context';
import type { Observed } from './decide';
import { mayBeRollbackTo } from './rollback';

/**
 * Keeps entries that are not as this resource last brought them in: labels that people gave in the console are no less work for being
 * overwritten. They are written to a report before anything else is.
 *
 * Nothing was brought into a dataset that was just adopted; what it held is saved elsewhere. Where the record is gone, or a failed
 * operation has written before, nobody can tell who changed an entry: the report holds whatever differs, and nothing fails for it.
 *
 * @returns whether the dataset has to stay as it is: going back must not fail, and what is guarded must not be overwritten by it
 * @throws DeployError where the stack does not want such entries overwritten
 */
export async function keepExternalChanges(
  context: Context, observed: Observed, applied: Applied | undefined, listing: Listing,
): Promise<boolean> {
  const { staging, desired, mayBeRollback, guardedBefore } = context;
  if (applied && (applied.arn !== observed.arn || applied.lastUpdated === 0)) return false;
  const before = applied && await indexOf(context, applied);
  const isKnown = before !== undefined && !applied!.dirty && (applied!.kept === 0 || applied!.keptLines !== undefined);

  const report = staging.beforeReport();
  // This run may have overwritten entries already that are in its report.
  if (!isKnown && await staging.has(report.key)) return false;
  const writer = staging.writer(report.key);
  let first: string | undefined;
  const differs = (bytes: Buffer) => {
    first ??= bytes.toString('utf8', 0, bytes.indexOf(0x0a));
    writer.write(bytes);
  };
  const pass = new ManifestPass({
    rules: context.profile.rules(desired.slot), previous: before ?? new ListingIndex().build(), previousIsCanonical: true, changed: differs,
  });
  try {
    await visit(context, listing.key, (bytes) => pass.push(bytes), () => writer.ready());
    const { diff } = pass.end();
    const count = diff!.added + diff!.changed;
    if (first === undefined) {
      await writer.abort();
      return false;
    }
    await writer.close();
    const sourceRef = String(JSON.parse(first)['source-ref']);
    log(isKnown
      ? 'entries were changed outside the stack; they are kept in a report before anything is overwritten'
      : 'what this stack last brought in is not known for certain; entries that may have been changed outside of it are kept in a report',
    { datasetArn: observed.arn, entries: count, first: sourceRef, report: report.address });
    if (!isKnown) return false;
    if (mayBeRollback && mayBeRollbackTo(desired.properties, applied)) {
      // Where the failed operation has written nothing, neither does what undoes it.
      const stays = desired.properties === applied!.properties && (guardedBefore || desired.externalChanges === 'FAIL');
      if (stays) log('externalChanges is FAIL and this may be a rollback: the dataset stays as it is');
      return stays;
    }
    if (desired.externalChanges !== 'FAIL') return false;
    throw new DeployError(`${count} of the dataset's entries were changed outside the stack, first ${sourceRef}, and externalChanges is FAIL; bring them into the manifest, or choose OVERWRITE. All of them: ${report.address}`);
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** What was last brought in, as the service lists it; undefined where the staged lines are gone. */
async function indexOf(context: Context, { manifestKey, keptLines }: Applied): Promise<LineIndex | undefined> {
  const checker = context.profile.rules(context.desired.slot).check();
  const index = new ListingIndex();
  const lines = new LineSplitter((buffer, start, end) => { index.add(checker.listed(buffer.toString('utf8', start, end))); });
  for (const key of [manifestKey, keptLines?.manifestKey]) {
    if (key !== undefined && !await visit(context, key, (bytes) => lines.push(bytes))) return undefined;
  }
  lines.end();
  return index.build();
}

async function visit(
  { staging, budget }: Context, key: string, take: (bytes: Uint8Array) => void, ready?: () => Promise<void>,
): Promise<boolean> {
  const bytes = await staging.open(key);
  for await (const chunk of bytes ?? []) {
    take(chunk);
    await ready?.();
    budget.check();
  }
  return bytes !== undefined;
}
