import { ServiceError } from './service';

/** A constraint of an API model. Lengths of strings are in characters, of blobs in bytes (decoded), of lists and maps in items. */
export type Shape =
  | { readonly type: 'string'; readonly min?: number; readonly max?: number; readonly pattern?: RegExp; readonly values?: readonly string[] }
  | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'timestamp' }
  | { readonly type: 'blob'; readonly min?: number; readonly max?: number }
  | { readonly type: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly type: 'map'; readonly key: Shape; readonly of: Shape; readonly max?: number }
  | Structure;

export interface Structure {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** Members whose name ends with `*` must be there. */
export function structure(members: Readonly<Record<string, Shape>>): Structure {
  const names = Object.keys(members);
  return {
    type: 'structure',
    members: Object.fromEntries(names.map((name) => [name.replace('*', ''), members[name]])),
    required: names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)),
  };
}

/**
 * Reads a JSON value as its shape says: blobs are decoded, timestamps (ISO 8601 with an offset or Z) become dates,
 * members the shape does not know and members that are null are left out.
 *
 * @param typeErrors code of the refusal of a value of another JSON type
 * @throws ServiceError ValidationException that lists every constraint the value breaks, or for the first value of another JSON type
 */
export function readShape(shape: Shape, value: unknown, typeErrors: 'SerializationException' | 'ValidationException' = 'ValidationException'): unknown {
  const problems: string[] = [];
  const result = read(shape, value, '', (shown, path, constraint) => {
    if (typeErrors === 'SerializationException' && TYPE_CONSTRAINT.test(constraint)) throw new ServiceError(typeErrors, `${path}: ${constraint}.`);
    problems.push(`Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
  });
  if (problems.length === 0) return result;
  throw new ServiceError('ValidationException',
    `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`);
}

/** What is said of a value of another type than the shape's. */
const TYPE_CONSTRAINT = /^Member must be an? /;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

type Report = (shown: string, path: string, constraint: string) => void;

function read(shape: Shape, value: unknown, path: string, report: Report): unknown {
  const fail = (constraint: string) => report(show(value), path, constraint);
  switch (shape.type) {
    case 'string':
      if (typeof value !== 'string') return fail('Member must be a string');
      size(shape, value.length, 'length', fail);
      if (shape.pattern && !shape.pattern.test(value)) fail(`Member must satisfy regular expression pattern: ${shape.pattern.source}`);
      if (shape.values && !shape.values.includes(value)) fail(`Member must satisfy enum value set: [${shape.values.join(', ')}]`);
      return value;
    case 'integer':
      if (!Number.isInteger(value)) return fail('Member must be an integer');
      size(shape, value as number, 'value', fail);
      return value;
    case 'boolean':
      return typeof value === 'boolean' ? value : fail('Member must be a boolean');
    case 'timestamp':
      if (typeof value !== 'string' || !TIMESTAMP.test(value) || Number.isNaN(Date.parse(value))) return fail('Member must be a timestamp');
      return new Date(value);
    case 'blob': {
      const blob = typeof value === 'string' ? decodeBase64(value) : undefined;
      if (!blob) return fail('Member must be a base64-encoded blob');
      size(shape, blob.length, 'length', (constraint) => report(`'blob of ${blob.length} bytes'`, path, constraint));
      return blob;
    }
    case 'list':
      if (!Array.isArray(value)) return fail('Member must be a list');
      size(shape, value.length, 'length', fail);
      return value.map((item, index) => read(shape.of, item, `${path}.${index + 1}.member`, report));
    case 'map': {
      if (!isObject(value)) return fail('Member must be a map');
      const entries = Object.entries(value);
      size(shape, entries.length, 'length', fail);
      return Object.fromEntries(entries.map(([key, item]) =>
        [read(shape.key, key, `${path}.key`, report), read(shape.of, item, `${path}.${key}.member`, report)]));
    }
    case 'structure': {
      if (!isObject(value)) return fail('Member must be a structure');
      const at = (name: string) => `${path && `${path}.`}${name[0].toLowerCase()}${name.slice(1)}`;
      const present = Object.keys(shape.members).filter((name) => value[name] !== undefined && value[name] !== null);
      for (const name of shape.required) {
        if (!present.includes(name)) report('null', at(name), 'Member must not be null');
      }
      return Object.fromEntries(present.map((name) => [name, read(shape.members[name], value[name], at(name), report)]));
    }
  }
}

function size({ min, max }: { min?: number; max?: number }, actual: number, what: 'length' | 'value', fail: (constraint: string) => void): void {
  if (min !== undefined && actual < min) fail(`Member must have ${what} greater than or equal to ${min}`);
  if (max !== undefined && actual > max) fail(`Member must have ${what} less than or equal to ${max}`);
}

function decodeBase64(text: string): Buffer | undefined {
  const blob = Buffer.from(text, 'base64');
  // Node skips what is not base64; the length shows that something was skipped.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return text.length % 4 === 0 && blob.length === (text.length / 4) * 3 - padding ? blob : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.length > 300 ? `${text.slice(0, 300)}…` : text}'`;
}
