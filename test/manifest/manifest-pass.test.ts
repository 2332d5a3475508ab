import { file, label, run } from './passes';
import { BOX, boxes, BOXED, CLASSIFIED, detection, line } from './samples';

describe('summary', () => {
  test('counts, labels, chunks and the resolved manifest', () => {
    const other = BOXED.replace('a.jpg', 'b.jpg');
    const { resolved, summary } = run(`\ufeff${CLASSIFIED}\r\n${other}`, { chunkBytes: 400 });

    expect(resolved).toBe(file([CLASSIFIED, other]));
    expect(summary).toMatchObject({
      lines: 2, entries: 2, labeledEntries: 2, bytes: resolved.length, problems: [],
      counts: { terminal: 0, error: 0, warning: 0, errorLines: 0 },
      labels: [{ name: 'crane', entries: 1, boxedEntries: 1 }, { name: 'harbour', entries: 1, boxedEntries: 0 }],
      chunks: [
        { offset: 0, length: CLASSIFIED.length + 1, entries: 1 },
        { offset: CLASSIFIED.length + 1, length: other.length + 1, entries: 1 },
      ],
    });
    expect(summary.diff).toBeUndefined();
    expect(summary.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.contentHash).toBe(run(file([CLASSIFIED, other])).summary.contentHash);
  });

  test('blank, broken, over-long and repeated lines are left out, each with its problem', () => {
    const again = line({}, 's3://imgs/a.jpg');
    const long = line({ x: 'x'.repeat(400_000) }, 's3://imgs/long.jpg');
    const { resolved, summary } = run([CLASSIFIED, '', 'oops', long, again, ' \t', BOXED.replace('a.jpg', 'b.jpg')].join('\n'));

    expect(resolved).toBe(file([CLASSIFIED, BOXED.replace('a.jpg', 'b.jpg')]));
    expect(summary.lines).toBe(7);
    expect(summary.counts).toEqual({ terminal: 4, error: 0, warning: 2, errorLines: 0 });
    expect(summary.problems.map(({ code, line: at, sourceRef }) => [code, at, sourceRef])).toEqual([
      ['ERROR_INVALID_JSON_LINE', 3, undefined],
      ['ERROR_LINE_TOO_LONG', 4, 's3://imgs/long.jpg'],
      ['ERROR_DUPLICATE_SOURCE_REF', 5, 's3://imgs/a.jpg'],
      ['ERROR_TOO_MANY_RECORDS_IN_ERROR', undefined, undefined],
      ['BLANK_LINE', 2, undefined],
    ]);
    expect(summary.problems.at(-1)).toMatchObject({ count: 2, places: [{ line: 2 }, { line: 6 }] });
    expect(summary.problems[2].advice).toContain('line 1');
  });

  test('duplicates are found after resolution, and by value', () => {
    const images = { bucket: 'new', prefix: 'p/' };
    const { summary } = run(file([label('a', 'ä.jpg'), label('a', 's3://old/p/ä.jpg'), label('b', 'x').replace('"x"', '"\\u00e4.jpg"')]), { images });
    expect(summary.problems.filter(({ code }) => code === 'ERROR_DUPLICATE_SOURCE_REF').flatMap(({ places }) => places.map(({ line: at }) => at))).toEqual([2, 3]);
    expect(summary.entries).toBe(1);
  });

  test('error lines are kept and counted by line; every problem is counted, few causes are kept, the worst first', () => {
    const bad = (i: number) => line({ 'bb': boxes([{ ...BOX, left: -1 }]), 'bb-metadata': detection() }, `s3://imgs/${i}.jpg`);
    const lines = [line({}, 's3://imgs/w.jpg'), ...Array.from({ length: 9 }, (_, i) => bad(i)), 'oops'];
    const { resolved, summary } = run(file(lines), { maxProblems: 2 });

    expect(resolved).toBe(file(lines.slice(0, -1)));
    expect(summary.counts).toEqual({ terminal: 1, error: 27, warning: 1, errorLines: 9 });
    expect(summary.problems.map(({ code, line: at, count }) => [code, at, count])).toEqual([
      ['ERROR_INVALID_JSON_LINE', 11, 1], ['ERROR_INVALID_BOUNDING_BOX', 2, 9], ['ERROR_NO_VALID_ANNOTATIONS', 2, 9], ['WARNING_UNANNOTATED_RECORD', 1, 1]]);
  });

  test('an empty manifest', () => {
    expect(run('').summary).toMatchObject({ lines: 0, entries: 0, chunks: [], problems: [{ code: 'ERROR_EMPTY_MANIFEST' }] });
  });

  test('images in two buckets, even when only one line is inspected again', () => {
    const { index } = run(file([CLASSIFIED])).summary;
    const added = label('a', 's3://other/b.jpg');
    for (const previous of [undefined, index]) {
      expect(run(file([CLASSIFIED, added]), { previous }).summary.problems.map(({ code }) => code)).toEqual(['ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS']);
    }
  });

  test('lines that are not UTF-8 are refused and not passed on', () => {
    const { resolved, summary } = run(Buffer.concat([Buffer.from(file([CLASSIFIED])), Buffer.from(BOXED.replace('crane', 'Kr\u00e4n'), 'latin1')]));
    expect(resolved).toBe(file([CLASSIFIED]));
    expect(summary.problems[0]).toMatchObject({ code: 'ERROR_INVALID_JSON_LINE', line: 2, advice: expect.stringContaining('UTF-8') });
  });

  test('a manifest of several output pieces comes whole', () => {
    const lines = Array.from({ length: 12000 }, (_, i) => label('a', `s3://imgs/${i}.jpg`));
    const { resolved, summary } = run(file(lines), { images: { bucket: 'much-longer-than-before', prefix: '' } });
    expect(resolved).toBe(file(lines).replaceAll('s3://imgs/', 's3://much-longer-than-before/'));
    expect(resolved.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(summary.bytes).toBe(resolved.length);
  });
});
