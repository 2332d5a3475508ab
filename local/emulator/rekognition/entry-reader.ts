import { DatasetStats, inspectLine, inspectLineBytes, LineSplitter, parseS3Uri, REKOGNITION_LIMITS, RULES } from '../../../lib/manifest';
import type { S3Reader } from '../core/s3-reader';
import type { Entry } from './dataset-entries';
import { withoutAdditions } from './listed-line';
import type { RekognitionSettings } from './settings';

/** Not among the rules on content: what the service says of a file it cannot make sense of. */
export const UNSUPPORTED_FORMAT = 'The manifest file extension or contents are invalid.';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const HEADS_AT_A_TIME = 16;
const BOX_MEMBERS = new Set(['left', 'top', 'width', 'height']);

/**
 * Reads JSON Lines the way the service takes them in: lines with a terminal problem vanish, of lines with the same
 * `source-ref` the first one counts, a byte order mark spoils the first line, and blank lines count as lines.
 */
export class EntryReader {
  /** What the service keeps, by `source-ref`. */
  readonly entries = new Map<string, Entry>();
  private readonly tally = new DatasetStats();
  private readonly splitter = new LineSplitter((buffer, start, end, line, overlong) =>
    this.line(buffer.subarray(start, end), line, overlong));

  private firstBytes = Buffer.alloc(0);
  private blankLines = 0;
  private unparsableLines = 0;

  constructor(private readonly fractions: RekognitionSettings['fractions']) {}

  push(chunk: Uint8Array): void {
    if (this.firstBytes.length < BYTE_ORDER_MARK.length) {
      this.firstBytes = Buffer.concat([this.firstBytes, chunk.subarray(0, BYTE_ORDER_MARK.length)]).subarray(0, BYTE_ORDER_MARK.length);
    }
    this.splitter.push(chunk);
  }

  end(): void {
    this.splitter.end();
  }

  /** StatusMessage of the rule that refuses these lines as a whole. */
  get verdict(): string | undefined {
    const { lines } = this.tally;
    if (this.blankLines === lines) return RULES.ERROR_EMPTY_MANIFEST.message;
    if (this.blankLines + this.unparsableLines === lines) return UNSUPPORTED_FORMAT;
    return this.tally.validate()[0]?.message;
  }

  /** StatusMessage when more than a fifth of the images are not in S3. */
  async missingImages(s3: S3Reader): Promise<string | undefined> {
    const images = [...this.entries.keys()].map((sourceRef) => parseS3Uri(sourceRef)!);
    let missing = 0;
    for (let at = 0; at < images.length; at += HEADS_AT_A_TIME) {
      const found = await Promise.all(images.slice(at, at + HEADS_AT_A_TIME).map(({ bucket, key }) => s3.exists(bucket, key)));
      missing += found.filter((exists) => !exists).length;
    }
    return missing > images.length * REKOGNITION_LIMITS.invalidLinesFraction ? RULES.ERROR_TOO_MANY_RECORDS_IN_ERROR.message : undefined;
  }

  private line(bytes: Buffer, number: number, overlong: boolean): void {
    if (overlong) return this.tally.addDropped();
    const written = bytes.toString();
    if (written.trim() === '') this.blankLines++;
    if (number === 1 && this.firstBytes.equals(BYTE_ORDER_MARK)) {
      this.unparsableLines++;
      return this.tally.addDropped();
    }
    const text = withoutAdditions(written);
    const judged = this.fractions === 'accepted' ? withoutFractions(text) : text;
    const inspected = judged === written ? inspectLineBytes(bytes) : inspectLine(judged);
    const { sourceRef, findings } = inspected;
    if (findings.some(({ code }) => code === 'ERROR_INVALID_JSON_LINE') && written.trim() !== '') this.unparsableLines++;
    if (inspected.dropped || sourceRef === undefined || this.entries.has(sourceRef)) return this.tally.addDropped();

    this.tally.add(inspected);
    this.entries.set(sourceRef, {
      sourceRef,
      line: Buffer.from(text),
      inspected: { ...inspected, findings: findings.filter(({ severity }) => severity === 'error') },
    });
  }
}

const BOX_FRACTION = /"(left|top|width|height)"\s*:\s*\d+\.\d/;

/** The line with the numbers of its boxes cut to whole ones, as far as rules go that know whole numbers only. */
function withoutFractions(text: string): string {
  if (!BOX_FRACTION.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text, (key, value) => BOX_MEMBERS.has(key) && typeof value === 'number' ? Math.floor(value) : value));
  } catch {
    return text; // no JSON: the rules will say so
  }
}
