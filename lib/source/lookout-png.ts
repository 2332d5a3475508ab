import type { MaskPixels } from '../manifest';
import { bundledReader } from './bundled-reader';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Decodes a PNG file of any colour type, with or without transparency.
 *
 * @throws Error with what is wrong, for use behind the name of the file
 */
export function decodePng(bytes: Buffer): MaskPixels {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('is not a PNG file, whatever its name says; masks must be PNG files');
  const { PNG } = bundledReader('png', 'masks');
  try {
    return PNG.sync.read(bytes);
  } catch (error) {
    throw new Error(`is damaged (${(error as Error).message}); copy it again`);
  }
}
