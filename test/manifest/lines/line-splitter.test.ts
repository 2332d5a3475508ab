import fc from 'fast-check';
import { DEFAULT_MAX_LINE_BYTES, LineSplitter, LOOKOUT_LIMITS, REKOGNITION_LIMITS } from '../../../lib/manifest';

type Seen = [line: number, text: string, overlong: boolean];

/** Splits bytes that arrive in pieces of the given lengths (the rest in one). */
function split(bytes: Buffer, lengths: readonly number[] = [], maxLineBytes?: number): Seen[] {
  const seen: Seen[] = [];
  const splitter = new LineSplitter((buffer, start, end, line, overlong) => {
    seen.push([line, buffer.toString('latin1', start, end), overlong]);
  }, maxLineBytes);
  let at = 0;
  for (const length of lengths) {
    const piece = Buffer.from(bytes.subarray(at, at + length));
    splitter.push(piece);
    piece.fill(0xee);
    at += length;
  }
  if (at < bytes.length) splitter.push(Uint8Array.from(bytes.subarray(at)));
  splitter.end();
  return seen;
}

const texts = (seen: Seen[]) => seen.map(([, text]) => text);

test.each([
  ['nothing', '', []],
  ['one line', 'a\n', ['a']],
  ['no last newline', 'a\nb', ['a', 'b']],
  ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
  ['CR alone is content, at the end it is a terminator', 'a\rb\nc\r', ['a\rb', 'c']],
  ['only one CR is taken off', 'a\r\r\n', ['a\r']],
  ['blank lines', '\n\r\n\n', ['', '', '']],
  ['byte order mark at the start', '\u00ef\u00bb\u00bfa\n\u00ef\u00bb\u00bfb\n', ['a', '\u00ef\u00bb\u00bfb']],
  ['byte order mark alone', '\u00ef\u00bb\u00bf', []],
  ['byte order mark and a blank line', '\u00ef\u00bb\u00bf\n', ['']],
])('%s', (_what, text, expected) => {
  const bytes = Buffer.from(text, 'latin1');
  expect(texts(split(bytes))).toEqual(expected);
  expect(texts(split(bytes, Array(bytes.length).fill(1)))).toEqual(expected);
});

test('lines are numbered from 1', () => {
  expect(split(Buffer.from('a\n\nc')).map(([line]) => line)).toEqual([1, 2, 3]);
});

test('no byte is lost or invented, wherever the chunks are cut', () => {
  const piece = fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', '\u00ef\u00bb\u00bf', '\u00e4'.repeat(9));
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.nat(7), { maxLength: 80 }), (pieces, lengths) => {
    const text = pieces.join('');
    const seen = split(Buffer.from(text, 'latin1'), lengths);

    const withoutMark = text.replace(/^\u00ef\u00bb\u00bf/, '');
    const expected = withoutMark.split('\n');
    if (expected.at(-1) === '') expected.pop();
    expect(texts(seen)).toEqual(expected.map((line) => line.replace(/\r$/, '')));
    expect(seen.some(([, , overlong]) => overlong)).toBe(false);
  }), { numRuns: 500 });
});

test('of a line over the cap only the beginning is kept, however it arrives', () => {
  fc.assert(fc.property(fc.array(fc.nat(30), { maxLength: 6 }), fc.array(fc.nat(20), { maxLength: 20 }), (sizes, lengths) => {
    const lines = sizes.map((size, i) => String.fromCharCode(97 + i).repeat(size));
    const seen = split(Buffer.from(lines.map((line) => `${line}\n`).join('')), lengths, 10);
    expect(seen).toEqual(lines.map((line, i) => [i + 1, line.slice(0, 10), line.length > 10]));
  }));
});

test('a line of 256 MB is passed over in constant memory', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const seen: [number, number, boolean][] = [];
  const splitter = new LineSplitter((_buffer, start, end, line, overlong) => seen.push([line, end - start, overlong]));
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 4096; i++) splitter.push(chunk);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  splitter.push(Buffer.from('\nb\n'));
  expect(seen).toEqual([[1, 300_000, true], [2, 1, false]]);
});

test('no line that a service reads is cut by default', () => {
  const longest = Math.max(REKOGNITION_LIMITS.lineCharacters, LOOKOUT_LIMITS.lineCharacters);
  expect(3 * longest).toBeLessThanOrEqual(DEFAULT_MAX_LINE_BYTES);
});
