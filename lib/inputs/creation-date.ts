import { visible } from '../manifest';

/**
 * Checks a `creation-date` that a user chose.
 *
 * @param caller how messages name what was called
 * @throws Error for anything but ISO 8601 in UTC
 */
export function checkCreationDate(caller: string, creationDate: string | undefined): void {
  if (creationDate === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(creationDate)) return;
  throw new Error(`${caller}: creationDate is "${visible(creationDate)}", but must be in ISO 8601 and UTC, such as "2025-10-31T00:00:00"`);
}
