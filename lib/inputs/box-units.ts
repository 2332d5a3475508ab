/**
 * What the edges of boxes count.
 */
export enum BoxUnits {
  /** Pixels from the left top corner. */
  PIXELS = 'pixels',

  /** Fractions of the width and height of the image. */
  FRACTIONS = 'fractions',
}
