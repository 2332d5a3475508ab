import { visible } from '../manifest';

/**
 * Does what reads a file or directory of the user.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @throws Error that says of one that cannot be read what to do, in the place of the file system's own
 */
export function reading<T>(caller: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new Error(`${caller}: "${visible(path)}" ${unreadable(code!)}`);
  }
}

/** What is said of a file or folder that cannot be read, for use behind its name. */
export function unreadable(code: string): string {
  return `cannot be read (${code}); check that it is there and may be read`;
}
