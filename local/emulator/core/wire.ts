import type { Decoded } from './service';

/** Times are numbers on the wire: seconds since 1970, with milliseconds behind the point. */
export function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, epochSeconds(item)]));
  return value;
}

/** A decoded request whose changes are lines of text: the log tells their size, and the text apart. */
export function withLoggedChanges(input: object, changes: Buffer): Decoded {
  const text = changes.toString();
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { input, logged: { ...input, Changes: { bytes: changes.length, lines } }, text };
}
