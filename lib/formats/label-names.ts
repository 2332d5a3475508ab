/** The names of labels, as sources write them. */

import type { AnnotatedImage } from './annotated-image';
import { placeText } from './annotated-image';
import type { ConversionReport } from './conversion-report';
import { KINDS } from './kinds';

/**
 * The image with the names of its labels trimmed: some tools write blanks around them. Otherwise they stay as they are written.
 *
 * @param report receives labels without a name
 */
export function checkLabels(image: AnnotatedImage, report: ConversionReport): AnnotatedImage {
  const trim = (label: string, at?: number | string) => {
    const trimmed = label.trim();
    if (trimmed === '') report.add(KINDS.emptyLabel, () => placeText({ ...image.place, at: at ?? image.place.at }), image.name, 'a label without a name');
    return trimmed;
  };
  const isTidy = (label: string) => label !== '' && label === label.trim();
  if (image.labels.every(isTidy) && [...image.boxes].every(({ label }) => isTidy(label))) return image;
  return {
    ...image,
    labels: image.labels.map((label) => trim(label)),
    boxes: [...image.boxes].map((box) => ({ ...box, label: trim(box.label, box.at) })),
  };
}

/** Labels that a person may take for the same: they differ in case or Unicode form. Each with the first one that it resembles. */
export function similarLabels(labels: Iterable<string>): [label: string, other: string][] {
  const known = new Map<string, string>();
  const similar: [string, string][] = [];
  for (const label of [...labels].sort()) {
    const form = label.normalize('NFC').toLowerCase();
    const other = known.get(form);
    if (other === undefined) known.set(form, label);
    else similar.push([label, other]);
  }
  return similar;
}
