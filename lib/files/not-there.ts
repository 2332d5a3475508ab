import { visible } from '../manifest';

/**
 * What is said of a path of this machine that leads nowhere.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @param resolved where it was looked for
 */
export function notThere(caller: string, kind: 'file' | 'directory', path: string, resolved: string): Error {
  return new Error(`${caller}: there is no ${kind} "${visible(path)}" (looked for ${visible(resolved)}); a relative path starts at the working directory, so correct it or build it with path.join(__dirname, …)`);
}
