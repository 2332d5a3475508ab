import { error, inherent, kindsOf, warning } from '../conversion-report';

/** What conversions of CSV find, beside what those of any format do. */
export const CSV_KINDS = kindsOf({
  wrongCells: error('rows have another number of cells than their columns; correct them'),
  missingImage: error('rows name no image; correct them'),
  badNumber: error('cells are not the numbers that they should be (with a point for decimals); correct them'),
  badMark: error('cells that tell whether an image has a label are neither 1 nor 0; correct them'),
  mixedUnits: error('boxes are in fractions of the image, though others of the file are in pixels; write all alike, or choose the units in columns'),
  notFractions: error('boxes reach beyond 1, though they are fractions of the image; divide pixels by the width or height of the image'),
  lostToGroups: error('all boxes of a label are marked as groups (IsGroupOf), which are left out by default; choose crowd: true to keep them'),
  unnamedCode: error('labels are codes of Open Images, which class-descriptions.csv beside the file names; add it, or the missing names'),
  badRegion: error('regions cannot be read; export the file again'),
  whichAttribute: error('regions have no label: no attribute of theirs is the only one, and the same for all; name it with columns: { label: \'…\' }'),
  guessedCorner: warning('x and y are taken for the left top corner of boxes; name them in columns as left and top if they are, and convert them if they are the center'),
  crowd: warning('boxes around groups (IsGroupOf) are left out'),
  prediction: warning('labels with a confidence below 1, which a model has given, are left out'),
  repeatedLabel: warning('labels that an image has twice count once'),
  notABox: warning('points and lines are left out'),
  absentLabel: inherent('labels that are verified to be absent are left out'),
  fileAttributes: inherent('attributes of images are left out'),
  layout: inherent('columns have the meaning that their names or their order tell'),
});
