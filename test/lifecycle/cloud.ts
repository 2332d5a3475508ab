import type { Slot } from '../../lambda/core/slot';
import type { ServiceDataset } from '../../lambda/services/port';
import type { S3Location } from '../../lambda/staging/object-store';
import type { VirtualClock } from './virtual-clock';

/** A dataset as the service keeps it. */
export interface StoredDataset {
  readonly arn: string;
  readonly slot: string;
  tags: Record<string, string>;
  /** Lines by source-ref, as they were sent, in the order they came in. */
  entries: Map<string, string>;
  status: string;
  statusMessage: string;
  lastUpdated: number;
  /** What is going on in it. */
  work?: { readonly endsAt: number; readonly end: () => void };
  /** What a stale description still shows; undefined: that there is no such dataset. */
  previous?: ServiceDataset;
  /** Entries that the service found errors in, by source-ref. */
  flawed: Set<string>;
}

/**
 * How a creation or an update ends when it does not end well: failed, with half of the lines applied or none; never; the last line
 * left out, where it is a new entry (what is left out of a change to an entry shows in no count); with an error in the last line.
 */
export type BadEnd = { readonly fail: string; readonly half?: boolean } | 'never' | 'drop the last line' | 'flaw the last line';

/** The service says no; the handler's adapter makes its own error of it. */
export class Refused extends Error {
  constructor(readonly code: string, message = code) {
    super(message);
  }
}

/** Calls a second that the service allows an account, for each operation; more for those of tags. */
const RATE = 5;
const TAGGING_RATE = 10;
/** Milliseconds that the service takes. */
const CREATING = 20_000;
const PUSHING = 3_000;
const DELETING = 5_000;
const FOREVER = 86_400_000;
/** How long a stale description is shown. */
export const STALE_FOR = 10_000;

/** What both services hold: datasets with the contract's states, and objects. Everything is visible at once. */
export class Cloud {
  readonly datasets: StoredDataset[] = [];
  /** By `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Objects that are too large to be held, by `bucket/key`. */
  readonly streams = new Map<string, () => AsyncIterable<Uint8Array>>();
  /** Every accepted write, in order. */
  readonly writes: { readonly operation: string; readonly arn: string; readonly lines: readonly string[] }[] = [];
  /** The next creation or update ends like this. */
  nextEnd?: BadEnd;
  /** Descriptions show what was before the last change until then. */
  staleUntil = 0;
  /** Statistics lag behind: until then, they are what they were before the last change. */
  laggingUntil = 0;
  /** Milliseconds of one page of a listing. */
  pageTime = 30;
  /** The service turns every call away until then, and the object store, too. */
  throttled = { service: 0, objects: 0 };
  /** There is no way to them, and never was. */
  outOfReach = { service: false, objects: false };
  /** Calls that were turned away because there were too many in a second. */
  refusedByRate = 0;
  private births = 0;
  private readonly calls = new Map<string, number[]>();

  constructor(readonly clock: VirtualClock, readonly projects: readonly string[]) {}

  /** Whether this call is one too many in its second. */
  isOverRate(operation: string): boolean {
    const now = this.clock.now();
    const recent = (this.calls.get(operation) ?? []).filter((at) => at > now - 1000);
    this.calls.set(operation, recent);
    if (recent.length >= (/^(tag|untag)/.test(operation) ? TAGGING_RATE : RATE)) {
      this.refusedByRate++;
      return true;
    }
    recent.push(now);
    return false;
  }

  /** What is in a slot now. */
  at(slot: string): StoredDataset | undefined {
    this.pass();
    return this.datasets.find((dataset) => dataset.slot === slot);
  }

  find(slot: Slot, knownArn?: string): ServiceDataset | undefined {
    this.pass();
    const stale = this.clock.now() < this.staleUntil;
    const changed = (dataset: StoredDataset) => dataset.lastUpdated > this.staleUntil - 2 * STALE_FOR;
    const show = (dataset: StoredDataset) => stale && changed(dataset) ? dataset.previous : this.withLag(dataset);
    const known = this.datasets.find(({ arn }) => arn === knownArn);
    const shown = known && show(known);
    if (shown) return shown;
    const there = this.datasets.find((dataset) => dataset.slot === nameOf(slot));
    return there && show(there);
  }

  create(slot: Slot, manifest: S3Location | undefined, tags: Record<string, string>): string {
    if (!this.projects.includes(slot.projectArn)) throw new Refused('ResourceNotFoundException');
    if (this.at(nameOf(slot))) throw new Refused('ResourceAlreadyExistsException');
    const text = manifest && this.objects.get(`${manifest.bucket}/${manifest.key}`);
    if (manifest && !text) throw new Refused('InvalidS3ObjectException', 'Unable to get object metadata from S3.');
    const arn = slot.projectArn.replace(/\/\d+$/, `/dataset/${slot.datasetType.toLowerCase()}/${1_700_000_000_000 + ++this.births}`);
    const dataset: StoredDataset = {
      arn, slot: nameOf(slot), tags: { ...tags }, entries: new Map(), flawed: new Set(),
      status: 'CREATE_IN_PROGRESS', statusMessage: 'busy', lastUpdated: this.clock.now(),
    };
    this.datasets.push(dataset);
    this.begin(dataset, CREATING, 'CREATE', linesOf(text ?? Buffer.alloc(0)));
    this.writes.push({ operation: 'CreateDataset', arn, lines: linesOf(text ?? Buffer.alloc(0)) });
    return arn;
  }

  push(arn: string, bytes: Buffer): void {
    const dataset = this.settledOf(arn);
    if (dataset.status === 'CREATE_FAILED') throw new Refused('ResourceInUseException');
    const lines = linesOf(bytes);
    this.begin(dataset, PUSHING, 'UPDATE', lines);
    this.writes.push({ operation: 'UpdateDatasetEntries', arn, lines });
  }

  remove(arn: string): void {
    const dataset = this.settledOf(arn);
    dataset.previous = describe(dataset);
    dataset.status = 'DELETE_IN_PROGRESS';
    dataset.lastUpdated = this.clock.now();
    dataset.work = { endsAt: this.clock.now() + DELETING, end: () => { this.datasets.splice(this.datasets.indexOf(dataset), 1); } };
    this.writes.push({ operation: 'DeleteDataset', arn, lines: [] });
  }

  list(arn: string): string[] {
    const dataset = this.known(arn);
    if (dataset.status.endsWith('_IN_PROGRESS')) throw new Refused('ResourceInUseException');
    if (dataset.status === 'CREATE_FAILED') throw new Refused('ResourceNotReadyException');
    return [...dataset.entries].map(([ref, line]) => JSON.stringify({
      ...JSON.parse(line), 'cl-metadata': { is_labeled: isLabeled(line) },
      ...dataset.flawed.has(ref) && { errors: [{ code: 'ERROR_INVALID_IMAGE', message: 'The image is not valid.' }] },
    }));
  }

  known(arn: string): StoredDataset {
    this.pass();
    const dataset = this.datasets.find((item) => item.arn === arn);
    if (!dataset) throw new Refused('ResourceNotFoundException');
    return dataset;
  }

  /** Ends whatever has had its time, and what was meant never to end. */
  calm(): void {
    for (const { work } of [...this.datasets]) work?.end();
    this.nextEnd = undefined;
    this.staleUntil = this.laggingUntil = 0;
    this.pageTime = 30;
    this.throttled = { service: 0, objects: 0 };
    this.outOfReach = { service: false, objects: false };
  }

  private withLag(dataset: StoredDataset): ServiceDataset {
    const now = describe(dataset);
    const { previous } = dataset;
    return previous && this.clock.now() < this.laggingUntil ? { ...now, counts: previous.counts } : now;
  }

  private settledOf(arn: string): StoredDataset {
    const dataset = this.known(arn);
    if (dataset.status.endsWith('_IN_PROGRESS')) throw new Refused('ResourceInUseException');
    return dataset;
  }

  private begin(dataset: StoredDataset, takes: number, kind: 'CREATE' | 'UPDATE', lines: readonly string[]): void {
    const end = this.nextEnd;
    this.nextEnd = undefined;
    dataset.previous = kind === 'UPDATE' ? describe(dataset) : undefined;
    dataset.status = `${kind}_IN_PROGRESS`;
    dataset.lastUpdated = this.clock.now();
    dataset.work = {
      endsAt: this.clock.now() + (end === 'never' ? FOREVER : takes),
      end: () => {
        dataset.work = undefined;
        dataset.previous = describe(dataset);
        const failure = typeof end === 'object' ? end : undefined;
        put(dataset, lines.filter((line, i) => failure ? failure.half && i < lines.length / 2
          : end !== 'drop the last line' || i < lines.length - 1 || dataset.entries.has(refOf(line))));
        if (end === 'flaw the last line' && lines.length > 0) dataset.flawed.add(refOf(lines.at(-1)!));
        dataset.status = `${kind}_${failure ? 'FAILED' : 'COMPLETE'}`;
        dataset.statusMessage = failure?.fail ?? '';
        dataset.lastUpdated = this.clock.now();
      },
    };
  }

  private pass(): void {
    for (const { work } of [...this.datasets]) if (work && work.endsAt <= this.clock.now()) work.end();
  }
}

export function nameOf({ projectArn, datasetType }: Slot): string {
  return `${projectArn}/dataset/${datasetType.toLowerCase()}`;
}

export function refOf(line: string): string {
  return JSON.parse(line)['source-ref'];
}

export function isLabeled(line: string): boolean {
  return Object.keys(JSON.parse(line)).length > 1;
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString('utf8').split('\n').filter((line) => line !== '');
}

function put(dataset: StoredDataset, lines: readonly string[]): void {
  for (const line of lines) {
    dataset.entries.set(refOf(line), line);
    dataset.flawed.delete(refOf(line));
  }
}

function describe({ arn, status, statusMessage, lastUpdated, entries, flawed }: StoredDataset): ServiceDataset {
  const lines = [...entries.values()];
  const labels = new Set(lines.flatMap((line) => [...line.matchAll(/"class-name":("[^"]*")/g)].map(([, label]) => label)));
  return {
    arn, status, statusMessage, lastUpdated,
    counts: { total: lines.length, labeled: lines.filter(isLabeled).length, labels: labels.size, errors: flawed.size },
  };
}
