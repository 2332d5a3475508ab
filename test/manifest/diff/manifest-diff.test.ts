import fc from 'fast-check';
import { canonicalLine, inspectLine, LineIndex, resolveSourceRef } from '../../../lib/manifest';
import type { ImageLocation } from '../../../lib/manifest';
import { file, label, linesOf, run } from '../passes';
import type { Run } from '../passes';
import { BOX, boxes, detection, line } from '../samples';

describe('against naive oracles', () => {
  const images = { bucket: 'new', prefix: 'p/' };
  const GOOD = [
    (ref: string) => label('a', ref), (ref: string) => label('b', ref), (ref: string) => line({}, ref),
    (ref: string) => line({ 'bb': boxes(), 'bb-metadata': detection() }, ref),
    (ref: string) => line({ 'bb': boxes([{ ...BOX, left: -1 }]), 'bb-metadata': detection() }, ref),
    (ref: string) => `{"y":"\\u00e4", "source-ref" : ${JSON.stringify(ref).replace('/', '\\/')} }`,
  ];
  const BAD = ['', '  ', 'oops', '{}', '{"source-ref":7}', '{"source-ref":"https://x/y"}'];
  const manifestLine = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.nat(15), fc.nat(GOOD.length - 1)).map(([ref, kind]) => GOOD[kind](`s3://imgs/k${ref}.jpg`)) },
    { weight: 1, arbitrary: fc.constantFrom(...BAD) });
  const manifest = fc.array(manifestLine, { maxLength: 25 });

  /** Kept lines by resolved reference, first one wins. */
  function naive(lines: readonly string[], location?: ImageLocation): Map<string, string> {
    const kept = new Map<string, string>();
    for (const text of lines) {
      if (text.trim() === '' || inspectLine(text, location).dropped) continue;
      const written = JSON.parse(text)['source-ref'];
      const resolved = resolveSourceRef(written, location);
      if (!kept.has(resolved)) kept.set(resolved, resolved === written ? text : text.replace(/"s3:[^"]*"/, () => JSON.stringify(resolved)));
    }
    return kept;
  }

  function expectDiff(
    { resolved, changed, summary }: Run, before: Map<string, string>, after: Map<string, string>, same = (a: string, b: string) => a === b,
  ) {
    const changedLines = [...after].filter(([ref, text]) => !before.has(ref) || !same(before.get(ref)!, text));
    const refs = [...before.keys()];
    expect(linesOf(resolved)).toEqual([...after.values()]);
    expect(linesOf(changed)).toEqual(changedLines.map(([, text]) => text));
    expect(summary.diff).toMatchObject({
      added: changedLines.filter(([ref]) => !before.has(ref)).length,
      changed: changedLines.filter(([ref]) => before.has(ref)).length,
      unchanged: after.size - changedLines.length,
      removed: refs.flatMap((ref, i) => after.has(ref) ? [] : [i]),
    });
    expect(summary.diff!.chunks.reduce((sum, { length }) => sum + length, 0)).toBe(Buffer.byteLength(changed));
    expect(summary.chunks.reduce((sum, { length }) => sum + length, 0)).toBe(Buffer.byteLength(resolved));
    expect(summary.bytes).toBe(Buffer.byteLength(resolved));
  }

  const lengths = fc.array(fc.nat(300), { maxLength: 20 });

  test.each<[string, ImageLocation | undefined]>([['as written', undefined], ['resolved', images]])('diff of two manifests, %s', (_what, location) => {
    fc.assert(fc.property(manifest, manifest, lengths, (old, now, cuts) => {
      const first = run(file(old), { images: location }, cuts);
      const previous = LineIndex.parse(first.summary.index.toBytes());
      const second = run(file(now), { images: location, previous, chunkBytes: 500 }, cuts);

      expectDiff(second, naive(old, location), naive(now, location));
      expect(second.summary.index.words).toEqual(run(file(now), { images: location }).summary.index.words);
    }), { numRuns: 300 });
  });

  test('shuffled, with few changes: found without a look at the order', () => {
    const pool = Array.from({ length: 300 }, (_, i) => GOOD[i % GOOD.length](`s3://imgs/${i}.jpg`));
    fc.assert(fc.property(fc.shuffledSubarray(pool, { minLength: 200 }), fc.shuffledSubarray(pool, { minLength: 200 }), (old, now) => {
      const previous = run(file(old)).summary.index;
      expectDiff(run(file(now), { previous }), naive(old), naive(now));
    }), { numRuns: 30 });
  });

  test('canonical: against lines as the service lists them', () => {
    fc.assert(fc.property(manifest, manifest, (old, now) => {
      const before = naive(old, images);
      const listed = [...before.values()].map((text) => canonicalLine(JSON.stringify({ ...JSON.parse(text), 'cl-metadata': { is_labeled: true } })));
      const previous = run(file(listed)).summary.index;
      const second = run(file(now), { images, previous, previousIsCanonical: true });

      expectDiff(second, before, naive(now, images), (a, b) => canonicalLine(a) === canonicalLine(b));
      expect(second.summary.labels).toBeDefined();
    }), { numRuns: 200 });
  });

  test('nothing changed: nothing to send, equal hash, labels not counted again', () => {
    const lines = Array.from({ length: 50 }, (_, i) => label('a', `s3://imgs/${i}.jpg`));
    const first = run(file(lines)).summary;
    const { changed, summary } = run(file(lines).replaceAll('\n', '\r\n'), { previous: first.index });
    expect(changed).toBe('');
    expect(summary).toMatchObject({
      contentHash: first.contentHash, labels: undefined, labeledEntries: undefined,
      diff: { added: 0, changed: 0, unchanged: 50, removed: [], chunks: [] } });
  });

  test('summary of a whole manifest equals one made of inspected lines', () => {
    fc.assert(fc.property(manifest, (lines) => {
      const { summary } = run(file(lines));
      const kept = [...naive(lines).values()].map((text) => inspectLine(text));
      expect(summary.entries).toBe(kept.length);
      expect(summary.labeledEntries).toBe(kept.filter(({ labeled }) => labeled).length);
      const names = [...new Set(kept.flatMap(({ labels }) => labels.map(({ name }) => name)))].sort();
      expect(summary.labels).toEqual(names.map((name) => ({
        name, entries: kept.filter(({ labels }) => labels.some((item) => item.name === name)).length,
        boxedEntries: kept.filter(({ labels }) => labels.some((item) => item.name === name && item.boxed)).length,
      })));
      expect(summary.counts.errorLines).toBe(kept.filter(({ findings }) => findings.some(({ severity }) => severity === 'error')).length);
    }));
  });
});
