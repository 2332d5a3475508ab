/**
 * MurmurHash3, x86, 128 bits (Austin Appleby, public domain): the fastest hash of that width in plain JavaScript.
 * It is no cryptographic hash: it tells lines apart, it does not prove who wrote them.
 */

/** Part of the index format: content hashes can only be compared when every machine uses the same one. */
export const HASH_SEED = 0x5eed_da7a;

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/**
 * Hashes `view[start, end)` into four words of `out` from `at` on.
 *
 * @param seed the same in all four lanes, as in the reference implementation
 */
export function murmur128(view: DataView, start: number, end: number, out: Int32Array, at: number, seed: number = HASH_SEED): void {
  const length = end - start;
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  const blocksEnd = start + (length & ~15);
  for (let i = start; i < blocksEnd; i += 16) {
    let k = Math.imul(view.getInt32(i, true), C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = ((h1 << 19) | (h1 >>> 13)) + h2 | 0;
    h1 = Math.imul(h1, 5) + 0x561ccd1b | 0;
    k = Math.imul(view.getInt32(i + 4, true), C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = ((h2 << 17) | (h2 >>> 15)) + h3 | 0;
    h2 = Math.imul(h2, 5) + 0x0bcaa747 | 0;
    k = Math.imul(view.getInt32(i + 8, true), C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = ((h3 << 15) | (h3 >>> 17)) + h4 | 0;
    h3 = Math.imul(h3, 5) + 0x96cd1c35 | 0;
    k = Math.imul(view.getInt32(i + 12, true), C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = ((h4 << 13) | (h4 >>> 19)) + h1 | 0;
    h4 = Math.imul(h4, 5) + 0x32ac3b17 | 0;
  }

  const k4 = Math.imul(lastWord(view, blocksEnd + 12, end), C4);
  h4 ^= Math.imul((k4 << 18) | (k4 >>> 14), C1);
  const k3 = Math.imul(lastWord(view, blocksEnd + 8, end), C3);
  h3 ^= Math.imul((k3 << 17) | (k3 >>> 15), C4);
  const k2 = Math.imul(lastWord(view, blocksEnd + 4, end), C2);
  h2 ^= Math.imul((k2 << 16) | (k2 >>> 16), C3);
  const k1 = Math.imul(lastWord(view, blocksEnd, end), C1);
  h1 ^= Math.imul((k1 << 15) | (k1 >>> 17), C2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = h1 + h2 + h3 + h4 | 0;
  h2 = h2 + h1 | 0;
  h3 = h3 + h1 | 0;
  h4 = h4 + h1 | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = h1 + h2 + h3 + h4 | 0;
  out[at] = h1;
  out[at + 1] = h2 + h1 | 0;
  out[at + 2] = h3 + h1 | 0;
  out[at + 3] = h4 + h1 | 0;
}

/** The bytes of `view[at, end)`, four at most, as a word; 0 when there is none. */
function lastWord(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let i = end - 1; i >= at; i--) word = (word << 8) | view.getUint8(i);
  return word;
}

function mix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** {@link murmur128} of a string's UTF-8 bytes. */
export function murmur128OfText(text: string, out: Int32Array, at: number): void {
  const bytes = Buffer.from(text);
  murmur128(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, out, at);
}
