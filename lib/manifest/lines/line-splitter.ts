/**
 * Receives one line.
 *
 * @param buffer holds the line; it is the splitter's (or the chunk's giver's) again after the call
 * @param start offset of the line's first byte
 * @param end offset behind the line's last byte; the terminator is not part of the line
 * @param line counted from 1
 * @param overlong the line has more bytes than the splitter keeps; only its beginning is given
 */
export type LineVisitor = (buffer: Buffer, start: number, end: number, line: number, overlong: boolean) => void;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** More than any service reads in one line: 100,000 characters of three bytes. */
export const DEFAULT_MAX_LINE_BYTES = 300_000;

/**
 * Splits a stream of bytes into lines.
 *
 * Lines end with LF or CRLF, the last one may lack it; a byte order mark at the very start is left out. Lines are visited inside
 * the chunk that holds them; only one that is cut by a chunk's end is copied. Of a line longer than `maxLineBytes` only the
 * beginning is kept, so a line of a gigabyte costs no memory.
 */
export class LineSplitter {
  /** The beginning of a line whose end has not come yet. */
  private carry = Buffer.alloc(0);
  private carried = 0;
  private carryOverlong = false;
  private line = 0;

  constructor(private readonly visit: LineVisitor, private readonly maxLineBytes: number = DEFAULT_MAX_LINE_BYTES) {}

  /** @param chunk the next bytes; they are not needed after the call */
  push(chunk: Uint8Array): void {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    let newline = buffer.indexOf(NEWLINE);
    if (newline >= 0 && (this.carried > 0 || this.carryOverlong)) {
      this.keep(buffer, 0, newline);
      this.visitCarried();
      start = newline + 1;
      newline = buffer.indexOf(NEWLINE, start);
    }
    for (; newline >= 0; newline = buffer.indexOf(NEWLINE, start)) {
      const overlong = newline - start > this.maxLineBytes;
      this.emit(buffer, start, overlong ? start + this.maxLineBytes : newline, overlong);
      start = newline + 1;
    }
    if (start < buffer.length) this.keep(buffer, start, buffer.length);
  }

  /** Visits the last line when it lacks its terminator. */
  end(): void {
    if (this.carried > 0 || this.carryOverlong) this.visitCarried(true);
  }

  private keep(buffer: Buffer, start: number, end: number): void {
    const room = this.maxLineBytes - this.carried;
    if (end - start > room) this.carryOverlong = true;
    const length = Math.min(end - start, room);
    if (this.carried + length > this.carry.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(4096, 2 * (this.carried + length)));
      this.carry.copy(larger, 0, 0, this.carried);
      this.carry = larger;
    }
    buffer.copy(this.carry, this.carried, start, start + length);
    this.carried += length;
  }

  private visitCarried(last = false): void {
    const { carried, carryOverlong } = this;
    this.carried = 0;
    this.carryOverlong = false;
    this.emit(this.carry, 0, carried, carryOverlong, last);
  }

  private emit(buffer: Buffer, from: number, to: number, overlong: boolean, last = false): void {
    this.line += 1;
    const start = this.line === 1 && to - from >= 3 && buffer[from] === 0xef && buffer[from + 1] === 0xbb && buffer[from + 2] === 0xbf
      ? from + 3 : from;
    const end = to > start && buffer[to - 1] === RETURN && !overlong ? to - 1 : to;
    // A file that holds nothing but a byte order mark has no line.
    if (last && start === to) this.line -= 1;
    else this.visit(buffer, start, end, this.line, overlong);
  }
}
