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
