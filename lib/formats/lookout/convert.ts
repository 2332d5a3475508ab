import { LineSplitter, lookoutFinding, parseS3Uri, quoted } from '../../manifest';
import type { ImageLocation, Problem } from '../../manifest';
import { ConversionReport } from '../conversion-report';
import type { ConversionFinding } from '../conversion-report';
import type { LabeledImage, LabelType } from '../labeled-image';
import { classIdsOf, manifestLine } from '../manifest-line';
import { LOOKOUT_KINDS } from './kinds';
import { classification, detection, multilabel } from './labels';
import type { ConversionLog, ReadMask } from './labels';
import { marketplaceLine } from './marketplace';
import { readLookoutImage } from './read';
import type { LookoutImage } from './read';

/** How to read a manifest of Lookout for Vision. */
export interface LookoutReadingOptions {
  /** Where relative references lead to; with it, references may be relative. They stay as they are written. */
  readonly images?: ImageLocation;
  /** For a `creation-date` that is missing or cannot be read, ISO 8601 in UTC; default {@link LOOKOUT_END}. */
  readonly creationDate?: string;
}

/** How to convert one to a manifest of Rekognition. */
export interface LookoutConversionOptions extends LookoutReadingOptions {
  /**
   * - `classification`: image-level labels, normal and anomaly;
   * - `multilabel`: the same, and one image-level label more for each anomaly type of the image;
   * - `detection`: boxes around the anomalies, labeled with their type; drawn from the masks.
   */
  readonly target: LabelType;
  /**
   * Gives the pixels of the mask that a reference leads to; what it throws becomes a problem of the line.
   * `detection` needs it; `multilabel` labels, without it, every type that the color map of the image names.
   */
  readonly readMask?: ReadMask;
  /** Label of normal images for `classification` and `multilabel`; default `normal`. */
  readonly normalLabel?: string;
  /** Label of anomalous images for `classification` and `multilabel`; default `anomaly`. */
  readonly anomalyLabel?: string;
  /** `detection`: groups of fewer pixels get no box; default 16. */
  readonly minDefectPixels?: number;
  /** `detection`: leave normal images out instead of making them lines without boxes. */
  readonly dropNormalImages?: boolean;
}

/** How to convert one to a manifest for the defect detection algorithm of AWS Marketplace. */
export interface LookoutToMarketplaceOptions extends LookoutReadingOptions {
  /** `s3://` address of an all-white PNG of 16x16 pixels, the mask of every normal image when others have masks. */
  readonly emptyMaskRef?: string;
}

/** The result of a conversion. */
export interface LookoutConversion {
  /** The new manifest, one JSON text a line; empty when there are problems. */
  readonly lines: readonly string[];
  /** What was left behind, by kind. */
  readonly warnings: readonly ConversionFinding[];
  /** What stops the conversion, in the order of the lines. */
  readonly problems: readonly Problem[];
}

/** The day the service ended: no label is younger. Fixed, so that a conversion gives the same content every day. */
export const LOOKOUT_END = '2025-10-31T00:00:00.000';

/** In AWS's own sample data two of the three groups of one mask have 2 and 4 pixels. */
const MIN_DEFECT_PIXELS = 16;

/**
 * Converts a manifest of Lookout for Vision to one of Rekognition.
 *
 * @param manifest the whole file; Lookout took 16,000 images at most
 * @param options what to convert it to
 * @throws Error when the options do not fit together
 */
export function convertLookout(manifest: Uint8Array, options: LookoutConversionOptions): LookoutConversion {
  const { target, normalLabel = 'normal', anomalyLabel = 'anomaly', readMask } = options;
  if (normalLabel === '' || anomalyLabel === '') throw new Error('normalLabel and anomalyLabel must not be empty');
  if (normalLabel === anomalyLabel) throw new Error(`normalLabel and anomalyLabel are both "${normalLabel}"; a classification needs two labels`);
  if (target === 'detection' && readMask === undefined) throw new Error('the target detection draws boxes from masks; give readMask');
  return convert(manifest, options, target === 'detection', (images, log) => {
    const labeled = labeledImages(images, options, log);
    const classIds = classIdsOf(labeled);
    return labeled.map((image) => manifestLine(image, classIds));
  });
}

/**
 * Converts a manifest of Lookout for Vision to the attribute names that the defect detection algorithm of AWS Marketplace is
 * trained with.
 *
 * @param manifest the whole file; Lookout took 16,000 images at most
 * @throws Error when the options do not fit the manifest
 */
export function convertLookoutToMarketplace(manifest: Uint8Array, options: LookoutToMarketplaceOptions): LookoutConversion {
  const { emptyMaskRef } = options;
  if (emptyMaskRef !== undefined && parseS3Uri(emptyMaskRef) === undefined) throw new Error(`emptyMaskRef is "${emptyMaskRef}"; make it s3://bucket/key of a PNG file`);
  return convert(manifest, options, true, (images, { report }) => {
    const segmentation = images.some((image) => image.class === 'anomaly' && image.mask !== undefined);
    if (segmentation && emptyMaskRef === undefined) {
      throw new Error('some images have masks, and then the algorithm wants a mask for normal images too; give emptyMaskRef the s3:// address of an all-white PNG of 16x16 pixels');
    }
    return images.flatMap((image) => {
      const line = marketplaceLine(image, segmentation ? emptyMaskRef : undefined, report);
      return line === undefined ? [] : [JSON.stringify(line)];
    });
  });
}

/**
 * Reads a manifest, and writes it when nothing is wrong with it.
 *
 * @param masks whether masks matter: then what is wrong with one is a problem
 */
function convert(
  manifest: Uint8Array, { images: location, creationDate = LOOKOUT_END }: LookoutReadingOptions, masks: boolean,
  write: (images: readonly LookoutImage[], log: ConversionLog) => string[],
): LookoutConversion {
  const report = new ConversionReport();
  const problems: Problem[] = [];
  const reading = { images: location, creationDate, masks };
  const images: LookoutImage[] = [];
  const lineOf = new Map<string, number>();
  const splitter = new LineSplitter((buffer, start, end, line) => {
    const bytes = buffer.subarray(start, end);
    if (/^[ \t\r]*$/.test(bytes.toString('latin1'))) {
      report.add(LOOKOUT_KINDS.blankLine, `line ${line}`, undefined, 'nothing is there');
      return;
    }
    const image = readLookoutImage(bytes, line, reading, report);
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
  const lines = problems.length > 0 ? [] : write(images, { report, problems });
  return { lines: problems.length > 0 ? [] : lines, warnings: report.findings, problems };
}

function labeledImages(images: readonly LookoutImage[], options: LookoutConversionOptions, log: ConversionLog): LabeledImage[] {
  const { normalLabel: normal = 'normal', anomalyLabel: anomaly = 'anomaly', minDefectPixels = MIN_DEFECT_PIXELS, dropNormalImages = false } = options;
  switch (options.target) {
    case 'classification': return images.map((image) => classification(image, { normal, anomaly }, log));
    case 'multilabel': return images.map((image) => multilabel(image, { normal, anomaly }, options.readMask, log));
    case 'detection': return detection(images, { readMask: options.readMask!, minPixels: minDefectPixels, dropNormal: dropNormalImages }, log);
  }
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
