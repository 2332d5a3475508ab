import { canonicalLine, ownLine } from '../rules/listed-line';
import { ENTRY_WORDS, KEY_WORD } from './key-table';
import { hash128OfText } from './line-hash';
import { LineIndexBuilder } from './line-index';
import type { LineIndex } from './line-index';

/** Indexes entries as the service lists them back: by what they mean, whatever was added to them and in whichever order. */
export class ListingIndex {
  private readonly index = new LineIndexBuilder();
  private readonly entry = new Int32Array(ENTRY_WORDS);

  /**
   * @param listed one entry of ListDatasetEntries
   * @returns the entry as it was sent, without what the service added
   */
  add(listed: string): string {
    const line = ownLine(listed);
    hash128OfText(canonicalLine(line), this.entry, 0);
    hash128OfText(String((JSON.parse(line) as Record<string, unknown>)['source-ref']), this.entry, KEY_WORD);
    this.index.add(this.entry);
    return line;
  }

  /** To be compared with `previousIsCanonical`. */
  build(): LineIndex {
    return this.index.build();
  }
}
