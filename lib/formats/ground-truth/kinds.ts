import { error, inherent, kindsOf, warning } from '../conversion-report';

/** What readings of Ground Truth's output find, beside what those of any format do. */
export const GROUND_TRUTH_KINDS = kindsOf({
  noSource: error('no line has labels of this attribute; labelSource names an attribute of the file'),
  severalSources: error('the file has the labels of several jobs that do not adjust each other; choose one with labelSource'),
  unsupportedType: error('Rekognition has no labels of this type; it takes image-level labels and boxes'),
  unknownClass: error('class ids are missing from class-map; add them'),
  confidence: warning('labels without a confidence get 1'),
  metadataName: warning('metadata is called unlike its label attribute, and gets its name'),
  zeroWidth: warning('names of members have invisible characters, which are left out'),
  fraction: warning('edges of boxes are no whole pixels and are rounded'),
  overEdge: warning('boxes that reach over the edge of the image by up to a pixel are cut off there'),
  otherAttribute: warning('label attributes of other jobs are left out; labelSource chooses one'),
  verification: warning('what reviewers said of labels is left out, and the labels are kept whatever they said'),
  failedItem: warning('images that the job could not label become entries without labels'),
  repeatedEntry: warning('images that occur several times are written once, as they were labeled last'),
  multilabel: inherent('image-level labels of one attribute get an attribute each'),
});
