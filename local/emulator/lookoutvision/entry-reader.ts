import {
  inspectLookoutLineBytes, LineSplitter, listedLookoutLine, LOOKOUT_LIMITS, lookoutLineTooLong, parseS3Uri,

} from '../../../lib/manifest';
import type { InspectedLookoutLine, LookoutDatasetType } from '../../../lib/manifest';
import type { S3Reader } from '../core/s3-reader';
import type { DatasetEntries } from './dataset-entries';
import type { Entry } from './dataset-entries';

/** How lines are read where the service's way is not published. */
export interface Reading {
  readonly type: LookoutDatasetType;
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
/** Each UTF-16 unit takes three bytes at most. */
const MOST_LINE_BYTES = LOOKOUT_LIMITS.lineCharacters * 3;

/** Reads JSON Lines all or nothing: one problem refuses them all. Blank lines are passed over. */
export class EntryReader {
  private readonly entries = new Map<string, Entry>();
  private invalidLines = 0;
  private first?: { readonly line: number; readonly reason: string };
  private bucket?: string;
  private readonly splitter: LineSplitter;

  constructor(private readonly reading: Reading) {
    this.bucket = reading.before.entries[0]?.bucket;
    this.splitter = new LineSplitter(
      (buffer, start, end, line, overlong) => this.line(buffer.subarray(start, end), line, overlong), MOST_LINE_BYTES);
  }

  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  /** The content with these lines, or the status message that says why not. */
  end(): DatasetEntries | string {
    this.splitter.end();
    const { first, invalidLines, entries } = this;
    if (first) return `The manifest file contains ${invalidLines} invalid line(s). First error at line ${first.line}: ${first.reason}.`;
    if (entries.size === 0) return 'The manifest file contains no JSON Lines.';
    const merged = this.reading.before.merge(entries);
    const most = LOOKOUT_LIMITS.entries[this.reading.type];
    if (merged.entries.length > most) return `The ${this.reading.type} dataset would have ${merged.entries.length} images, more than ${most}.`;
    return merged;
  }

  /** The status message when an image or mask of these lines is not in S3. */
  async missingObject(s3: S3Reader): Promise<string | undefined> {
    const uris = [...this.entries.values()].flatMap((entry) => entry.objects);
    for (let at = 0; at < uris.length; at += HEADS_AT_A_TIME) {
      const some = uris.slice(at, at + HEADS_AT_A_TIME);
      const found = await Promise.all(some.map((uri) => {
        const { bucket, key } = parseS3Uri(uri)!;
        return s3.exists(bucket, key);
      }));
      if (found.includes(false)) return `The object ${some[found.indexOf(false)]} could not be found.`;
    }
    return undefined;
  }

  private line(bytes: Buffer, number: number, overlong: boolean): void {
    if (bytes.toString('latin1').trim() === '') return;
    const inspected = overlong ? lookoutLineTooLong() : inspectLookoutLineBytes(bytes);
    const problem = this.problem(inspected);
    if (problem !== undefined) {
      this.invalidLines += 1;
      this.first ??= { line: number, reason: problem };
      return;
    }
    const { sourceRef, bucket, maskRef, labelTime } = inspected;
    this.bucket ??= bucket;
    this.entries.set(sourceRef!, {
      sourceRef: sourceRef!,
      bucket: bucket!,
      line: listedLookoutLine(bytes.toString().trim(), inspected),
      class: inspected.class,
      created: labelTime ?? this.reading.now,
      objects: maskRef !== undefined ? [sourceRef!, maskRef] : [sourceRef!],
    });
  }

  private problem({ findings, sourceRef, bucket }: InspectedLookoutLine): string | undefined {
    const { strict, repeats } = this.reading;
    const wrong = findings.find(({ severity }) => severity === 'terminal' || (strict && severity === 'error'));
    if (wrong) return wrong.advice;
    if (this.bucket !== undefined && bucket !== this.bucket) return `the image is in the bucket ${bucket}, others are in ${this.bucket}`;
    return !repeats && this.entries.has(sourceRef!) ? `the source-ref ${sourceRef} occurs more than once` : undefined;
  }
}
