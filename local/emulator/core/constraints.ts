import type { ApiModel, Shape } from './api-model';
import { isObject } from './json-lines';
import { ServiceError } from './service';

/** A constraint that a value breaks. */
interface Broken {
  readonly value: unknown;
  readonly path: string;
  readonly constraint: string;
}

/** The refusal of a request, with every broken constraint in its text. */
export function constraintError(broken: readonly Broken[]): ServiceError {
  const list = broken.map(({ value, path, constraint }) =>
    `Value ${value === null ? 'null' : `'${show(value)}'`} at '${path}' failed to satisfy constraint: ${constraint}`);
  return new ServiceError('ValidationException', `${list.length} validation error${list.length === 1 ? '' : 's'} detected: ${list.join('; ')}`);
}

type Shapes = ApiModel['shapes'];

/** Every constraint that a value of the type of a shape breaks, members and items included. */
export function brokenConstraints(shapes: Shapes, name: string, value: unknown, path: string): Broken[] {
  const shape = shapes[name];
  return [
    ...constraintsOf(shape).filter(({ accepts }) => !accepts(value)).map(({ text: constraint }) => ({ value, path, constraint })),
    ...brokenInside(shapes, shape, value, path),
  ];
}

/** Strings in a list or map are reported on the whole list or map, with every constraint they have. */
function brokenInside(shapes: Shapes, shape: Shape, value: any, path: string): Broken[] {
  const { members = {}, required = [], member, key, value: mapped } = shape;
  const each = (name: string, items: readonly unknown[], what: string): Broken[] => {
    const constraints = constraintsOf(shapes[name]);
    if (items.every((item) => item !== null && constraints.every(({ accepts }) => accepts(item)))) return [];
    return [{ value, path, constraint: `${what} must satisfy constraint: [${[...constraints.map(({ text }) => text), NOT_NULL].join(', ')}]` }];
  };
  const one = (name: string, item: unknown, at: string): Broken[] =>
    item === null ? [{ value: null, path: at, constraint: NOT_NULL }] : brokenConstraints(shapes, name, item, at);
  switch (shape.type) {
    case 'structure':
      return Object.entries(members).flatMap(([name, { shape: inner }]) =>
        Object.hasOwn(value, name) || required.includes(name) ? one(inner, value[name] ?? null, memberPath(path, name)) : []);
    case 'list':
      return shapes[member!.shape].type === 'structure'
        ? value.flatMap((item: unknown, i: number) => one(member!.shape, item, itemPath(path, i)))
        : each(member!.shape, value, 'Member');
    case 'map':
      return [...each(key!.shape, Object.keys(value), 'Map keys'), ...each(mapped!.shape, Object.values(value), 'Map value')];
    default:
      return [];
  }
}

interface Constraint {
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
}

const NOT_NULL = 'Member must not be null';

function constraintsOf({ type, min, max, pattern, enum: values }: Shape): Constraint[] {
  const what = type === 'integer' ? 'value' : 'length';
  const constraints: (Constraint | undefined)[] = [
    max === undefined ? undefined : { text: `Member must have ${what} less than or equal to ${max}`, accepts: (value) => sizeOf(value) <= max },
    min === undefined ? undefined : { text: `Member must have ${what} greater than or equal to ${min}`, accepts: (value) => sizeOf(value) >= min },
    pattern === undefined ? undefined
      : { text: `Member must satisfy regular expression pattern: ${pattern}`, accepts: (value) => wholly(pattern).test(value as string) },
    values && { text: `Member must satisfy enum value set: [${values.join(', ')}]`, accepts: (value) => values.includes(value as string) },
  ];
  return constraints.filter((constraint) => constraint !== undefined);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  // Strings count by characters, not by the halves of those beyond 16 bits.
  if (typeof value === 'string') return [...value].length;
  return Array.isArray(value) || Buffer.isBuffer(value) ? value.length : Object.keys(value as object).length;
}

const patterns = new Map<string, RegExp>();

/** A pattern as the services apply it: to the whole string, whether it has anchors or not. */
function wholly(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
  patterns.set(pattern, known);
  return known;
}

export function memberPath(path: string, name: string): string {
  return `${path && `${path}.`}${name[0].toLowerCase()}${name.slice(1)}`;
}

export function itemPath(path: string, index: number): string {
  return `${path}.${index + 1}.member`;
}

/** A value as Java prints it. */
function show(value: unknown): string {
  if (Buffer.isBuffer(value)) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (isObject(value)) return `{${Object.entries(value).map(([key, item]) => `${key}=${show(item)}`).join(', ')}}`;
  return String(value);
}
