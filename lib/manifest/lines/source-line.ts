import { BytePattern } from './byte-pattern';

/** How nearly every manifest line begins; a blank may follow. */
const BEGINNING = BytePattern.of(Buffer.from('{"source-ref":'));
const [QUOTE, BACKSLASH, SPACE, SLASH, DOT, PERCENT] = Buffer.from('"\\ /.%');

/** What a byte is in a reference. */
const PLAIN = 0;
/** Odd at the beginning of a name. */
const STEP = 1;
const ODD = 2;
const STOP = 3;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE || byte === BACKSLASH) return STOP;
  if (byte === DOT || byte === SPACE) return STEP;
  // All but printable ASCII, and what looks encoded.
  return byte < 0x20 || byte > 0x7e || byte === PERCENT ? ODD : PLAIN;
});

/** A line of the manifest as it is read, in place, and where its reference stands. One object serves all lines. */
export class SourceLine {
  /** Holds the line in `[start, end)`. */
  bytes: Buffer = Buffer.alloc(0);
  /** Of `bytes`. */
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** The reference is `[refStart, refEnd)`, after it was found. */
  refStart = 0;
  refEnd = 0;
  /** Nothing in the reference needs a closer look: printable ASCII, no percent sign, no name that begins with a dot or a blank. */
  isPlainRef = false;

  set(bytes: Buffer, start: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.start = start;
    this.end = end;
  }

  /**
   * Finds the reference of a line that begins in the usual way and has no escape in it, without parsing the line.
   *
   * @returns false for every other line
   */
  findReference(): boolean {
    const { bytes, start, end } = this;
    if (!BEGINNING.matchesAt(this.view, start)) return false;
    let first = start + BEGINNING.length;
    if (bytes[first] === SPACE) first += 1;
    if (bytes[first++] !== QUOTE) return false;
    let isPlain = true;
    let i = first;
    for (; i < end; i++) {
      const kind = KINDS[bytes[i]];
      if (kind === PLAIN) continue;
      if (kind === STOP) break;
      if (kind === ODD || i === first || bytes[i - 1] === SLASH) isPlain = false;
    }
    if (i >= end || bytes[i] !== QUOTE) return false;
    this.refStart = first;
    this.refEnd = i;
    this.isPlainRef = isPlain && bytes[i - 1] !== SPACE;
    return true;
  }
}
