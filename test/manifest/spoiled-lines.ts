import fc from 'fast-check';
import { BOX, boxes, classification, detection } from './samples';

/** Values that stand where others belong. */
const scrap = fc.constantFrom<any>(null, true, -1, 0, 1, 1.5, 1e21, 64, 63, 99, 4096, 4097, 1281, 2001, 99999999, '', 'yes', 'no', 'x'.repeat(256), 'ä', '\u0000', '"', '\\',
  'a.jpg', 'a%20', ' a', '../a', 's3://imgs/',
  's3://imgs/a', 's3://im/a', 'S3://imgs/b', 'https://a/b', 'groundtruth/object-detection', 'groundtruth/image-classification',
  [], {}, [1], { 0: 'x' }, { 1: 'x', 0: 'y' }, [{ confidence: 1 }], [{}], BOX, boxes(), detection(), classification(), 'cl-x', 'source-ref', 'errors');

/** Replaces, removes, adds or renames one member somewhere inside. */
function spoil(value: any, path: readonly number[], change: number, with_: any): any {
  if (typeof value !== 'object' || value === null || path.length === 0) return change === 0 ? with_ : value;
  const names = Object.keys(value);
  if (names.length === 0) return with_;
  const name = names[path[0] % names.length];
  if (path.length > 1) {
    const inner = spoil(value[name], path.slice(1), change, with_);
    return Array.isArray(value) ? value.map((item, i) => String(i) === name ? inner : item) : { ...value, [name]: inner };
  }
  if (Array.isArray(value)) return change === 1 ? value.slice(1) : [...value, with_];
  const entries = Object.entries(value);
  if (change === 1) return Object.fromEntries(entries.filter(([other]) => other !== name));
  if (change === 2) return Object.fromEntries(entries.map(([other, of]) => [other === name && typeof with_ === 'string' ? with_ : other, of]));
  return change === 3 ? { ...value, extra: with_ } : { ...value, [name]: with_ };
}

/**
 * Good lines of which one or two members are replaced, removed, added or renamed.
 *
 * @param more values that stand where others belong, beside the usual ones
 */
export function spoiledMembers(lines: readonly string[], ...more: unknown[]): fc.Arbitrary<Buffer> {
  const other = more.length === 0 ? scrap : fc.oneof(scrap, fc.constantFrom(...more));
  const spoils = fc.array(fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), fc.nat(4), other), { minLength: 1, maxLength: 2 });
  return fc.tuple(fc.constantFrom(...lines), spoils).map(([text, some]) =>
    Buffer.from(JSON.stringify(some.reduce((value, [path, change, with_]) => spoil(value, path, change, with_), JSON.parse(text)))));
}

/** Good lines of which one or two tokens are replaced, repeated or changed. */
export function spoiledTokens(lines: readonly string[]): fc.Arbitrary<string> {
  const tokens = /"[^"]*": ?(?:"[^"]*"|[\d.]+)|"[^"]*"|[\d.]+/g;
  const edit = fc.oneof(
    scrap.map((value) => () => JSON.stringify(value)),
    scrap.map((value) => (token: string) => `${token},${token.replace(/(:).*|$/, `$1${JSON.stringify(value)}`)}`),
    fc.constantFrom(
      (token: string) => `${token},${token}`,
      (token: string) => token.replace(/\d/, '0$&'),
      (token: string) => token.replace(/\d/, '$&.0'),
      (token: string) => token.replace(/\w/, 'cl-$&'),
      (token: string) => token.replace(/: ?.*/, `: ${JSON.stringify('y'.repeat(256))}`),
    ));
  return fc.tuple(fc.constantFrom(...lines), fc.array(fc.tuple(fc.nat(), edit), { minLength: 1, maxLength: 2 })).map(([text, edits]) =>
    edits.reduce((whole, [at, change]) => {
      const found = [...whole.matchAll(tokens)];
      const token = found[at % found.length];
      return token === undefined ? whole : whole.slice(0, token.index) + change(token[0]) + whole.slice(token.index + token[0].length);
    }, text));
}

/** Good lines of which a few bytes are removed, added or repeated. */
export function spoiledBytes(lines: readonly string[]): fc.Arbitrary<Buffer> {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('":,{}[]\\ 019.-e/tn\n\u0000\u007f\u00e4', 'latin1')), fc.nat(255));
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), add: fc.array(byte, { maxLength: 2 }), copy: fc.nat(40) });
  return fc.tuple(fc.constantFrom(...lines), fc.array(edit, { minLength: 1, maxLength: 2 })).map(([text, edits]) => {
    let bytes = Buffer.from(text);
    for (const { at, remove, add, copy } of edits) {
      const from = at % bytes.length;
      const repeated = copy > 36 ? bytes.subarray(from, from + copy * 3) : Buffer.alloc(0);
      bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(add), repeated, bytes.subarray(from + remove)]);
    }
    return bytes;
  });
}
