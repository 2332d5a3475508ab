import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { MaskPixels } from '../manifest';

/** pngjs as one file of the package, so that the library has no dependency; found alike from lib/ and dist/. */
const DECODER = join(__dirname, '..', '..', 'assets', 'png', 'index.js');
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Decodes a PNG file of any colour type, with or without transparency.
 *
 * @throws Error with what is wrong, for use behind the name of the file
 */
export function decodePng(bytes: Buffer): MaskPixels {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('is not a PNG file, whatever its name says; masks must be PNG files');
  if (!existsSync(DECODER)) throw new Error(`cannot be read, because ${DECODER} is missing; run "npm run build:handler"`);
  const { PNG } = createRequire(__filename)(DECODER);
  try {
    return PNG.sync.read(bytes);
  } catch (error) {
    throw new Error(`is damaged (${(error as Error).message}); copy it again`);
  }
}
