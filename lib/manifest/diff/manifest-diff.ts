import { Chunker } from './chunker';
import type { Chunk } from './chunker';
import { KEY_WORD } from './key-table';
import type { LineIndex } from './line-index';

/** What a manifest changes against the previous one. */
export interface ManifestDiff {
  /** Lines whose source-ref is new. */
  readonly added: number;
  /** Lines whose source-ref is known and whose content is another. */
  readonly changed: number;
  readonly unchanged: number;
  /** Entries of the previous manifest, counted from 0, whose source-ref is gone. */
  readonly removed: readonly number[];
  /** Of the added and changed lines, in their order. */
  readonly chunks: readonly Chunk[];
}

/**
 * Compares lines, one after the other, with the index of a previous manifest. The order of the lines does not count, but lines
 * in the previous order are found without a look at their source-ref.
 */
export class DiffTracker {
  private added = 0;
  private changed = 0;
  private unchanged = 0;
  /** For each previous entry the line it was met in, counted from 1; 0 while it was not met. */
  private readonly matchedLine: Int32Array;
  /** The previous entry that {@link isNext} looks at. */
  next = 0;
  private readonly chunker: Chunker;

  /** @param chunkBytes limit of the chunks of changed lines */
  constructor(readonly previous: LineIndex, chunkBytes: number) {
    this.matchedLine = new Int32Array(previous.entries);
    this.chunker = new Chunker(chunkBytes);
  }

  /** Whether the line with this hash is the previous manifest's next one, and fills its key in. */
  isNext(line: Int32Array): boolean {
    const { previous, next } = this;
    if (next >= previous.entries || this.matchedLine[next] !== 0 || !previous.hasLine(next, line)) return false;
    for (let i = KEY_WORD; i < 2 * KEY_WORD; i++) line[i] = previous.words[2 * KEY_WORD * next + i]!;
    return true;
  }

  /** The previous entry of a key, or -1. */
  find(entry: Int32Array): number {
    return this.previous.find(entry, KEY_WORD);
  }

  /** The line that a previous entry was met in already, counted from 1, or 0. */
  lineOf(entry: number): number {
    return this.matchedLine[entry];
  }

  /** A line equal to a previous entry. */
  keep(entry: number, line: number): void {
    this.unchanged += 1;
    this.meet(entry, line);
  }

  /**
   * A line that is not equal to any.
   *
   * @param entry of its key, or -1 when the key is new
   * @param bytes of the line, its line end included
   */
  change(entry: number, line: number, bytes: number): void {
    if (entry >= 0) {
      this.changed += 1;
      this.meet(entry, line);
    } else {
      this.added += 1;
    }
    this.chunker.add(bytes);
  }

  finish(): ManifestDiff {
    const removed: number[] = [];
    this.matchedLine.forEach((line, entry) => { if (line === 0) removed.push(entry); });
    return { added: this.added, changed: this.changed, unchanged: this.unchanged, removed, chunks: this.chunker.finish() };
  }

  private meet(entry: number, line: number): void {
    this.matchedLine[entry] = line;
    this.next = entry + 1;
  }
}
