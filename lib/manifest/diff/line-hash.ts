/**
 * A hash of 128 bits for lines and references, made for one thread of plain JavaScript: one multiplication for four bytes.
 * It is no cryptographic hash: it tells lines apart, it does not prove who wrote them. Why not a known one: decisions/0012.
 *
 * The bytes go into four lanes of 32 bits, four bytes each in turn. A step turns its lane, takes the bytes in, multiplies by an odd
 * number and adds the neighbor. Each step can be undone: lines that differ within one block of 16 bytes never have the same hash,
 * and what differs in one lane reaches the next one with every block. The last mixing is that of MurmurHash3 (Austin Appleby, public
 * domain).
 */

/** Part of the index format: content hashes can only be compared when every machine uses the same one. */
const SEED = 0x5eed_da7a;

/** The odd numbers of xxHash32 (Yann Collet). */
const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;

/** Hashes `view[start, end)` into four words of `out` from `at` on. */
export function hash128(view: DataView, start: number, end: number, out: Int32Array, at: number): void {
  const length = end - start;
  let a = SEED;
  let b = SEED ^ P1;
  let c = SEED ^ P2;
  let d = SEED ^ P3;
  const blocksEnd = start + (length & ~15);
  for (let i = start; i < blocksEnd; i += 16) {
    a = Math.imul(((a << 13) | (a >>> 19)) ^ view.getInt32(i, true), P1) + b | 0;
    b = Math.imul(((b << 13) | (b >>> 19)) ^ view.getInt32(i + 4, true), P2) + c | 0;
    c = Math.imul(((c << 13) | (c >>> 19)) ^ view.getInt32(i + 8, true), P3) + d | 0;
    d = Math.imul(((d << 13) | (d >>> 19)) ^ view.getInt32(i + 12, true), P4) + a | 0;
  }
  if (blocksEnd < end) {
    a = Math.imul(((a << 13) | (a >>> 19)) ^ lastWord(view, blocksEnd, end), P1) + b | 0;
    b = Math.imul(((b << 13) | (b >>> 19)) ^ lastWord(view, blocksEnd + 4, end), P2) + c | 0;
    c = Math.imul(((c << 13) | (c >>> 19)) ^ lastWord(view, blocksEnd + 8, end), P3) + d | 0;
    d = Math.imul(((d << 13) | (d >>> 19)) ^ lastWord(view, blocksEnd + 12, end), P4) + a | 0;
  }

  a = Math.imul(((a << 13) | (a >>> 19)) ^ length, P1) + b | 0;
  b = Math.imul(((b << 13) | (b >>> 19)) ^ length, P2) + c | 0;
  c = Math.imul(((c << 13) | (c >>> 19)) ^ length, P3) + d | 0;
  d = Math.imul(((d << 13) | (d >>> 19)) ^ length, P4) + a | 0;

  a = a + b + c + d | 0;
  b = b + a | 0;
  c = c + a | 0;
  d = d + a | 0;
  a = mix(a);
  b = mix(b);
  c = mix(c);
  d = mix(d);
  a = a + b + c + d | 0;
  out[at] = a;
  out[at + 1] = b + a | 0;
  out[at + 2] = c + a | 0;
  out[at + 3] = d + a | 0;
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

/** {@link hash128} of a string's UTF-8 bytes. */
export function hash128OfText(text: string, out: Int32Array, at: number): void {
  const bytes = Buffer.from(text);
  hash128(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, out, at);
}
