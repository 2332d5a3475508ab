import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files of a folder and of the folders in it, in the order of their names. Links are followed.
 *
 * @param folder absolute
 * @param complaint makes the message for a link that leads nowhere
 * @returns names relative to the folder, with slashes, as S3 will know them
 * @throws Error for a link that leads nowhere
 */
export function filesBelow(folder: string, complaint: (name: string) => string): string[] {
  const files: string[] = [];
  const list = (inside: string): void => {
    for (const entry of readdirSync(join(folder, inside)).sort()) {
      const name = inside + entry;
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      if (!stats) throw new Error(complaint(name));
      if (stats.isDirectory()) list(`${name}/`);
      else if (stats.isFile()) files.push(name);
    }
  };
  list('');
  return files;
}
