import { crc32, deflateSync } from 'node:zlib';

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/**
 * A palette PNG of 4 bits a pixel, as image editors write masks with few colours; pngjs cannot write them.
 *
 * @param palette at most 16 colours
 * @param indexAt the colour of a pixel
 * @param alphas transparency of the first colours (tRNS)
 */
export function palettePng(
  width: number, height: number, palette: readonly Rgba[], indexAt: (x: number, y: number) => number, alphas?: readonly number[],
): Buffer {
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 2)));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (1 + Math.ceil(width / 2)) + 1 + (x >> 1)] |= indexAt(x, y) << (x % 2 ? 0 : 4);
  }
  return pngFile(width, height, [4, 3], rows, [
    chunk('PLTE', Buffer.from(palette.flatMap(([red, green, blue]) => [red, green, blue]))),
    ...alphas ? [chunk('tRNS', Buffer.from(alphas))] : [],
  ]);
}

/**
 * @param format bits of a sample, and the colour type
 * @param rows each begins with its filter
 * @param between chunks in front of the pixels
 */
export function pngFile(
  width: number, height: number, format: readonly [bits: number, colour: number], rows: Buffer, between: readonly Buffer[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(format, 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header), ...between, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
