import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLine } from '../../bench/inputs/lines';
import { writeManifest } from '../../bench/inputs/manifest';
import { verdict } from '../../bench/rows/row';
import type { Row } from '../../bench/rows/row';
import { inspectLine } from '../../lib/manifest';

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('npm run bench -- --quick measures every row, and every answer is right', () => {
  const json = join(folder, 'result.json');
  const table = execFileSync(process.execPath, ['--import', 'tsx', join('bench', 'index.ts'), '--quick', '--json', json], { cwd: ROOT, encoding: 'utf8' });
  const { rows, quick } = JSON.parse(readFileSync(json, 'utf8')) as { rows: Row[]; quick: boolean };
  expect(quick).toBe(true);
  expect(rows.map(({ what }) => what)).toHaveLength(30);
  for (const row of rows) {
    expect(row.measured).not.toBeNaN();
    expect(table).toContain(row.what);
  }
  const writes = rows.filter(({ what }) => what.startsWith('writes of an update'));
  expect(writes.map(verdict)).toEqual(['reaches the aim', 'reaches the aim']);
}, 60_000);

test('a wrong topic is named', () => {
  const run = () => execFileSync(process.execPath, ['--import', 'tsx', join('bench', 'index.ts'), '--only', 'speed'], { cwd: ROOT, stdio: 'pipe' });
  expect(run).toThrow('There is no topic \'speed\'; there are diff, check');
});

describe('a generated manifest', () => {
  const style = { kind: 'detection', classes: 4, boxes: [1, 3] } as const;
  const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');

  test('is the same every time, and has nothing wrong in it', () => {
    const facts = writeManifest(join(folder, 'a'), { ...style, lines: 50 });
    expect(writeManifest(join(folder, 'b'), { ...style, lines: 50 })).toEqual(facts);
    expect(linesOf('b')).toEqual(linesOf('a'));
    for (const line of linesOf('a')) expect(inspectLine(line).findings).toEqual([]);
    expect(inspectLine(generateLine({ ...style, kind: 'classification' }, 7)).findings).toEqual([]);
  });

  test('as an update has the changes that it tells of', () => {
    writeManifest(join(folder, 'old'), { ...style, lines: 100 });
    const facts = writeManifest(join(folder, 'new'), { ...style, lines: 100, update: { oneOf: 10, shuffled: true } });
    const reference = (line: string): string => JSON.parse(line)['source-ref'];
    const old = new Map(linesOf('old').map((line) => [reference(line), line]));
    const now = new Map(linesOf('new').map((line) => [reference(line), line]));
    const added = [...now.keys()].filter((key) => !old.has(key));
    const changed = [...now].filter(([key, line]) => old.has(key) && old.get(key) !== line);
    const removed = [...old.keys()].filter((key) => !now.has(key));
    expect(facts).toMatchObject({ lines: now.size, added: added.length, changed: changed.length, removed: removed.length });
    expect([added.length, changed.length, removed.length]).toEqual([10, 10, 10]);
  });
});

test('goals are judged in their direction', () => {
  const row = { what: '', unit: '', note: '', must: 10, aim: 20 };
  expect(verdict({ ...row, goal: 'at least', measured: 9 })).toBe('FALLS SHORT');
  expect(verdict({ ...row, goal: 'at least', measured: 10 })).toBe('passes');
  expect(verdict({ ...row, goal: 'at most', must: 20, aim: 10, measured: 10 })).toBe('reaches the aim');
  expect(verdict({ ...row, goal: 'at most', must: 20, aim: 10, measured: 21 })).toBe('FALLS SHORT');
});
