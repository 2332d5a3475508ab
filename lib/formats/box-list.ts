import type { AnnotatedBox } from './annotated-image';

/** What a box is, beside its label and its place in the file. */
export type BoxShape = Pick<AnnotatedBox, 'left' | 'top' | 'right' | 'bottom' | 'shape'>;

/**
 * The boxes of an image. There may be a million of them in all, so they are kept as numbers and become objects when they are asked
 * for.
 */
export class BoxList implements Iterable<AnnotatedBox> {
  /** Left, top, right and bottom of each. */
  private readonly edges: number[] = [];
  private readonly shapes: (string | undefined)[] = [];
  /** As the file has them: ids, where it names labels elsewhere. */
  readonly labels: string[] = [];
  readonly places: (number | string)[] = [];

  /** @param names of labels, which may become known later; without one, the label is its own name */
  constructor(private readonly names: ReadonlyMap<string, string> = new Map()) {}

  get length(): number {
    return this.places.length;
  }

  /** @param place see `AnnotationPlace.at` */
  add(place: number | string, label: string, { left, top, right, bottom, shape }: BoxShape): void {
    if (shape !== undefined) this.shapes[this.places.length] = shape;
    this.places.push(place);
    this.labels.push(label);
    this.edges.push(left, top, right, bottom);
  }

  * [Symbol.iterator](): Iterator<AnnotatedBox> {
    for (let i = 0; i < this.length; i++) {
      const label = this.labels[i];
      yield {
        label: this.names.get(label) ?? label,
        left: this.edges[4 * i],
        top: this.edges[4 * i + 1],
        right: this.edges[4 * i + 2],
        bottom: this.edges[4 * i + 3],
        shape: this.shapes[i],
        at: this.places[i],
      };
    }
  }
}
