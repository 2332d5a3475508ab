import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const rows = readFileSync(join(ROOT, 'docs', 'threat-model.md'), 'utf8').split('\n').filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

test('the threat model has one row for each who, each with tests that are there, or with the reason why there is none', () => {
  const [header, , ...threats] = rows;
  expect(header).toEqual(['Who, and where they stand', 'What they could want', 'What stops them', 'Test']);
  expect(threats.length).toBeGreaterThan(10);
  for (const cells of threats) {
    expect(cells).toHaveLength(4);
    const named = [...cells[3].matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    expect([cells[0], named.length > 0 || /^none: ./.test(cells[3])]).toEqual([cells[0], true]);
    for (const file of named) expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  }
});
