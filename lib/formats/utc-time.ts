const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const ZONE = /GMT|UTC|Z$|[+-]\d\d:?\d\d/;

/**
 * The time that a text tells, in milliseconds since 1970; undefined for what is none. A text without a zone means UTC, not the zone of
 * this machine: the result must be the same everywhere.
 */
export function utcTime(written: unknown): number | undefined {
  if (typeof written !== 'string') return undefined;
  const time = Date.parse(ISO.test(written) ? `${written.replace(' ', 'T')}Z` : ZONE.test(written) ? written : `${written} UTC`);
  return Number.isNaN(time) ? undefined : time;
}
