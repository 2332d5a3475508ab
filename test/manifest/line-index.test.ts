import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { LineIndex } from '../../lib/manifest';
import { LineIndexBuilder } from '../../lib/manifest/line-index';
import { murmur128, murmur128OfText } from '../../lib/manifest/murmur';

function hash(bytes: Buffer, seed?: number): Buffer {
  const out = new Int32Array(4);
  murmur128(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, out, 0, seed);
  const result = Buffer.alloc(16);
  out.forEach((word, i) => result.writeInt32LE(word, 4 * i));
  return result;
}

describe('hash', () => {
  test('verification value of MurmurHash3_x86_128 (SMHasher)', () => {
    const hashes = Array.from({ length: 256 }, (_, i) => hash(Buffer.from(Array.from({ length: i }, (_x, k) => k)), 256 - i));
    expect(hash(Buffer.concat(hashes), 0).readUInt32LE(0)).toBe(0xb3ece62a);
  });

  test('nothing hashes to nothing without a seed', () => {
    expect(hash(Buffer.alloc(0), 0)).toEqual(Buffer.alloc(16));
  });

  test('depends neither on where the bytes lie nor on what is around them', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(20), (bytes, offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset, 1), bytes, Buffer.alloc(9, 2)]);
      const out = new Int32Array(6);
      murmur128(new DataView(padded.buffer, padded.byteOffset, padded.length), offset, offset + bytes.length, out, 1);
      expect(Buffer.from(out.buffer, 4, 16)).toEqual(hash(Buffer.from(bytes)));
      expect([out[0], out[5]]).toEqual([0, 0]);
    }));
  });

  test('one changed bit changes the hash', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (bytes, bit) => {
      const other = Buffer.from(bytes);
      other[(bit >> 3) % other.length]! ^= 1 << (bit & 7);
      expect(hash(other)).not.toEqual(hash(Buffer.from(bytes)));
    }));
  });
});

describe('index', () => {
  function indexOf(entries: readonly [line: string, key: string][]): LineIndex {
    const builder = new LineIndexBuilder();
    for (const [line, key] of entries) {
      const entry = new Int32Array(8);
      murmur128OfText(line, entry, 0);
      murmur128OfText(key, entry, 4);
      builder.add(entry);
    }
    return builder.build();
  }
  const key = (text: string) => {
    const words = new Int32Array(4);
    murmur128OfText(text, words, 0);
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

  test('content hash: SHA-256 over the line hashes in order, keys aside', () => {
    const one = indexOf([['a', 'x'], ['b', 'y']]);
    expect(one.contentHash).toBe(createHash('sha256').update(hash(Buffer.from('a'))).update(hash(Buffer.from('b'))).digest('hex'));
    expect(indexOf([['a', '1'], ['b', '2']]).contentHash).toBe(one.contentHash);
    expect(indexOf([['b', 'y'], ['a', 'x']]).contentHash).not.toBe(one.contentHash);
  });

  test('the format stays as it is: hashes are compared across machines and versions', () => {
    const bytes = indexOf([['{"source-ref":"s3://imgs/a.jpg"}', 's3://imgs/a.jpg']]).toBytes();
    expect(bytes.toString('hex')).toBe('63646b76646964780100000001000000' + '321285744ea24f241538ecba4f16860a' + '37cec13624a9005a955a2a0be16c87d3');
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'no line index'],
    ['another file', Buffer.from('{"source-ref":"s3://imgs/a.jpg"}'), 'no line index'],
    ['a newer format', Buffer.from('cdkvdidx\x02\0\0\0\0\0\0\0', 'latin1'), 'format version 2'],
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
