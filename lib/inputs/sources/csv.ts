import { csvFormat } from '../../formats';
import { checkValue, memberOf, optional, TEXT, TRUE_OR_FALSE } from '../argument-checks';
import type { Expected } from '../argument-checks';
import { BoxUnits } from '../box-units';
import type { ManifestSource } from '../manifest-source';
import { annotationManifest } from './annotations';
import type { AnnotationOptions } from './annotations';

/**
 * What the columns of a CSV file mean. Each is a name in the header, or the number of a column, counted from 1.
 */
export interface CsvColumns {
  /**
   * The column that names the image.
   *
   * @default - recognized by its name
   */
  readonly image?: string;

  /**
   * The column with the label. Files with a column for each label need none.
   *
   * @default - recognized by its name
   */
  readonly label?: string;

  /**
   * The column with the left edge of the box.
   *
   * @default - recognized by its name
   */
  readonly left?: string;

  /**
   * The column with the top edge of the box.
   *
   * @default - recognized by its name
   */
  readonly top?: string;

  /**
   * The column with the right edge of the box.
   *
   * @default - recognized by its name
   */
  readonly right?: string;

  /**
   * The column with the bottom edge of the box.
   *
   * @default - recognized by its name
   */
  readonly bottom?: string;

  /**
   * The column with the width of the box, where none has the right edge.
   *
   * @default - recognized by its name
   */
  readonly width?: string;

  /**
   * The column with the height of the box, where none has the bottom edge.
   *
   * @default - recognized by its name
   */
  readonly height?: string;

  /**
   * The column that holds left, top, width and height together, such as `[10, 20, 50, 40]`.
   *
   * @default - recognized by its name, if that tells the order
   */
  readonly box?: string;

  /**
   * What the edges of boxes count.
   *
   * @default - fractions if none is above 1, otherwise pixels
   */
  readonly units?: BoxUnits;

  /**
   * Whether the first row names the columns.
   *
   * @default - whether it has a name that is known, or that is used here
   */
  readonly header?: boolean;
}

/**
 * Options of `Manifest.fromCsv`.
 */
export interface ManifestFromCsvOptions extends AnnotationOptions {
  /**
   * What columns mean that are not recognized, or otherwise than they are.
   *
   * @default - all are recognized
   */
  readonly columns?: CsvColumns;

  /**
   * Whether boxes around groups, which Open Images marks with `IsGroupOf`, are kept.
   *
   * @default false
   */
  readonly crowd?: boolean;
}

const COLUMNS: Expected = {
  accepts: (value) => typeof value === 'object' && value !== null, write: 'an object, such as { image: \'file\', label: \'kind\' }',
};

/** A CSV file, or a folder with such files. */
export function csvManifest(path: string, options: ManifestFromCsvOptions): ManifestSource {
  const caller = 'Manifest.fromCsv';
  checkValue(caller, 'crowd', options.crowd, optional(TRUE_OR_FALSE));
  checkValue(caller, 'columns', options.columns, optional(COLUMNS));
  const { units, header, ...names } = options.columns ?? {};
  checkValue(caller, 'columns.units', units, optional(memberOf('BoxUnits', BoxUnits)));
  checkValue(caller, 'columns.header', header, optional(TRUE_OR_FALSE));
  for (const [name, value] of Object.entries(names)) checkValue(caller, `columns.${name}`, value, optional(TEXT));
  return annotationManifest(caller, path, csvFormat, options);
}
