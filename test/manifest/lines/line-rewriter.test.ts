import fc from 'fast-check';
import type { ImageLocation } from '../../../lib/manifest';
import { file, linesOf, run } from '../passes';

describe('rewriting', () => {
  const images: ImageLocation = { bucket: 'new', prefix: 'p q/' };

  test.each([
    ['relative', '{"source-ref":"a.jpg"}', '{"source-ref":"s3://new/p q/a.jpg"}'],
    ['absolute', '{"source-ref":"s3://old/ä %20.jpg", "x" : [ 1.0 ]}', '{"source-ref":"s3://new/ä %20.jpg", "x" : [ 1.0 ]}'],
    ['not first, with blanks', '{ "x":{"source-ref":"no"}, "source-ref" :\t"a.jpg" }', '{ "x":{"source-ref":"no"}, "source-ref" :\t"s3://new/p q/a.jpg" }'],
    ['escapes', '{"source-ref":"s3:\\/\\/old\\/\\u00e4.jpg","x":"\\/"}', '{"source-ref":"s3://new/ä.jpg","x":"\\/"}'],
    ['escaped name', '{"sourc\\u0065-ref":"a.jpg"}', '{"sourc\\u0065-ref":"s3://new/p q/a.jpg"}'],
    ['same already, with escapes', '{"source-ref":"s3:\\/\\/new\\/a.jpg"}', '{"source-ref":"s3:\\/\\/new\\/a.jpg"}'],
    ['quote in the key', '{"source-ref":"a\\".jpg"}', '{"source-ref":"s3://new/p q/a\\".jpg"}'],
    ['a value that looks like the member',
      '{"x":"\\"source-ref\\":\\"y\\"","source-ref":"a.jpg"}',
      '{"x":"\\"source-ref\\":\\"y\\"","source-ref":"s3://new/p q/a.jpg"}'],
  ])('%s', (_what, text, expected) => {
    expect(run(`${text}\n`, { images }).resolved).toBe(`${expected}\n`);
    expect(run(`${text}\n`, {}).summary.counts.terminal).toBe(text.includes('old') || text.includes('new') ? 0 : 2);
  });

  test('a prefix that JSON has to escape', () => {
    const { resolved, summary } = run('{"source-ref":"a.jpg"}\n', { images: { bucket: 'new', prefix: 'a"b/' } });
    expect(resolved).toBe('{"source-ref":"s3://new/a\\"b/a.jpg"}\n');
    expect(JSON.parse(resolved)).toEqual({ 'source-ref': 's3://new/a"b/a.jpg' });
    expect(summary.index.find(run(resolved).summary.index.words.subarray(4, 8), 0)).toBe(0);
  });

  test('exported from elsewhere, with letters beyond ASCII', () => {
    const options = { images: { ...images, rewriteFrom: 's3://old/größe/' } };
    const { resolved, summary } = run(file(['{"source-ref":"s3://old/größe/ü.jpg"}', '{"source-ref":"s3://old/groesse/ü.jpg"}']), options);
    expect(resolved).toBe('{"source-ref":"s3://new/p q/ü.jpg"}\n');
    expect(summary.problems[0]).toMatchObject({ code: 'ERROR_INVALID_SOURCE_REF_FORMAT', line: 2, advice: expect.stringContaining('größe') });
  });

  /** One character of a key: awkward ones often. */
  const character = fc.oneof({ weight: 1, arbitrary: fc.constantFrom('"', '\\', '%20', '+', ' ', 'ä', '\u200b', '🐦', '/', '\u0000', '{', ',', ':') },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 3 }) });
  const key = fc.array(character, { minLength: 1, maxLength: 12 }).map((parts) => `k${parts.join('')}`);
  /** The same string with some of its characters escaped. */
  const escaped = (text: string, every: number) => every === 0 ? JSON.stringify(text)
    : `"${[...Array(text.length).keys()].map((i) => i % every === 0 ? `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`
      : JSON.stringify(text[i]).slice(1, -1)).join('')}"`;

  test('changes the reference and nothing else; the inverse gives the first bytes back', () => {
    const rest = fc.constantFrom('', ',"split":1', ' , "x" : {"source-ref":"inner", "y":[1.50,"\\u0041"]} ');
    fc.assert(fc.property(
      fc.uniqueArray(fc.tuple(key, fc.constantFrom(0, 0, 1, 3), rest, fc.boolean()), { maxLength: 12, selector: ([ref]) => ref }),
      fc.array(fc.nat(60), { maxLength: 20 }),
      (items, lengths) => {
        const lines = items.map(([ref, every, more, first]) => first || more === ''
          ? `{"source-ref":${escaped(`s3://old-bucket/${ref}`, every)}${more}}`
          : `{${more.replace(/^ ?,/, '')},"source-ref":${escaped(`s3://old-bucket/${ref}`, every)}}`);
        const there = run(file(lines), { images: { bucket: 'new-b', prefix: 'p/', rewriteFrom: 's3://old-bucket/' } }, lengths);

        expect(linesOf(there.resolved)).toEqual(items.map(([ref, every], i) => {
          const written = escaped(`s3://old-bucket/${ref}`, every);
          return lines[i].replace(written, () => JSON.stringify(`s3://new-b/p/${ref}`));
        }));
        const back = run(there.resolved, { images: { bucket: 'old-bucket', prefix: '', rewriteFrom: 's3://new-b/p/' } }, lengths);
        const plain = items.every(([, every]) => every === 0);
        if (plain) expect(back.resolved).toBe(file(lines));
        expect(linesOf(back.resolved).map((text) => JSON.parse(text))).toEqual(lines.map((text) => JSON.parse(text)));
      }), { numRuns: 300 });
  });
});
