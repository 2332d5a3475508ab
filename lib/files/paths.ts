import { visible } from '../manifest';

/**
 * What is said of a path of this machine that leads nowhere.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @param resolved where it was looked for
 */
export function fileNotFoundError(caller: string, kind: 'file' | 'directory', path: string, resolved: string): Error {
  return new Error(`${caller}: there is no ${kind} "${visible(path)}" (looked for ${visible(resolved)}); a relative path starts at the working directory, so correct it or build it with path.join(__dirname, …)`);
}

/**
 * Does what reads a file or directory of the user.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @throws Error that says of one that cannot be read what to do, in the place of the file system's own
 */
export function explainReadErrors<T>(caller: string, path: string, work: () => T): T {
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

/** Finds names that a person would take for the same, but S3 and labels do not. */
export class Lookalikes {
  private readonly byFolded: ReadonlyMap<string, string>;

  constructor(names: Iterable<string>) {
    this.byFolded = new Map([...names].map((name) => [folded(name), name]));
  }

  /** A name that looks like this one; it may be the same. */
  public of(name: string): string | undefined {
    return this.byFolded.get(folded(name));
  }
}

/** In what two such names differ, as the end of a sentence on the second one. */
export function difference(name: string, variant: string): string {
  return name.normalize('NFC') === variant.normalize('NFC')
    ? 'which looks alike but is another Unicode form (composed and decomposed letters are different names in S3)'
    : 'which differs in upper and lower case (they are different names in S3)';
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
