import { Token } from 'aws-cdk-lib';
import { visible } from '../manifest';

/** Which values a property or an argument accepts. */
export interface Expected {
  readonly accepts: (value: any) => boolean;
  /** What to write instead, such as `a Manifest, such as Manifest.fromFile(path)`. */
  readonly write: string;
}

export const TEXT: Expected = { accepts: (value) => typeof value === 'string', write: 'a string' };
export const TRUE_OR_FALSE: Expected = { accepts: (value) => typeof value === 'boolean', write: 'true or false' };
export const BUCKET: Expected = {
  accepts: (value) => typeof value?.bucketArn === 'string' && typeof value.arnForObjects === 'function',
  write: 'a bucket, such as s3.Bucket.fromBucketName(scope, id, name)',
};

/** One of the members of an enum, whose name is the value. */
export function memberOf(name: string, members: Readonly<Record<string, string>>): Expected {
  const names = Object.keys(members).map((member) => `${name}.${member}`);
  return { accepts: (value) => Object.values(members).includes(value), write: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` };
}

export function optional(expected: Expected): Expected {
  return { ...expected, accepts: (value) => value === undefined || expected.accepts(value) };
}

/**
 * Checks an argument of plain JavaScript; for TypeScript, Java and Go the compiler does, for Python jsii.
 *
 * @param where the construct's path, or the method that was called
 * @throws Error that names place, property, what was given and what to write
 */
export function checkValue(where: string, name: string, value: unknown, { accepts, write }: Expected): void {
  if (!accepts(value)) throw new Error(`${where}: ${name} is ${shown(value)}, but must be ${write}`);
}

/**
 * A prefix of keys as S3 has it: empty, or with a slash at the end.
 *
 * @param caller how messages name what was called
 * @throws Error for a leading slash
 */
export function checkedPrefix(caller: string, prefix: string): string {
  if (prefix.startsWith('/')) {
    throw new Error(`${caller}: the prefix "${visible(prefix)}" begins with a slash, which S3 treats as part of the key; write "${visible(prefix.replace(/^\/+/, ''))}"`);
  }
  return prefix && withSlash(prefix);
}

/** Adds a missing slash. */
export function withSlash(text: string): string {
  return text.endsWith('/') ? text : `${text}/`;
}

/**
 * Checks a `creation-date` that a user chose.
 *
 * @param caller how messages name what was called
 * @throws Error for anything but ISO 8601 in UTC
 */
export function checkCreationDate(caller: string, creationDate: string | undefined): void {
  if (creationDate === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(creationDate)) return;
  throw new Error(`${caller}: creationDate is "${visible(creationDate)}", but must be an ISO 8601 date in UTC, such as "2025-10-31T00:00:00"`);
}

/**
 * Checks the name of an attribute that a user chose.
 *
 * @param caller how messages name what was called
 * @throws Error for a name that cannot hold a label
 */
export function checkLabelAttribute(caller: string, labelAttribute: string | undefined): void {
  if (labelAttribute === undefined) return;
  checkValue(caller, 'labelAttribute', labelAttribute, TEXT);
  if (labelAttribute !== '' && labelAttribute !== 'source-ref' && !labelAttribute.endsWith('-metadata')) return;
  throw new Error(`${caller}: labelAttribute is "${visible(labelAttribute)}"; name the attribute that holds the class, such as "label"`);
}

function shown(value: any): string {
  if (value === undefined) return 'missing';
  if (Token.isUnresolved(value)) return 'a token, which is only known at deployment';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `the function ${value.name}`;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return 'an array';
  // aws-cdk-lib's own names may end with a number.
  const kind = (value.constructor?.name ?? 'Object').replace(/\d+$/, '');
  return kind === 'Object' ? 'a plain object' : `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
