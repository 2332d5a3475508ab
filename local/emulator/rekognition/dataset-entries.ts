import type { DatasetLabelDescription, DatasetStats } from '@aws-sdk/client-rekognition';
import type { TakenLine } from './line-rules';

/** StatusMessages of what is refused as a whole. */
export const REFUSALS = {
  access: 'The S3 bucket permissions are incorrect.',
  format: 'The manifest file extension or contents are invalid.',
  size: 'The manifest file size exceeds the maximum supported size.',
  empty: 'The manifest file is empty.',
  rows: 'The manifest file has too many rows.',
  labels: 'The manifest file has too many labels.',
  errors: 'The manifest file has too many terminal errors.',
  buckets: 'The manifest file contains images from multiple S3 buckets.',
  distribution: 'The manifest file doesn\'t have enough labeled images to distribute the dataset.',
};

export const MOST_ENTRIES = 250_000;
const MOST_LABELS = 250;

/** One image of a dataset: its line as it was sent, without what the service adds, and what the rules say of it. */
export interface Entry extends Omit<TakenLine, 'text'> {
  /** UTF-8; outside the JavaScript heap, so that a manifest of 1 GB has room. */
  readonly line: Buffer;
}

/** The entries of a dataset in the order of their arrival. It never changes: an update makes another one. */
export class DatasetEntries {
  static readonly EMPTY = new DatasetEntries([]);

  private counted?: readonly DatasetLabelDescription[];

  constructor(readonly entries: readonly Entry[]) {}

  /** A known `source-ref` is replaced as a whole and keeps its place, an unknown one is appended. */
  merge(changes: ReadonlyMap<string, Entry>): DatasetEntries {
    const merged = new Map(this.entries.map((entry) => [entry.sourceRef, entry]));
    for (const [sourceRef, entry] of changes) merged.set(sourceRef, entry);
    return new DatasetEntries([...merged.values()]);
  }

  /** StatusMessage of the first rule on whole datasets that this content breaks. */
  get refusal(): string | undefined {
    const { entries, labels } = this;
    if (entries.length > MOST_ENTRIES) return REFUSALS.rows;
    if (labels.length > MOST_LABELS) return REFUSALS.labels;
    return entries.some(({ bucket }) => bucket !== entries[0].bucket) ? REFUSALS.buckets : undefined;
  }

  get stats(): DatasetStats {
    const { entries, labels } = this;
    return {
      LabeledEntries: entries.filter(({ labeled }) => labeled).length,
      TotalEntries: entries.length,
      TotalLabels: labels.length,
      ErrorEntries: entries.filter(({ errors }) => errors.length > 0).length,
    };
  }

  /** Labels in the order of their first entry; BoundingBoxCount counts images, and is left out where there is no box. */
  get labels(): readonly DatasetLabelDescription[] {
    return this.counted ??= this.count();
  }

  private count(): DatasetLabelDescription[] {
    const counts = new Map<string, { images: number; boxed: number }>();
    for (const { name, used, boxed } of this.entries.flatMap(({ labels }) => labels)) {
      const count = counts.get(name) ?? { images: 0, boxed: 0 };
      counts.set(name, { images: count.images + Number(used), boxed: count.boxed + Number(boxed) });
    }
    return [...counts].map(([name, { images, boxed }]) =>
      ({ LabelName: name, LabelStats: { EntryCount: images, ...(boxed > 0 && { BoundingBoxCount: boxed }) } }));
  }
}
