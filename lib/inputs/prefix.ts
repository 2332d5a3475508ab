import { visible } from '../manifest';

/**
 * A prefix of keys as S3 has it: empty, or with a slash at the end.
 *
 * @param caller how messages name what was called
 * @throws Error for a leading slash
 */
export function checkedPrefix(caller: string, prefix: string): string {
  if (prefix.startsWith('/')) {
    throw new Error(`${caller}: the prefix "${visible(prefix)}" begins with a slash, which S3 would take as a part of the name; write "${visible(prefix.replace(/^\/+/, ''))}"`);
  }
  return prefix && withSlash(prefix);
}

/** Adds a missing slash. */
export function withSlash(text: string): string {
  return text.endsWith('/') ? text : `${text}/`;
}
