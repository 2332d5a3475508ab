import type { Conversion } from '../../files/convert-annotations';
import { convertAnnotations, isAnnotationFolder } from '../../files/convert-annotations';
import type { DirectoryOptions } from '../../files/directory';
import { conversionProblems, describeConversionFinding } from '../../formats';
import type { AnnotationReader, ImageSet } from '../../formats';
import { checkCreationDate, checkLabelAttribute, checkValue, memberOf, optional, TEXT, TRUE_OR_FALSE } from '../argument-checks';
import { LabelType } from '../label-type';
import { UNSEEN_CONTENT } from '../manifest-source';
import type { CheckedManifest, ManifestCheck, ManifestSource } from '../manifest-source';
import { withSynthWarnings } from '../synth-warnings';
import { linesManifest, nothingManifest } from './local-file';

/**
 * How annotations become the lines of a manifest.
 */
export interface AnnotationOptions extends DirectoryOptions {
  /**
   * What the labels become.
   *
   * @default - boxes if there are any; otherwise `MULTILABEL` if an image has several labels, else `CLASSIFICATION`
   */
  readonly target?: LabelType;

  /**
   * The directory that the references of the manifest are relative to. Give `Images.fromDirectory` the same one. A relative path is
   * resolved against the working directory of the CDK app.
   *
   * @default - a folder of annotations itself; for a file, the folder beside it where the format has its images. Without images on
   * this machine, references are the names in the annotations.
   */
  readonly imageDirectory?: string;

  /**
   * The label attribute, for example the name of a labeling job.
   *
   * @default - `bounding-box` for boxes, otherwise `label`
   */
  readonly labelAttribute?: string;

  /**
   * The `creation-date` of the labels, in ISO 8601 and UTC. The services require one, but do not use it. The default is
   * fixed: the current date would change the dataset on every synth.
   *
   * @default 2000-01-01T00:00:00.000
   */
  readonly creationDate?: string;

  /**
   * Whether everything that is left out or guessed is an error instead of a warning.
   *
   * @default false
   */
  readonly strict?: boolean;
}

/**
 * A manifest that is made of annotations of this machine.
 *
 * @param caller how messages name what was called
 * @param path the file or folder with annotations
 */
export function annotationManifest<Options>(
  caller: string, path: string, format: AnnotationReader<Options>, options: AnnotationOptions & Options,
): ManifestSource {
  checkValue(caller, 'path', path, TEXT);
  checkValue(caller, 'target', options.target, optional(memberOf('LabelType', LabelType)));
  checkValue(caller, 'imageDirectory', options.imageDirectory, optional(TEXT));
  checkValue(caller, 'strict', options.strict, optional(TRUE_OR_FALSE));
  checkLabelAttribute(caller, options.labelAttribute);
  checkCreationDate(caller, options.creationDate);
  isAnnotationFolder(caller, path);
  return new ConvertedManifest(path, () => convertAnnotations(caller, path, format, options));
}

/** A manifest that is made of something else when it is needed first. */
export class ConvertedManifest implements ManifestSource {
  private conversion?: Conversion;

  constructor(private readonly path: string, private readonly makeConversion: () => Conversion) {}

  public get sets(): ReadonlyMap<string, ImageSet> | undefined {
    return this.convert().sets;
  }

  public check(check: ManifestCheck): CheckedManifest {
    const { path } = this;
    const { lines, errors, warnings } = this.convert();
    if (errors.length > 0) {
      const errorMessage = conversionProblems(errors, path);
      return { ...UNSEEN_CONTENT, name: path, errorMessage, bind: (scope) => nothingManifest(scope, path) };
    }
    const texts = warnings.map((warning) => ({ kind: warning.kind.id, text: describeConversionFinding(warning, path) }));
    return withSynthWarnings(linesManifest(`${path} (converted)`, lines).check(check), texts, check.subset);
  }

  private convert(): Conversion {
    return this.conversion ??= this.makeConversion();
  }
}
