import type { S3Location, ServiceDataset, Slot } from '../../../lambda/ports';
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
}

/** The service says no; the handler's adapter makes its own error of it. */
export class Refused extends Error {
  constructor(readonly code: string, message = code) {
    super(message);
  }
}

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
  nextEnd?: { readonly fail: string } | 'never';
  /** Descriptions show what was before the last change until then. */
  staleUntil = 0;
  /** The service turns every call away until then, and the object store, too. */
  throttled = { service: 0, objects: 0 };
  /** There is no way to them, and never was. */
  outOfReach = { service: false, objects: false };
  private births = 0;

  constructor(readonly clock: VirtualClock, readonly projects: readonly string[]) {}

  /** What is in a slot now. */
  at(slot: string): StoredDataset | undefined {
    this.pass();
    return this.datasets.find((dataset) => dataset.slot === slot);
  }

  find(slot: Slot, knownArn?: string): ServiceDataset | undefined {
    this.pass();
    const stale = this.clock.now() < this.staleUntil;
    const changed = (dataset: StoredDataset) => dataset.lastUpdated > this.staleUntil - 2 * STALE_FOR;
    const show = (dataset: StoredDataset) => stale && changed(dataset) ? dataset.previous : describe(dataset);
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
      arn, slot: nameOf(slot), tags: { ...tags }, entries: new Map(),
      status: 'CREATE_IN_PROGRESS', statusMessage: 'busy', lastUpdated: this.clock.now(),
    };
    this.datasets.push(dataset);
    this.begin(dataset, CREATING, 'CREATE', () => { put(dataset, linesOf(text ?? Buffer.alloc(0))); });
    this.writes.push({ operation: 'CreateDataset', arn, lines: linesOf(text ?? Buffer.alloc(0)) });
    return arn;
  }

  push(arn: string, bytes: Buffer): void {
    const dataset = this.settledOf(arn);
    if (dataset.status === 'CREATE_FAILED') throw new Refused('ResourceInUseException');
    const lines = linesOf(bytes);
    this.begin(dataset, PUSHING, 'UPDATE', () => { put(dataset, lines); });
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
    return [...dataset.entries.values()].map((line) => JSON.stringify({ ...JSON.parse(line), 'cl-metadata': { is_labeled: isLabeled(line) } }));
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
    this.staleUntil = 0;
    this.throttled = { service: 0, objects: 0 };
    this.outOfReach = { service: false, objects: false };
  }

  private settledOf(arn: string): StoredDataset {
    const dataset = this.known(arn);
    if (dataset.status.endsWith('_IN_PROGRESS')) throw new Refused('ResourceInUseException');
    return dataset;
  }

  private begin(dataset: StoredDataset, takes: number, kind: 'CREATE' | 'UPDATE', effect: () => void): void {
    const end = this.nextEnd;
    this.nextEnd = undefined;
    if (kind === 'UPDATE') dataset.previous = describe(dataset);
    dataset.status = `${kind}_IN_PROGRESS`;
    dataset.lastUpdated = this.clock.now();
    dataset.work = {
      endsAt: this.clock.now() + (end === 'never' ? FOREVER : takes),
      end: () => {
        dataset.work = undefined;
        dataset.previous = describe(dataset);
        const failure = typeof end === 'object' ? end.fail : undefined;
        if (failure === undefined) effect();
        dataset.status = `${kind}_${failure === undefined ? 'COMPLETE' : 'FAILED'}`;
        dataset.statusMessage = failure ?? '';
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
  for (const line of lines) dataset.entries.set(refOf(line), line);
}

function describe({ arn, status, statusMessage, lastUpdated, entries }: StoredDataset): ServiceDataset {
  const lines = [...entries.values()];
  const labels = new Set(lines.flatMap((line) => [...line.matchAll(/"class-name":("[^"]*")/g)].map(([, label]) => label)));
  return {
    arn, status, statusMessage, lastUpdated,
    counts: { total: lines.length, labeled: lines.filter(isLabeled).length, labels: labels.size, errors: 0 },
  };
}
