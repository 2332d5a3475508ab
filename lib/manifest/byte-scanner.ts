import { REKOGNITION_LIMITS } from './rekognition-rules';

const [QUOTE, BACKSLASH, DOT, ZERO] = Buffer.from('"\\.0');
const LONGEST_STRING = REKOGNITION_LIMITS.labelNameCharacters;
export const MOST_DIGITS = 7;
const MOST_NAMES = 1024;

/** Bytes that are looked for in other bytes, four at a time. */
export class Literal {
  readonly length: number;
  private readonly words: Int32Array;
  private readonly lastWord: number;

  /** @param bytes at least four */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.words = Int32Array.from({ length: bytes.length >> 2 }, (_, word) => view.getInt32(4 * word, true));
    this.lastWord = view.getInt32(bytes.length - 4, true);
  }

  /** Whether the bytes stand at `at`. */
  isAt(view: DataView, at: number): boolean {
    const { words, length } = this;
    if (at + length > view.byteLength) return false;
    for (let word = 0; word < words.length; word++) if (view.getInt32(at + 4 * word, true) !== words[word]) return false;
    // The last word overlaps the one before it when the length is no multiple of four.
    return view.getInt32(at + length - 4, true) === this.lastWord;
  }
}

/** Passes over one blank. */
export function blank(bytes: Buffer, i: number): number {
  return bytes[i] === 0x20 ? i + 1 : i;
}

/**
 * Reads simple JSON values from bytes. Each method takes a position and gives the one behind the value, or 0 when the value is
 * anything but simple: what is refused may be good JSON all the same.
 */
export class ByteScanner {
  protected bytes: Buffer = Buffer.alloc(0);
  protected view: DataView = new DataView(new ArrayBuffer(0));
  protected end = 0;
  private readonly names: ({ readonly literal: Literal; readonly text: string } | undefined)[] = Array(MOST_NAMES).fill(undefined);
  /** Every byte of the strings so far, or-ed. */
  private high = 0;

  /** No string so far has a byte beyond ASCII. */
  protected get plainAscii(): boolean {
    return this.high < 0x80;
  }

  /** Looks at `bytes[…, end)` from now on. */
  protected begin(bytes: Buffer, end: number): void {
    if (bytes !== this.bytes) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.bytes = bytes;
    this.end = end;
    this.high = 0;
  }

  /** A string of 1 to {@link LONGEST_STRING} bytes without escapes; the position behind its closing quote, or 0. */
  protected quoted(open: number): number {
    if (this.bytes[open] !== QUOTE) return 0;
    const close = this.string(open + 1);
    return close > open + 1 && close - open - 1 <= LONGEST_STRING ? close + 1 : 0;
  }

  /** Position of the closing quote of a string without escapes, or 0. */
  protected string(start: number): number {
    const { bytes, end } = this;
    let high = 0;
    let i = start;
    for (; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte < 0x20) return 0;
      high |= byte;
    }
    this.high |= high;
    return i < end ? i : 0;
  }

  /** 0, 1, 0.97 or 1.0; the position behind it, or 0. */
  protected confidence(start: number): number {
    const { bytes } = this;
    const one = bytes[start] === ZERO + 1;
    if (!one && bytes[start] !== ZERO) return 0;
    let i = start + 1;
    if (bytes[i] !== DOT) return i;
    do i += 1; while (bytes[i]! >= ZERO && bytes[i]! <= (one ? ZERO : ZERO + 9));
    return i > start + 2 ? i : 0;
  }

  /** The position behind a whole number of at most {@link MOST_DIGITS} digits, or 0. */
  protected integerEnd(start: number): number {
    const { bytes } = this;
    let i = start;
    while (bytes[i]! >= ZERO && bytes[i]! <= ZERO + 9) i++;
    return i > start && i - start <= MOST_DIGITS && (bytes[start] !== ZERO || i === start + 1) ? i : 0;
  }

  /** The string whose quotes are at `open` and `close`, after it was read. Few names occur often, so they are kept. */
  protected text(open: number, close: number): string {
    const { bytes } = this;
    const length = close - open + 1;
    const slot = (length + 7 * bytes[open + 1]! + 31 * bytes[close - 1]!) % MOST_NAMES;
    const known = this.names[slot];
    if (known !== undefined && known.literal.length === length && known.literal.isAt(this.view, open)) return known.text;
    const text = bytes.toString(this.plainAscii ? 'latin1' : 'utf8', open + 1, close);
    if (length >= 4) this.names[slot] = { literal: new Literal(bytes.subarray(open, close + 1)), text };
    return text;
  }
}
