import { BytePattern } from './byte-pattern';
import type { SourceLine } from './source-line';
import { resolveSourceRef, spliceSourceRef, SourceRefError } from './source-ref';
import type { ImageLocation } from './source-ref';
import { findSourceRefMember } from './source-ref-member';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Finds the `source-ref` of a line and replaces it, byte for byte: nothing else of the line changes.
 *
 * One object serves all lines. After {@link locate} or {@link locateParsed} the resolved line is `[start, cutStart)` of the line,
 * then `insert`, then `[cutEnd, end)` of the line.
 */
export class LineRewriter {
  private cutStart = 0;
  private cutEnd = 0;
  private insert: Buffer = NOTHING;
  /** Where the resolved reference begins in the resolved line, when it stands there in plain bytes. */
  keyOffset = 0;
  /** Length of that reference in bytes. */
  keyLength = 0;
  /** The resolved reference, when it does not stand there in plain bytes. */
  keyText: string | undefined;

  /** What is dropped of the last absolute reference and what goes in its place: mostly the same for the next one. */
  private usual?: { readonly dropped: BytePattern; readonly insert: Buffer };
  private readonly byteImages?: ImageLocation;
  private readonly heads: ReadonlyMap<string, Buffer>;

  constructor(private readonly images: ImageLocation | undefined) {
    const heads = images === undefined ? [] : [`s3://${images.bucket}/${images.prefix}`, `s3://${images.bucket}/`];
    // A head that JSON has to escape cannot be copied into a string as it is: such lines are rewritten as text.
    this.heads = new Map(heads.filter((head) => JSON.stringify(head) === `"${head}"`).map((head) => [head, Buffer.from(head)]));
    // A reference is looked at as one character a byte; what it is compared with must be, too.
    this.byteImages = images?.rewriteFrom === undefined ? images : { ...images, rewriteFrom: Buffer.from(images.rewriteFrom).toString('latin1') };
  }

  /**
   * Finds the reference of a line that begins in the usual way and has no escape in it, without parsing the line.
   *
   * @returns false for every other line: inspect it, and call {@link locateParsed} when it is good
   */
  locate(line: SourceLine): boolean {
    if (!line.findReference()) return false;
    const { refStart: first, refEnd: close } = line;
    this.cutStart = first;
    this.keyOffset = first - line.start;
    this.keyText = undefined;
    if (this.byteImages === undefined) return this.plain(first, NOTHING, close - first);
    const { usual } = this;
    if (usual !== undefined && close - first > usual.dropped.length && usual.dropped.matchesAt(line.view, first)) {
      return this.plain(first + usual.dropped.length, usual.insert, usual.insert.length + close - first - usual.dropped.length);
    }
    try {
      const { head, drop } = spliceSourceRef(line.bytes.toString('latin1', first, close), this.byteImages);
      const insert = this.heads.get(head);
      if (insert === undefined) return false;
      // Only of an absolute reference: a relative one may begin with anything, so each has to be looked at.
      if (drop > 0) this.usual = { dropped: BytePattern.of(line.bytes.subarray(first, first + drop)), insert };
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
  locateParsed({ bytes, start, end }: SourceLine): void {
    const member = findSourceRefMember(bytes, start, end)!;
    const written: string = JSON.parse(bytes.toString('utf8', member.start, member.end));
    this.keyText = resolveSourceRef(written, this.images);
    const same = this.keyText === written;
    this.cutStart = member.start;
    this.cutEnd = same ? member.start : member.end;
    this.insert = same ? NOTHING : Buffer.from(JSON.stringify(this.keyText));
  }

  /** Length of the resolved line in bytes, without a line end. */
  resolvedLength({ start, end }: SourceLine): number {
    return end - start - (this.cutEnd - this.cutStart) + this.insert.length;
  }

  /** Writes the resolved line to `target[at, …)`, which has room for it. */
  write({ bytes, start, end }: SourceLine, target: Buffer, at: number): void {
    const { insert, cutStart } = this;
    let to = at;
    // Mostly a few bytes, for which a loop is faster than a call of copy.
    for (let i = start; i < cutStart; i++) target[to++] = bytes[i]!;
    for (let i = 0; i < insert.length; i++) target[to++] = insert[i]!;
    bytes.copy(target, to, this.cutEnd, end);
  }
}
