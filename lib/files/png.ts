import { readFileSync } from 'node:fs';
import type { MaskPixels } from '../formats';
import { LOOKOUT_LIMITS } from '../manifest';
import { bundledReader } from './bundled-reader';
import { PNG_SIGNATURE, readImageFile } from './image-header';

/**
 * Reads a PNG file of any color type, with or without transparency. Its header is looked at before anything is decoded: a few
 * kilobytes can hold more pixels of one color than there is memory.
 *
 * @throws Error with what is wrong, for use behind the name of the file
 */
export function readMask(path: string): MaskPixels {
  const { header, defect } = readImageFile(path);
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) throw new Error('is not a PNG file, whatever its extension says; masks must be PNG files');
  if (!header) throw new Error(defect);
  const { max } = LOOKOUT_LIMITS.imageSide;
  if (Math.max(header.width, header.height) > max) {
    throw new Error(`is ${header.width}x${header.height}, but an image has at most ${max} pixels a side; draw the mask in the size of the image`);
  }
  if (headers(bytes) > 1) throw new Error('is damaged (it has more than one header); copy it again');
  const { PNG } = bundledReader('png', 'masks');
  try {
    return PNG.sync.read(bytes);
  } catch (error) {
    throw new Error(`is damaged (${(error as Error).message}); copy it again`);
  }
}

/** How many chunks of a PNG file state a size; the decoder believes the last one. */
function headers(bytes: Buffer): number {
  let count = 0;
  for (let at = PNG_SIGNATURE.length; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IHDR') count += 1;
  }
  return count;
}
