import { resolveSourceRef, spliceSourceRef, SourceRefError, type ImageLocation } from './source-ref';
import { findSourceRefMember } from './source-ref-member';

/** How nearly every manifest line begins; a blank may follow. */
const BEGINNING = Buffer.from('{"source-ref":');
const NOTHING: Buffer = Buffer.alloc(0);
const QUOTE = 0x22;
const SPACE = 0x20;
const BACKSLASH = 0x5c;

/**
 * Finds the `source-ref` of a line and replaces it, byte for byte: nothing else of the line changes.
 *
 * One object serves all lines. After {@link locate} or {@link locateParsed} the wanted line is `[start, cutStart)` of the line,
 * then `insert`, then `[cutEnd, end)` of the line.
 */
export class LineRewriter {
  private cutStart = 0;
  private cutEnd = 0;
  private insert: Buffer = NOTHING;
  /** Where the resolved reference begins in the wanted line, when it stands there in plain bytes. */
  keyOffset = 0;
  /** Length of that reference in bytes. */
  keyLength = 0;
  /** The resolved reference, when it does not stand there in plain bytes. */
  keyText: string | undefined;

  /** What is dropped of the last absolute reference and what goes in its place: mostly the same for the next one. */
  private usual?: { readonly dropped: Buffer; readonly insert: Buffer };
  private readonly byteImages?: ImageLocation;
  private readonly heads: ReadonlyMap<string, Buffer>;

  constructor(private readonly images: ImageLocation | undefined) {
    const heads = images === undefined ? [] : [`s3://${images.bucket}/${images.prefix}`, `s3://${images.bucket}/`];
    // A head that JSON has to escape cannot be copied into a string as it is: such lines are rewritten as text.
    this.heads = new Map(heads.filter((head) => JSON.stringify(head) === `"${head}"`).map((head) => [head, Buffer.from(head)]));
    // A reference is looked at as one character a byte; what it is compared with must be, too.
    this.byteImages = images?.exportedFrom === undefined ? images : { ...images, exportedFrom: Buffer.from(images.exportedFrom).toString('latin1') };
  }

  /**
   * Finds the reference of a line that begins in the usual way and has no escape in it, without parsing the line.
   *
   * @returns false for every other line: inspect it, and call {@link locateParsed} when it is good
   */
  locate(line: Buffer, start: number, end: number): boolean {
    if (!startsWith(line, start, BEGINNING)) return false;
    let first = start + BEGINNING.length;
    if (line[first] === SPACE) first += 1;
    if (line[first++] !== QUOTE) return false;
    let close = first;
    for (; close < end && line[close] !== QUOTE; close++) if (line[close] === BACKSLASH) return false;
    if (close >= end) return false;
    this.cutStart = first;
    this.keyOffset = first - start;
    this.keyText = undefined;
    if (this.byteImages === undefined) return this.plain(first, NOTHING, close - first);
    const { usual } = this;
    if (usual !== undefined && close - first > usual.dropped.length && startsWith(line, first, usual.dropped)) {
      return this.plain(first + usual.dropped.length, usual.insert, usual.insert.length + close - first - usual.dropped.length);
    }
    try {
      const { head, drop } = spliceSourceRef(line.toString('latin1', first, close), this.byteImages);
      const insert = this.heads.get(head);
      if (insert === undefined) return false;
      // Only of an absolute reference: a relative one may begin with anything, so each has to be looked at.
      if (drop > 0) this.usual = { dropped: Buffer.from(line.subarray(first, first + drop)), insert };
      return this.plain(first + drop, insert, insert.length + close - first - drop);
    } catch (error) {
      if (error instanceof SourceRefError) return false;
      throw error;
    }
  }

  private plain(cutEnd: number, insert: Buffer, keyLength: number): boolean {
    this.cutEnd = cutEnd;
    this.insert = insert;
    this.keyLength = keyLength;
    return true;
  }

  /** Finds the reference of any line that was inspected and found good. A reference that changes is written anew. */
  locateParsed(line: Buffer, start: number, end: number): void {
    const member = findSourceRefMember(line, start, end)!;
    const written: string = JSON.parse(line.toString('utf8', member.start, member.end));
    this.keyText = resolveSourceRef(written, this.images);
    const same = this.keyText === written;
    this.cutStart = member.start;
    this.cutEnd = same ? member.start : member.end;
    this.insert = same ? NOTHING : Buffer.from(JSON.stringify(this.keyText));
  }

  /** Length of the wanted line in bytes, without a line end. */
  wantedLength(start: number, end: number): number {
    return end - start - (this.cutEnd - this.cutStart) + this.insert.length;
  }

  /** Writes the wanted line to `target[at, …)`, which has room for it. */
  write(line: Buffer, start: number, end: number, target: Buffer, at: number): void {
    const { insert, cutStart } = this;
    let to = at;
    // Mostly a few bytes, for which a loop is faster than a call of copy.
    for (let i = start; i < cutStart; i++) target[to++] = line[i]!;
    for (let i = 0; i < insert.length; i++) target[to++] = insert[i]!;
    line.copy(target, to, this.cutEnd, end);
  }
}

function startsWith(bytes: Buffer, at: number, beginning: Buffer): boolean {
  for (let i = 0; i < beginning.length; i++) if (bytes[at + i] !== beginning[i]) return false;
  return true;
}
