/**
 * Finds the `source-ref` member in the bytes of a line, so that it can be replaced without touching anything else.
 */

/** Where the value of the top-level `source-ref` member lies. */
export interface SourceRefMember {
  /** Offset of the value's first byte (its opening quote when it is a string). */
  readonly start: number;
  /** Offset behind the closing quote; same as `start` when the value is no string. */
  readonly end: number;
  /** How often the member occurs: JSON readers keep the last one, other tools the first. */
  readonly count: number;
}

const NAME = Buffer.from('"source-ref"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * The (last) `source-ref` member of the object in `bytes[start, end)`.
 *
 * @param bytes must hold a valid JSON object there: what is not needed is not checked
 * @returns undefined when there is none
 */
export function findSourceRefMember(bytes: Buffer, start: number, end: number): SourceRefMember | undefined {
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
          if (bytes[behind] === COLON && isSourceRef(bytes, i, close + 1)) {
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

function isSourceRef(bytes: Buffer, start: number, end: number): boolean {
  if (end - start === NAME.length) return NAME.compare(bytes, start, end) === 0;
  // Longer only when some of its ten characters are written as \uXXXX.
  if (end - start < NAME.length || end - start > 2 + 10 * 6) return false;
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') && JSON.parse(text) === 'source-ref';
}
