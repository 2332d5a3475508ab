import type { Chunk } from '../../lib/manifest';
import { hash, isTags, slotId } from '../core/slot';
import type { Identity, Slot } from '../core/slot';
import type { ObjectStore, ObjectWriter, S3Location, TaggedObject } from './object-store';
import { parseObject, parseRecord, toRecord } from './record';
import { NOTHING_APPLIED } from './records';
import type { Applied, Lease, ListingProgress, Progress, PropertyChange } from './records';

/**
 * Our folder in the staging bucket, one for each resource and slot, and what is beside it:
 *
 *     <stack>/<logical id>/failed.json                   the Update that failed last, until one succeeds
 *     <stack>/<logical id>/requests.json                 which requests have come, for as long as the resource is there,
 *                                                        and after the delete of a create that never answered
 *     <stack>/<logical id>/<slot>/lease.json             the operation that may write
 *     <stack>/<logical id>/<slot>/applied.json           see Applied
 *     <stack>/<logical id>/<slot>/adopted.manifest       what a dataset held before it was adopted
 *     <stack>/<logical id>/<slot>/<run>/progress.json    how far that operation is
 *     <stack>/<logical id>/<slot>/<run>/<plan>/…         its manifest, index and changes
 *     <stack>/<logical id>/<slot>/<run>/<reading>.json   how far a reading of the dataset's entries is
 *     <stack>/<logical id>/<slot>/<run>/<reading>/…      the entries that were read
 *     reports/<stack>/<logical id>/<run>.jsonl           the problems of a failed operation, a cause a line
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

  /** Key of the record of which requests have come. */
  get requestsKey(): string {
    return `${this.resourceFolder}/requests.json`;
  }

  /** Key of the record that names the operation that may write. */
  get leaseKey(): string {
    return `${this.folder}/lease.json`;
  }

  /** The run that may write; none after everything was cleared away. A record that cannot be read is of a run that is not this one. */
  async leaseHolder(): Promise<string | undefined> {
    const body = await this.read(this.leaseKey);
    return body && (parseRecord<Lease>(body, this.leaseKey)?.runId ?? '');
  }

  readTagged(key: string): Promise<TaggedObject | undefined> {
    return this.store.readTagged(this.bucket, key);
  }

  /** See {@link ObjectStore.writeOver}. */
  writeOver(key: string, body: string, found: TaggedObject | undefined): Promise<void> {
    return this.store.writeOver(this.bucket, key, body, found);
  }

  /** Key of an object that belongs to this run. */
  key(name: string): string {
    return `${this.folder}/${this.runId}/${name}`;
  }

  /** Entries of a dataset that is being adopted: they have to outlast the run that reads them. */
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
   * Absent: there is none. One that cannot be read tells nothing but how an adopted dataset is restored: `adoptionPending`
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

  /** The Update that failed last, by `DesiredState.properties` before and after it: the one that takes it back goes the other way. */
  async failed(): Promise<PropertyChange | undefined> {
    const body = await this.read(this.failedKey);
    return body && parseRecord<PropertyChange>(body, this.failedKey);
  }

  async saveFailed(update: PropertyChange): Promise<void> {
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
    const kept = new Set([...keep, this.leaseKey, `${this.folder}/applied.json`]);
    await this.removeWhere((key) => !kept.has(key));
  }

  /** Removes everything, also what an operation that was overtaken has written meanwhile. */
  async clear(): Promise<void> {
    while (await this.removeWhere(() => true));
  }

  /** Nothing was ever planned for the slot, so nothing there can have been made by us. */
  async isUnused(): Promise<boolean> {
    return (await this.store.list(this.bucket, `${this.folder}/`)).every((key) => key === this.leaseKey);
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

  private putJson(key: string, value: object): Promise<void> {
    return this.write(key, toRecord(value));
  }
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
