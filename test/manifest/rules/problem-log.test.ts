import type { Finding } from '../../../lib/manifest';
import { problemList, problemSentence, problemSummary } from '../../../lib/manifest';
import { ProblemLog } from '../../../lib/manifest/rules/problem-log';

const finding = (advice: string, more: Partial<Finding> = {}): Finding => ({ code: 'CODE', severity: 'error', message: '', place: [], advice, ...more });

/** A log of these findings, one a line. */
function logOf(advices: readonly (string | Finding)[], groups = 100): ProblemLog {
  const log = new ProblemLog({ groups, places: 3 });
  advices.forEach((advice, i) => log.add([typeof advice === 'string' ? finding(advice) : advice], i + 1, `${i + 1}.jpg`));
  return log;
}

const listOf = (log: ProblemLog) => problemList(log.problems, log.counts.error, 'a.manifest').split('\n');

test('a problem alone is one sentence', () => {
  expect(listOf(logOf(['x is "y"; remove it']))).toEqual(['  a.manifest:1 (1.jpg): CODE: x is "y"; remove it.']);
});

test('problems with one cause are told once, with three places; what differs between them stands at the places', () => {
  expect(listOf(logOf(Array.from({ length: 5 }, (_, i) => `box ${i} of "bb" has 'a', not "${i}x\\""; enlarge it`)))).toEqual([
    `  CODE (5 times): box … of "bb" has 'a', not "…"; enlarge it.`,
    '    a.manifest:1 (1.jpg): 0, "0x\\""',
    '    a.manifest:2 (2.jpg): 1, "1x\\""',
    '    a.manifest:3 (3.jpg): 2, "2x\\""',
    '    … and 2 more',
  ]);
});

test('a value that is the reference is not said twice', () => {
  expect(listOf(logOf(['no file "1.jpg"', 'no file "2.jpg"']))).toEqual(['  CODE (2 times): no file "…".', '    a.manifest:1 (1.jpg)', '    a.manifest:2 (2.jpg)']);
});

test('another code or another text is another cause', () => {
  const log = logOf(['x', 'y', finding('x', { code: 'OTHER' }), 'x', finding('x', { severity: 'terminal' })]);
  expect(log.problems.map(({ code, severity, advice, count }) => [code, severity, advice, count])).toEqual([
    ['CODE', 'terminal', 'x', 1], ['CODE', 'error', 'x', 2], ['CODE', 'error', 'y', 1], ['OTHER', 'error', 'x', 1],
  ]);
});

test('a list has twenty causes, and counts the problems of the others', () => {
  const advices = Array.from({ length: 60 }, (_, i) => String.fromCharCode(0x41 + i % 30));
  const list = listOf(logOf(advices));
  expect(list.filter((line) => line.includes('(2 times)'))).toHaveLength(20);
  expect(list.at(-1)).toBe('  … and 20 problems more');
});

test('more causes than are kept are counted', () => {
  const log = logOf(['a', 'b', 'c', 'a'], 2);
  expect(log.counts).toMatchObject({ error: 4, errorLines: 4 });
  expect(listOf(log).at(-1)).toBe('  … and a problem more');
});

test('a quarter of a million problems take no more memory than one', () => {
  const log = new ProblemLog({ groups: 100, places: 3 });
  for (let line = 1; line <= 250_000; line++) log.add([finding(`box ${line} is "${line}"`)], line);
  expect(log.problems).toMatchObject([{ count: 250_000, places: [{ line: 1 }, { line: 2 }, { line: 3 }] }]);
  expect(JSON.stringify(log).length).toBeLessThan(2000);
});

test('in one line there are as many causes as there is room for', () => {
  const log = logOf(['a'.repeat(100), 'b', 'c'.repeat(300), 'b']);
  const summary = (bytes: number) => problemSummary(log.problems, 4, 's3://b/k', bytes);
  expect(summary(1000)).toBe(`s3://b/k has 4 problems: ${log.problems.map((group) => problemSentence(group)).join(' ')}`);
  expect(summary(300)).toMatch(/^s3:\/\/b\/k has 4 problems: line 1 \(1\.jpg\): CODE: a+\. CODE \(2 times\): b\. At line 2 \(2\.jpg\); line 4 \(4\.jpg\)\. … and a problem more\.$/);
  expect(summary(1)).toMatch(/a\. … and 3 problems more\.$/);
});
