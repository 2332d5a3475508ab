/**
 * Finds a reference in the bytes of a line, so that it can be replaced without touching anything else.
 */

/** Where the value of a top-level member lies. */
export interface LineMember {
  /** Offset of the value's first byte (its opening quote when it is a string). */
  readonly start: number;
  /** Offset behind the closing quote; same as `start` when the value is no string. */
  readonly end: number;
  /** How often the member occurs: JSON readers keep the last one, other tools the first. */
  readonly count: number;
}

const SOURCE_REF = Buffer.from('"source-ref"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * The (last) `source-ref` member of the object in `bytes[start, end)`.
 *
 * @param bytes must hold a valid JSON object there: what is not needed is not checked
 * @returns undefined when there is none
 */
export function findSourceRefMember(bytes: Buffer, start: number, end: number): LineMember | undefined {
  return findMember(bytes, start, end, SOURCE_REF);
}

/**
 * The (last) member of that name of the object in `bytes[start, end)`.
 *
 * @param bytes must hold a valid JSON object there: what is not needed is not checked
 * @param name as JSON, quotes included
 * @returns undefined when there is none
 */
export function findMember(bytes: Buffer, start: number, end: number, name: Buffer): LineMember | undefined {
  let depth = 0;
  let count = 0;
  let value = { start: 0, end: 0 };
  for (let i = start; i < end; i++) {
    switch (bytes[i]) {
      case 0x7b: case 0x5b: depth++; break;
      case 0x7d: case 0x5d: depth--; break;
      case QUOTE: {
        const close = closingQuote(bytes, i);
        if (depth === 1) {
          const behind = skipBlanks(bytes, close + 1);
          if (bytes[behind] === COLON && isName(bytes, i, close + 1, name)) {
            count += 1;
            const first = skipBlanks(bytes, behind + 1);
            value = { start: first, end: bytes[first] === QUOTE ? closingQuote(bytes, first) + 1 : first };
          }
        }
        i = close;
      }
    }
  }
  return count === 0 ? undefined : { ...value, count };
}

/** Whether the object in `text` (valid JSON) has more than one `source-ref` member. */
export function hasRepeatedSourceRef(text: string): boolean {
  const name = '"source-ref"';
  // Without a backslash the name can only be written in one way, and then a single occurrence settles it.
  if (text.indexOf(name, text.indexOf(name) + 1) < 0 && !text.includes('\\')) return false;
  const bytes = Buffer.from(text);
  return (findSourceRefMember(bytes, 0, bytes.length)?.count ?? 0) > 1;
}

function closingQuote(bytes: Buffer, open: number): number {
  let i = open + 1;
  while (bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x09 || bytes[i] === 0x0a || bytes[i] === 0x0d) i++;
  return i;
}

function isName(bytes: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start === name.length && name.compare(bytes, start, end) === 0) return true;
  // Another way to write it has some of its characters as \uXXXX.
  if (end - start > 6 * name.length) return false;
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') && JSON.parse(text) === JSON.parse(name.toString());
}
