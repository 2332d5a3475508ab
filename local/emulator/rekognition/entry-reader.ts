import { isBlank, LineCutter, s3Location } from '../core/json-lines';
import type { S3Reader } from '../core/s3-reader';
import { DatasetEntries, MOST_ENTRIES, REFUSALS } from './dataset-entries';
import type { Entry } from './dataset-entries';
import { judgeLine, LINE_CHARACTERS } from './line-rules';
import type { RekognitionSettings } from './settings';

const HEADS_AT_A_TIME = 16;
/** More lines than this share of them may not be removed, nor more images be missing. */
const MOST_UNUSABLE = 0.2;

/**
 * Reads JSON Lines the way the service takes them in: lines with a terminal problem vanish, of lines with the same
 * `source-ref` the first one counts, a byte order mark spoils the first line, and blank lines count as lines.
 */
export class EntryReader {
  /** What the service keeps, by `source-ref`. */
  readonly entries = new Map<string, Entry>();
  private readonly cutter = new LineCutter(LINE_CHARACTERS, (bytes) => this.line(bytes));
  private lines = 0;
  private blankLines = 0;
  private unparsableLines = 0;

  constructor(private readonly fractions: RekognitionSettings['fractions']) {}

  push(chunk: Uint8Array): void {
    this.cutter.push(chunk);
  }

  end(): void {
    this.cutter.end();
  }

  /** StatusMessage of the rule that refuses these lines as a whole. */
  get refusal(): string | undefined {
    const { lines, blankLines, unparsableLines, entries } = this;
    if (blankLines === lines) return REFUSALS.empty;
    if (blankLines + unparsableLines === lines) return REFUSALS.format;
    if (lines > MOST_ENTRIES) return REFUSALS.rows;
    if (lines - entries.size > lines * MOST_UNUSABLE) return REFUSALS.errors;
    return new DatasetEntries([...entries.values()]).refusal;
  }

  /** StatusMessage when too many of the images are not in S3. */
  async missingImages(s3: S3Reader): Promise<string | undefined> {
    const images = [...this.entries.keys()].map((sourceRef) => s3Location(sourceRef)!);
    let missing = 0;
    for (let at = 0; at < images.length; at += HEADS_AT_A_TIME) {
      const found = await Promise.all(images.slice(at, at + HEADS_AT_A_TIME).map(({ bucket, key }) => s3.exists(bucket, key)));
      missing += found.filter((exists) => !exists).length;
    }
    return missing > images.length * MOST_UNUSABLE ? REFUSALS.errors : undefined;
  }

  private line(bytes: Buffer): void {
    this.lines++;
    if (isBlank(bytes)) {
      this.blankLines++;
      return;
    }
    const judged = judgeLine(bytes, this.fractions);
    if (typeof judged === 'string') {
      if (judged === 'no JSON object') this.unparsableLines++;
      return;
    }
    if (this.entries.has(judged.sourceRef)) return;
    const { text, ...rest } = judged;
    this.entries.set(judged.sourceRef, { ...rest, line: Buffer.from(text) });
  }
}
