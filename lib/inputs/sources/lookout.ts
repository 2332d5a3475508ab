import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DirectoryOptions } from '../../files/directory';
import { MaskDirectory } from '../../files/mask-directory';
import { explainReadErrors, fileNotFoundError } from '../../files/paths';
import { convertLookout, describeConversionFinding } from '../../formats';
import type { LookoutConversion } from '../../formats';
import { problemCount, problemList, ProblemLog, visible } from '../../manifest';
import type { ImageLocation, Problem } from '../../manifest';
import { checkCreationDate } from '../argument-checks';
import { LabelType } from '../label-type';
import { UNSEEN_CONTENT } from '../manifest-source';
import type { CheckedManifest, ManifestCheck, ManifestSource } from '../manifest-source';
import { withSynthWarnings } from '../synth-warnings';
import { nothingManifest, textManifest } from './local-file';

/**
 * Options of `Manifest.fromLookout`.
 */
export interface ManifestFromLookoutOptions extends DirectoryOptions {
  /**
   * What the labels become.
   */
  readonly target: LabelType;

  /**
   * The directory with the masks (PNG files). A mask is looked up by the key of its reference, then by ever shorter ends of that
   * key. A relative path is resolved against the working directory of the CDK app.
   *
   * @default - `DETECTION`: the directory `masks` next to the manifest; otherwise no mask is read
   */
  readonly masks?: string;

  /**
   * Label of normal images, for `CLASSIFICATION` and `MULTILABEL`.
   *
   * @default normal
   */
  readonly normalLabel?: string;

  /**
   * Label of anomalous images, for `CLASSIFICATION` and `MULTILABEL`.
   *
   * @default anomaly
   */
  readonly anomalyLabel?: string;

  /**
   * The date for labels without a valid `creation-date`, in ISO 8601 and UTC: Rekognition requires one. The default is fixed,
   * because the current date would change the dataset on every synth.
   *
   * @default 2025-10-31T00:00:00.000, the day Lookout for Vision ended
   */
  readonly creationDate?: string;

  /**
   * For `DETECTION`: the smallest group of connected pixels that gets a box. Smaller regions are taken for artifacts of
   * brushes and soft edges.
   *
   * @default 16
   */
  readonly minDefectPixels?: number;

  /**
   * For `DETECTION`: whether normal images are left out, instead of becoming entries without boxes.
   *
   * @default false
   */
  readonly dropNormalImages?: boolean;
}

const CALLER = 'Manifest.fromLookout';

/** A manifest of Lookout for Vision on this machine, as one of Rekognition. */
export function lookoutManifest(path: string, options: ManifestFromLookoutOptions): ManifestSource {
  const file = resolve(path);
  if (!explainReadErrors(CALLER, path, () => statSync(file, { throwIfNoEntry: false }))?.isFile()) {
    throw fileNotFoundError(CALLER, 'file', path, file);
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

  public check(check: ManifestCheck): CheckedManifest {
    const { problems, lines, warnings: leftBehind } = this.convert(check.references.location);
    if (problems.length > 0) {
      const errorMessage = this.errorMessage(problems);
      return { ...UNSEEN_CONTENT, name: this.path, errorMessage, bind: (scope) => nothingManifest(scope, this.path) };
    }
    const text = lines.map((line) => `${line}\n`).join('');
    const warnings = leftBehind.filter(({ kind }) => kind.severity === 'warning')
      .map((warning) => ({ kind: warning.kind.id, text: describeConversionFinding(warning, this.path) }));
    return withSynthWarnings(textManifest(`${this.path} (converted)`, text).check(check), warnings, check.subset);
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
    const conversion = convertLookout(explainReadErrors(CALLER, this.path, () => readFileSync(this.path)), {
      ...choices, images, target, readMask: masks && ((reference) => masks.read(reference)),
    });
    const { problems, lines, warnings } = conversion;
    if (lines.length === 0 && problems.length === 0) {
      throw new Error([`${visible(this.path)} has no line that can be converted to ${target}`, ...warnings.map((warning) => `  ${describeConversionFinding(warning, this.path)}`)].join('\n'));
    }
    return conversion;
  }

  private errorMessage(problems: readonly Problem[]): string {
    const log = new ProblemLog({ groups: problems.length, places: 3 });
    for (const problem of problems) log.add([problem], problem.line, problem.sourceRef);
    return `${visible(this.path)} cannot be converted because of ${problemCount(problems.length)}:\n${problemList(log.problems, problems.length, this.path)}`;
  }
}
