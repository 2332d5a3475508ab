import { isBlank, LineCutter, s3Location } from '../core/json-lines';
import type { S3Reader } from '../core/s3-reader';
import { MOST_IMAGES } from './dataset-entries';
import type { DatasetEntries } from './dataset-entries';
import type { DatasetType, Entry } from './dataset-entries';
import { judgeLine, LINE_CHARACTERS } from './line-rules';
import type { TakenLine } from './line-rules';

/** How lines are read where the service's way is not published. */
export interface Reading {
  readonly type: DatasetType;
  /** What the lines are added to; its first entry fixes the bucket. */
  readonly before: DatasetEntries;
  /** Whether the same `source-ref` may come twice; the last line counts then. */
  readonly repeats: boolean;
  /** Whether a label that would be lost is a problem. */
  readonly strict: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const HEADS_AT_A_TIME = 16;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Reads JSON Lines all or nothing: one problem refuses them all. Blank lines are passed over, and a byte order mark. */
export class EntryReader {
  private readonly entries = new Map<string, Entry>();
  private readonly cutter = new LineCutter(LINE_CHARACTERS, (bytes) => this.line(bytes));
  private lines = 0;
  private invalidLines = 0;
  private first?: { readonly line: number; readonly reason: string };
  private bucket?: string;

  constructor(private readonly reading: Reading) {
    this.bucket = reading.before.entries[0]?.bucket;
  }

  push(chunk: Uint8Array): void {
    this.cutter.push(chunk);
  }

  /** The content with these lines, or the status message that says why not. */
  end(): DatasetEntries | string {
    this.cutter.end();
    const { first, invalidLines, entries } = this;
    if (first) return `The manifest file contains ${invalidLines} invalid line(s). First error at line ${first.line}: ${first.reason}.`;
    if (entries.size === 0) return 'The manifest file contains no JSON Lines.';
    const merged = this.reading.before.merge(entries);
    const most = MOST_IMAGES[this.reading.type];
    if (merged.entries.length > most) return `The ${this.reading.type} dataset would have ${merged.entries.length} images, more than ${most}.`;
    return merged;
  }

  /** The status message when an image or mask of these lines is not in S3. */
  async missingObject(s3: S3Reader): Promise<string | undefined> {
    const uris = [...this.entries.values()].flatMap((entry) => entry.objects);
    for (let at = 0; at < uris.length; at += HEADS_AT_A_TIME) {
      const some = uris.slice(at, at + HEADS_AT_A_TIME);
      const found = await Promise.all(some.map((uri) => {
        const { bucket, key } = s3Location(uri)!;
        return s3.exists(bucket, key);
      }));
      if (found.includes(false)) return `The object ${some[found.indexOf(false)]} could not be found.`;
    }
    return undefined;
  }

  private line(whole: Buffer): void {
    this.lines++;
    const bytes = this.lines === 1 && whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
      ? whole.subarray(BYTE_ORDER_MARK.length) : whole;
    if (isBlank(bytes)) return;
    const judged = judgeLine(bytes);
    const reason = typeof judged === 'string' ? judged : this.problem(judged);
    if (reason !== undefined) {
      this.invalidLines++;
      this.first ??= { line: this.lines, reason };
      return;
    }
    const { text, sourceRef, bucket, class: anomalyClass, maskRef, created } = judged as TakenLine;
    this.bucket ??= bucket;
    this.entries.set(sourceRef, {
      sourceRef,
      bucket,
      line: text,
      class: anomalyClass,
      created: created ?? this.reading.now,
      objects: maskRef !== undefined ? [sourceRef, maskRef] : [sourceRef],
    });
  }

  private problem({ sourceRef, bucket, unlabeled }: TakenLine): string | undefined {
    const { strict, repeats } = this.reading;
    if (this.bucket !== undefined && bucket !== this.bucket) return `its image is in the bucket ${bucket}, others are in ${this.bucket}`;
    if (!repeats && this.entries.has(sourceRef)) return `its source-ref ${sourceRef} occurs more than once`;
    return strict ? unlabeled : undefined;
  }
}
