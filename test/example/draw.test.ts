import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';

const EXAMPLE = join(__dirname, '..', '..', 'example');
const SETS = ['train', 'test'];

const linesOf = (set: string): any[] => readFileSync(join(EXAMPLE, `${set}.manifest`), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const imagesOf = (folder: string): string[] => SETS.flatMap((set) => readdirSync(join(folder, 'images', set)).sort().map((name) => `${set}/${name}`));

test('the example in the repository is what its script draws', () => {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    // As its own process, several times faster than inside the test runner.
    execFileSync(process.execPath, ['--import', 'tsx', join(EXAMPLE, 'draw.ts'), folder]);
    for (const set of SETS) {
      expect(readFileSync(join(folder, `${set}.manifest`), 'utf8')).toBe(readFileSync(join(EXAMPLE, `${set}.manifest`), 'utf8'));
    }
    expect(imagesOf(folder)).toEqual(imagesOf(EXAMPLE));
    for (const image of imagesOf(folder)) {
      // Pixels, not bytes: another Node version may compress them otherwise.
      const [drawn, kept] = [folder, EXAMPLE].map((place) => PNG.sync.read(readFileSync(join(place, 'images', image))));
      expect([drawn.width, drawn.height]).toEqual([kept.width, kept.height]);
      expect(drawn.data.equals(kept.data)).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every line names an image that is there, in its true size, with boxes inside of it', () => {
  const lines = SETS.flatMap(linesOf);
  expect(lines.map((line) => line['source-ref'])).toEqual(imagesOf(EXAMPLE));
  for (const { 'source-ref': image, parts, 'parts-metadata': metadata } of lines) {
    const { width, height } = PNG.sync.read(readFileSync(join(EXAMPLE, 'images', image)));
    expect(parts.image_size).toEqual([{ width, height, depth: 3 }]);
    expect(parts.annotations.length).toBeGreaterThan(0);
    for (const box of parts.annotations) {
      expect(metadata['class-map'][box.class_id]).toBeDefined();
      expect(Math.min(box.left, box.top, box.width - 5, box.height - 5)).toBeGreaterThanOrEqual(0);
      expect(box.left + box.width).toBeLessThanOrEqual(width);
      expect(box.top + box.height).toBeLessThanOrEqual(height);
    }
  }
});

test('there are enough images of every label to train and test with, in a small repository', () => {
  const perLabel = (set: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const line of linesOf(set)) {
      for (const label of [...Object.values<string>(line['parts-metadata']['class-map']), line['condition-metadata']['class-name']]) {
        counts[label] = (counts[label] ?? 0) + 1;
      }
    }
    return counts;
  };
  const [train, tested] = SETS.map(perLabel);
  expect(Object.keys(train).sort()).toEqual(['bolt', 'clean', 'nut', 'plate', 'scratched', 'washer']);
  expect(Object.keys(tested).sort()).toEqual(Object.keys(train).sort());
  expect(Math.min(...Object.values(train))).toBeGreaterThanOrEqual(10);
  expect(linesOf('train').length).toBeGreaterThanOrEqual(48);
  expect(linesOf('test').length).toBeGreaterThanOrEqual(12);
  const bytes = imagesOf(EXAMPLE).reduce((sum, image) => sum + statSync(join(EXAMPLE, 'images', image)).size, 0);
  expect(bytes).toBeLessThan(1_000_000);
});
