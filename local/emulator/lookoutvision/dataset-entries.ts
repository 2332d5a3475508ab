import type { DatasetImageStats } from '@aws-sdk/client-lookoutvision';
import type { AnomalyClass } from './line-rules';

/** The most images of a dataset of each type. */
export const MOST_IMAGES = { train: 16_000, test: 4_000 };

export type DatasetType = keyof typeof MOST_IMAGES;

/** One image of a dataset. */
export interface Entry {
  readonly sourceRef: string;
  readonly bucket: string;
  /** As it is listed: the value of the label is 1 for an anomaly and 0 for a normal image, everything else as it was sent. */
  readonly line: string;
  /** Absent for an unlabeled image. */
  readonly class?: AnomalyClass;
  /** When its label was made or, unless the line says so, when it was added; milliseconds since 1970. */
  readonly created: number;
  /** The image and its mask, where it has one. */
  readonly objects: readonly string[];
}

/** The entries of a dataset in the order of their arrival. It never changes: an update makes another one. */
export class DatasetEntries {
  static readonly EMPTY = new DatasetEntries([]);

  constructor(readonly entries: readonly Entry[]) {}

  /** A known `source-ref` is replaced as a whole and keeps its place, an unknown one is appended. */
  merge(changes: ReadonlyMap<string, Entry>): DatasetEntries {
    const merged = new Map(this.entries.map((entry) => [entry.sourceRef, entry]));
    for (const [sourceRef, entry] of changes) merged.set(sourceRef, entry);
    return new DatasetEntries([...merged.values()]);
  }

  get stats(): Required<DatasetImageStats> {
    const count = (name: AnomalyClass) => this.entries.filter((entry) => entry.class === name).length;
    const [normal, anomaly] = [count('normal'), count('anomaly')];
    return { Total: this.entries.length, Labeled: normal + anomaly, Normal: normal, Anomaly: anomaly };
  }
}
