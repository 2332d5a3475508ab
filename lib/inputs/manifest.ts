import { Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ImageSet } from '../formats';
import { kFoldSplits, predefinedSubset, trainTestSplit } from '../manifest';
import type { Subset } from '../manifest';
import { checkValue, memberOf, optional, TEXT } from './argument-checks';
import { LabelType } from './label-type';
import { UNSEEN_CONTENT } from './manifest-source';
import type { CheckedManifest, ManifestCheck, ManifestSource } from './manifest-source';
import type { AnnotationOptions } from './sources/annotations';
import { anyFormatManifest } from './sources/any-format';
import type { ManifestFromAnnotationsOptions } from './sources/any-format';
import { bucketFoldersManifest } from './sources/bucket-folders';
import type { ManifestFromBucketFoldersOptions } from './sources/bucket-folders';
import { bucketManifest } from './sources/bucket-object';
import type { ManifestFromBucketOptions } from './sources/bucket-object';
import { folderManifest } from './sources/class-folders';
import type { ManifestFromFoldersOptions } from './sources/class-folders';
import { cocoManifest } from './sources/coco';
import type { ManifestFromCocoOptions } from './sources/coco';
import { csvManifest } from './sources/csv';
import type { ManifestFromCsvOptions } from './sources/csv';
import { entriesManifest } from './sources/entries';
import { groundTruthManifest } from './sources/ground-truth';
import type { ManifestFromGroundTruthOptions } from './sources/ground-truth';
import { fileManifest } from './sources/local-file';
import { lookoutManifest } from './sources/lookout';
import type { ManifestFromLookoutOptions } from './sources/lookout';
import { pascalVocManifest } from './sources/pascal-voc';
import type { ManifestFromPascalVocOptions } from './sources/pascal-voc';
import { yoloManifest } from './sources/yolo';
import { withSynthWarnings } from './synth-warnings';
import type { SynthWarning } from './synth-warnings';

/**
 * Options of `kFold` of a `Manifest`.
 */
export interface ManifestKFoldOptions {
  /**
   * Any text. Another seed gives another split.
   *
   * Changing it moves images between the datasets, which removes entries from both.
   *
   * @default - an empty string
   */
  readonly seed?: string;

  /**
   * A regular expression (as JavaScript writes them, Unicode mode) for keys. Images for which its first group is the same stay on the
   * same side, as is right for the frames of a video, the pictures of a patient or the copies of a photo. An image whose key does not
   * match stands for itself.
   *
   * For example `^(.*)/` keeps the images of a folder together, and `^(.*)[.]rf[.]` the copies that Roboflow makes of a photo.
   *
   * @default - each image by itself
   */
  readonly groupBy?: string;
}

/**
 * Options of `split` of a `Manifest`.
 */
export interface ManifestSplitOptions extends ManifestKFoldOptions {
  /**
   * Fraction of the images to test with, more than 0 and less than 1. It is a probability, so the actual share varies: expect
   * 200 ± 40 of 1,000 images for 0.2.
   *
   * Raising it moves images from `train` to `test` only, lowering it from `test` to `train` only.
   *
   * @default 0.2
   */
  readonly testFraction?: number;
}

/**
 * Where the validation images of a source go. Rekognition has a training and a test dataset only.
 */
export enum ValidationImages {
  /** To the training dataset. */
  TRAIN = 'train',

  /** To the test dataset. */
  TEST = 'test',

  /** Nowhere. */
  LEAVE_OUT = 'leave-out',
}

/**
 * Options of `predefinedSplit` of a `Manifest`.
 */
export interface PredefinedSplitOptions {
  /**
   * Where validation images go.
   *
   * @default - to the training dataset, with a warning that says how many there are
   */
  readonly validation?: ValidationImages;
}

/**
 * A manifest divided in two: each line is in exactly one of `train` and `test`.
 */
export interface ManifestSplit {
  /**
   * Entries to train a model with. Lines without a readable `source-ref` are here, so that they are reported.
   */
  readonly train: Manifest;

  /**
   * Entries to evaluate a trained model with.
   */
  readonly test: Manifest;
}

/**
 * The manifest of a dataset: JSON Lines in the format of SageMaker Ground Truth, one image per line.
 *
 * A manifest whose lines are known at synth is checked at synth, line by line, against the rules of the service. An invalid
 * line fails `cdk synth` with its line number, its `source-ref`, the service's error code and what to change.
 */
export class Manifest {
  /**
   * Use a local manifest file. It is checked at synth and uploaded as a gzip asset.
   *
   * The asset hash is that of the manifest's content, so synthesizing on another machine or with other line endings causes
   * no update.
   *
   * @param path the file; a relative path is resolved against the working directory of the CDK app
   * @throws Error when the file does not exist or cannot be read
   */
  public static fromFile(path: string): Manifest {
    checkValue('Manifest.fromFile', 'path', path, TEXT);
    return new Manifest(fileManifest(path));
  }

  /**
   * Make the manifest from the output of SageMaker Ground Truth labeling jobs: `output.manifest`, the folder that a job writes to, or a
   * folder with the parts of a streaming job. It reads what `fromFile` refuses because Rekognition does: several image-level labels in
   * one attribute, labels of jobs that adjust or review each other, missing confidences, edges that are no whole pixels or a pixel over
   * the edge of the image, more than 50 boxes, metadata that is called unlike its attribute.
   *
   * Lines that need none of it stay as they are, byte for byte. What is mended or left out is a warning that says how much and where.
   *
   * @param path the manifest or folder; a relative path is resolved against the working directory of the CDK app
   * @param options which labels are read, where there are several
   * @throws Error when the file or folder does not exist, or the folder has no manifests
   */
  public static fromGroundTruth(path: string, options: ManifestFromGroundTruthOptions = {}): Manifest {
    return new Manifest(groundTruthManifest(path, options));
  }

  /**
   * Use a manifest that is already in S3. Its content is checked during the deployment, before the dataset is changed.
   *
   * Without `version`, the object is read when the dataset is created and when bucket, key or `images` change. CloudFormation
   * does not notice a new object under the same key: use a new key, or `version`, for every new manifest. A copy is kept
   * in the staging bucket, so a rollback works even after the object was overwritten.
   *
   * @param bucket the bucket, in the account and Region of the stack
   * @param key the key of the object, without a leading slash and with a file extension, which the service requires
   * @param options version of the object
   * @throws Error for an empty key, or one with a leading slash
   */
  public static fromBucket(bucket: s3.IBucket, key: string, options: ManifestFromBucketOptions = {}): Manifest {
    return new Manifest(bucketManifest(bucket, key, options));
  }

  /**
   * Write the manifest in code: each entry is the JSON object of one line, `{ 'source-ref': …, … }`.
   *
   * The entries must not contain tokens. For a bucket whose name is only known at deployment, write relative references
   * (`'source-ref': 'birds/1.jpg'`) and give the dataset `images: Images.inBucket(bucket)`.
   *
   * @param entries the lines, in order
   * @throws Error for an entry that contains a token
   */
  public static fromEntries(entries: { [key: string]: any }[]): Manifest {
    return new Manifest(entriesManifest(entries));
  }

  /**
   * Make the manifest from local images that are sorted into class folders: the folder name is the label, for example
   * `normal/1.png` and `anomaly/2.png`. Images in subfolders of a class folder belong to that class. If all first folders are sets
   * (`train`, `valid` or `val`, `test`) with class folders in them, such as `train/normal/1.png`, `predefinedSplit` returns these sets.
   *
   * References are relative to the directory: combine it with `Images.fromDirectory` of the same path. Lines are sorted by
   * name. Hidden files, whose name begins with a dot, are left out. Files other than .png, .jpg and .jpeg, and files outside
   * of class folders, are left out with a warning.
   *
   * @param path the directory with the class folders; a relative path is resolved against the working directory of the CDK app
   * @param options label attribute and creation date
   * @throws Error when the directory does not exist, or has no images in class folders
   */
  public static fromFolders(path: string, options: ManifestFromFoldersOptions = {}): Manifest {
    checkValue('Manifest.fromFolders', 'path', path, TEXT);
    return new Manifest(folderManifest(path, options));
  }

  /**
   * Make the manifest from images in S3 that are sorted into class folders: the folder name is the label, for example
   * `sorted/normal/1.png` and `sorted/anomaly/2.png` with the prefix `sorted/`. The keys are listed during the deployment.
   * The lines are the same as `fromFolders` makes from these files, but with absolute references.
   *
   * The keys are listed when the dataset is created and when bucket, options or `images` change. CloudFormation does not
   * notice new objects: change `revision` to include them. The listing is kept in the staging bucket for a rollback.
   *
   * Folders that are sets, such as `train/normal/1.png` and `test/normal/2.png`, fail the deployment: give each dataset a prefix of its
   * own.
   *
   * Hidden keys, which have a part that begins with a dot, are left out. Keys other than .png, .jpg and .jpeg, and keys
   * outside of class folders, are left out and counted in the log. The deployment fails when it finds no image.
   *
   * @param bucket the bucket, in the account and Region of the stack
   * @param options prefix, revision, label attribute and creation date
   */
  public static fromBucketFolders(bucket: s3.IBucket, options: ManifestFromBucketFoldersOptions = {}): Manifest {
    return new Manifest(bucketFoldersManifest(bucket, options));
  }

  /**
   * Make the manifest from annotations whose format is recognized by looking at them: COCO, YOLO, Pascal VOC or CSV. An info on the
   * dataset says which one it is. The reader of the format (`fromCoco`, `fromYolo`, `fromPascalVoc`, `fromCsv`) has more options.
   *
   * @param path the file or folder; a relative path is resolved against the working directory of the CDK app
   * @param options format, target label type, image directory
   * @throws Error when the file or folder does not exist, and when no format fits, or more than one
   */
  public static fromAnnotations(path: string, options: ManifestFromAnnotationsOptions = {}): Manifest {
    return new Manifest(anyFormatManifest(path, options));
  }

  /**
   * Make the manifest from COCO annotations: a JSON file with `images`, `annotations` and `categories`, or a folder with such files
   * in sets (Roboflow's `train/_annotations.coco.json`, COCO's `annotations/instances_train2017.json`). It may come from COCO itself,
   * Roboflow, CVAT, Label Studio, labelme2coco or FiftyOne.
   *
   * Boxes are cut at the edges of their image and rounded to whole pixels. Polygons and masks become the boxes around them. An
   * annotation without any of these is a label of the image. An image without annotations becomes an entry without boxes. What is
   * left out is a warning that says how much and where; what cannot be read fails `cdk synth`.
   *
   * References are relative to `imageDirectory`: combine it with `Images.fromDirectory` of the same directory.
   *
   * @param path the file or folder; a relative path is resolved against the working directory of the CDK app
   * @param options target label type, image directory, crowds
   * @throws Error when the file or folder does not exist
   */
  public static fromCoco(path: string, options: ManifestFromCocoOptions = {}): Manifest {
    return new Manifest(cocoManifest(path, options));
  }

  /**
   * Make the manifest from a YOLO dataset: a `data.yaml` of Ultralytics or Roboflow, an `obj.data` of Darknet or CVAT, or a
   * `classes.txt` of labelImg or Label Studio, or the folder that holds one of them.
   *
   * Labels are looked for in `labels` instead of the last folder `images`, and beside the image. Polygons and oriented boxes become
   * the boxes around them; key points are left out. An image without a label file becomes an entry without boxes. What is left out is
   * a warning that says how much and where; what cannot be read fails `cdk synth`. The images must be on this machine, because labels
   * are fractions of their sizes.
   *
   * References are relative to the folder of the description, or to `imageDirectory`: combine them with `Images.fromDirectory` of the
   * same directory.
   *
   * @param path the description or its folder; a relative path is resolved against the working directory of the CDK app
   * @param options label attribute, image directory
   * @throws Error when the file or folder does not exist
   */
  public static fromYolo(path: string, options: AnnotationOptions = {}): Manifest {
    return new Manifest(yoloManifest(path, options));
  }

  /**
   * Make the manifest from Pascal VOC annotations: an XML file for each image, below a folder. They may come from the challenge
   * itself (`Annotations`, `JPEGImages`, `ImageSets`), labelImg, Roboflow, CVAT or labelme.
   *
   * An image is found by the name of its XML file, then by the `filename` in it. Objects that are difficult or truncated are kept.
   * An XML file without objects becomes an entry without boxes. What is left out is a warning that says how much and where; what
   * cannot be read fails `cdk synth`.
   *
   * References are relative to the folder, or to `imageDirectory`: combine them with `Images.fromDirectory` of the same directory.
   *
   * @param path the folder, or one XML file; a relative path is resolved against the working directory of the CDK app
   * @param options label attribute, image directory, list of images, how pixels are counted
   * @throws Error when the file or folder does not exist, or the folder has no XML files
   */
  public static fromPascalVoc(path: string, options: ManifestFromPascalVocOptions = {}): Manifest {
    return new Manifest(pascalVocManifest(path, options));
  }

  /**
   * Make the manifest from a CSV file of labels or boxes, or from a folder with such files: of AWS, TensorFlow, RetinaNet, Roboflow,
   * Kaggle, VoTT, Google AutoML, Open Images or VIA, or with one column a label.
   *
   * What the columns mean is recognized by their names or, without a header, by the form of the rows; where neither tells, the error
   * shows the `columns` to write. Rows of one image become one entry. What is left out or guessed is a warning that says how much and
   * where; what cannot be read fails `cdk synth`.
   *
   * References are relative to the directory of the images: combine them with `Images.fromDirectory` of the same directory.
   *
   * @param path the file or folder; a relative path is resolved against the working directory of the CDK app
   * @param options what columns mean, target label type, label attribute, image directory
   * @throws Error when the file or folder does not exist
   */
  public static fromCsv(path: string, options: ManifestFromCsvOptions = {}): Manifest {
    return new Manifest(csvManifest(path, options));
  }

  /**
   * Convert a local manifest of Amazon Lookout for Vision to a Rekognition manifest. It may come from AWS's export script,
   * from Ground Truth or from the Lookout for Vision console.
   *
   * What Rekognition cannot represent is left out with a warning that says how much and where. Invalid lines and masks fail
   * `cdk synth` with line number and file name. Image sizes are taken from the masks.
   *
   * @param path the manifest file; a relative path is resolved against the working directory of the CDK app
   * @param options target label type, and where the masks are
   * @throws Error when the file or the masks do not exist, or cannot be converted
   */
  public static fromLookout(path: string, options: ManifestFromLookoutOptions): Manifest {
    checkValue('Manifest.fromLookout', 'path', path, TEXT);
    checkValue('Manifest.fromLookout', 'target', options?.target, memberOf('LabelType', LabelType));
    return new Manifest(lookoutManifest(path, options));
  }

  /**
   * A dataset without entries. An existing dataset is emptied as its `removedEntries` policy says.
   */
  public static empty(): Manifest {
    return new Manifest({
      splitUnsupportedReason: 'Manifest.empty has no entries to split; give both datasets Manifest.empty()',
      check: () => ({ ...UNSEEN_CONTENT, name: 'Manifest.empty', bind: () => undefined }),
    });
  }

  private constructor(
    private readonly source: ManifestSource, private readonly subset?: Subset, private readonly remarks: readonly SynthWarning[] = [],
  ) {}

  /**
   * Split the images into a training and a test subset.
   *
   * A hash of key and seed decides for each image independently. So an image stays in its subset on every machine,
   * whatever is added, removed or reordered around it. If images changed sides, entries would be removed from both datasets
   * (see `removedEntries`), and a later model would be tested with images an earlier one was trained with. This is
   * also why neither subset gets an exact number of images, in total or per label.
   *
   * The hash uses the key of the `source-ref` as written, without the bucket: write all references of a manifest in the same
   * form. Messages give line numbers of the whole manifest. An empty subset fails `cdk synth`. A subset can be split again.
   *
   * @param options test fraction, seed and groups
   * @throws Error for a manifest whose lines are not known at synth or that has none: `fromBucket`, `fromBucketFolders`, `empty`
   */
  public split(options: ManifestSplitOptions = {}): ManifestSplit {
    this.checkDivisible('split');
    checkValue('Manifest.split', 'options', options, { accepts: (value) => typeof value === 'object', write: 'an object, such as { testFraction: 0.2 }' });
    const { testFraction = 0.2, seed = '', groupBy } = options;
    checkValue('Manifest.split', 'groupBy', groupBy, optional(TEXT));
    checkKnown('Manifest.split', { testFraction, seed, ...(groupBy !== undefined && { groupBy }) });
    const { train, test } = trainTestSplit('Manifest.split', testFraction, { seed, groupBy, whole: this.subset });
    return { train: this.only(train, this.remarkOnSets()), test: this.only(test) };
  }

  /**
   * Split the images into the sets that the source came with, such as the folders `train`, `valid` and `test` of a Roboflow export.
   *
   * @param options where validation images go
   * @throws Error for a source without sets, and for a manifest that is split already
   */
  public predefinedSplit(options: PredefinedSplitOptions = {}): ManifestSplit {
    const caller = 'Manifest.predefinedSplit';
    checkValue(caller, 'validation', options.validation, optional(memberOf('ValidationImages', ValidationImages)));
    const { sets } = this.source;
    if (this.subset) throw new Error(`${caller}: the manifest is already split`);
    if (!sets) throw new Error(`${caller}: the source has no sets; divide it with split(), or name the folder with the sets train, valid or test`);
    const { validation = ValidationImages.TRAIN } = options;
    const targets: Record<ImageSet, string> = { train: 'train', test: 'test', validation };
    const isIn = (target: string) => (ref: string) => targets[sets.get(ref) ?? 'train'] === target;
    const count = [...sets.values()].filter((set) => set === 'validation').length;
    const remarks = count === 0 || options.validation !== undefined ? [] : [{
      kind: 'validationImages',
      text: `Manifest.predefinedSplit: ${count} validation images are in the training dataset; choose validation: ValidationImages.TEST to test with them, or LEAVE_OUT`,
    }];
    return {
      train: this.only(predefinedSubset('train set', isIn('train'), true), remarks),
      test: this.only(predefinedSubset('test set', isIn('test'), false)),
    };
  }

  /**
   * Split the images into k folds for cross-validation: each fold tests with a different k-th of the images and trains with
   * the rest. A project holds one dataset of each type, so each fold needs its own project.
   *
   * Images are assigned as by `split`; the first of five folds equals the split with a `testFraction` of 0.2.
   *
   * @param count number of folds, 2 or more
   * @param options seed and groups
   * @throws Error for a manifest whose lines are not known at synth or that has none: `fromBucket`, `fromBucketFolders`, `empty`
   */
  public kFold(count: number, options: ManifestKFoldOptions = {}): ManifestSplit[] {
    this.checkDivisible('kFold');
    const { seed = '', groupBy } = options;
    checkValue('Manifest.kFold', 'groupBy', groupBy, optional(TEXT));
    checkKnown('Manifest.kFold', { count, seed, ...(groupBy !== undefined && { groupBy }) });
    return kFoldSplits('Manifest.kFold', count, { seed, groupBy, whole: this.subset })
      .map(({ train, test }) => ({ train: this.only(train), test: this.only(test) }));
  }

  /**
   * Checks what is known at synth.
   *
   * @internal
   */
  public _check(check: Omit<ManifestCheck, 'subset'>): CheckedManifest {
    return withSynthWarnings(this.source.check({ ...check, subset: this.subset }), this.remarks);
  }

  /** Sets of the source that a split mixes. */
  private remarkOnSets(): SynthWarning[] {
    const sets = this.subset ? undefined : this.source.sets;
    if (!sets || new Set(sets.values()).size < 2) return [];
    return [{ kind: 'ownSets', text: `Manifest.split: the source has sets of its own (${setCounts(sets)}); predefinedSplit() keeps them` }];
  }

  private only(subset: Subset, remarks: readonly SynthWarning[] = []): Manifest {
    return new Manifest(this.source, subset, [...this.remarks, ...remarks]);
  }

  private checkDivisible(method: string): void {
    const { splitUnsupportedReason } = this.source;
    if (splitUnsupportedReason !== undefined) throw new Error(`Manifest.${method}: ${splitUnsupportedReason}`);
  }
}

/** For example `train 80, test 20`. */
function setCounts(sets: ReadonlyMap<string, ImageSet>): string {
  const counts = new Map<ImageSet, number>();
  for (const set of sets.values()) counts.set(set, (counts.get(set) ?? 0) + 1);
  return [...counts].map(([set, count]) => `${set} ${count}`).join(', ');
}

function checkKnown(caller: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Token.isUnresolved(value)) throw new Error(`${caller}: ${name} is a token; it must be known at synth, when the lines are split`);
  }
}
