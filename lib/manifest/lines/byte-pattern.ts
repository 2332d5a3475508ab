/** Bytes that are looked for in other bytes, four at a time. */
export class BytePattern {
  length = 0;
  private firstWord = 0;
  private words = new Int32Array(4);
  private lastWord = 0;

  /** @param bytes at least four */
  static of(bytes: Uint8Array): BytePattern {
    const pattern = new BytePattern();
    pattern.set(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
    return pattern;
  }

  /** Becomes the bytes of `view[start, end)`, at least four. Until then it stands nowhere. */
  set(view: DataView, start: number, end: number): void {
    this.length = end - start;
    const words = this.length >> 2;
    if (words > this.words.length) this.words = new Int32Array(2 * words);
    for (let word = 0; word < words; word++) this.words[word] = view.getInt32(start + 4 * word, true);
    this.firstWord = this.words[0]!;
    this.lastWord = view.getInt32(end - 4, true);
  }

  /** Whether the bytes stand at `at`. */
  matchesAt(view: DataView, at: number): boolean {
    const { length } = this;
    if (length === 0 || at + length > view.byteLength || view.getInt32(at, true) !== this.firstWord) return false;
    // The last word overlaps the one before it when the length is no multiple of four.
    const last = length - 4;
    if (view.getInt32(at + last, true) !== this.lastWord) return false;
    for (let word = 1; 4 * word < last; word++) if (view.getInt32(at + 4 * word, true) !== this.words[word]) return false;
    return true;
  }
}
