import { inherent, kindsOf, warning } from '../conversion-report';
import { KINDS } from '../kinds';

const { smallBox, tooManyBoxes } = KINDS;

/** What conversions from Lookout for Vision find. */
export const LOOKOUT_KINDS = kindsOf({
  blankLine: warning('blank lines are left out'),
  unlabeledImage: warning('images without a class (normal or anomaly) are left out'),
  anomalyWithoutMask: warning('anomalous images without a mask are left out, because nobody can tell where the anomaly is'),
  maskWithoutAnomaly: warning('anomalous images whose mask shows no anomaly are left out'),
  normalImage: warning('normal images are left out'),
  maskOfNormalImage: warning('masks of normal images that name anomalies are left out'),
  unshownAnomaly: warning('anomaly types that a color map names and the mask does not show get no label'),
  smallRegion: warning('groups of too few pixels get no box'),
  otherSize: warning('masks have another size than the first one, although Lookout wanted all images of a project to be equal; boxes fit images of the size of their mask'),
  confidence: warning('confidences that are no number from 0 to 1 are corrected'),
  furtherAttribute: warning('further attributes are left out'),
  creationDate: inherent('creation dates are written anew'),
  mask: inherent('masks are left out'),
  imageClass: inherent('classes of images (normal or anomaly) are left out'),
  smallBox,
  tooManyBoxes,
  shape: inherent('masks become boxes'),
});
