import { SEMANTIC_SEGMENTATION } from '../../manifest';
import type { LossLog } from '../conversion-report';
import { imageLabel, valueOf } from './image-labels';
import { namedTypes, type LookoutImage } from './read';

/** What the algorithm wants as the mask of an image without anomalies. */
const EMPTY_MAP = { 0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff', 'confidence': 0 } };

/**
 * A line for the "Computer Vision Defect Detection Model" of AWS Marketplace, which reads an augmented manifest: every line
 * must have the same attributes, under the names `anomaly-label` and `anomaly-mask-ref`.
 *
 * @param image the image
 * @param emptyMaskRef the mask of normal images; undefined when no image has a mask
 * @param losses receives what is left behind
 */
export function marketplaceLine(image: LookoutImage, emptyMaskRef: string | undefined, losses: LossLog): object | undefined {
  const classes = {
    'source-ref': image.sourceRef,
    ...imageLabel('anomaly-label', valueOf(image.class), image.class, image.confidence, image.origin),
  };
  const { mask } = image;
  if (emptyMaskRef === undefined) return classes;

  if (image.class === 'normal') {
    if (mask && namedTypes(mask).length > 0) losses.add('maskOfNormalImage', image.line, image.sourceRef, namedTypes(mask).join(', '));
    const { 'human-annotated': human, 'creation-date': date } = image.origin;
    return {
      ...classes,
      'anomaly-mask-ref': emptyMaskRef,
      'anomaly-mask-ref-metadata': { 'internal-color-map': EMPTY_MAP, 'human-annotated': human, 'creation-date': date, 'type': SEMANTIC_SEGMENTATION },
    };
  }
  if (!mask) {
    losses.add('anomalyWithoutMask', image.line, image.sourceRef, 'add a mask, because other images have one');
    return undefined;
  }
  return { ...classes, 'anomaly-mask-ref': mask.ref, 'anomaly-mask-ref-metadata': { ...mask.metadata, ...mask.origin } };
}
