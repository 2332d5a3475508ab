import { join } from 'node:path';

/** The top of the repository. */
export const ROOT = join(__dirname, '..');

/** Inputs and compiled jobs; kept between runs, ignored by git. */
export const FOLDER = join(ROOT, '.local', 'bench');
