import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { convertLookout, describeLoss } from '../../formats';
import { describeProblem, visible } from '../../manifest';
import type { LookoutConversion } from '../../formats';
import type { ImageLocation } from '../../manifest';
import { checkCreationDate } from '../creation-date';
import { textManifest } from './local-file';
import { MaskDirectory } from '../../files/mask-directory';
import { LabelType } from '../label-type';
import type { ManifestFromLookoutOptions } from './lookout-options';
import type { CheckedManifest, ManifestSource } from '../manifest-source';
import { notThere } from '../../files/not-there';
import { reading } from '../../files/reading';
import { withRemarks } from '../remarks';

const CALLER = 'Manifest.fromLookout';
/** Problems that one error shows; all are counted. */
const SHOWN_PROBLEMS = 50;

/** A manifest of Lookout for Vision on this machine, as one of Rekognition. */
export function lookoutManifest(path: string, options: ManifestFromLookoutOptions): ManifestSource {
  const file = resolve(path);
  if (!reading(CALLER, path, () => statSync(file, { throwIfNoEntry: false }))?.isFile()) {
    throw notThere(CALLER, 'file', path, file);
  }
  const { target, minDefectPixels: least, creationDate } = options;
  if (least !== undefined && !(Number.isInteger(least) && least >= 1)) throw new Error(`${CALLER}: minDefectPixels is ${least}, but must be a whole number, 1 or more`);
  checkCreationDate(CALLER, creationDate);
  const masks = options.masks ?? (target === LabelType.DETECTION ? join(dirname(path), 'masks') : undefined);
  const needsMasks = masks !== undefined && target !== LabelType.CLASSIFICATION;
  return new LookoutManifest(path, options, needsMasks ? new MaskDirectory(masks, options) : undefined);
}

class LookoutManifest implements ManifestSource {
  /** By the place of the images: masks are not drawn anew for each stack. */
  private readonly conversions = new Map<string, LookoutConversion>();

  constructor(
    private readonly path: string, private readonly options: ManifestFromLookoutOptions, private readonly masks?: MaskDirectory,
  ) {}

  public check(...check: Parameters<ManifestSource['check']>): CheckedManifest {
    const { lines, losses } = this.convert(check[0].location);
    const text = lines.map((line) => `${line}\n`).join('');
    const remarks = losses.filter(({ inherent }) => !inherent).map((loss) => ({ kind: loss.kind, text: describeLoss(loss, this.path) }));
    return withRemarks(textManifest(`${this.path} (converted)`, text).check(...check), remarks, check[2]);
  }

  private convert(images?: ImageLocation): LookoutConversion {
    const key = JSON.stringify(images ?? null);
    const conversion = this.conversions.get(key) ?? this.convertAnew(images);
    this.conversions.set(key, conversion);
    return conversion;
  }

  private convertAnew(images?: ImageLocation): LookoutConversion {
    const { target, masks: _, allowExternalSymlinks: __, ...choices } = this.options;
    const { masks } = this;
    const conversion = convertLookout(reading(CALLER, this.path, () => readFileSync(this.path)), {
      ...choices, images, target: target as `${LabelType}`, readMask: masks && ((reference) => masks.read(reference)),
    });
    const { problems, lines, losses } = conversion;
    if (problems.length > 0) {
      const shown = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${describeProblem(problem, this.path)}`);
      if (problems.length > shown.length) shown.push(`  … and ${problems.length - shown.length} more`);
      throw new Error(`${visible(this.path)} cannot be converted because of ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${shown.join('\n')}`);
    }
    if (lines.length === 0) {
      throw new Error([`${visible(this.path)} has no line that can be converted to ${target}`, ...losses.map((loss) => `  ${describeLoss(loss, this.path)}`)].join('\n'));
    }
    return conversion;
  }
}
