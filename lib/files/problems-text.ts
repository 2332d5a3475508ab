import { describeProblem } from '../manifest';
import type { Problem } from '../manifest';

/** Problems that one error shows; all are counted. */
export const SHOWN_PROBLEMS = 50;

/** A number of problems, for use in a sentence. */
export function problemCount(count: number): string {
  return count === 1 ? 'a problem' : `${count} problems`;
}

/**
 * A line of text for each of the first problems, and one for the rest.
 *
 * @param count of all problems, also of those that were not kept
 * @param name how messages name the manifest
 */
export function problemLines(problems: readonly Problem[], count: number, name: string): string[] {
  const lines = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${describeProblem(problem, name)}`);
  return count > lines.length ? [...lines, `  … and ${count - lines.length} more`] : lines;
}
