/** What a conversion leaves behind: counted by kind, with the lines. */

import { visible } from '../manifest';

interface Kind {
  /** What happened, as the beginning of a sentence that goes on with the number. */
  readonly text: string;
  /** The target has no place for it, whatever the manifest says: known before, and no reason for a warning. */
  readonly inherent?: boolean;
}

/** Every kind of thing that a conversion leaves behind. */
export const CONVERSION_WARNINGS = {
  blankLine: { text: 'blank lines are left out' },
  unlabeledImage: { text: 'images without a class (normal or anomaly) are left out' },
  anomalyWithoutMask: { text: 'anomalous images without a mask are left out, because nobody can tell where the anomaly is' },
  maskWithoutAnomaly: { text: 'anomalous images whose mask shows no anomaly are left out' },
  normalImage: { text: 'normal images are left out' },
  maskOfNormalImage: { text: 'masks of normal images that name anomalies are left out' },
  unshownAnomaly: { text: 'anomaly types that a color map names and the mask does not show get no label' },
  smallRegion: { text: 'groups of too few pixels get no box' },
  smallBox: { text: 'boxes that are too narrow for Rekognition are left out' },
  tooManyBoxes: { text: 'the smallest boxes of images with more than Rekognition takes are left out' },
  otherSize: { text: 'masks have another size than the first one, although Lookout wanted all images of a project to be equal; boxes fit images of the size of their mask' },
  confidence: { text: 'confidences that are no number from 0 to 1 are corrected' },
  furtherAttribute: { text: 'further attributes are left out' },
  creationDate: { text: 'creation dates are written anew', inherent: true },
  mask: { text: 'masks are left out', inherent: true },
  shape: { text: 'masks become boxes', inherent: true },
  imageClass: { text: 'classes of images (normal or anomaly) are left out', inherent: true },
} as const satisfies Record<string, Kind>;

/** A key of {@link CONVERSION_WARNINGS}. */
export type ConversionWarningKind = keyof typeof CONVERSION_WARNINGS;

/** One thing that was left behind. */
export interface ConversionWarningItem {
  /** Line of the manifest that was converted, counted from 1. */
  readonly line: number;
  /** The image as the manifest writes it, where the line has one. */
  readonly sourceRef?: string;
  /** What exactly was left behind. */
  readonly detail: string;
}

/** Everything of one kind that was left behind. */
export interface ConversionWarning {
  readonly kind: ConversionWarningKind;
  /** What happened, as the beginning of a sentence. */
  readonly text: string;
  /** True for what the target has no place for; false for what a better manifest would keep. */
  readonly inherent: boolean;
  /** In the order of the lines. */
  readonly items: readonly ConversionWarningItem[];
}

/** Collects what a conversion leaves behind. */
export class ConversionReport {
  private readonly items = new Map<ConversionWarningKind, ConversionWarningItem[]>();

  /**
   * @param kind what happened
   * @param line counted from 1
   * @param sourceRef the image, where the line has one
   * @param detail what exactly was left behind
   */
  add(kind: ConversionWarningKind, line: number, sourceRef: string | undefined, detail: string): void {
    const items = this.items.get(kind) ?? [];
    items.push({ line, ...(sourceRef === undefined ? {} : { sourceRef }), detail });
    this.items.set(kind, items);
  }

  /** By kind, in the order of {@link CONVERSION_WARNINGS}. */
  get warnings(): ConversionWarning[] {
    return (Object.keys(CONVERSION_WARNINGS) as ConversionWarningKind[]).filter((kind) => this.items.has(kind)).map((kind) => {
      const { text, inherent = false }: Kind = CONVERSION_WARNINGS[kind];
      return { kind, text, inherent, items: this.items.get(kind)!.sort((a, b) => a.line - b.line) };
    });
  }
}

/** Items that one sentence shows; all are counted. */
const SHOWN = 3;

/**
 * One sentence on all items of a kind: how many, and the first ones with line, image and detail.
 *
 * @param warning of one kind
 * @param file name of the manifest as the reader knows it
 */
export function describeConversionWarning({ text, items }: ConversionWarning, file: string): string {
  const shown = items.slice(0, SHOWN).map(({ line, sourceRef, detail }) => `line ${line}${sourceRef === undefined ? '' : ` (${sourceRef})`}: ${detail}`);
  const more = items.length > SHOWN ? `; and ${items.length - SHOWN} more` : '';
  return visible(`${file}: ${text} (${items.length} in all): ${shown.join('; ')}${more}`);
}
