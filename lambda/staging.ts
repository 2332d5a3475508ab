import type { Chunk } from '../lib/manifest';
import { hash, slotId } from './properties';
import type { Counts, ObjectStore, ObjectWriter, S3Location, Slot, Tags } from './ports';
import type { Progress } from './reconcile';

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
  /** `Wanted.source` it came from. */
  readonly source: string;
  readonly contentHash: string;
  readonly entries: number;
  readonly manifestKey?: string;
  readonly indexKey: string;
  /** Entries beyond the manifest that stayed in the dataset. */
  readonly kept: number;
  readonly counts: Counts;
  readonly lastUpdated: number;
  /** Set before the first write of a run and cleared by its end: what the dataset holds is not known. */
  readonly dirty: boolean;
  /** Set while a dataset of somebody else is being taken over: what it was before. */
  readonly adopting?: { readonly manifestKey: string; readonly tags: Tags };
}

/**
 * Our folder in the staging bucket, one for each resource and slot:
 *
 *     <stack>/<logical id>/<slot>/run.json               the operation that may write
 *     <stack>/<logical id>/<slot>/applied.json           see Applied
 *     <stack>/<logical id>/<slot>/<run>/progress.json    how far that operation is
 *     <stack>/<logical id>/<slot>/<run>/…                its manifest, index and changes
 *     reports/<stack>/<logical id>/<run>.jsonl           every problem of a failed operation
 */
export class Staging {
  private readonly folder: string;

  constructor(
    private readonly store: ObjectStore,
    readonly bucket: string,
    private readonly identity: Identity,
    slot: Slot,
    readonly runId: string,
  ) {
    this.folder = `${stackFolder(identity)}/${identity.logicalId}/${hash(slotId(slot))}`;
  }

  /** Makes this run the one that may write. */
  async take(): Promise<void> {
    await this.putJson(`${this.folder}/run.json`, { runId: this.runId });
  }

  async isTaken(): Promise<boolean> {
    return (await this.getJson<{ runId: string }>(`${this.folder}/run.json`))?.runId === this.runId;
  }

  /** Key of an object that belongs to this run. */
  key(name: string): string {
    return `${this.folder}/${this.runId}/${name}`;
  }

  async progress(): Promise<Progress> {
    return await this.getJson<Progress>(this.key('progress.json')) ?? { pushed: 0 };
  }

  async saveProgress(progress: Progress): Promise<void> {
    await this.putJson(this.key('progress.json'), progress);
  }

  async applied(): Promise<Applied | undefined> {
    return this.getJson<Applied>(`${this.folder}/applied.json`);
  }

  async saveApplied(applied: Applied): Promise<void> {
    await this.putJson(`${this.folder}/applied.json`, applied);
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

  /** Removes everything of earlier runs that `keep` does not name. */
  async tidy(keep: readonly (string | undefined)[]): Promise<void> {
    const kept = new Set([...keep, `${this.folder}/run.json`, `${this.folder}/applied.json`]);
    await this.removeWhere((key) => !kept.has(key));
  }

  async clear(): Promise<void> {
    await this.removeWhere(() => true);
  }

  private async removeWhere(test: (key: string) => boolean): Promise<void> {
    const keys = (await this.store.list(this.bucket, `${this.folder}/`)).filter(test);
    if (keys.length > 0) await this.store.remove(this.bucket, keys);
  }

  private async getJson<T>(key: string): Promise<T | undefined> {
    const body = await this.read(key);
    return body && JSON.parse(body.toString('utf8'));
  }

  private putJson(key: string, value: unknown): Promise<void> {
    return this.write(key, JSON.stringify(value));
  }
}

/** `arn:…:stack/<name>/<uuid>` → `<name>-<uuid>`; another form is taken by its hash. */
function stackFolder({ stackId }: Identity): string {
  const [, name, id] = stackId.split('/');
  return name && id ? `${name}-${id}` : hash(stackId);
}
