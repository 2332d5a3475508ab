import fc from 'fast-check';
import { canonicalLine, listedErrors, ownLine } from '../../../lib/manifest';
import { BOXED, CLASSIFIED } from '../samples';

const ERRORS = [{ code: 'ERROR_X', message: 'x' }];

/** Adds what the service adds, wherever it may stand. */
function asListed(value: any): any {
  if (Array.isArray(value)) return value.map(asListed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, of]) => [name, asListed(of)]);
  return Object.fromEntries([...entries.reverse(), ['cl-metadata', { is_labeled: true }], ['cl-errors', ERRORS], ['errors', ERRORS], ['warnings', ERRORS]]);
}

test.each([['image-level', CLASSIFIED], ['boxes', BOXED]])('%s: a listed line equals the sent one', (_what, text) => {
  const listed = JSON.stringify(asListed(JSON.parse(text)), null, 1);
  expect(canonicalLine(listed)).toBe(canonicalLine(text));
  expect(JSON.parse(canonicalLine(text))).toEqual(JSON.parse(text));
});

test.each([
  ['{ "b" : 1.0, "a" : [ ] , "c": {} }', '{"a":[],"b":1,"c":{}}'],
  ['{"a":[1,[2,{"y":null,"x":true}],"s"]}', '{"a":[1,[2,{"x":true,"y":null}],"s"]}'],
  ['{"n":[1e2,1E+2,100.0,-0,1e400,-1e400]}', '{"n":[100,100,100,0,1e999,-1e999]}'],
  ['{"s":"\\u00e4\\/\\ud800"}', '{"s":"ä/\\ud800"}'],
  ['{"a":1,"a":2}', '{"a":2}'],
  ['{"__proto__":{"b":1,"a":2}}', '{"__proto__":{"a":2,"b":1}}'],
  ['{"errors":"mine","warnings":[1],"cl-x":1}', '{"errors":"mine","warnings":[1]}'],
])('%s', (text, canonical) => {
  expect(canonicalLine(text)).toBe(canonical);
  expect(canonicalLine(canonical)).toBe(canonical);
});

test('any JSON: same value, whatever the order and the blanks', () => {
  fc.assert(fc.property(fc.object({ withNullPrototype: false }), (value) => {
    const text = JSON.stringify(value);
    const shuffled = JSON.stringify(asListed(JSON.parse(text)), null, 2);
    expect(canonicalLine(shuffled)).toBe(canonicalLine(text));
  }));
});

test('nesting as deep as a line is long', () => {
  const deep = '{"a":['.repeat(14_000) + '1' + ']}'.repeat(14_000);
  expect(canonicalLine(deep)).toBe(deep);
  expect(listedErrors(deep)).toEqual([]);
});

test('the own line keeps the order of its members', () => {
  expect(ownLine('{"b":{"z":1,"cl-x":2,"a":[{"errors":[{"code":"E","message":"m"}]}]}, "a":1.50,"cl-metadata":{},"__proto__":0}'))
    .toBe('{"b":{"z":1,"a":[{}]},"a":1.5,"__proto__":0}');
  expect(ownLine(BOXED)).toBe(BOXED);
});

test('no JSON is refused', () => {
  expect(() => canonicalLine('{')).toThrow(SyntaxError);
});

test('errors at the four places where the service puts them', () => {
  const list = (code: string) => [{ code, message: `text of ${code}` }];
  const listed = JSON.stringify({
    'source-ref': 's3://imgs/a.jpg',
    'bb': { annotations: [{ class_id: 0 }, { 'class_id': 0, 'cl-errors': list('BOX') }], errors: [...list('ATTRIBUTE'), ...list('SECOND')] },
    'bb-metadata': { 'type': 'x', 'cl-errors': list('METADATA'), 'warnings': list('WARNING') },
    'errors-metadata': { errors: 'no list' },
    'cl-metadata': { is_labeled: true },
    'cl-errors': list('TOP'),
    'cl-warnings': list('WARNING'),
  });
  expect(listedErrors(listed)).toEqual([
    { code: 'BOX', message: 'text of BOX', place: ['bb', 'annotations', 1] },
    { code: 'ATTRIBUTE', message: 'text of ATTRIBUTE', place: ['bb'] },
    { code: 'SECOND', message: 'text of SECOND', place: ['bb'] },
    { code: 'METADATA', message: 'text of METADATA', place: ['bb-metadata'] },
    { code: 'TOP', message: 'text of TOP', place: [] },
  ]);
});
