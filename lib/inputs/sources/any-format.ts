import { Annotations } from 'aws-cdk-lib';
import { recognizeAnnotations } from '../../files/recognize-annotations';
import type { Fit } from '../../files/recognize-annotations';
import { cocoFormat, csvFormat, vocFormat, yoloFormat } from '../../formats';
import type { AnnotationReader } from '../../formats';
import { visible } from '../../manifest';
import { AnnotationFormat } from '../annotation-format';
import { checkValue, memberOf, optional, TEXT } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { annotationManifest } from './annotations';
import type { AnnotationOptions } from './annotations';

/**
 * Options of `Manifest.fromAnnotations`.
 */
export interface ManifestFromAnnotationsOptions extends AnnotationOptions {
  /**
   * The format of the annotations.
   *
   * @default - recognized by looking at the files; an info on the dataset says what was recognized
   */
  readonly format?: AnnotationFormat;
}

const CALLER = 'Manifest.fromAnnotations';

const READERS: Readonly<Record<AnnotationFormat, AnnotationReader<object>>> = {
  [AnnotationFormat.COCO]: cocoFormat,
  [AnnotationFormat.YOLO]: yoloFormat,
  [AnnotationFormat.PASCAL_VOC]: vocFormat,
  [AnnotationFormat.CSV]: csvFormat,
};

/** Annotations of a format that is told, or recognized. */
export function anyFormatManifest(path: string, options: ManifestFromAnnotationsOptions): ManifestSource {
  checkValue(CALLER, 'path', path, TEXT);
  checkValue(CALLER, 'format', options.format, optional(memberOf('AnnotationFormat', AnnotationFormat)));
  if (options.format !== undefined) return annotationManifest(CALLER, path, READERS[options.format], options);
  const { reader, file } = onlyFit(path, options);
  const source = annotationManifest(CALLER, path, reader, options);
  return {
    get sets() { return source.sets; },
    check: (check) => {
      const checked = source.check(check);
      return {
        ...checked,
        bind: (scope) => {
          Annotations.of(scope).addInfo(visible(`${path} is read as ${reader.name}, because of ${file} (${reader.reader})`));
          return checked.bind(scope);
        },
      };
    },
  };
}

function onlyFit(path: string, options: ManifestFromAnnotationsOptions): Fit {
  const { fits, other } = recognizeAnnotations(CALLER, path, Object.values(READERS), options);
  if (fits.length === 1) return fits[0];
  const name = `${CALLER}: "${visible(path)}"`;
  if (fits.length > 1) {
    const found = fits.map(({ reader, file }) => `${reader.name} (${visible(file)})`).join(' and ');
    throw new Error(`${name} may be ${found}; choose one with format, such as ${memberFor(fits[0].reader)}`);
  }
  if (other) throw new Error(`${name} is ${other.what}; ${other.advice}`);
  const known = Object.values(READERS).map((reader) => reader.name).join(', ');
  throw new Error(`${name} holds no annotations of a format that is recognized (${known}); tell it with format, or read images in class folders with Manifest.fromFolders(path)`);
}

function memberFor(reader: AnnotationReader<object>): string {
  const [member] = Object.entries(AnnotationFormat).find(([, format]) => READERS[format] === reader)!;
  return `AnnotationFormat.${member}`;
}
