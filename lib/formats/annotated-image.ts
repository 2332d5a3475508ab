/** What every reader gives: images as their annotations describe them, before the rules that all formats share make labels of them. */

import type { ImageSize } from './labeled-image';

/** The set that a source puts an image in. */
export type ImageSet = 'train' | 'validation' | 'test';

/** A place in a file of annotations, as messages name it. */
export interface AnnotationPlace {
  /** The file, relative to the folder that is read. */
  readonly file: string;
  /** A line, counted from 1, or the id of what `element` names; absent: the whole file. */
  readonly at?: number | string;
  /** What `at` counts, such as `annotation`; absent: lines. */
  readonly element?: string;
}

/** A box as it is written, not yet clamped or rounded. */
export interface AnnotatedBox {
  readonly label: string;
  /** Edges, in the units of the image; a pair may be reversed. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** What it is the envelope of, such as `polygon`; absent: it was drawn as a box. */
  readonly shape?: string;
  /** See {@link AnnotationPlace.at}. */
  readonly at?: number | string;
}

/** An image as one source describes it. Several that lead to the same file are one image. */
export interface AnnotatedImage {
  /** As the annotations write it. */
  readonly name: string;
  /** What it may be called instead: that counts where the name leads nowhere. */
  readonly otherName?: string;
  /** Folders in which the names may begin, relative to the folder that is read, the likeliest first. */
  readonly folders: readonly string[];
  readonly place: AnnotationPlace;
  /** As the annotations have it, where they do. */
  readonly size?: ImageSize;
  /** What the edges of boxes count: pixels, or fractions of the image as viewers show it. */
  readonly units: 'pixels' | 'fractions';
  readonly boxes: Iterable<AnnotatedBox> & { readonly length: number };
  /** Labels of the image as a whole. */
  readonly labels: readonly string[];
  /** Nobody has labeled it; absent: an image without boxes shows none of the labels. */
  readonly unlabeled?: boolean;
  readonly set?: ImageSet;
}

/** For example `labels/a.txt:3`, or `instances.json: annotation 17`. */
export function placeText({ file, at, element }: AnnotationPlace): string {
  if (at === undefined) return file;
  return element === undefined ? `${file}:${at}` : `${file}: ${element} ${at}`;
}
