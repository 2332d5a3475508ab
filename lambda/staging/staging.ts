import type { Chunk } from '../../lib/manifest';
import { hash, isTags, slotId } from '../dataset/desired-state';
import { ConflictError, Superseded } from '../core/errors';
import type { ListingProgress } from '../dataset/content/listing';
import type { Counts, ObjectStore, ObjectWriter, S3Location, Slot, TaggedObject, Tags } from '../services/port';
import type { Progress, StagedLines } from '../dataset/reconcile/decide';
import { parseObject, parseRecord, toRecord } from './record';

/** Which resource of which stack this is: the mark on our datasets and the folder of our objects. */
export interface Identity {
  readonly stackId: string;
  readonly logicalId: string;
}

/**
 * What was last brought into the dataset. A cache: it saves reading everything back from the service, and is
 * believed only while the service shows the same dataset, untouched.
 */
export interface Applied {
  readonly arn: string;
  /** `Wanted.source` it came from; empty where that is not known. */
  readonly source: string;
  /** `Wanted.properties` it came from; empty where that is not known. */
  readonly properties: string;
  readonly contentHash: string;
  readonly entries: number;
  readonly manifestKey?: string;
  readonly indexKey: string;
  /** What was applied before that, for a rollback that comes after this resource's own success; an empty source where that is not known. */
  readonly previous?: Pick<Applied, 'source' | 'properties' | 'manifestKey'> & { readonly contentHash?: string };
  /** Entries beyond the manifest that stayed in the dataset. */
  readonly kept: number;
  /** They; where they are not known, the dataset has to be listed. */
  readonly keptLines?: StagedLines;
  readonly counts: Counts;
  readonly lastUpdated: number;
  /** Set before the first write of a run and cleared by its end: what the dataset holds is not known. */
  readonly dirty: boolean;
  /** Set while taking over a dataset of somebody else may still be undone by a Delete: what it was before. */
  readonly adoptionPending?: {
    /** Those of `adopted.manifest`; absent where that object is all that is known. */
    readonly entries?: number;
    readonly tags: Tags;
  };
}

/** Requests that are known when they arrive once more: far more than CloudFormation sends in the hours that an event may be late. */
const KNOWN_REQUESTS = 50;

/** CloudFormation's requests for a resource, the latest last. */
interface Requests {
  readonly ids?: readonly string[];
}

/** The operation that may write. */
interface Lease {
  readonly runId?: string;
  /** When it began; epoch milliseconds. */
  readonly acquiredAt?: number;
}

/** An Update by the names of its properties. */
export interface FailedUpdate {
  readonly from: string;
  readonly to: string;
}

export const NOTHING_APPLIED: Applied = {
  arn: '', source: '', properties: '', contentHash: '', entries: 0, indexKey: '', kept: 0,
  counts: { total: 0, labeled: 0, labels: 0, errors: 0 }, lastUpdated: 0, dirty: true,
};

/**
 * Our folder in the staging bucket, one for each resource and slot, and what is beside it:
 *
 *     <stack>/<logical id>/failed.json                   the Update that failed last, until one succeeds
 *     <stack>/<logical id>/requests.json                 which requests have come, for as long as the resource is there
 *     <stack>/<logical id>/<slot>/lease.json             the operation that may write
 *     <stack>/<logical id>/<slot>/applied.json           see Applied
 *     <stack>/<logical id>/<slot>/adopted.manifest       what a dataset held before it was taken over
 *     <stack>/<logical id>/<slot>/<run>/progress.json    how far that operation is
 *     <stack>/<logical id>/<slot>/<run>/<plan>/…         its manifest, index and changes
 *     <stack>/<logical id>/<slot>/<run>/<reading>.json   how far a reading of the dataset's entries is
 *     <stack>/<logical id>/<slot>/<run>/<reading>/…      the entries that were read
 *     reports/<stack>/<logical id>/<run>.jsonl           every problem of a failed operation
 *     reports/<stack>/<logical id>/<run>-before.jsonl    entries that somebody else had changed, before it overwrote them
 */
export class Staging {
  private readonly folder: string;

  constructor(
    private readonly store: ObjectStore,
    readonly bucket: string,
    private readonly identity: Identity,
    private readonly slot: Slot,
    readonly runId: string,
  ) {
    this.folder = `${this.resourceFolder}/${hash(slotId(slot))}`;
  }

  /** What another resource of the stack keeps for the same slot. */
  of(logicalId: string): Staging {
    return new Staging(this.store, this.bucket, { ...this.identity, logicalId }, this.slot, this.runId);
  }

  /**
   * Makes this run the one that may write, unless a later one has: this one may have waited for an answer, or its request may have
   * arrived once more. What came in between is therefore never overwritten unread.
   *
   * @param requestId CloudFormation's, the same each time the request arrives
   * @param at when the operation began; epoch milliseconds
   * @throws Superseded
   */
  async acquireLease(requestId: string, at: number): Promise<void> {
    const key = `${this.folder}/lease.json`;
    const superseded = 'a newer operation on this resource has taken over before this one could begin.';
    if (!await this.noteRequest(requestId)) throw new Superseded(superseded);
    for (let found: TaggedObject | undefined; ;) {
      if (await this.writeOver(key, { runId: this.runId, acquiredAt: at } satisfies Lease, found)) return;
      found = await this.store.readTagged(this.bucket, key);
      const { runId, acquiredAt = 0 } = (found && parseRecord<Lease>(found.body, key)) ?? {};
      if (runId === this.runId) return;
      // A Delete that has come and gone has taken the note along.
      const latest = parseRequests(await this.store.readTagged(this.bucket, this.requestsKey), this.requestsKey).at(-1);
      if (acquiredAt > at || latest !== requestId) throw new Superseded(superseded);
    }
  }

  /** Writes down that the request has come, unless it came before the latest one. */
  private async noteRequest(requestId: string): Promise<boolean> {
    const key = this.requestsKey;
    for (let found: TaggedObject | undefined; ; found = await this.store.readTagged(this.bucket, key)) {
      const ids = parseRequests(found, key);
      if (ids.includes(requestId)) return ids.at(-1) === requestId;
      if (await this.writeOver(key, { ids: [...ids, requestId].slice(-KNOWN_REQUESTS) } satisfies Requests, found)) return true;
    }
  }

  /** @returns false when something else is there by now, or may be */
  private async writeOver(key: string, record: object, found: TaggedObject | undefined): Promise<boolean> {
    try {
      await this.store.writeOver(this.bucket, key, toRecord(record), found);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  async holdsLease(): Promise<boolean> {
    return await this.leaseHolder() === this.runId;
  }

  /** Key of an object that belongs to this run. */
  key(name: string): string {
    return `${this.folder}/${this.runId}/${name}`;
  }

  /** What a dataset held that is being taken over: it has to outlast the run that reads it. */
  get adoptedKey(): string {
    return `${this.folder}/adopted.manifest`;
  }

  async progress(): Promise<Progress> {
    const key = this.key('progress.json');
    const body = await this.read(key);
    return { pushed: 0, ...(body && parseRecord<Progress>(body, key)) };
  }

  async saveProgress(progress: Progress): Promise<void> {
    await this.putJson(this.key('progress.json'), progress);
  }

  /** How far the reading of entries with this name is in this run. */
  async listing(name: string): Promise<ListingProgress | undefined> {
    const key = this.key(`${name}.json`);
    const body = await this.read(key);
    return body && parseRecord<ListingProgress>(body, key);
  }

  async saveListing(name: string, progress: ListingProgress): Promise<void> {
    await this.putJson(this.key(`${name}.json`), progress);
  }

  async forgetListing(name: string): Promise<void> {
    await this.remove(this.key(`${name}.json`));
  }

  /**
   * Absent: there is none. One that cannot be read tells nothing, but how a dataset that was taken over is given back: `adoptionPending`
   * keeps its meaning in every version, and where it is gone, too, there may still be its entries.
   */
  async applied(): Promise<Applied | undefined> {
    const key = `${this.folder}/applied.json`;
    const body = await this.read(key);
    const record = body && parseRecord<Applied>(body, key);
    if (!body || record) return record;
    const { adoptionPending } = parseObject(body) ?? {};
    if (isAdoption(adoptionPending)) return { ...NOTHING_APPLIED, adoptionPending };
    return { ...NOTHING_APPLIED, adoptionPending: await this.has(this.adoptedKey) ? { tags: {} } : undefined };
  }

  async saveApplied(applied: Applied): Promise<void> {
    await this.putJson(`${this.folder}/applied.json`, applied);
  }

  /** The Update that failed last, by `Wanted.properties` before and after it: the one that takes it back goes the other way. */
  async failed(): Promise<FailedUpdate | undefined> {
    const body = await this.read(this.failedKey);
    return body && parseRecord<FailedUpdate>(body, this.failedKey);
  }

  async saveFailed(update: FailedUpdate): Promise<void> {
    await this.putJson(this.failedKey, update);
  }

  async forgetFailed(): Promise<void> {
    if (await this.has(this.failedKey)) await this.remove(this.failedKey);
  }

  /** What is known of the resource beside its slots goes when it has none left. */
  async forgetResourceIfGone(): Promise<void> {
    const keys = await this.store.list(this.bucket, `${this.resourceFolder}/`);
    const isGone = keys.every((key) => !key.slice(this.resourceFolder.length + 1).includes('/'));
    if (isGone && keys.length > 0) await this.store.remove(this.bucket, keys);
  }

  private get failedKey(): string {
    return `${this.resourceFolder}/failed.json`;
  }

  private get requestsKey(): string {
    return `${this.resourceFolder}/requests.json`;
  }

  private get resourceFolder(): string {
    return `${stackFolder(this.identity)}/${this.identity.logicalId}`;
  }

  location(key: string): S3Location {
    return { bucket: this.bucket, key };
  }

  open(key: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.store.open(this.location(key));
  }

  read(key: string, range?: Pick<Chunk, 'offset' | 'length'>): Promise<Buffer | undefined> {
    return this.store.read(this.bucket, key, range);
  }

  async has(key: string): Promise<boolean> {
    return (await this.store.list(this.bucket, key)).includes(key);
  }

  remove(key: string): Promise<void> {
    return this.store.remove(this.bucket, [key]);
  }

  write(key: string, body: Buffer | string): Promise<void> {
    return this.store.write(this.bucket, key, body);
  }

  writer(key: string): ObjectWriter {
    return this.store.writer(this.bucket, key);
  }

  /** Writes the full list of problems; returns its `s3://` address. */
  async report(lines: readonly unknown[]): Promise<string> {
    const key = `reports/${stackFolder(this.identity)}/${this.identity.logicalId}/${this.runId}.jsonl`;
    await this.write(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return `s3://${this.bucket}/${key}`;
  }

  /** Where the entries that somebody else has changed are kept before this run overwrites them. */
  beforeReport(): { readonly key: string; readonly address: string } {
    const key = `reports/${stackFolder(this.identity)}/${this.identity.logicalId}/${this.runId}-before.jsonl`;
    return { key, address: `s3://${this.bucket}/${key}` };
  }

  /** Removes everything of earlier runs that `keep` does not name. */
  async tidy(keep: readonly (string | undefined)[]): Promise<void> {
    const kept = new Set([...keep, `${this.folder}/lease.json`, `${this.folder}/applied.json`]);
    await this.removeWhere((key) => !kept.has(key));
  }

  /** Removes everything, also what an operation that was overtaken has written meanwhile. */
  async clear(): Promise<void> {
    while (await this.removeWhere(() => true));
  }

  /** Nothing was ever planned for the slot, so nothing there can have been made by us. */
  async isUnused(): Promise<boolean> {
    return (await this.store.list(this.bucket, `${this.folder}/`)).every((key) => key === `${this.folder}/lease.json`);
  }

  async isEmpty(): Promise<boolean> {
    return (await this.store.list(this.bucket, `${this.folder}/`)).length === 0;
  }

  /** Removes what this run alone has written. */
  async clearRun(): Promise<void> {
    const keys = await this.store.list(this.bucket, this.key(''));
    if (keys.length > 0) await this.store.remove(this.bucket, keys);
  }

  /**
   * Nothing that was listed while no other run had taken over belongs to a later run.
   *
   * @returns whether anything was removed
   */
  private async removeWhere(test: (key: string) => boolean): Promise<boolean> {
    const keys = (await this.store.list(this.bucket, `${this.folder}/`)).filter(test);
    const holder = await this.leaseHolder();
    if (keys.length === 0 || (holder !== undefined && holder !== this.runId)) return false;
    await this.store.remove(this.bucket, keys);
    return true;
  }

  /** The run that may write; none after everything was cleared away. A record that cannot be read is of a run that is not this one. */
  async leaseHolder(): Promise<string | undefined> {
    const key = `${this.folder}/lease.json`;
    const body = await this.read(key);
    return body && (parseRecord<Lease>(body, key)?.runId ?? '');
  }

  private putJson(key: string, value: object): Promise<void> {
    return this.write(key, toRecord(value));
  }
}

function parseRequests(object: TaggedObject | undefined, key: string): readonly string[] {
  return (object && parseRecord<Requests>(object.body, key))?.ids ?? [];
}

function isAdoption(value: unknown): value is Applied['adoptionPending'] {
  const { entries, tags } = (value ?? {}) as Record<string, unknown>;
  return (entries === undefined || typeof entries === 'number') && isTags(tags);
}

/** `arn:…:stack/<name>/<uuid>` → `<name>-<uuid>`; another form is taken by its hash. */
function stackFolder({ stackId }: Identity): string {
  const [, name, id] = stackId.split('/');
  return name && id ? `${name}-${id}` : hash(stackId);
}
