import { quoted } from '../rules/finding';
import type { Finding } from '../rules/finding';
import type { LabelCount } from '../rules/service-rules';
import type { InspectedLine } from './inspect-line';
import { entryLimit, REKOGNITION_LIMITS } from './limits';
import type { EntryLimit } from './limits';
import { finding } from './rules';

type MutableLabelCount = { -readonly [member in keyof LabelCount]: LabelCount[member] };

/**
 * Gathers what only the whole manifest shows, and validates it
 * (Custom Labels guide, "Terminal manifest content errors").
 */
export class DatasetStats {
  private readonly labelCounts = new Map<string, MutableLabelCount>();
  /** The labels of the last lines, by their place in the line. */
  private readonly lastCounts: MutableLabelCount[] = [];
  private readonly seenBuckets = new Set<string>();
  private droppedLines = 0;
  private keptLines = 0;
  private labeledLines = 0;

  /** Lines, the dropped ones included. */
  get lines(): number { return this.keptLines + this.droppedLines; }
  /** Lines the service keeps. */
  get entries(): number { return this.keptLines; }
  /** Kept lines that have a label. */
  get labeledEntries(): number { return this.labeledLines; }
  /** In the order of their names (by UTF-16 units). */
  get labels(): readonly LabelCount[] { return [...this.labelCounts.values()].sort((a, b) => a.name < b.name ? -1 : 1); }
  /** Buckets of the images, in the order they were met. */
  get buckets(): readonly string[] { return [...this.seenBuckets]; }

  add(line: InspectedLine): void {
    if (line.dropped) {
      this.addDropped();
      return;
    }
    this.keptLines += 1;
    if (line.labeled) this.labeledLines += 1;
    if (line.bucket !== undefined) this.seenBuckets.add(line.bucket);
    let position = 0;
    for (const { name, boxed } of line.labels) {
      const count = this.countOf(name, position++);
      count.entries += 1;
      if (boxed) count.boxedEntries += 1;
    }
  }

  /** Lines mostly name the same labels in the same places, which saves looking for them. */
  private countOf(name: string, position: number): MutableLabelCount {
    const before = this.lastCounts[position];
    if (before?.name === name) return before;
    let count = this.labelCounts.get(name);
    if (count === undefined) {
      count = { name, entries: 0, boxedEntries: 0 };
      this.labelCounts.set(name, count);
    }
    this.lastCounts[position] = count;
    return count;
  }

  /** A line the service drops for a reason outside the line: a duplicate, or a blank line where they are counted. */
  addDropped(): void {
    this.droppedLines += 1;
  }

  /**
   * A line that is known to be good and was not inspected again: its labels are not counted.
   *
   * @param bucket of the image, when it is known
   */
  addUninspected(bucket?: string): void {
    this.keptLines += 1;
    if (bucket !== undefined) this.seenBuckets.add(bucket);
  }

  /**
   * What the service would refuse the whole manifest for.
   *
   * @param bytes size of the manifest file, when it is known
   * @param limit most lines, where the Region is known
   */
  validate(bytes?: number, limit: EntryLimit = entryLimit()): Finding[] {
    const limits = REKOGNITION_LIMITS;
    const findings: Finding[] = [];
    const refuse = (...[code, advice]: [Parameters<typeof finding>[0], string]) => findings.push(finding(code, [], advice));
    if (this.lines === 0) refuse('ERROR_EMPTY_MANIFEST', 'the manifest has no lines; add images to it');
    if (bytes !== undefined && bytes > limits.manifestBytes) {
      refuse('ERROR_MANIFEST_SIZE_TOO_LARGE', `the manifest has ${bytes} bytes, more than ${limits.manifestBytes}; shorten or divide it`);
    }
    if (this.lines > limit.entries) {
      const [more, otherwise] = limit.of ? [`the ${limit.entries} of ${limit.of}`, ', or deploy to another Region'] : [limit.entries, ''];
      refuse('ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM', `the manifest has ${this.lines} lines, more than ${more}; divide it${otherwise}`);
    }
    if (this.labelCounts.size > limits.labels) {
      refuse('ERROR_MANIFEST_TOO_MANY_LABELS', `the manifest has ${this.labelCounts.size} different labels, more than ${limits.labels}; merge some`);
    }
    if (this.droppedLines > this.lines * limits.invalidLinesFraction) {
      refuse('ERROR_TOO_MANY_RECORDS_IN_ERROR', `the service would drop ${this.droppedLines} of ${this.lines} lines, `
      + `more than ${limits.invalidLinesFraction * 100} %; correct those lines first`);
    }
    if (this.seenBuckets.size > 1) {
      const [first, second] = this.seenBuckets;
      refuse('ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS', `images are in ${this.seenBuckets.size} buckets, among them ${quoted(first)} and ${quoted(second)}; `
      + 'keep the images of a dataset in one bucket');
    }
    return findings;
  }
}
