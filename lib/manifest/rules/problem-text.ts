/** How problems are told to a person, at synth, in the stack's events and in reports. */

import { describeProblem, problemPlace } from './finding';
import { visible } from './printable';
import type { ProblemGroup, ProblemPlace } from './problem-log';

/** Groups that one message shows; the problems of all others are counted. */
const SHOWN_GROUPS = 20;
/** Places that are shown of a group. */
const SHOWN_PLACES = 3;

/** A number of problems, for use in a sentence. */
export function problemCount(count: number): string {
  return count === 1 ? 'a problem' : `${count} problems`;
}

/**
 * A line of text for a problem that is alone. For several alike, a line that says so, and one for each of the first places, with the
 * values that are others there.
 *
 * @param file name of the manifest as the reader knows it
 */
export function problemLines(group: ProblemGroup, file?: string): string[] {
  if (group.count === 1) return [describeProblem(group, file)];
  const { places, more } = shownPlaces(group, file);
  return [headline(group), ...places.map((place) => `  ${place}`), ...(more > 0 ? [`  … and ${more} more`] : [])];
}

/** The same in one line. */
export function problemSentence(group: ProblemGroup, file?: string): string {
  if (group.count === 1) return describeProblem(group, file);
  const { places, more } = shownPlaces(group, file);
  return `${headline(group)} At ${places.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/**
 * Every group, below one another.
 *
 * @param count of all problems, also of those whose group was not kept
 */
export function problemList(groups: readonly ProblemGroup[], count: number, file: string): string {
  const shown = groups.slice(0, SHOWN_GROUPS);
  const lines = shown.flatMap((group) => problemLines(group, file));
  const more = count - total(shown);
  return [...lines, ...(more > 0 ? [`… and ${problemCount(more)} more`] : [])].map((line) => `  ${line}`).join('\n');
}

/**
 * As many groups as there is room for, in one line; one at least.
 *
 * @param count of all problems, also of those whose group was not kept
 * @param bytes room for them
 */
export function problemSummary(groups: readonly ProblemGroup[], count: number, file: string | undefined, bytes: number): string {
  if (count === 1) return describeProblem(groups[0], file);
  const sentences = groups.slice(0, SHOWN_GROUPS).map((group) => problemSentence(group));
  const text = (shown: number) => {
    const more = count - total(groups.slice(0, shown));
    return [`${visible(file ?? 'the manifest')} has ${problemCount(count)}:`, ...sentences.slice(0, shown), ...(more > 0 ? [`… and ${problemCount(more)} more.`] : [])].join(' ');
  };
  let shown = sentences.length;
  while (shown > 1 && Buffer.byteLength(text(shown)) > bytes) shown -= 1;
  return text(shown);
}

function headline({ code, count, advice }: ProblemGroup): string {
  return `${code} (${count} times): ${visible(advice)}.`;
}

function shownPlaces({ places, count }: ProblemGroup, file?: string): { places: string[]; more: number } {
  const shown = places.slice(0, SHOWN_PLACES);
  const text = (place: ProblemPlace) => problemPlace(place, file) + (place.values ? `: ${visible(place.values.join(', '))}` : '');
  return { places: shown.map(text), more: count - shown.length };
}

function total(groups: readonly ProblemGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
