import { error, inherent, kindsOf, warning } from '../conversion-report';

/** What conversions of COCO find, beside what those of any format do. */
export const COCO_KINDS = kindsOf({
  unknownImage: error('annotations have an image_id that no image has; export the file again'),
  unknownCategory: error('annotations have a category_id that no category has; export the file again'),
  repeatedId: error('different things have the same id; give each an id of its own'),
  badImage: error('images have no id or no file_name'),
  badCategory: error('categories have no id or no name'),
  badBbox: error('annotations have a bbox that is not [x, y, width, height] in pixels; correct it'),
  lostToCrowd: error('all annotations of a category are marked as crowds (iscrowd: 1), which are left out by default, and CVAT and RectLabel mark every mask so; choose crowd: true to keep them'),
  crowd: warning('crowds (iscrowd: 1) are left out'),
  badMask: warning('masks that are empty or cannot be read are left out'),
  webAddress: warning('file_name is an address; only its path counts'),
  keypoints: inherent('keypoints are left out'),
});
