/** Lines of Lookout for Vision, and masks that are drawn for a test. */
import type { MaskPixels } from '../../../lib/formats';
import type { Rgba } from '../../rigs/palette-png';

export const WHITE: Rgba = [255, 255, 255, 255];
export const CLEAR: Rgba = [0, 0, 0, 0];
export const GREEN: Rgba = [0x23, 0xa4, 0x36, 255];
export const RED: Rgba = [0xd6, 0x27, 0x28, 255];

export function hexOf([red, green, blue]: Rgba): string {
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** A mask whose every pixel a function tells. */
export function drawMask(width: number, height: number, color: (x: number, y: number) => Rgba): MaskPixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(color(x, y), 4 * (y * width + x));
  return { width, height, data };
}

/** A color map as a line has it. */
export function colorMap(...entries: [name: string, color: Rgba | string][]): Record<string, object> {
  return Object.fromEntries(entries.map(([name, color], i) =>
    [String(i), { 'class-name': name, 'hex-color': typeof color === 'string' ? color : hexOf(color) }]));
}

/** A line with a class. */
export function classLine(key: string, name: unknown, more: object = {}): any {
  return {
    'source-ref': `s3://parts/${key}`,
    'lbl': 0,
    'lbl-metadata': { 'class-name': name, 'human-annotated': 'yes', 'type': 'groundtruth/image-classification', ...more },
  };
}

/** An anomalous image with a mask. */
export function maskLine(key: string, map: object, more: object = {}): any {
  return {
    ...classLine(key, 'anomaly'),
    'm-ref': `s3://parts/m/${key}`,
    'm-ref-metadata': { 'internal-color-map': map, 'human-annotated': 'yes', 'type': 'groundtruth/semantic-segmentation', ...more },
  };
}

export function manifestOf(...lines: (object | string)[]): Buffer {
  return Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
}
