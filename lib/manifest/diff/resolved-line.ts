import { LineRewriter } from '../lines/line-rewriter';
import type { OutputBuffer } from '../lines/output-buffer';
import type { SourceLine } from '../lines/source-line';
import type { ImageLocation } from '../lines/source-ref';
import { ENTRY_WORDS, KEY_WORD } from './key-table';
import { hash128, hash128OfText } from './line-hash';

/**
 * The line as it goes into the dataset, with its reference resolved, and its hashes. One object serves all lines.
 *
 * Where references stay as they are written this is the read line itself, in place; otherwise it is written into the output
 * buffer and stays there if the line is {@link emit}ted.
 */
export class ResolvedLine {
  /** Holds the line in `[start, end)`. */
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** An index entry: four words of the line's hash, then four of its reference's hash. */
  readonly entry = new Int32Array(ENTRY_WORDS);

  private readonly rewriter: LineRewriter;
  private readonly inPlace: boolean;
  private view: DataView = new DataView(new ArrayBuffer(0));

  constructor(images: ImageLocation | undefined, private readonly output: OutputBuffer) {
    this.rewriter = new LineRewriter(images);
    this.inPlace = images === undefined;
  }

  /**
   * Takes a line without parsing it, and hashes it.
   *
   * @returns false when the line would have to be parsed to know its reference
   */
  take(line: SourceLine): boolean {
    // In place, the reference is needed only for the key: hashKey looks for it.
    if (!this.inPlace && !this.rewriter.locate(line)) return false;
    this.prepare(line);
    return true;
  }

  /** Hashes the reference of a line that was taken; false when the line would have to be parsed for it. */
  hashKey(line: SourceLine): boolean {
    if (this.inPlace && !this.rewriter.locate(line)) return false;
    this.hashLocatedKey();
    return true;
  }

  /** Takes a line that was inspected and found good, and hashes it and its reference. */
  takeInspected(line: SourceLine): void {
    if (!this.rewriter.locate(line)) this.rewriter.locateParsed(line);
    this.prepare(line);
    this.hashLocatedKey();
  }

  get text(): string {
    return this.buffer.toString('utf8', this.start, this.end);
  }

  /** The resolved reference of the line whose key was hashed. */
  get sourceRef(): string {
    const { keyText, keyOffset, keyLength } = this.rewriter;
    return keyText ?? this.buffer.toString('utf8', this.start + keyOffset, this.start + keyOffset + keyLength);
  }

  /** Size in the resolved manifest, the line end included. */
  get bytes(): number {
    return this.end - this.start + 1;
  }

  /** Adds the line to the output. */
  emit(): void {
    if (this.inPlace) {
      this.output.addLine(this.buffer, this.start, this.end);
    } else {
      this.buffer[this.end] = 0x0a;
      this.output.commit(this.bytes);
    }
  }

  private prepare(line: SourceLine): void {
    if (this.inPlace) {
      this.buffer = line.bytes;
      this.start = line.start;
      this.end = line.end;
      this.view = line.view;
    } else {
      const length = this.rewriter.resolvedLength(line);
      this.output.reserve(length + 1);
      this.buffer = this.output.buffer;
      this.start = this.output.position;
      this.end = this.start + length;
      this.rewriter.write(line, this.buffer, this.start);
      this.view = this.output.view;
    }
    hash128(this.view, this.start, this.end, this.entry, 0);
  }

  private hashLocatedKey(): void {
    const { keyText, keyOffset, keyLength } = this.rewriter;
    if (keyText !== undefined) hash128OfText(keyText, this.entry, KEY_WORD);
    else hash128(this.view, this.start + keyOffset, this.start + keyOffset + keyLength, this.entry, KEY_WORD);
  }
}
