import { type AnomalyClass, IMAGE_CLASSIFICATION, type Problem } from '../../manifest';
import type { LossLog } from '../conversion-report';
import { readTypes, type ReadMask } from './boxes';
import { namedTypes, type LookoutImage, type LookoutMask, type Origin } from './read';

/**
 * Both halves of an image-level label.
 *
 * @param attribute name of the first half
 * @param value a number for the label; the services ignore it
 * @param label name of the label
 * @param confidence from 0 to 1
 * @param origin who made the label, and when
 */
export function imageLabel(attribute: string, value: number, label: string, confidence: number, origin: Origin): Record<string, unknown> {
  return {
    [attribute]: value,
    [`${attribute}-metadata`]: { 'class-name': label, confidence, ...origin, 'type': IMAGE_CLASSIFICATION },
  };
}

/** The number that Lookout's own manifests have for a class. */
export function valueOf(name: AnomalyClass): number {
  return name === 'anomaly' ? 1 : 0;
}

/** A line with the class of the image and nothing else: the service lists an error on every attribute of another type. */
export function classificationLine(image: LookoutImage, labels: Readonly<Record<AnomalyClass, string>>, losses: LossLog): object {
  if (image.mask) losses.add('mask', image.line, image.sourceRef, image.mask.ref);
  return {
    'source-ref': image.sourceRef,
    ...imageLabel(image.attribute, valueOf(image.class), labels[image.class], image.confidence, image.origin),
  };
}

/** The line of {@link classificationLine}, and an attribute with a label of its own for each anomaly type. */
export function multilabelLine(
  image: LookoutImage, labels: Readonly<Record<AnomalyClass, string>>, readMask: ReadMask | undefined, losses: LossLog, problems: Problem[],
): object {
  const types = image.class === 'anomaly' && image.mask ? typesOn(image, image.mask, readMask, losses, problems) : [];
  if (image.class === 'normal' && image.mask && namedTypes(image.mask).length > 0) {
    losses.add('maskOfNormalImage', image.line, image.sourceRef, namedTypes(image.mask).join(', '));
  }
  const ofTypes = types.map((type) => imageLabel(attributeOf(image.attribute, type), 1, type, 1, image.mask!.origin));
  return Object.assign(classificationLine(image, labels, losses), ...ofTypes);
}

/** The types that the pixels show, where they can be looked at; otherwise those that the colour map names. */
function typesOn(image: LookoutImage, mask: LookoutMask, readMask: ReadMask | undefined, losses: LossLog, problems: Problem[]): string[] {
  const named = namedTypes(mask);
  const shown = readMask === undefined ? undefined : readTypes(image, mask, readMask, problems)?.shown;
  if (shown === undefined) return named;
  const present = new Set(shown.pixels);
  return named.filter((type) => {
    const there = present.has(1 + shown.types.indexOf(type));
    if (!there) losses.add('unshownAnomaly', image.line, image.sourceRef, type);
    return there;
  });
}

/** An attribute may not end like the metadata of another one. */
function attributeOf(attribute: string, type: string): string {
  return `${attribute}-${type}`.replace(/-metadata$/, '-metadata-label');
}
