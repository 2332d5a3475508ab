import { isBoxTooSmall, REKOGNITION_LIMITS } from '../../manifest';
import type { ImageSize } from '../labeled-image';
import { forNeighbors } from './mask-pixels';
import type { MaskTypes } from './mask-pixels';

/** A box around the connected pixels of one anomaly type, in pixels of the mask. */
export interface MaskBox {
  /** The anomaly type. */
  readonly type: string;
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** Pixels that show the anomaly; the box may hold others. */
  readonly pixels: number;
}

/** The boxes of a mask, and those that were left out. */
export interface MaskBoxes {
  /** By their topmost row, then by their leftmost pixel in it. */
  readonly boxes: readonly MaskBox[];
  /** With too few pixels: small regions that a brush or the soft edge of a shape leaves behind. */
  readonly smallRegions: readonly MaskBox[];
  /** Too narrow for Rekognition (ERROR_BOUNDING_BOX_TOO_SMALL). */
  readonly tooSmall: readonly MaskBox[];
  /** The smallest ones of more than Rekognition takes (ERROR_TOO_MANY_BOUNDING_BOXES). */
  readonly tooMany: readonly MaskBox[];
}

/**
 * One box for each group of connected pixels of the same anomaly type. Pixels are connected when they touch at a side or a
 * corner; anomalies of different types stay apart even when they touch.
 *
 * @param mask size of the mask
 * @param shown what its pixels show
 */
export function regionsOf(mask: ImageSize, { types, pixels }: MaskTypes): MaskBox[] {
  const left = Uint16Array.from(pixels);
  const regions: MaskBox[] = [];
  for (let first = 0; first < left.length; first++) {
    const type = left[first];
    if (type === 0) continue;
    left[first] = 0;
    let [minX, maxX, maxY, count] = [mask.width, -1, -1, 0];
    const pending = [first];
    for (let pixel = pending.pop(); pixel !== undefined; pixel = pending.pop()) {
      const x = pixel % mask.width;
      [minX, maxX, maxY, count] = [Math.min(minX, x), Math.max(maxX, x), Math.max(maxY, (pixel - x) / mask.width), count + 1];
      forNeighbors(pixel, mask, (neighbor) => {
        if (left[neighbor] !== type) return;
        left[neighbor] = 0;
        pending.push(neighbor);
      });
    }
    const top = Math.floor(first / mask.width);
    regions.push({ type: types[type - 1], top, left: minX, width: maxX - minX + 1, height: maxY - top + 1, pixels: count });
  }
  return regions;
}

/**
 * The boxes of a mask that Rekognition takes for an image of the mask's size.
 *
 * @param mask size of the mask
 * @param shown what its pixels show
 * @param minPixels regions of fewer pixels get no box
 */
export function boxesOf(mask: ImageSize, shown: MaskTypes, minPixels: number): MaskBoxes {
  const regions = regionsOf(mask, shown);
  const smallRegions = regions.filter(({ pixels }) => pixels < minPixels);
  const large = regions.filter(({ pixels }) => pixels >= minPixels);
  const fitting = large.filter((box) => !isBoxTooSmall(box, mask));
  const tooMany = [...fitting].sort((a, b) => b.pixels - a.pixels).slice(REKOGNITION_LIMITS.boxesPerImage);
  const tooSmall = large.filter((box) => isBoxTooSmall(box, mask));
  return { boxes: fitting.filter((box) => !tooMany.includes(box)), smallRegions, tooSmall, tooMany };
}
