import { visible } from '../manifest';

/**
 * The error for a local path that does not exist.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @param resolved where it was looked for
 */
export function fileNotFoundError(caller: string, kind: 'file' | 'directory', path: string, resolved: string): Error {
  return new Error(`${caller}: there is no ${kind} "${visible(path)}" (looked for ${visible(resolved)}); relative paths are resolved against the working directory, so correct it or build it with path.join(__dirname, …)`);
}

/**
 * Runs work that reads a file or directory of the user.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @throws Error that names the path and says what to do, instead of the file system's own
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

/** Says that a file or folder cannot be read; follows its name in a sentence. */
export function unreadable(code: string): string {
  return `cannot be read (${code}); check that it is there and may be read`;
}

/** Finds names that look the same to a person, but are different S3 keys or labels. */
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

/** How two such names differ, as the end of a sentence about the second one. */
export function difference(name: string, variant: string): string {
  return name.normalize('NFC') === variant.normalize('NFC')
    ? 'which looks the same but differs in Unicode normalization (composed and decomposed letters are different names in S3)'
    : 'which differs in upper and lower case (S3 keys are case-sensitive)';
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
