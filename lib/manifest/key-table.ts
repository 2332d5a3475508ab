/** Words (of 32 bits) of an index entry: four of the line's hash, four of its source-ref's hash. */
export const ENTRY_WORDS = 8;
/** Offset of the key's hash in an entry. */
export const KEY_WORD = 4;

/**
 * Finds entries by the hash of their source-ref: a table of entry numbers with open addressing. The hashes themselves stay in
 * the index's words, so a slot costs four bytes.
 */
export class KeyTable {
  /** Entry number + 1; 0 is free. Its length is a power of two, at most half of it is used. */
  private slots: Int32Array;
  private used = 0;

  /** @param entries how many are expected */
  constructor(entries = 0) {
    this.slots = new Int32Array(slotsFor(entries));
  }

  /** Adds an entry whose key is not in the table yet. */
  add(entry: number, words: Int32Array): void {
    if (2 * (this.used + 1) > this.slots.length) {
      const old = this.slots;
      this.slots = new Int32Array(2 * old.length);
      for (const slot of old) if (slot !== 0) this.place(slot, words);
    }
    this.place(entry + 1, words);
    this.used += 1;
  }

  /**
   * @param key holds the hash from `at` on
   * @returns number of the entry with that key, or -1
   */
  find(key: Int32Array, at: number, words: Int32Array): number {
    const mask = this.slots.length - 1;
    for (let i = key[at]! & mask; this.slots[i] !== 0; i = (i + 1) & mask) {
      const entry = this.slots[i]! - 1;
      const word = entry * ENTRY_WORDS + KEY_WORD;
      if (words[word] === key[at] && words[word + 1] === key[at + 1]
        && words[word + 2] === key[at + 2] && words[word + 3] === key[at + 3]) return entry;
    }
    return -1;
  }

  private place(slot: number, words: Int32Array): void {
    const mask = this.slots.length - 1;
    let i = words[(slot - 1) * ENTRY_WORDS + KEY_WORD]! & mask;
    while (this.slots[i] !== 0) i = (i + 1) & mask;
    this.slots[i] = slot;
  }
}

function slotsFor(entries: number): number {
  let slots = 1024;
  while (slots < 2 * entries) slots *= 2;
  return slots;
}
