import { matchesWholly } from './model';
import type { Model, ModelMember, ModelShape } from './model';

/** What the model says of a request: that its types are wrong, that it breaks constraints, or nothing against it. */
export type Expectation =
  | { readonly kind: 'types' }
  /** Each as it shall stand in the message, from the path on; a value in front of it where its text is known. */
  | { readonly kind: 'constraints'; readonly broken: readonly string[] }
  | { readonly kind: 'accepted' };

/** @param members the request's members: JSON values, or texts where they travel in path, query or header */
export function expectationOf(model: Model, operation: string, members: Readonly<Record<string, unknown>>): Expectation {
  const reader = new Reader(model);
  const request = model.shapes[model.operations[operation].input.shape];
  for (const [name, member] of Object.entries(request.members!)) {
    const value = reader.received(member, members[name]);
    reader.member(value, member.shape, lower(name), request.required?.includes(name) ?? false);
  }
  if (reader.wrongTypes > 0) return { kind: 'types' };
  return reader.broken.length > 0 ? { kind: 'constraints', broken: reader.broken } : { kind: 'accepted' };
}

/** No value of its type. */
const WRONG = Symbol('wrong');

class Reader {
  wrongTypes = 0;
  readonly broken: string[] = [];

  constructor(private readonly model: Model) {}

  /** What a server makes of a text: it has no types but by the model. */
  received({ shape, location }: ModelMember, value: unknown): unknown {
    if (location === undefined || location === 'uri' || location === 'header') return value;
    const { type } = this.model.shapes[shape];
    // No parameter is a list without items.
    if (type === 'list') return value ?? [];
    if (type === 'string' || value === undefined) return value;
    if (type === 'integer') return /^-?[0-9]+$/.test(value as string) ? parseInt(value as string, 10) : WRONG;
    if (type === 'boolean') return ({ true: true, false: false } as Record<string, unknown>)[value as string] ?? WRONG;
    const [, day] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})$/.exec(value as string) ?? [];
    return day === undefined || Number.isNaN(Date.parse(day)) ? WRONG : new Date(day);
  }

  member(value: unknown, shape: string, path: string, required: boolean): void {
    if (value === undefined || value === null) {
      if (required) this.broken.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
    } else {
      this.value(value, this.model.shapes[shape], path);
    }
  }

  private value(value: any, shape: ModelShape, path: string): void {
    if (!isOfType(value, shape)) {
      this.wrongTypes++;
      return;
    }
    const bytes = shape.type === 'blob' ? Buffer.byteLength(value, 'base64') : 0;
    const shown = shape.type === 'blob' ? `java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]` : value;
    const constraints = textsOf(shape);
    brokenOf(value, shape).forEach((constraint) => this.report(shown, path, constraints[constraint]!));
    if (shape.type === 'structure') {
      for (const [name, { shape: inner }] of Object.entries(shape.members!)) {
        this.member(value[name], inner, `${path}.${lower(name)}`, shape.required?.includes(name) ?? false);
      }
    } else if (shape.type === 'list') {
      this.items(value, value, shape.member!.shape, path, 'Member');
    } else if (shape.type === 'map') {
      this.items(value, Object.keys(value), shape.key!.shape, path, 'Map keys');
      this.items(value, Object.values(value), shape.value!.shape, path, 'Map value');
    }
  }

  private items(whole: unknown, items: readonly any[], name: string, path: string, what: string): void {
    const shape = this.model.shapes[name];
    if (shape.type === 'structure') {
      items.forEach((item, i) => this.member(item, name, `${path}.${i + 1}.member`, true));
      return;
    }
    const there = items.filter((item) => item !== null);
    this.wrongTypes += there.filter((item) => !isOfType(item, shape)).length;
    if (there.length === items.length && there.every((item) => isOfType(item, shape) && brokenOf(item, shape).length === 0)) return;
    const texts = Object.values(textsOf(shape)).filter((text) => text !== undefined);
    this.report(whole, path, `${what} must satisfy constraint: [${[...texts, 'Member must not be null'].join(', ')}]`);
  }

  private report(value: unknown, path: string, constraint: string): void {
    const shown = printed(value);
    this.broken.push(`${shown === undefined ? '' : `Value '${shown}' `}at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}

function isOfType(value: unknown, { type }: ModelShape): boolean {
  switch (type) {
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    case 'integer': return typeof value === 'number' && Math.abs(value) <= 2 ** 31 && value !== 2 ** 31 && value % 1 === 0;
    case 'timestamp': return value instanceof Date;
    case 'blob': return typeof value === 'string' && isBase64(value);
    case 'list': return Array.isArray(value);
    default: return typeof value === 'object' && !Array.isArray(value);
  }
}

/** RFC 4648, section 4: padded, and the bits that stand for no byte are zero. */
function isBase64(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  const [quads, last] = [text.slice(0, -4), text.slice(-4)];
  return !/[^A-Za-z0-9+/]/.test(quads) && (last === '' || /^([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)$/.test(last));
}

type Constraint = 'max' | 'min' | 'pattern' | 'enum';

function textsOf({ type, min, max, pattern, enum: words }: ModelShape): Record<Constraint, string | undefined> {
  const measure = type === 'integer' ? 'value' : 'length';
  return {
    max: max === undefined ? undefined : `Member must have ${measure} less than or equal to ${max}`,
    min: min === undefined ? undefined : `Member must have ${measure} greater than or equal to ${min}`,
    pattern: pattern === undefined ? undefined : `Member must satisfy regular expression pattern: ${pattern}`,
    enum: words && `Member must satisfy enum value set: [${words.join(', ')}]`,
  };
}

function brokenOf(value: any, { type, min = -Infinity, max = Infinity, pattern, enum: words }: ModelShape): Constraint[] {
  const size = type === 'integer' ? value
    : type === 'blob' ? Buffer.byteLength(value, 'base64')
      : type === 'string' ? Array.from(value).length
        : Object.keys(value).length;
  const broken: (Constraint | false)[] = [
    size > max && 'max',
    size < min && 'min',
    pattern !== undefined && !matchesWholly(pattern, value) && 'pattern',
    words !== undefined && !words.includes(value) && 'enum',
  ];
  return broken.filter((one) => one !== false);
}

/** A value as messages have it, where that is known. */
function printed(value: any): string | undefined {
  if (typeof value !== 'object') return String(value);
  const flat = Object.values(value).every((item) => typeof item !== 'object' || item === null);
  if (!flat) return undefined;
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : `{${Object.entries(value).map(([key, item]) => `${key}=${item as string}`).join(', ')}}`;
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.substring(1);
}
