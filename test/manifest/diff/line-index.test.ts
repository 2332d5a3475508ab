import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { LineIndex } from '../../../lib/manifest';
import { hash128, hash128OfText } from '../../../lib/manifest/diff/line-hash';
import { LineIndexBuilder } from '../../../lib/manifest/diff/line-index';

function hash(bytes: Buffer): Buffer {
  const out = new Int32Array(4);
  hash128(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, out, 0);
  const result = Buffer.alloc(16);
  out.forEach((word, i) => result.writeInt32LE(word, 4 * i));
  return result;
}

/** The same hash as one would write it down: whole numbers without an end, blocks as lists. */
function hashByTheBook(bytes: Buffer): Buffer {
  const word = (value: bigint) => BigInt.asUintN(32, value);
  const turn = (value: bigint, by: bigint) => word(value << by) | (value >> (32n - by));
  const PRIMES = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn, 0x27d4eb2fn];
  const SEED = 0x5eedda7an;
  const lanes = [SEED, SEED ^ PRIMES[0], SEED ^ PRIMES[1], SEED ^ PRIMES[2]];
  const take = (words: readonly bigint[]) => words.forEach((value, lane) => {
    lanes[lane] = word((turn(lanes[lane], 13n) ^ value) * PRIMES[lane] + lanes[(lane + 1) % 4]);
  });
  const full = Buffer.concat([bytes, Buffer.alloc((16 - bytes.length % 16) % 16)]);
  for (let at = 0; at < full.length; at += 16) take([0, 4, 8, 12].map((lane) => BigInt(full.readUInt32LE(at + lane))));
  take(Array(4).fill(BigInt(bytes.length)));

  const gather = () => {
    lanes[0] = word(lanes.reduce((sum, lane) => sum + lane));
    for (const lane of [1, 2, 3]) lanes[lane] = word(lanes[lane] + lanes[0]);
  };
  gather();
  lanes.forEach((value, lane) => {
    const once = word((value ^ (value >> 16n)) * 0x85ebca6bn);
    const twice = word((once ^ (once >> 13n)) * 0xc2b2ae35n);
    lanes[lane] = twice ^ (twice >> 16n);
  });
  gather();
  const result = Buffer.alloc(16);
  lanes.forEach((value, lane) => result.writeUInt32LE(Number(value), 4 * lane));
  return result;
}

describe('hash', () => {
  test('is what its description says', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(hash(Buffer.from(bytes))).toEqual(hashByTheBook(Buffer.from(bytes)));
    }), { numRuns: 1000 });
  });

  test('lines that differ within one block of 16 bytes never have the same hash: a step takes in four words and can be undone', () => {
    const anyBlock = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), anyBlock, (bytes, at, other) => {
      const changed = Buffer.from(bytes);
      const block = (at % bytes.length) & ~15;
      changed.set(other.subarray(0, Math.min(16, bytes.length - block)), block);
      expect(hash(changed).equals(hash(Buffer.from(bytes)))).toBe(changed.equals(Buffer.from(bytes)));
    }), { numRuns: 1000 });
  });

  test.each([
    ['numbered references', (i: number) => `s3://images/camera-7/2026-03-01/frame-${String(i).padStart(7, '0')}.jpg`],
    ['boxes that move', (i: number) => `{"left":${i % 512},"top":${i >> 9},"width":12,"height":34}${' '.repeat(100)}`],
    ['numbers far apart', (i: number) => `${1000 + i % 512}${'x'.repeat(100)}${1000 + (i >> 9)}`],
    ['single bits', (i: number) => Array.from({ length: 20 }, (_, bit) => (i >> bit) & 1).join('aaaaa')],
  ])('each word by itself is as good as chance: %s', (_what, text) => {
    const count = 1 << 17;
    const words = Array.from({ length: 4 }, () => new Set<number>());
    const out = new Int32Array(4);
    for (let i = 0; i < count; i++) {
      hash128OfText(text(i), out, 0);
      words.forEach((seen, word) => seen.add(out[word]));
    }
    // By chance two pairs of them have the same 32 bits; 14 would be once in millions of inputs.
    for (const seen of words) expect(count - seen.size).toBeLessThan(14);
  });

  test('depends neither on where the bytes lie nor on what is around them', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(20), (bytes, offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset, 1), bytes, Buffer.alloc(9, 2)]);
      const out = new Int32Array(6);
      hash128(new DataView(padded.buffer, padded.byteOffset, padded.length), offset, offset + bytes.length, out, 1);
      expect(Buffer.from(out.buffer, 4, 16)).toEqual(hash(Buffer.from(bytes)));
      expect([out[0], out[5]]).toEqual([0, 0]);
    }));
  });

  test('one changed bit changes the hash', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, bit) => {
      const other = Buffer.from(bytes);
      other[(bit >> 3) % other.length] ^= 1 << (bit & 7);
      expect(hash(other)).not.toEqual(hash(Buffer.from(bytes)));
    }));
  });
});

describe('index', () => {
  function indexOf(entries: readonly [line: string, key: string][]): LineIndex {
    const builder = new LineIndexBuilder();
    for (const [line, key] of entries) {
      const entry = new Int32Array(8);
      hash128OfText(line, entry, 0);
      hash128OfText(key, entry, 4);
      builder.add(entry);
    }
    return builder.build();
  }
  const key = (text: string) => {
    const words = new Int32Array(4);
    hash128OfText(text, words, 0);
    return words;
  };

  test('round trip, and every key is found again', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (keys) => {
      const index = indexOf(keys.map((item, i) => [`line ${i}`, item]));
      const read = LineIndex.parse(index.toBytes());

      expect(read.entries).toBe(keys.length);
      expect(read.words).toEqual(index.words);
      expect(read.contentHash).toBe(index.contentHash);
      keys.forEach((item, i) => expect(read.find(key(item), 0)).toBe(i));
      expect(read.find(key('in no list, because it is longer'), 0)).toBe(-1);
    }));
  });

  test('grows beyond its first space', () => {
    const index = indexOf(Array.from({ length: 5000 }, (_, i) => [`l${i}`, `k${i}`]));
    expect(index.entries).toBe(5000);
    expect([0, 1023, 1024, 4999].map((i) => index.find(key(`k${i}`), 0))).toEqual([0, 1023, 1024, 4999]);
    expect(index.hasLine(4999, key('l4999'))).toBe(true);
    expect(index.hasLine(4998, key('l4999'))).toBe(false);
  });

  test('entries of another index behind its own', () => {
    const both = indexOf([['a', 'x']]).followedBy(indexOf([['b', 'y'], ['c', 'z']]));
    expect([both.entries, both.find(key('x'), 0), both.find(key('z'), 0), both.hasLine(2, key('c'))]).toEqual([3, 0, 2, true]);
  });

  test('content hash: SHA-256 over the line hashes in order, keys aside', () => {
    const one = indexOf([['a', 'x'], ['b', 'y']]);
    expect(one.contentHash).toBe(createHash('sha256').update(hash(Buffer.from('a'))).update(hash(Buffer.from('b'))).digest('hex'));
    expect(indexOf([['a', '1'], ['b', '2']]).contentHash).toBe(one.contentHash);
    expect(indexOf([['b', 'y'], ['a', 'x']]).contentHash).not.toBe(one.contentHash);
  });

  test('the format stays as it is: hashes are compared across machines and versions', () => {
    const bytes = indexOf([['{"source-ref":"s3://imgs/a.jpg"}', 's3://imgs/a.jpg']]).toBytes();
    expect(bytes.toString('hex')).toBe('63646b76646964780200000001000000' + '531a4c78e743d33fd5170549415eb9a1' + '11b32536f8ff18a20432b2bfce16e147');
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'no line index'],
    ['another file', Buffer.from('{"source-ref":"s3://imgs/a.jpg"}'), 'no line index'],
    ['a newer format', Buffer.from('cdkvdidx\x03\0\0\0\0\0\0\0', 'latin1'), 'format version 3'],
    ['a cut-off one', indexOf([['a', 'x']]).toBytes().subarray(0, -1), 'incomplete'],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => LineIndex.parse(bytes)).toThrow(message);
  });

  test('is read from any position in memory', () => {
    const bytes = indexOf([['a', 'x']]).toBytes();
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    expect(LineIndex.parse(shifted).find(key('x'), 0)).toBe(0);
  });
});
