/**
 * Lines as a service lists them back (ListDatasetEntries): what was added is taken off, so that they can be compared with
 * lines that were sent. All functions walk with a list instead of recursion, because a line may be nested as deep as it is long.
 *
 * Rekognition adds `cl-metadata`, and error lists named `cl-errors`, `errors`, `cl-warnings` or `warnings` (ListDatasetEntries,
 * and the guide's validation result manifests). Lookout for Vision adds nothing.
 */

const LISTS = new Set(['errors', 'warnings']);

/** Whether a member was added by the service and is no part of the customer's line. */
export function isServiceMember(name: string, value: unknown): boolean {
  return name.startsWith('cl-') || (LISTS.has(name) && Array.isArray(value) && value.every(isCodeAndMessage));
}

/** Whether a member lists errors (not warnings) of the object it is in. */
export function isErrorList(name: string, value: unknown): value is { code: string; message: string }[] {
  return (name === 'errors' || name === 'cl-errors') && Array.isArray(value) && value.every(isCodeAndMessage);
}

function isCodeAndMessage(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'code' in item && typeof item.code === 'string'
    && 'message' in item && typeof item.message === 'string';
}

/**
 * A line without what the service adds to it, members sorted at every depth, numbers as JSON.parse reads them, no blanks:
 * equal for equal content.
 *
 * @param text one JSON line
 * @throws SyntaxError when it is not JSON
 */
export function canonicalLine(text: string): string {
  return write(JSON.parse(text), (names) => names.sort());
}

/**
 * A line without what the service adds to it, its members in their own order.
 *
 * @param text one JSON line
 * @throws SyntaxError when it is not JSON
 */
export function ownLine(text: string): string {
  return write(JSON.parse(text), (names) => names);
}

function write(line: unknown, arrange: (names: string[]) => string[]): string {
  let text = '';
  const pending: ({ readonly emit: string } | { readonly value: unknown })[] = [{ value: line }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ('emit' in next) {
      text += next.emit;
    } else if (Array.isArray(next.value)) {
      pending.push({ emit: ']' });
      for (let i = next.value.length - 1; i >= 0; i--) pending.push({ value: next.value[i] }, { emit: i === 0 ? '[' : ',' });
      if (next.value.length === 0) pending.push({ emit: '[' });
    } else if (typeof next.value === 'object' && next.value !== null) {
      const object = next.value as Record<string, unknown>;
      const names = arrange(Object.keys(object).filter((name) => !isServiceMember(name, object[name])));
      pending.push({ emit: '}' });
      for (let i = names.length - 1; i >= 0; i--) {
        pending.push({ value: object[names[i]] }, { emit: `${i === 0 ? '{' : ','}${JSON.stringify(names[i])}:` });
      }
      if (names.length === 0) pending.push({ emit: '{' });
    } else {
      text += scalar(next.value);
    }
  }
  return text;
}

/** JSON.stringify would write null for a number that is too large for a double. */
function scalar(value: unknown): string {
  return value === Infinity ? '1e999' : value === -Infinity ? '-1e999' : JSON.stringify(value);
}

/** An error that the service lists on a line. */
export interface ListedError {
  readonly code: string;
  readonly message: string;
  /** Path of the object that holds the error list; empty for the top level. */
  readonly place: (string | number)[];
}

interface Step {
  readonly value: unknown;
  readonly parent?: Step;
  readonly name?: string | number;
}

/**
 * Every error in the error lists of a listed line, at any depth, in the line's order.
 *
 * @param text one JSON line
 * @throws SyntaxError when it is not JSON
 */
export function listedErrors(text: string): ListedError[] {
  const errors: ListedError[] = [];
  const pending: Step[] = [{ value: JSON.parse(text) }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { value, name, parent } = step;
    if (parent !== undefined && typeof name === 'string' && isErrorList(name, value)) {
      const place = placeOf(parent);
      errors.push(...value.map(({ code, message }) => ({ code, message, place: [...place] })));
    } else if (typeof value === 'object' && value !== null) {
      const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
      for (const [inner, of] of members.reverse()) pending.push({ value: of, parent: step, name: inner });
    }
  }
  return errors;
}

function placeOf(step: Step): (string | number)[] {
  const place: (string | number)[] = [];
  for (let at: Step | undefined = step; at?.name !== undefined; at = at.parent) place.push(at.name);
  return place.reverse();
}
