import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The built handler: beside `lib` when run from the sources, beside `dist` in the package. */
export const HANDLER_FOLDER = join(__dirname, '..', '..', 'assets', 'dataset-handler');

/**
 * NODE_OPTIONS of the handler functions. A small space for new objects frees buffers sooner: peak memory is about 13 MB lower,
 * at no cost of time (`npm run bench -- --only memory`).
 */
export const NODE_OPTIONS = '--max-semi-space-size=2';

/** @throws Error when the package was not built */
export function requireHandlerBundle(): void {
  const file = join(HANDLER_FOLDER, 'index.js');
  if (!existsSync(file)) throw new Error(`the handler of DatasetProvider is not built: ${file} is missing; run "npm run build" in the package's folder`);
}
