import { randomUUID } from 'node:crypto';
import { Chunker, LineIndex, ManifestPass } from '../../../lib/manifest';
import type { Chunk, ManifestSummary } from '../../../lib/manifest';
import { DeployError, TimeSliceExceeded } from '../../core/errors';
import { log } from '../../core/log';
import type { ObjectWriter } from '../../staging/object-store';
import type { Applied, Plan, StagedLines } from '../../staging/records';
import type { Staging } from '../../staging/staging';
import { readListing } from '../content/listing';
import { openSource } from '../content/open';
import type { Kept } from '../content/open';
import { rejectProblems, REPORTED_PLACES } from '../content/problems';
import { sourceRefs, visitLines } from '../content/staged-lines';
import type { Context } from '../context';
import type { DesiredState } from '../desired-state';
import type { Observed } from './decide';
import { keepExternalChanges } from './external-changes';
import { removalPolicyFor } from './rollback';

/** What the dataset holds now, as far as the comparison needs it. */
interface Previous {
  readonly index: LineIndex;
  /** Objects with its lines, one behind the other. */
  readonly manifestKeys: readonly string[];
  /** The lines were read back from the service. */
  readonly listed: boolean;
  /** Nothing of it may be changed. */
  readonly stays?: boolean;
}

/**
 * Stages the manifest, checks every new line of it and compares it with what the dataset holds: one pass
 * over the bytes. No call of the service is a write here.
 */
export async function makePlan(context: Context, observed: Observed | undefined): Promise<Plan> {
  const { staging, budget, desired } = context;
  const applied = await staging.applied();
  const previous = await loadBaseline(context, observed, applied);
  const source = await openSource(context, applied);

  // A poll that was invoked twice plans twice, and the chunks of one plan are no chunks of the other's lines.
  const folder = randomUUID();
  const manifestKey = staging.key(`${folder}/desired.manifest`);
  const changesKey = staging.key(`${folder}/changes.jsonl`);
  const manifest = new LazyWriter(staging, manifestKey);
  const changes = new LazyWriter(staging, changesKey);
  const rules = context.profile.rules(desired.slot);
  const pass = new ManifestPass({
    rules,
    images: source?.images,
    previous: previous?.index,
    previousIsCanonical: previous?.listed,
    maxPlaces: REPORTED_PLACES,
    resolved: (bytes) => manifest.write(bytes),
    changed: (bytes) => changes.write(bytes),
  });

  const began = budget.now();
  try {
    for await (const bytes of source?.lines ?? []) {
      pass.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      await Promise.all([manifest.ready(), changes.ready()]);
      budget.check();
    }
    const summary = pass.end();
    if (source?.kept) await verifyStagedCopy(context, source.kept, summary);
    // What was in the dataset already is not judged.
    if (source && !desired.saved) await rejectProblems(context, summary);
    const stays = previous?.stays;
    const policy = stays ? 'KEEP' : removalPolicyFor(context, applied);
    const removed = await applyRemovalPolicy(context, policy, summary, previous);
    const changeChunks = unlabel(changes, new Chunker(rules.chunkBytes, summary.diff?.chunks), removed.toUnlabel);
    await Promise.all([manifest.close(), changes.close()]);
    const indexKey = staging.key(`${folder}/desired.index`);
    await staging.write(indexKey, summary.index.toBytes());
    log('manifest staged and compared', {
      entries: summary.entries, bytes: summary.bytes, seconds: (budget.now() - began) / 1000,
      comparedWith: previous ? (previous.listed ? 'service' : 'record') : 'nothing',
      added: summary.diff?.added, changed: summary.diff?.changed, unchanged: summary.diff?.unchanged, removed: removed.count,
      chunks: changeChunks.length,
    });
    return {
      arn: observed?.arn,
      entries: summary.entries,
      contentHash: summary.contentHash,
      manifestKey: summary.entries > 0 ? manifestKey : undefined,
      indexKey,
      loadChunks: summary.chunks,
      changesKey,
      changeChunks: stays ? [] : changeChunks,
      kept: stays ? previous.index.entries - summary.entries : removed.kept,
      stays,
      keptLines: removed.kept > 0 ? await stageKept(context, folder, policy, previous!, summary.diff!.removed) : undefined,
      classes: stays || (policy === 'KEEP' && removed.kept > 0) ? undefined : summary.classes,
      recreate: isUnrecoverable(observed) || (removed.count > 0 && policy === 'RECREATE'),
    };
  } catch (error) {
    await Promise.all([manifest.abort(), changes.abort()]);
    throw error;
  }
}

async function loadBaseline(context: Context, observed: Observed | undefined, applied: Applied | undefined): Promise<Previous | undefined> {
  if (!observed || isUnrecoverable(observed)) return undefined;
  const record = applied && isRecordCurrent(applied, observed) ? await recorded(context, applied) : undefined;
  if (record) return { ...record, listed: false };
  const listing = await readListing(context, observed, 'listed');
  const stays = await keepExternalChanges(context, observed, applied, listing);
  return { index: listing.index, manifestKeys: [listing.key], listed: true, stays };
}

/** What was last brought in, and what was left in the dataset then. */
async function recorded(
  context: Context, { indexKey, manifestKey, keptLines }: Applied,
): Promise<Pick<Previous, 'index' | 'manifestKeys'> | undefined> {
  const index = await readIndex(context, indexKey);
  const kept = keptLines && await readIndex(context, keptLines.indexKey);
  if (!index || (keptLines && !kept)) return undefined;
  const manifestKeys = [manifestKey, keptLines?.manifestKey].filter((key) => key !== undefined);
  for (const key of manifestKeys) if (!await context.staging.has(key)) return undefined;
  return { index: kept ? index.followedBy(kept) : index, manifestKeys };
}

/** A staged copy that is not what was staged (only a human can have changed it) is removed, and the next poll does without it. */
async function verifyStagedCopy({ staging }: Context, { key, entries, contentHash }: Kept, is: ManifestSummary): Promise<void> {
  if ((entries ?? is.entries) === is.entries && (contentHash ?? is.contentHash) === is.contentHash) return;
  log('a staged copy was changed or damaged and is not used', { key });
  await staging.remove(key);
  throw new TimeSliceExceeded('the staged copy is not used');
}

/** Undefined when it is gone, or was written in a format of another version of this library. */
async function readIndex({ staging }: Context, key: string): Promise<LineIndex | undefined> {
  const bytes = await staging.read(key);
  try {
    return bytes && LineIndex.parse(bytes);
  } catch (error) {
    log('stored index not used', { because: (error as Error).message });
    return undefined;
  }
}

/** Nothing can be sent to it any more. */
function isUnrecoverable(observed: Observed | undefined): boolean {
  return observed?.status === 'CREATE_FAILED' || observed?.status === 'DELETE_FAILED';
}

/** The record is as good as a listing while nobody has changed the dataset since. */
function isRecordCurrent(applied: Applied, observed: Observed): boolean {
  return !applied.dirty && applied.arn === observed.arn && applied.lastUpdated === observed.lastUpdated
    && (applied.kept === 0 || applied.keptLines !== undefined) && JSON.stringify(applied.counts) === JSON.stringify(observed.counts);
}

type Policy = DesiredState['removedEntries'];

/** What becomes of entries that the manifest no longer names. */
async function applyRemovalPolicy(
  { staging }: Context, policy: Policy, { diff }: ManifestSummary, previous: Previous | undefined,
): Promise<{ count: number; kept: number; toUnlabel: string[] }> {
  const removed = diff?.removed ?? [];
  const count = removed.length;
  if (count === 0 || policy === 'RECREATE') return { count, kept: 0, toUnlabel: [] };
  if (policy === 'KEEP') return { count, kept: count, toUnlabel: [] };
  const entries = await sourceRefs(staging, previous!.manifestKeys, removed);
  if (policy === 'FAIL') {
    throw new DeployError(`the manifest no longer names ${count} of the dataset's entries, first ${entries[0].sourceRef}, and removedEntries is FAIL; put them back, or choose RECREATE, UNLABEL or KEEP.`);
  }
  return { count, kept: count, toUnlabel: entries.filter((entry) => entry.labeled).map((entry) => entry.sourceRef) };
}

/** Stages what stays in the dataset beyond the manifest, so that the next update need not list it. */
async function stageKept(
  { staging, budget, desired, profile }: Context, folder: string, policy: Policy, { manifestKeys }: Previous, numbers: readonly number[],
): Promise<StagedLines | undefined> {
  const keptLines = { manifestKey: staging.key(`${folder}/kept.manifest`), indexKey: staging.key(`${folder}/kept.index`) };
  const writer = staging.writer(keptLines.manifestKey);
  const pass = new ManifestPass({ rules: profile.rules(desired.slot), resolved: (bytes) => writer.write(bytes) });
  try {
    await visitLines(staging, manifestKeys, numbers, (line) => {
      pass.push(policy === 'UNLABEL' ? unlabeled(String(JSON.parse(line.toString('utf8'))['source-ref'])) : Buffer.concat([line, NEWLINE]));
    }, async () => {
      await writer.ready();
      budget.check();
    });
    const { index } = pass.end();
    await writer.close();
    await staging.write(keptLines.indexKey, index.toBytes());
    // What our rules do not let pass, the service may hold all the same.
    return index.entries === numbers.length ? keptLines : undefined;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

const NEWLINE = Buffer.from('\n');

function unlabeled(sourceRef: string): Buffer {
  return Buffer.from(`${JSON.stringify({ 'source-ref': sourceRef })}\n`);
}

/** Adds lines that take the labels off entries, behind the changed ones. */
function unlabel(changes: LazyWriter, chunker: Chunker, refs: readonly string[]): readonly Chunk[] {
  for (const sourceRef of refs) {
    const line = unlabeled(sourceRef);
    changes.write(line);
    chunker.add(line.length);
  }
  return chunker.finish();
}

/** An object that comes into being with its first byte. */
class LazyWriter {
  private writer?: ObjectWriter;

  constructor(private readonly staging: Staging, private readonly key: string) {}

  write(bytes: Buffer): void {
    this.writer ??= this.staging.writer(this.key);
    this.writer.write(bytes);
  }

  async ready(): Promise<void> {
    await this.writer?.ready();
  }

  async close(): Promise<void> {
    await this.writer?.close();
  }

  async abort(): Promise<void> {
    await this.writer?.abort();
  }
}
