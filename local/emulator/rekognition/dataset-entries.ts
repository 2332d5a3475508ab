import type { DatasetLabelDescription, DatasetStats } from '@aws-sdk/client-rekognition';
import { DatasetStats as ManifestStats } from '../../../lib/manifest';
import type { InspectedLine } from '../../../lib/manifest';

/** One image of a dataset: its line as it was sent, without what the service adds. */
export interface Entry {
  readonly sourceRef: string;
  /** UTF-8; outside the JavaScript heap, so that a manifest of 1 GB has room. */
  readonly line: Buffer;
  /** What the rules say; only findings that the service lists. */
  readonly inspected: InspectedLine;
}

/** The entries of a dataset in the order of their arrival. It never changes: an update makes another one. */
export class DatasetEntries {
  static readonly EMPTY = new DatasetEntries([]);

  private counted?: ManifestStats;

  constructor(readonly entries: readonly Entry[]) {}

  /** A known `source-ref` is replaced as a whole and keeps its place, an unknown one is appended. */
  merge(changes: ReadonlyMap<string, Entry>): DatasetEntries {
    const left = new Map(changes);
    const merged = this.entries.map((entry) => {
      const change = left.get(entry.sourceRef) ?? entry;
      left.delete(entry.sourceRef);
      return change;
    });
    for (const entry of left.values()) merged.push(entry);
    return new DatasetEntries(merged);
  }

  /** StatusMessage of the first rule on whole datasets that this content breaks: rows, labels, buckets. */
  get verdict(): string | undefined {
    return this.tally.validate()[0]?.message;
  }

  get stats(): DatasetStats {
    const { entries, labeledEntries, labels } = this.tally;
    return {
      LabeledEntries: labeledEntries,
      TotalEntries: entries,
      TotalLabels: labels.length,
      ErrorEntries: this.entries.filter(({ inspected }) => inspected.findings.length > 0).length,
    };
  }

  /** Labels in the order of their first entry; BoundingBoxCount counts images, and is left out where there is no box. */
  get labels(): DatasetLabelDescription[] {
    return this.tally.labels.map(({ name, entries, boxedEntries }) =>
      ({ LabelName: name, LabelStats: { EntryCount: entries, ...(boxedEntries > 0 && { BoundingBoxCount: boxedEntries }) } }));
  }

  private get tally(): ManifestStats {
    if (!this.counted) {
      this.counted = new ManifestStats();
      for (const { inspected } of this.entries) this.counted.add(inspected);
    }
    return this.counted;
  }
}
