import type { AnnotatedBox } from '../annotated-image';
import type { Shape } from './shape';

/**
 * The boxes of an image, with the ids of their categories. There may be a million of them in all, so they are kept as numbers and
 * become objects when they are asked for.
 */
export class CocoBoxes implements Iterable<AnnotatedBox> {
  /** Left, top, right and bottom of each. */
  private readonly edges: number[] = [];
  private readonly shapes: (string | undefined)[] = [];
  readonly categories: string[] = [];
  readonly ids: (number | string)[] = [];

  /** @param names of categories, which may become known later */
  constructor(private readonly names: ReadonlyMap<string, string>) {}

  get length(): number {
    return this.ids.length;
  }

  add(id: number | string, category: string, { left, top, right, bottom, shape }: Shape): void {
    if (shape !== undefined) this.shapes[this.ids.length] = shape;
    this.ids.push(id);
    this.categories.push(category);
    this.edges.push(left, top, right, bottom);
  }

  * [Symbol.iterator](): Iterator<AnnotatedBox> {
    for (let i = 0; i < this.length; i++) {
      const category = this.categories[i];
      yield {
        label: this.names.get(category) ?? category,
        left: this.edges[4 * i],
        top: this.edges[4 * i + 1],
        right: this.edges[4 * i + 2],
        bottom: this.edges[4 * i + 3],
        shape: this.shapes[i],
        at: this.ids[i],
      };
    }
  }
}
