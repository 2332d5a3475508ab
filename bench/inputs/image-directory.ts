import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jpeg } from '../../test/rigs/images';
import { FOLDER } from '../folder';
import { EXPORTED_FROM, IMAGE_SIZE, imageReference } from './lines';

/** The images of a generated detection manifest, kept for the next run. Those of a folder are one file, which takes no room. */
export function imageDirectory(count: number): string {
  const directory = join(FOLDER, `images-${count}`);
  if (existsSync(directory)) return directory;
  const part = `${directory}.part`;
  rmSync(part, { recursive: true, force: true });
  const firsts = new Map<string, string>();
  for (let image = 0; image < count; image++) {
    const path = join(part, imageReference(image).slice(EXPORTED_FROM.length));
    const first = firsts.get(dirname(path));
    if (first !== undefined) {
      linkSync(first, path);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, jpeg(IMAGE_SIZE.width, IMAGE_SIZE.height));
    firsts.set(dirname(path), path);
  }
  renameSync(part, directory);
  return directory;
}
