import { Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { kFoldSplits, trainTestSplit } from '../manifest';
import type { Subset } from '../manifest';
import { checkValue, memberOf, TEXT } from './argument-checks';
import { LabelType } from './label-type';
import { UNSEEN_CONTENT } from './manifest-source';
import type { CheckedManifest, ManifestCheck, ManifestSource } from './manifest-source';
import { bucketFoldersManifest } from './sources/bucket-folders';
import type { ManifestFromBucketFoldersOptions } from './sources/bucket-folders';
import { bucketManifest } from './sources/bucket-object';
import type { ManifestFromBucketOptions } from './sources/bucket-object';
import { folderManifest } from './sources/class-folders';
import type { ManifestFromFoldersOptions } from './sources/class-folders';
import { entriesManifest } from './sources/entries';
import { fileManifest } from './sources/local-file';
import { lookoutManifest } from './sources/lookout';
import type { ManifestFromLookoutOptions } from './sources/lookout';

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
   * `normal/1.png` and `anomaly/2.png`. Images in subfolders of a class folder belong to that class.
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

  private constructor(private readonly source: ManifestSource, private readonly subset?: Subset) {}

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
   * @param options test fraction and seed
   * @throws Error for a manifest whose lines are not known at synth or that has none: `fromBucket`, `fromBucketFolders`, `empty`
   */
  public split(options: ManifestSplitOptions = {}): ManifestSplit {
    this.checkDivisible('split');
    checkValue('Manifest.split', 'options', options, { accepts: (value) => typeof value === 'object', write: 'an object, such as { testFraction: 0.2 }' });
    const { testFraction = 0.2, seed = '' } = options;
    checkKnown('Manifest.split', { testFraction, seed });
    const { train, test } = trainTestSplit('Manifest.split', testFraction, seed, this.subset);
    return { train: this.only(train), test: this.only(test) };
  }

  /**
   * Split the images into k folds for cross-validation: each fold tests with a different k-th of the images and trains with
   * the rest. A project holds one dataset of each type, so each fold needs its own project.
   *
   * Images are assigned as by `split`; the first of five folds equals the split with a `testFraction` of 0.2.
   *
   * @param count number of folds, 2 or more
   * @param options seed
   * @throws Error for a manifest whose lines are not known at synth or that has none: `fromBucket`, `fromBucketFolders`, `empty`
   */
  public kFold(count: number, options: ManifestKFoldOptions = {}): ManifestSplit[] {
    this.checkDivisible('kFold');
    const { seed = '' } = options;
    checkKnown('Manifest.kFold', { count, seed });
    return kFoldSplits('Manifest.kFold', count, seed, this.subset)
      .map(({ train, test }) => ({ train: this.only(train), test: this.only(test) }));
  }

  /**
   * Checks what is known at synth.
   *
   * @internal
   */
  public _check(check: Omit<ManifestCheck, 'subset'>): CheckedManifest {
    return this.source.check({ ...check, subset: this.subset });
  }

  private only(subset: Subset): Manifest {
    return new Manifest(this.source, subset);
  }

  private checkDivisible(method: string): void {
    const { splitUnsupportedReason } = this.source;
    if (splitUnsupportedReason !== undefined) throw new Error(`Manifest.${method}: ${splitUnsupportedReason}`);
  }
}

function checkKnown(caller: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Token.isUnresolved(value)) throw new Error(`${caller}: ${name} is a token; it must be known at synth, when the lines are split`);
  }
}
