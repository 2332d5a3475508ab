/** A run of whole lines, small enough for one UpdateDatasetEntries call. */
export interface Chunk {
  /** First byte, counted from the start of the run of lines. */
  readonly offset: number;
  /** Bytes, line ends included. */
  readonly length: number;
  /** Lines in the chunk. */
  readonly entries: number;
}

/**
 * Cuts a run of lines into consecutive chunks of at most `limit` bytes, at line ends only.
 *
 * Taking as many lines as fit, over and over, gives the fewest consecutive chunks there can be.
 * A single line above the limit gets a chunk of its own.
 */
export class Chunker {
  private readonly chunks: Chunk[];
  private offset = 0;
  private length = 0;
  private entries = 0;

  /**
   * @param limit most bytes of a chunk, line ends included
   * @param earlier chunks of the same run of lines that were cut before; the last of them is filled up first
   */
  constructor(private readonly limit: number, earlier: readonly Chunk[] = []) {
    this.chunks = [...earlier];
    const last = this.chunks.pop();
    if (last) ({ offset: this.offset, length: this.length, entries: this.entries } = last);
  }

  /** @param bytes length of the next line, its line end included */
  add(bytes: number): void {
    if (this.entries > 0 && this.length + bytes > this.limit) this.cut();
    this.length += bytes;
    this.entries += 1;
  }

  /** Every chunk, in order; none when no line was added. */
  finish(): Chunk[] {
    if (this.entries > 0) this.cut();
    return this.chunks;
  }

  private cut(): void {
    this.chunks.push({ offset: this.offset, length: this.length, entries: this.entries });
    this.offset += this.length;
    this.length = 0;
    this.entries = 0;
  }
}
