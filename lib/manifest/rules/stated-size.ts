import type { JsonObject } from './json-line';

/** The `image_size` of a label attribute. */
export interface StatedSize {
  readonly attribute: string;
  readonly width: number;
  readonly height: number;
}

/** The sizes that a line states of its image, whatever else is wrong with it; undefined when there are none. */
export function statedSizes(line: JsonObject): readonly StatedSize[] | undefined {
  const sizes = Object.entries<any>(line).flatMap(([attribute, value]) => {
    const { width, height } = value?.image_size?.[0] ?? {};
    return Number.isInteger(width) && Number.isInteger(height) ? [{ attribute, width, height }] : [];
  });
  return sizes.length > 0 ? sizes : undefined;
}
