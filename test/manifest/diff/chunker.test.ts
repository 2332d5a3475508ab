import fc from 'fast-check';
import { Chunker, REKOGNITION_LIMITS } from '../../../lib/manifest';

function chunksOf(sizes: readonly number[], limit: number = REKOGNITION_LIMITS.chunkBytes) {
  const chunker = new Chunker(limit);
  for (const size of sizes) chunker.add(size);
  return chunker.finish();
}

/** The fewest consecutive parts of at most `limit`, found by trying every cut. */
function fewest(sizes: readonly number[], limit: number): number {
  const best = [0];
  for (let end = 1; end <= sizes.length; end++) {
    best[end] = Infinity;
    for (let start = end - 1, sum = 0; start >= 0; start--) {
      sum += sizes[start];
      if (sum > limit) break;
      best[end] = Math.min(best[end], best[start] + 1);
    }
  }
  return best[sizes.length];
}

test('no lines, no chunks', () => {
  expect(chunksOf([])).toEqual([]);
});

test('a chunk may be exactly full', () => {
  expect(chunksOf([5, 5, 1], 10)).toEqual([{ offset: 0, length: 10, entries: 2 }, { offset: 10, length: 1, entries: 1 }]);
});

test('a line over the limit stands alone', () => {
  expect(chunksOf([3, 20, 3], 10).map(({ length }) => length)).toEqual([3, 20, 3]);
});

test('the default stays below what the service may mean by 5 MB', () => {
  const chunks = chunksOf(Array(10_000).fill(1111));
  expect(chunks).toHaveLength(3);
  for (const { length } of chunks) expect(length).toBeLessThanOrEqual(REKOGNITION_LIMITS.chunkBytes);
  expect(REKOGNITION_LIMITS.chunkBytes).toBeLessThan(5_000_000);
});

test('chunks join to the whole, keep to the limit and are as few as can be', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }), fc.integer({ min: 20, max: 50 }), (sizes, limit) => {
    const chunks = chunksOf(sizes, limit);
    let [offset, line] = [0, 0];
    for (const chunk of chunks) {
      expect(chunk.offset).toBe(offset);
      expect(chunk.length).toBe(sizes.slice(line, line + chunk.entries).reduce((a, b) => a + b, 0));
      expect(chunk.length).toBeLessThanOrEqual(limit);
      offset += chunk.length;
      line += chunk.entries;
    }
    expect(line).toBe(sizes.length);
    expect(chunks).toHaveLength(fewest(sizes, limit));
  }));
});

test('goes on where earlier chunks ended, as if they had never been cut off', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }), fc.nat(40), (sizes, cut) => {
    const chunker = new Chunker(30, chunksOf(sizes.slice(0, cut), 30));
    for (const size of sizes.slice(cut)) chunker.add(size);
    expect(chunker.finish()).toEqual(chunksOf(sizes, 30));
  }));
});
