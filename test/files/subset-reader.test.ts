import * as fc from 'fast-check';
import { SubsetReader } from '../../lib/files/subset-reader';
import { kFoldSplits, trainTestSplit } from '../../lib/manifest';
import type { Subset } from '../../lib/manifest';
import { labelLine } from '../inputs/lines';

fc.configureGlobal({ seed: 20_260_105 });

/** The lines of a part, of a manifest that comes in blocks of that many bytes. */
function linesOf(lines: readonly string[], part: Subset, blockBytes = 1000): string[] {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const blocks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += blockBytes) blocks.push(bytes.subarray(start, start + blockBytes));
  const reader = new SubsetReader(() => blocks, part);
  const visited: string[] = [];
  reader.visit((buffer, start, end, line) => {
    visited.push(buffer.toString('utf8', start, end));
    expect(visited.at(-1)).toBe(lines[line - 1]);
  });
  const copied: Buffer[] = [];
  reader.copy((some) => copied.push(Buffer.from(some)));
  expect(Buffer.concat(copied).toString()).toBe(visited.map((line) => `${line}\n`).join(''));
  return visited;
}

const splitOf = (testFraction: number, seed = '', whole?: Subset) => trainTestSplit('split', testFraction, { seed, whole });
const foldsOf = (count: number, seed = '') => kFoldSplits('folds', count, { seed });
const lineOf = (sourceRef: string) => JSON.stringify(labelLine(sourceRef));
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `s3://pics/crows/${i}.jpg`);
const testOf = (refs: readonly string[], testFraction: number, seed?: string) =>
  refs.filter(splitOf(testFraction, seed).test.includes);

const sourceRef = fc.string({ unit: 'binary', minLength: 1 });
const imageLine = sourceRef.map(lineOf);
const junk = fc.constantFrom('', '  ', '{', 'null', '7', '[]', '{}', '{"source-ref":7}', '{"source-ref":""}', '"source-ref"');
const manifest = fc.array(fc.oneof({ arbitrary: imageLine, weight: 4 }, junk), { maxLength: 60 });
const fraction = fc.double({ min: 0.01, max: 0.99, noNaN: true });

test('every line is in exactly one part, in its order and to the byte', () => {
  fc.assert(fc.property(manifest, fraction, fc.string(), fc.integer({ min: 1, max: 200 }), (lines, testFraction, seed, blockBytes) => {
    const { train, test } = splitOf(testFraction, seed);
    const parts = [train, test].map((part) => linesOf(lines, part, blockBytes));
    for (const part of parts) expect(isSubsequence(part, lines)).toBe(true);
    expect(parts.flat().sort()).toEqual([...lines].sort());
  }));
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at += 1;
  return at === part.length;
}

test('what is added, removed, reordered or labelled anew moves no other image', () => {
  const images = fc.uniqueArray(sourceRef, { maxLength: 60 });
  fc.assert(fc.property(images, images, fc.func(fc.nat()), (before, added, order) => {
    const { test } = splitOf(0.5);
    const after = [...new Set([...before.filter((_, i) => i % 3 > 0), ...added])].sort((a, b) => order(a) - order(b));
    const refs = (lines: readonly string[]) => new Set(linesOf(lines, test).map((line) => JSON.parse(line)['source-ref']));
    const [then, now] = [refs(before.map(lineOf)), refs(after.map((ref) => JSON.stringify(labelLine(ref, 'rook'))))];
    for (const ref of after.filter((one) => before.includes(one))) expect(now.has(ref)).toBe(then.has(ref));
  }));
});

test('a greater fraction moves no image back to train', () => {
  fc.assert(fc.property(fraction, fraction, (a, b) => {
    const [fewer, more] = [Math.min(a, b), Math.max(a, b)].map((testFraction) => testOf(numbered(100), testFraction));
    expect(more).toEqual(expect.arrayContaining(fewer));
  }));
});

test.each([0.05, 0.2, 0.5, 0.9])('%d of the images are for testing, as near as chance would come', (testFraction) => {
  const deviation = Math.sqrt(5000 * testFraction * (1 - testFraction));
  for (const seed of ['', 'a', 'b', '2026']) {
    const { length } = testOf(numbered(5000), testFraction, seed);
    expect(Math.abs(length - 5000 * testFraction)).toBeLessThan(3.5 * deviation);
    expect(length).not.toBe(0);
  }
});

test('another seed is another split', () => {
  const [some, others] = ['a', 'b'].map((seed) => new Set(testOf(numbered(5000), 0.5, seed)));
  const both = [...some].filter((ref) => others.has(ref)).length;
  expect(Math.abs(both - 1250)).toBeLessThan(3.5 * Math.sqrt(5000 * 0.25 * 0.75));
});

test('the side of an image is part of what is deployed: it is the same in every version', () => {
  const numbersOf = (refs: readonly string[]) => refs.map((ref) => Number(/\d+/.exec(ref.slice(5))![0]));
  expect(numbersOf(testOf(numbered(40), 0.2))).toEqual([1, 5, 10, 22, 23, 27, 29, 30, 37]);
  expect(numbersOf(testOf(numbered(40), 0.2, 'v1'))).toEqual([0, 6, 9, 10, 13, 29, 32, 33, 37, 39]);
});

test('the bucket does not decide, the way the name is written in JSON neither', () => {
  fc.assert(fc.property(sourceRef, (key) => {
    const { test } = splitOf(0.5);
    const side = test.includes(`s3://pics/${key}`);
    expect(test.includes(`s3://other-pics/${key}`)).toBe(side);
    expect(test.includes(`S3://pics/${key}`)).toBe(side);
  }));
  const { test } = splitOf(0.5);
  for (const name of ['ä', 'ö', 'ü', 'é', 'ß', 'ø']) {
    const lines = [`{"source-ref":"${name}"}`, `{"source-ref":"\\u00${name.charCodeAt(0).toString(16)}"}`];
    expect([0, 2]).toContain(linesOf(lines, test).length);
  }
});

describe('kFold', () => {
  test('every image is for testing in exactly one fold, and for training in all others', () => {
    fc.assert(fc.property(manifest, fc.integer({ min: 2, max: 7 }), fc.string(), (lines, count, seed) => {
      const folds = foldsOf(count, seed);
      expect(folds).toHaveLength(count);
      for (const line of lines) {
        const tested = folds.filter(({ test }) => linesOf([line], test).length === 1);
        const trained = folds.filter(({ train }) => linesOf([line], train).length === 1);
        expect([tested.length, trained.length]).toEqual(isImage(line) ? [1, count - 1] : [0, count]);
      }
    }), { numRuns: 30 });
  });

  const isImage = (line: string) => line.includes('bird-metadata');

  test('are of about the same size', () => {
    for (const { test } of foldsOf(4)) {
      expect(Math.abs(numbered(4000).filter(test.includes).length - 1000)).toBeLessThan(3.5 * Math.sqrt(4000 * 0.25 * 0.75));
    }
  });

  test('the first of five is the split with 0.2', () => {
    const refs = numbered(500);
    expect(refs.filter(foldsOf(5, 'v1')[0].test.includes)).toEqual(testOf(refs, 0.2, 'v1'));
  });
});

test('a part is divided independently of how it came about', () => {
  const refs = numbered(4000);
  const { train, test } = splitOf(0.5);
  for (const whole of [train, test]) {
    const inner = splitOf(0.5, '', whole);
    const [forTraining, forTesting] = [inner.train, inner.test].map((part) => refs.filter(part.includes));
    expect([...forTraining, ...forTesting].sort()).toEqual(refs.filter(whole.includes).sort());
    expect(Math.abs(forTesting.length - 1000)).toBeLessThan(3.5 * Math.sqrt(4000 * 0.25 * 0.75));
  }
});
