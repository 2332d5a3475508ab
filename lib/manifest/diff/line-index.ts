import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { ENTRY_WORDS, KEY_WORD, KeyTable } from './key-table';

const MAGIC = 'cdkvdidx';
const VERSION = 2;
const HEADER_BYTES = 16;
const ENTRY_BYTES = ENTRY_WORDS * 4;

/**
 * What is remembered of a manifest: 32 bytes a line, a 128-bit hash of the line and one of its resolved source-ref, in the
 * manifest's order. Enough to find out which lines of another manifest are new or changed without reading the old one.
 */
export class LineIndex {
  private table?: KeyTable;
  private hash?: string;

  /**
   * @param words {@link ENTRY_WORDS} for each entry
   * @internal made by a pass or by {@link parse}
   */
  constructor(readonly words: Int32Array) {}

  get entries(): number {
    return this.words.length / ENTRY_WORDS;
  }

  /**
   * SHA-256 over the line hashes in order, as 64 hexadecimal characters: equal content (line terminators aside) has an equal
   * hash on every machine.
   */
  get contentHash(): string {
    if (this.hash === undefined) {
      const lines = new Int32Array(this.entries * KEY_WORD);
      for (let to = 0; to < lines.length; to += KEY_WORD) {
        for (let word = 0; word < KEY_WORD; word++) lines[to + word] = this.words[2 * to + word]!;
      }
      this.hash = createHash('sha256').update(littleEndian(lines)).digest('hex');
    }
    return this.hash;
  }

  /**
   * The entry of a source-ref.
   *
   * @param key holds the hash of the source-ref from `at` on
   * @returns number of the entry, counted from 0, or -1
   */
  find(key: Int32Array, at: number): number {
    if (this.table === undefined) {
      this.table = new KeyTable(this.entries);
      for (let entry = 0; entry < this.entries; entry++) this.table.add(entry, this.words, entry * ENTRY_WORDS + KEY_WORD, this.words);
    }
    return this.table.find(key, at, this.words);
  }

  /** Whether an entry's line has the hash that `line` holds from its start on. */
  hasLine(entry: number, line: Int32Array): boolean {
    const { words } = this;
    const at = entry * ENTRY_WORDS;
    return words[at] === line[0] && words[at + 1] === line[1] && words[at + 2] === line[2] && words[at + 3] === line[3];
  }

  /** The entries of this index, and those of another one behind them. */
  followedBy({ words }: LineIndex): LineIndex {
    const all = new Int32Array(this.words.length + words.length);
    all.set(this.words);
    all.set(words, this.words.length);
    return new LineIndex(all);
  }

  /** For keeping: a header with the format's version, then the entries. */
  toBytes(): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, 'latin1');
    header.writeUInt32LE(VERSION, 8);
    header.writeUInt32LE(this.entries, 12);
    return Buffer.concat([header, littleEndian(this.words)]);
  }

  /**
   * Reads what {@link toBytes} wrote.
   *
   * @throws Error for bytes that are no index, of another version of the format, or incomplete
   */
  static parse(bytes: Uint8Array): LineIndex {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (buffer.length < HEADER_BYTES || buffer.toString('latin1', 0, 8) !== MAGIC) throw new Error('these bytes are no line index');
    const version = buffer.readUInt32LE(8);
    if (version !== VERSION) throw new Error(`the line index has format version ${version}, this program reads version ${VERSION}`);
    const entries = buffer.readUInt32LE(12);
    if (buffer.length !== HEADER_BYTES + entries * ENTRY_BYTES) {
      throw new Error(`the line index is incomplete: ${buffer.length} bytes for ${entries} entries`);
    }
    const words = new Int32Array(entries * ENTRY_WORDS);
    Buffer.from(words.buffer).set(buffer.subarray(HEADER_BYTES));
    if (endianness() === 'BE') Buffer.from(words.buffer).swap32();
    return new LineIndex(words);
  }
}

function littleEndian(words: Int32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

/** Gathers the entries of an index. */
export class LineIndexBuilder {
  entries = 0;
  private space = new Int32Array(64 * ENTRY_WORDS);

  /** Entries so far, in a piece of memory that the next {@link add} may replace. */
  get words(): Int32Array {
    return this.space;
  }

  /** @param entry {@link ENTRY_WORDS} words, which are copied */
  add(entry: Int32Array): void {
    const at = this.entries * ENTRY_WORDS;
    if (at === this.space.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.space);
      this.space = larger;
    }
    for (let word = 0; word < ENTRY_WORDS; word++) this.space[at + word] = entry[word]!;
    this.entries += 1;
  }

  build(): LineIndex {
    return new LineIndex(this.space.subarray(0, this.entries * ENTRY_WORDS));
  }
}
