import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * A reader that the package brings along as one file, so that the library has no dependency; found alike from lib/ and dist/.
 *
 * @param folder its folder below assets/
 * @param what it reads
 * @throws Error when the package is not built
 */
export function bundledReader(folder: string, what: string): any {
  const file = join(__dirname, '..', '..', 'assets', folder, 'index.js');
  if (!existsSync(file)) throw new Error(`${what} cannot be read, because ${file} is missing; run "npm run build:handler"`);
  return createRequire(__filename)(file);
}
