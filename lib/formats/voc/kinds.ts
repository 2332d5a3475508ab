import { error, inherent, kindsOf, warning } from '../conversion-report';

/** What conversions of Pascal VOC find, beside what those of any format do. */
export const VOC_KINDS = kindsOf({
  noBox: error('objects have neither bndbox, robndbox nor polygon; draw them'),
  unknownImageSet: error('imageSet is no list in ImageSets/Main'),
  reversedBox: warning('boxes have their corners reversed, which is put right'),
  notListed: warning('XML files that no list in ImageSets/Main names are left out; choose their list with imageSet'),
  part: inherent('parts of objects are left out'),
});
