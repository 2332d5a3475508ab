import * as fc from 'fast-check';
import { readJsonElements } from '../../lib/formats/json-elements';

/** What a file holds under `list`, when it comes in blocks of so many bytes. */
function read(text: string | Buffer, blockBytes = 1 << 20, member = 'list') {
  const bytes = Buffer.from(text as string);
  const elements: unknown[] = [];
  function* blocks() {
    // The same memory takes every block, as with a file.
    const block = Buffer.alloc(Math.min(blockBytes, Math.max(bytes.length, 1)));
    for (let start = 0; start < bytes.length; start += blockBytes) yield block.subarray(0, bytes.copy(block, 0, start, start + blockBytes));
  }
  const outline = readJsonElements('file.json', blocks(), { [member]: (element, index) => expect(elements.push(element)).toBe(index + 1) });
  return { elements, top: outline.top, members: Object.fromEntries(outline.members) };
}

test('elements of an array of the outermost object, whatever lies around it', () => {
  const file = { 'before': { list: [0] }, 'text "[{': 'a}]"\\', 'list': [1, 'zw"ei]', { a: [{}] }, null, true, [], -1.5e3, ''], 'after': [[1], 2], 'flag': false };
  for (const text of [JSON.stringify(file), JSON.stringify(file, null, 2), `\ufeff${JSON.stringify(file)}\n`]) {
    expect(read(text)).toEqual({
      elements: file.list, top: 'object',
      members: { 'before': 'object', 'text "[{': 'scalar', 'list': 'array', 'after': 'array', 'flag': 'scalar' },
    });
  }
  expect(read('{"list":[]}').elements).toEqual([]);
});

test('elements of a file that is an array', () => {
  expect(read('[{"a":1}, 2 ,"x"]', 4, '')).toEqual({ elements: [{ a: 1 }, 2, 'x'], top: 'array', members: {} });
});

test('any JSON, cut into blocks anywhere', () => {
  const [value, size, spaces] = [fc.jsonValue(), fc.integer({ min: 1, max: 40 }), fc.nat({ max: 3 })];
  fc.assert(fc.property(fc.dictionary(fc.string(), value), fc.array(value), size, spaces, (others, list, blockBytes, indent) => {
    const file = { ...others, list };
    const found = read(JSON.stringify(file, null, indent), blockBytes);
    expect(found.elements).toEqual(JSON.parse(JSON.stringify(list)));
    expect(Object.keys(found.members).sort()).toEqual(Object.keys(file).sort());
  }), { numRuns: 500 });
});

test.each([
  ['', 'file.json is empty'],
  ['  \n', 'file.json is empty'],
  ['names: [a]', 'file.json is not JSON: it begins with "nam'],
  ['{"list":[1,2', 'file.json ends in the middle of list[1]; copy or export it again'],
  ['{"list":[1,{"a":"', 'file.json ends in the middle of list[1]; copy or export it again'],
  ['{"other":{"a":', 'file.json ends in the middle of its JSON; copy or export it again'],
  ['{"list":[1,,2]}', 'file.json list[1] is missing between two commas'],
  ['{"list":[1,nein]}', 'file.json list[1] is not valid JSON: "nein"'],
  ['{"list":[{"a":NaN}]}', 'file.json list[0] holds NaN or Infinity, which Python writes but JSON does not know; write numbers, or null'],
  ['{"list":[[1, -Infinity]]}', 'file.json list[0] holds NaN or Infinity, which Python writes but JSON does not know; write numbers, or null'],
  ['{"list":[1],"list":[2]}', 'file.json has the member "list" twice; remove one'],
  ['{"a":1}{"b":2}', 'file.json goes on after the end of its JSON; copy or export it again'],
  ['{"a":1}]', 'file.json goes on after the end of its JSON; copy or export it again'],
  [Buffer.from('{"list":["é"]}', 'latin1'), 'file.json list[0] is not UTF-8; save the file as UTF-8'],
  [Buffer.from('\ufeff{"list":[1]}', 'utf16le'), 'file.json is UTF-16, as Excel and PowerShell write it; save it as UTF-8'],
])('%j is refused', (text, message) => {
  for (const blockBytes of [3, 1 << 20]) expect(() => read(text, blockBytes)).toThrow(message);
});
