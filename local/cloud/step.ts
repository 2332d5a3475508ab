/**
 * Does one step of a longer work and shows it: its title, what it is at, how long it took.
 *
 * @param title what is done, in the words of the user
 * @param work the work; it may tell what it is at
 * @returns what the work returns; an error of the work goes on
 */
export type Step = <T>(title: string, work: (at: (detail: string) => void) => Promise<T>) => Promise<T>;

/** Shows nothing. */
export const silently: Step = (_title, work) => work(() => {});
