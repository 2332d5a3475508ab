/**
 * What the service adds to the lines it lists back: `cl-metadata`, and error lists named `cl-errors`, `errors`, `cl-warnings`
 * or `warnings` (ListDatasetEntries, and the guide's validation result manifests).
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
