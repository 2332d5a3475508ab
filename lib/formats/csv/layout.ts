import type { ImageSet } from '../annotated-image';
import type { BoxShape } from '../box-list';
import type { ConversionKind } from '../conversion-report';
import type { ImageSize } from '../labeled-image';

/** What a column holds; `width` and `height` are those of the box, and `box` is left, top, width and height. */
type Column = 'image' | 'label' | 'left' | 'top' | 'right' | 'bottom' | 'width' | 'height' | 'box';

/**
 * What the columns of a CSV file mean, where its header does not tell, or tells it otherwise: each a name in the header, or the number
 * of a column, counted from 1.
 */
export interface CsvColumns extends Readonly<Partial<Record<Column, string>>> {
  /** Default: fractions, if no edge is above 1. */
  readonly units?: 'pixels' | 'fractions';
  /** Whether the first row names the columns; default: as it looks. */
  readonly header?: boolean;
}

/** What a row says of an image. */
export interface CsvEntry {
  /** As it is written. */
  readonly image: string;
  readonly set?: ImageSet;
  readonly size?: ImageSize;
  readonly box?: BoxShape & { readonly label: string };
  /** Labels of the image as a whole. */
  readonly labels?: readonly string[];
  /** The box is around a group of things that nobody told apart. */
  readonly isGroup?: boolean;
}

/** Receives what is wrong with a row, or left out of it. */
export type RowProblem = (kind: ConversionKind, detail: string) => void;

/** How the rows of a file are read. */
export interface CsvLayout {
  /** What was recognized, for the report. */
  readonly description: string;
  readonly hasHeader: boolean;
  /** The cells of each row; absent: they may be any number. */
  readonly cells?: number;
  /** What the edges of boxes count; absent: their values tell. */
  readonly units?: 'pixels' | 'fractions';
  /** What had to be guessed. */
  readonly guess?: ConversionKind;
  /** @returns undefined for a row that cannot be read, after a problem */
  read(cells: readonly string[], problem: RowProblem): CsvEntry | undefined;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const IMAGE = /\.(jpe?g|png|bmp|gif|tiff?|webp)$|^(gs|s3|https?|file):\/\//i;

/** A cell as a number; undefined for what is none: no blanks, no hexadecimals, no decimal comma. */
export function numberOf(cell: string): number | undefined {
  return NUMBER.test(cell) ? Number(cell) : undefined;
}

/** Whether a cell is a number, or empty, as where an image has no box. */
export function isNumberOrEmpty(cell: string): boolean {
  return cell === '' || NUMBER.test(cell);
}

/** Whether a cell names an image by its extension or its address. */
export function isImage(cell: string): boolean {
  return IMAGE.test(cell);
}
