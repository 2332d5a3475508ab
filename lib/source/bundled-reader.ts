import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * A reader that the package brings along as one file, so that the library has no dependency; found alike from lib/ and dist/.
 *
 * @param folder its folder below assets/
 * @throws Error for use behind the name of what was to be read
 */
export function bundledReader(folder: string): any {
  const file = join(__dirname, '..', '..', 'assets', folder, 'index.js');
  if (!existsSync(file)) throw new Error(`cannot be read, because ${file} is missing; run "npm run build:handler"`);
  return createRequire(__filename)(file);
}
