/** Words (of 32 bits) of an index entry: four of the line's hash, four of its source-ref's hash. */
export const ENTRY_WORDS = 8;
/** Offset of the key's hash in an entry. */
export const KEY_WORD = 4;

/**
 * Finds entries by the hash of their source-ref: a table with open addressing. A slot has the number of an entry + 1 (0 is free) and
 * the first word of its hash; the rest of the hash stays in the index's words, which are looked at only when the first word is the same.
 */
export class KeyTable {
  /** Two words a slot; the number of slots is a power of two, at most half of them are used. */
  private slots: Int32Array;
  private used = 0;

  /** @param entries how many are expected */
  constructor(entries = 0) {
    this.slots = new Int32Array(2 * slotsFor(entries));
  }

  /**
   * @param key holds the hash from `at` on
   * @param words of the index
   * @returns number of the entry with that key, or -1
   */
  find(key: Int32Array, at: number, words: Int32Array): number {
    return this.slots[this.slotOf(key, at, words)] - 1;
  }

  /**
   * Adds an entry unless there is one with its key.
   *
   * @param entry its number
   * @param key holds its hash from `at` on
   * @param words of the index; the entry's own may still be missing
   * @returns number of the entry that has the key already, or -1
   */
  add(entry: number, key: Int32Array, at: number, words: Int32Array): number {
    const slot = this.slotOf(key, at, words);
    const known = this.slots[slot];
    if (known !== 0) return known - 1;
    this.slots[slot] = entry + 1;
    this.slots[slot + 1] = key[at]!;
    this.used += 1;
    if (4 * this.used > this.slots.length) this.grow();
    return -1;
  }

  /** Where the key is, or where it would go. */
  private slotOf(key: Int32Array, at: number, words: Int32Array): number {
    const { slots } = this;
    const mask = slots.length - 2;
    const first = key[at];
    for (let slot = (first << 1) & mask; ; slot = (slot + 2) & mask) {
      if (slots[slot] === 0) return slot;
      if (slots[slot + 1] !== first) continue;
      const word = (slots[slot] - 1) * ENTRY_WORDS + KEY_WORD;
      if (words[word + 1] === key[at + 1] && words[word + 2] === key[at + 2] && words[word + 3] === key[at + 3]) return slot;
    }
  }

  private grow(): void {
    const old = this.slots;
    const slots = this.slots = new Int32Array(2 * old.length);
    const mask = slots.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = (old[from + 1] << 1) & mask;
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
    }
  }
}

function slotsFor(entries: number): number {
  let slots = 64;
  while (slots < 2 * entries) slots *= 2;
  return slots;
}
