import { type ImageLocation, LineSplitter, lookoutFinding, parseS3Uri, type Problem, quoted } from '../../manifest';
import { LossLog, type Loss } from '../conversion-report';
import { locate, type Located, detectionLine, type ReadMask, typeIds } from './boxes';
import { classificationLine, multilabelLine } from './image-labels';
import { marketplaceLine } from './marketplace';
import { readLookoutImage, type LookoutImage } from './read';

/**
 * What a Lookout for Vision manifest is converted to.
 *
 * - `classification`: image-level labels of Rekognition, normal and anomaly;
 * - `multilabel`: the same, and one image-level label more for each anomaly type of the image;
 * - `detection`: boxes of Rekognition around the anomalies, labelled with their type; drawn from the masks;
 * - `marketplace`: the attribute names that the defect detection algorithm of AWS Marketplace is trained with.
 *
 * Image-level labels and boxes are never mixed: Rekognition would choose the kind of model by itself.
 */
export type LookoutConversionTarget = 'classification' | 'multilabel' | 'detection' | 'marketplace';

/** How to convert. */
export interface LookoutConversionOptions {
  readonly target: LookoutConversionTarget;
  /** Where relative references lead to; with it, references may be relative. They stay as they are written. */
  readonly images?: ImageLocation;
  /**
   * Gives the pixels of the mask that a reference leads to; what it throws becomes a problem of the line.
   * `detection` needs it; `multilabel` labels, without it, every type that the colour map of the image names.
   */
  readonly readMask?: ReadMask;
  /** Label of normal images for `classification` and `multilabel`; default `normal`. */
  readonly normalLabel?: string;
  /** Label of anomalous images for `classification` and `multilabel`; default `anomaly`. */
  readonly anomalyLabel?: string;
  /** For a `creation-date` that is missing or cannot be read, ISO 8601 in UTC; default {@link LOOKOUT_END}. */
  readonly creationDate?: string;
  /** `detection`: groups of fewer pixels get no box; default 16. */
  readonly minDefectPixels?: number;
  /** `detection`: leave normal images out instead of making them lines without boxes. */
  readonly dropNormalImages?: boolean;
  /** `marketplace`: `s3://` address of an all-white PNG of 16x16 pixels, the mask of every normal image when others have masks. */
  readonly emptyMaskRef?: string;
}

/** The result of a conversion. */
export interface LookoutConversion {
  /** The new manifest, one JSON text a line; empty when there are problems. */
  readonly lines: readonly string[];
  /** What was left behind, by kind. */
  readonly losses: readonly Loss[];
  /** What stops the conversion, in the order of the lines. */
  readonly problems: readonly Problem[];
}

/** The day the service ended: no label is younger. Fixed, so that a conversion gives the same content every day. */
export const LOOKOUT_END = '2025-10-31T00:00:00.000';

/** In AWS's own sample data two of the three groups of one mask have 2 and 4 pixels. */
const MIN_DEFECT_PIXELS = 16;

/**
 * Converts a manifest of Lookout for Vision.
 *
 * @param manifest the whole file; Lookout took 16,000 images at most
 * @param options what to convert it to
 * @throws Error when the options do not fit together
 */
export function convertLookout(manifest: Uint8Array, options: LookoutConversionOptions): LookoutConversion {
  const { target, creationDate = LOOKOUT_END } = options;
  checkOptions(options);
  const losses = new LossLog();
  const problems: Problem[] = [];
  const reading = { images: options.images, creationDate, masks: target === 'detection' || target === 'marketplace' };
  const images: LookoutImage[] = [];
  const lineOf = new Map<string, number>();
  const splitter = new LineSplitter((buffer, start, end, line) => {
    const bytes = buffer.subarray(start, end);
    if (/^[ \t\r]*$/.test(bytes.toString('latin1'))) {
      losses.add('blankLine', line, undefined, 'nothing is there');
      return;
    }
    const image = readLookoutImage(bytes, line, reading, losses);
    if (image === undefined) return;
    if (Array.isArray(image)) {
      problems.push(...image);
      return;
    }
    problems.push(...comparedToOthers(image, images[0], lineOf.get(image.sourceRef)));
    lineOf.set(image.sourceRef, line);
    images.push(image);
  });
  splitter.push(manifest);
  splitter.end();
  const lines = problems.length > 0 ? [] : convert(images, options, losses, problems);
  return { lines: problems.length > 0 ? [] : lines, losses: losses.losses, problems };
}

function checkOptions({ target, normalLabel = 'normal', anomalyLabel = 'anomaly', readMask, emptyMaskRef }: LookoutConversionOptions): void {
  if (normalLabel === '' || anomalyLabel === '') throw new Error('normalLabel and anomalyLabel must not be empty');
  if (normalLabel === anomalyLabel) throw new Error(`normalLabel and anomalyLabel are both "${normalLabel}"; a classification needs two labels`);
  if (target === 'detection' && readMask === undefined) throw new Error('the target detection draws boxes from masks; give readMask');
  if (emptyMaskRef !== undefined && parseS3Uri(emptyMaskRef) === undefined) throw new Error(`emptyMaskRef is "${emptyMaskRef}"; make it s3://bucket/key of a PNG file`);
}

/** The rules that a line breaks together with others. */
function comparedToOthers(image: LookoutImage, first: LookoutImage | undefined, sameImage: number | undefined): Problem[] {
  const problem = (code: Parameters<typeof lookoutFinding>[0], advice: string) =>
    ({ ...lookoutFinding(code, [], advice), line: image.line, sourceRef: image.sourceRef });
  if (sameImage !== undefined) {
    return [problem('ERROR_DUPLICATE_SOURCE_REF', `source-ref occurs already in line ${sameImage}; remove one of the two lines`)];
  }
  if (first === undefined || image.bucket === first.bucket) return [];
  return [problem('ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS',
    `the image is in the bucket ${quoted(image.bucket)}, but that of line ${first.line} is in ${quoted(first.bucket)}; keep the images of a dataset in one bucket`)];
}

function convert(images: readonly LookoutImage[], options: LookoutConversionOptions, losses: LossLog, problems: Problem[]): string[] {
  const write = (line: object | undefined) => line === undefined ? [] : [JSON.stringify(line)];
  const labels = { normal: options.normalLabel ?? 'normal', anomaly: options.anomalyLabel ?? 'anomaly' };
  switch (options.target) {
    case 'classification': return images.flatMap((image) => write(classificationLine(image, labels, losses)));
    case 'multilabel': return images.flatMap((image) => write(multilabelLine(image, labels, options.readMask, losses, problems)));
    case 'marketplace': {
      const segmentation = images.some((image) => image.class === 'anomaly' && image.mask !== undefined);
      if (segmentation && options.emptyMaskRef === undefined) {
        throw new Error('some images have masks, and then the algorithm wants a mask for normal images too; give emptyMaskRef the s3:// address of an all-white PNG of 16x16 pixels');
      }
      return images.flatMap((image) => write(marketplaceLine(image, segmentation ? options.emptyMaskRef : undefined, losses)));
    }
    case 'detection': {
      const minPixels = options.minDefectPixels ?? MIN_DEFECT_PIXELS;
      const located = images.flatMap((image): Located[] => {
        const found = locate(image, options.readMask!, { minPixels, dropNormal: options.dropNormalImages ?? false }, losses, problems);
        return found === undefined ? [] : [found];
      });
      const ids = typeIds(located);
      const size = located.find((image) => image.size !== undefined)?.size;
      for (const { image, size: own = size } of located) {
        if (size && own && (own.width !== size.width || own.height !== size.height)) {
          losses.add('otherSize', image.line, image.sourceRef, `${own.width}x${own.height}, not ${size.width}x${size.height}`);
        }
      }
      return located.flatMap((image) => write(detectionLine(image, ids, size, losses)));
    }
  }
}
