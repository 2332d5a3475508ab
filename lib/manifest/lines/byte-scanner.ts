import { BytePattern } from './byte-pattern';
import type { SourceLine } from './source-line';

const [QUOTE, BACKSLASH, DOT, ZERO] = Buffer.from('"\\.0');
/** 1 for what ends a string, or would have to be escaped in it. */
const STRING_END = Uint8Array.from({ length: 256 }, (_, byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 1 : 0);
const MOST_DIGITS = 7;
const MOST_NAMES = 1024;
/** Leaves the bits of a number below {@link MOST_NAMES}. */
const SLOT_SHIFT = 22;

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
  /** See {@link integerEnd}. */
  protected integer = 0;
  /** Texts that were read, by a number that is made of their bytes. Most manifests have few, so each is made when it is met. */
  private readonly names: ({ readonly pattern: BytePattern; text: string } | undefined)[] = Array(MOST_NAMES).fill(undefined);
  /** Every byte of the strings so far, or-ed. */
  private high = 0;

  /** @param longestString most bytes of a string */
  constructor(private readonly longestString: number) {}

  /** No string so far has a byte beyond ASCII. */
  protected get plainAscii(): boolean {
    return this.high < 0x80;
  }

  /** Looks at `bytes[…, end)` from now on. */
  protected begin({ bytes, view, end }: SourceLine): void {
    this.bytes = bytes;
    this.view = view;
    this.end = end;
    this.high = 0;
  }

  /** A string of 1 to `longestString` bytes without escapes; the position behind its closing quote, or 0. */
  protected quoted(open: number): number {
    if (this.bytes[open] !== QUOTE) return 0;
    const close = this.string(open + 1);
    return close > open + 1 && close - open - 1 <= this.longestString ? close + 1 : 0;
  }

  /** As {@link quoted}, for a string that is mostly the same as last time: it is recognized by its bytes. */
  protected quotedAsBefore(open: number, before: BytePattern): number {
    const { view } = this;
    if (before.matchesAt(view, open)) return open + before.length;
    const behind = this.quoted(open);
    if (behind >= open + 4 && this.plainAscii) before.set(view, open, behind);
    return behind;
  }

  /** Position of the closing quote of a string without escapes, or 0. */
  private string(start: number): number {
    const { bytes, end } = this;
    let high = 0;
    let i = start;
    while (i < end && STRING_END[bytes[i]] === 0) high |= bytes[i++];
    this.high |= high;
    return i < end && bytes[i] === QUOTE ? i : 0;
  }

  /** 0, 1, 0.97 or 1.0; the position behind it, or 0. */
  protected confidence(start: number): number {
    const { bytes } = this;
    const one = bytes[start] === ZERO + 1;
    if (!one && bytes[start] !== ZERO) return 0;
    let i = start + 1;
    if (bytes[i] !== DOT) return i;
    do i += 1; while (bytes[i] >= ZERO && bytes[i] <= (one ? ZERO : ZERO + 9));
    return i > start + 2 ? i : 0;
  }

  /** The position behind a whole number of at most {@link MOST_DIGITS} digits, which `integer` is then; or 0. */
  protected integerEnd(start: number): number {
    const { bytes } = this;
    let number = 0;
    let i = start;
    for (let digit = bytes[i] - ZERO; digit >= 0 && digit <= 9; digit = bytes[i] - ZERO) {
      number = number * 10 + digit;
      i += 1;
    }
    this.integer = number;
    return i > start && i - start <= MOST_DIGITS && (bytes[start] !== ZERO || i === start + 1) ? i : 0;
  }

  /** The string whose quotes are at `open` and `close`, after it was read. Few names occur often, so they are kept. */
  protected text(open: number, close: number): string {
    const { bytes, view } = this;
    const length = close - open + 1;
    if (length < 4) return bytes.toString(this.plainAscii ? 'latin1' : 'utf8', open + 1, close);
    const ends = Math.imul(view.getInt32(open, true), 31) ^ view.getInt32(close - 3, true);
    const name = this.names[Math.imul(ends ^ length, 0x9e3779b1) >>> SLOT_SHIFT] ??= { pattern: new BytePattern(), text: '' };
    if (name.pattern.length !== length || !name.pattern.matchesAt(view, open)) {
      name.pattern.set(view, open, close + 1);
      name.text = bytes.toString(this.plainAscii ? 'latin1' : 'utf8', open + 1, close);
    }
    return name.text;
  }
}
