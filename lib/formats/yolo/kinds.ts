import { error, inherent, kindsOf, warning } from '../conversion-report';

/** What conversions of YOLO find, beside what those of any format do. */
export const YOLO_KINDS = kindsOf({
  noNames: error('the names of the classes are not told; add names to the YAML file, or classes.txt beside it'),
  otherNames: error('two files name the classes differently; correct one'),
  wrongCount: error('nc is not the number of names; correct one of them'),
  setNotFound: error('a set is not where it is said to be; correct its path'),
  sameSet: error('two sets are the same images, so that a model would be tested with images it was trained with; give each its own'),
  noLabelFiles: error('no image has a label file; labels are looked for in "labels" instead of the last folder "images", and beside the image'),
  badRow: error('rows are not "class x y width height" or a polygon, with numbers from 0 to 1 and blanks between them'),
  pixels: error('rows have numbers above 1, which looks like pixels; divide them by the width or height of the image'),
  unknownClass: error('rows have a class that has no name'),
  predictions: error('rows have six numbers, as predictions with a confidence have; export the labels'),
  extraNumbers: error('rows have more numbers than a box and fewer than a polygon; tell kpt_shape in the YAML file if they are key points'),
  background: warning('images without a label file are taken as showing none of the labels'),
  labelWithoutImage: warning('label files without an image are left out'),
  notInSet: warning('images in a list are not there and are left out'),
  keypoints: inherent('key points are left out'),
});
