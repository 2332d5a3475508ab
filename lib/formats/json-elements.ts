/** JSON files that are too large to be parsed at once: read element by element. */

import { isUtf8 } from 'node:buffer';
import { AnnotationError } from './annotation-error';

/** What a member of the outermost object holds. */
export type JsonKind = 'array' | 'object' | 'scalar';

/** What is said of a JSON file once it was read. */
export interface JsonOutline {
  /** What the file holds at its top. */
  readonly top: JsonKind;
  /** The members of the outermost object, in their order. */
  readonly members: ReadonlyMap<string, JsonKind>;
}

/** Receives an element of an array. */
export type ElementVisitor = (element: unknown, index: number) => void;

const [QUOTE, BACKSLASH, COLON, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = Buffer.from('"\\:,{}[]');
const HIGH = 0x80;
/** 1 for what the scanner must look at, outside of strings: all else is passed over. */
const STRUCTURE = Uint8Array.from({ length: 256 }, (_, byte) =>
  [QUOTE, COLON, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY].includes(byte) || byte >= HIGH ? 1 : 0);
/** The same inside of strings. */
const IN_STRING = Uint8Array.from({ length: 256 }, (_, byte) => byte === QUOTE || byte === BACKSLASH || byte >= HIGH ? 1 : 0);
/** The longest element that is looked at: no annotation is longer, and a text cannot be. */
const LONGEST_ELEMENT = 256 * 1024 * 1024;

/**
 * Reads arrays of a JSON file element by element, so that neither its size nor the longest text that V8 holds is a limit.
 *
 * @param file how messages name it
 * @param blocks its bytes; a block is needed no longer than until the next one
 * @param visitors by the name of a member of the outermost object; by an empty name for a file that is an array
 * @throws AnnotationError for what is no JSON, with the element
 */
export function readJsonElements(file: string, blocks: Iterable<Buffer>, visitors: Readonly<Record<string, ElementVisitor>>): JsonOutline {
  const scanner = new ElementScanner(file, visitors);
  for (const block of blocks) scanner.push(block);
  return scanner.end();
}

class ElementScanner {
  private readonly members = new Map<string, JsonKind>();
  private top?: JsonKind;
  /** Objects and arrays around the position. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The last text of the outermost object, which is a member's name when a colon follows. */
  private text = '';
  private member = '';
  private visitor?: ElementVisitor;
  private index = 0;
  /** Where in the block the element or text begins that is being read; -1: none. */
  private start = -1;
  /** What came of it in blocks before. */
  private pending: Buffer[] = [];
  private high = false;
  private first = true;

  constructor(private readonly file: string, private readonly visitors: Readonly<Record<string, ElementVisitor>>) {}

  push(block: Buffer): void {
    const bytes = this.first ? this.beginning(block) : block;
    this.first = false;
    if (this.start >= 0) this.start = 0;
    this.scan(bytes);
    if (this.start >= 0) {
      this.pending.push(Buffer.from(bytes.subarray(this.start)));
      if (this.pending.reduce((sum, { length }) => sum + length, 0) > LONGEST_ELEMENT) throw this.error(`is longer than ${LONGEST_ELEMENT} bytes`);
    }
  }

  end(): JsonOutline {
    if (this.top === undefined) throw new AnnotationError(this.file, 'is empty');
    if (this.depth > 0 || this.inString) throw new AnnotationError(this.file, `ends in the middle of ${this.visitor ? this.elementName() : 'its JSON'}; copy or export it again`);
    return { top: this.top, members: this.members };
  }

  /** The first block without a byte order mark. */
  private beginning(block: Buffer): Buffer {
    const bytes = withoutMark(this.file, block);
    const text = bytes.toString('latin1', 0, 200).trimStart();
    if (text !== '' && !/^[[{]/.test(text)) throw new AnnotationError(this.file, `is not JSON: it begins with ${JSON.stringify(text.slice(0, 20))}`);
    return bytes;
  }

  private scan(bytes: Buffer): void {
    const { length } = bytes;
    let i = 0;
    while (i < length) {
      if (this.inString) i = this.string(bytes, i);
      else if (this.start < 0 && this.visitor !== undefined && this.depth === this.elementDepth && isValueStart(bytes[i])) this.start = i;
      else if (this.start < 0 && this.visitor !== undefined && this.depth === this.elementDepth && !STRUCTURE[bytes[i]]) i += 1;
      else {
        while (i < length && STRUCTURE[bytes[i]] === 0) i += 1;
        if (i < length) this.structure(bytes, i++);
      }
    }
  }

  /** Depth of the array whose elements are visited. */
  private get elementDepth(): number {
    return this.top === 'array' ? 1 : 2;
  }

  /** Passes over a string, or to the end of the block. */
  private string(bytes: Buffer, from: number): number {
    let i = from;
    if (this.escaped) {
      this.escaped = false;
      i += 1;
    }
    for (;;) {
      while (i < bytes.length && IN_STRING[bytes[i]] === 0) i += 1;
      if (i >= bytes.length) return i;
      const byte = bytes[i];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        if (i + 1 === bytes.length) this.escaped = true;
        i += 2;
      } else {
        this.high = true;
        i += 1;
      }
    }
    this.inString = false;
    if (this.depth === 1 && this.top === 'object') this.text = JSON.parse(this.take(bytes, i + 1)) as string;
    return i + 1;
  }

  private structure(bytes: Buffer, i: number): void {
    const byte = bytes[i];
    switch (byte) {
      case QUOTE:
        this.inString = true;
        if (this.depth === 1 && this.top === 'object') this.start = i;
        break;
      case COLON:
        if (this.depth === 1) {
          this.member = this.text;
          if (this.members.has(this.member)) throw new AnnotationError(this.file, `has the member ${JSON.stringify(this.member)} twice; remove one`);
          this.members.set(this.member, 'scalar');
        }
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.open(byte === OPEN_ARRAY ? 'array' : 'object');
        break;
      case COMMA:
        if (this.visitor && this.depth === this.elementDepth) this.element(bytes, i);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (this.depth === 0) throw new AnnotationError(this.file, 'goes on after the end of its JSON; copy or export it again');
        this.close(bytes, i);
        break;
      default:
        this.high = true;
    }
  }

  private open(kind: JsonKind): void {
    if (this.depth === 0) {
      if (this.top !== undefined) throw new AnnotationError(this.file, 'goes on after the end of its JSON; copy or export it again');
      this.top = kind;
      if (kind === 'array') this.begin(this.visitors['']);
    } else if (this.depth === 1 && this.top === 'object') {
      this.members.set(this.member, kind);
      if (kind === 'array' && Object.hasOwn(this.visitors, this.member)) this.begin(this.visitors[this.member]);
    }
    this.depth += 1;
  }

  private begin(visitor: ElementVisitor | undefined): void {
    this.visitor = visitor;
    this.index = 0;
  }

  private close(bytes: Buffer, i: number): void {
    if (this.visitor && this.depth === this.elementDepth) {
      if (this.start >= 0) this.element(bytes, i);
      this.visitor = undefined;
    }
    this.depth -= 1;
  }

  private element(bytes: Buffer, end: number): void {
    if (this.start < 0) throw this.error('is missing between two commas');
    const text = this.take(bytes, end);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.error(/(^|[:[,\s])(NaN|-?Infinity)\b/.test(text)
        ? 'holds NaN or Infinity, which Python writes but JSON does not know; write numbers, or null'
        : `is not valid JSON: ${JSON.stringify(text.trim().slice(0, 40))}`);
    }
    this.visitor!(value, this.index);
    this.index += 1;
  }

  /** The text from `start` to here. */
  private take(bytes: Buffer, end: number): string {
    const last = bytes.subarray(this.start, end);
    const whole = this.pending.length > 0 ? Buffer.concat([...this.pending, last]) : last;
    if (this.high && !isUtf8(whole)) throw this.error('is not UTF-8; save the file as UTF-8');
    const text = whole.toString(this.high ? 'utf8' : 'latin1');
    this.start = -1;
    this.high = false;
    if (this.pending.length > 0) this.pending = [];
    return text;
  }

  private error(what: string): AnnotationError {
    return new AnnotationError(this.file, `${this.visitor ? `${this.elementName()} ` : ''}${what}`);
  }

  private elementName(): string {
    return `${this.member}[${this.index}]`;
  }
}

function isValueStart(byte: number): boolean {
  return byte > 0x20 && byte !== COMMA && byte !== CLOSE_ARRAY && byte !== CLOSE_OBJECT;
}

/** @throws AnnotationError for an encoding other than UTF-8 */
function withoutMark(file: string, block: Buffer): Buffer {
  if ((block[0] === 0xff && block[1] === 0xfe) || (block[0] === 0xfe && block[1] === 0xff)) {
    throw new AnnotationError(file, 'is UTF-16, as Excel and PowerShell write it; save it as UTF-8');
  }
  return block.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? block.subarray(3) : block;
}
