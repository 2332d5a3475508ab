import { SEMANTIC_SEGMENTATION } from '../../manifest';
import type { ConversionReport } from '../conversion-report';
import { imageLabelMembers, originMembers } from '../manifest-line';
import { LOOKOUT_KINDS } from './kinds';
import { reportMaskOfNormal } from './labels';
import { classLabel } from './read';
import type { LookoutImage } from './read';

/** What the algorithm wants as the mask of an image without anomalies. */
const EMPTY_MAP = { 0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff', 'confidence': 0 } };

/**
 * A line for the "Computer Vision Defect Detection Model" of AWS Marketplace, which reads an augmented manifest: every line
 * must have the same attributes, under the names `anomaly-label` and `anomaly-mask-ref`.
 *
 * @param image the image
 * @param emptyMaskRef the mask of normal images; undefined when no image has a mask
 * @param report receives what is left behind
 */
export function marketplaceLine(image: LookoutImage, emptyMaskRef: string | undefined, report: ConversionReport): object | undefined {
  const classes = { 'source-ref': image.sourceRef, ...imageLabelMembers(classLabel(image, 'anomaly-label', image.class)) };
  const { mask } = image;
  if (emptyMaskRef === undefined) return classes;

  if (image.class === 'normal') {
    reportMaskOfNormal(image, { report });
    const { 'human-annotated': human, 'creation-date': date } = originMembers(image.origin);
    return {
      ...classes,
      'anomaly-mask-ref': emptyMaskRef,
      'anomaly-mask-ref-metadata': { 'internal-color-map': EMPTY_MAP, 'human-annotated': human, 'creation-date': date, 'type': SEMANTIC_SEGMENTATION },
    };
  }
  if (!mask) {
    report.add(LOOKOUT_KINDS.anomalyWithoutMask, `line ${image.line}`, image.sourceRef, 'add a mask, because other images have one');
    return undefined;
  }
  return { ...classes, 'anomaly-mask-ref': mask.ref, 'anomaly-mask-ref-metadata': { ...mask.metadata, ...originMembers(mask.origin) } };
}
