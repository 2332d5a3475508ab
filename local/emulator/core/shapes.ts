import type { ApiModel } from './api-model';
import { brokenConstraints, constraintError, itemPath, memberPath } from './constraints';
import { isObject } from './json-lines';
import { ServiceError } from './service';

/**
 * Reads a request in the two steps of AWS's framework. First its JSON values become values of the model's types: blobs are
 * decoded, timestamps (ISO 8601 with an offset or Z) become dates, members that the model does not know and members that are
 * null are left out. Then the constraints of the model are checked.
 *
 * @param typeErrors code of the refusal of a value of another JSON type
 * @throws ServiceError for the first value of another JSON type, or ValidationException that lists every broken constraint
 */
export function readRequest(
  { operations, shapes }: ApiModel, operation: string, json: unknown, typeErrors: 'SerializationException' | 'ValidationException' = 'SerializationException',
): unknown {
  const name = operations[operation].input.shape;
  const request = parse(shapes, name, json, '', typeErrors);
  const broken = brokenConstraints(shapes, name, request, '');
  if (broken.length > 0) throw constraintError(broken);
  return request;
}

/** The JSON object in the body of a request. */
export function jsonObject(body: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(UTF8.decode(body));
  } catch (error) {
    throw new ServiceError('SerializationException', `The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) throw new ServiceError('SerializationException', 'The request body is not a JSON object.');
  return json;
}

type Shapes = ApiModel['shapes'];

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const MOST_INTEGER = 2 ** 31;

function parse(shapes: Shapes, name: string, value: unknown, path: string, typeErrors: string): unknown {
  const { type, members = {}, member, value: mapped } = shapes[name];
  const wrong = (expected: string) => new ServiceError(typeErrors, `${path || 'The request'}: ${expected} is expected.`);
  /** Whether null is allowed is a constraint. */
  const inner = (shape: string, item: unknown, at: string) => item === null ? null : parse(shapes, shape, item, at, typeErrors);
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw wrong('a string');
      return value;
    case 'integer':
      if (!Number.isInteger(value) || (value as number) < -MOST_INTEGER || (value as number) >= MOST_INTEGER) throw wrong('an integer of 32 bits');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong('a boolean');
      return value;
    case 'timestamp':
      if (typeof value !== 'string' || !TIMESTAMP.test(value) || Number.isNaN(Date.parse(value))) throw wrong('a timestamp');
      return new Date(value);
    case 'blob': {
      const blob = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
      // Node reads base64 of every kind; the service's is padded, of the standard alphabet and without stray bits.
      if (blob?.toString('base64') !== value) throw wrong('base64');
      return blob;
    }
    case 'list':
      if (!Array.isArray(value)) throw wrong('a list');
      return value.map((item, i) => inner(member!.shape, item, itemPath(path, i)));
    case 'map':
      if (!isObject(value)) throw wrong('an object');
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(mapped!.shape, item, `${path}.${key}`)]));
    case 'structure':
      if (!isObject(value)) throw wrong('an object');
      return Object.fromEntries(Object.entries(members).flatMap(([key, { shape }]) =>
        Object.hasOwn(value, key) && value[key] !== null ? [[key, inner(shape, value[key], memberPath(path, key))]] : []));
    default:
      throw new Error(`no request has had a ${type} so far`);
  }
}
