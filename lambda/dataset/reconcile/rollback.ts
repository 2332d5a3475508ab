import type { Applied } from '../../staging/staging';

/**
 * Whether an Update may be a rollback, which CloudFormation does not tell from one that goes on: it asks for what was applied
 * before, or nobody knows any more what that was.
 *
 * @param properties what it asks for, as `Wanted.properties` names it
 */
export function mayBeRollbackTo(properties: string, applied: Applied | undefined): boolean {
  const isKnown = applied?.properties && applied.previous?.properties !== '';
  return !isKnown || appliedBefore(properties, applied) !== undefined;
}

/** What was applied with these properties, now or before that. */
export function appliedBefore(properties: string, applied: Applied | undefined): Applied | Applied['previous'] {
  return [applied, applied?.previous].find((item) => item?.properties === properties);
}
