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
   * Any text. Another seed divides the images in another way.
   *
   * A new seed moves images from one dataset to the other, which removes entries from both.
   *
   * @default - an empty text
   */
  readonly seed?: string;
}

/**
 * Options of `split` of a `Manifest`.
 */
export interface ManifestSplitOptions extends ManifestKFoldOptions {
  /**
   * How much of the images is for testing, more than 0 and less than 1. The number of images comes close to it, the closer
   * the more images there are: 0.2 of 1,000 are 200, give or take 40.
   *
   * A greater fraction moves images from `train` to `test`, and none back.
   *
   * @default 0.2
   */
  readonly testFraction?: number;
}

/**
 * A manifest in two parts: each line is in exactly one of them.
 */
export interface ManifestSplit {
  /**
   * For the dataset that a model learns from. Lines without a `source-ref` that can be read are here, to be reported.
   */
  readonly train: Manifest;

  /**
   * For the dataset that a model is measured with.
   */
  readonly test: Manifest;
}

/**
 * The manifest of a dataset: JSON Lines in SageMaker Ground Truth's format, one image a line.
 *
 * What is known at synth is checked at synth, line by line, against the rules of the service; a broken line fails
 * `cdk synth` with its line number, its `source-ref`, the service's error code and what to change.
 */
export class Manifest {
  /**
   * A manifest file of this machine. It is checked at synth and deployed as a compressed asset.
   *
   * The asset is named by the content, so that neither another machine nor other line ends cause an update.
   *
   * @param path the file; a relative path starts at the working directory of the CDK app
   */
  public static fromFile(path: string): Manifest {
    checkValue('Manifest.fromFile', 'path', path, TEXT);
    return new Manifest(fileManifest(path));
  }

  /**
   * A manifest that is in a bucket already. Its content is checked at deployment, before the dataset is touched.
   *
   * Without `version` it is read when the dataset is created and when bucket, key or `images` change. Writing a new
   * object to the same key is no such change: use a new key, or the version, for every new manifest. What was read is
   * kept in the staging bucket, so that a rollback finds it even after it was overwritten.
   *
   * @param bucket the bucket, in the account and region of the stack
   * @param key the key of the object, without a leading slash and with an extension, as the service demands
   * @param options version of the object
   */
  public static fromBucket(bucket: s3.IBucket, key: string, options: ManifestFromBucketOptions = {}): Manifest {
    return new Manifest(bucketManifest(bucket, key, options));
  }

  /**
   * A manifest written in code: each entry is the object of one line, `{ 'source-ref': …, … }`.
   *
   * The entries must be plain values. For a bucket whose name is not known yet, write relative references
   * (`'source-ref': 'birds/1.jpg'`) and give the dataset `images: Images.inBucket(bucket)`.
   *
   * @param entries the lines, in their order
   */
  public static fromEntries(entries: { [key: string]: any }[]): Manifest {
    return new Manifest(entriesManifest(entries));
  }

  /**
   * Images of this machine that are sorted into folders: the folder's name is the class, for example `normal/1.png` and
   * `anomaly/2.png`. Images in folders of a class folder belong to that class.
   *
   * References are relative to the directory, so that `Images.fromDirectory` of the same path fits. Lines are in the order
   * of the names. Files whose name begins with a dot are left out; so are files that are no .png, .jpg or .jpeg image in a
   * class folder, with a warning.
   *
   * @param path the directory of the class folders; a relative path starts at the working directory of the CDK app
   * @param options attribute and date of the labels
   */
  public static fromFolders(path: string, options: ManifestFromFoldersOptions = {}): Manifest {
    checkValue('Manifest.fromFolders', 'path', path, TEXT);
    return new Manifest(folderManifest(path, options));
  }

  /**
   * Images in a bucket whose keys sort them into folders: the folder's name is the class, for example
   * `sorted/normal/1.png` and `sorted/anomaly/2.png` with the prefix `sorted/`. The keys are listed during the deployment,
   * and the lines are those that `fromFolders` makes of the same files, with absolute references.
   *
   * They are listed when the dataset is created and when bucket, options or `images` change. New objects are no such
   * change: change `revision` to have them in. What was listed is kept in the staging bucket, so that a rollback finds it.
   *
   * Keys with a part that begins with a dot are left out; so are those that are no .png, .jpg or .jpeg image in a class
   * folder, and the log counts them. A deployment that finds no image fails.
   *
   * @param bucket the bucket, in the account and region of the stack
   * @param options prefix and revision, attribute and date of the labels
   */
  public static fromBucketFolders(bucket: s3.IBucket, options: ManifestFromBucketFoldersOptions = {}): Manifest {
    return new Manifest(bucketFoldersManifest(bucket, options));
  }

  /**
   * A manifest of Amazon Lookout for Vision on this machine, as AWS's export script, Ground Truth or the service's own
   * console wrote it, converted to one of Rekognition.
   *
   * What cannot be taken along is left out with a warning that says how much and where; what is wrong fails `cdk synth`
   * with line and mask file. Sizes of images are taken from the masks.
   *
   * @param path the manifest file; a relative path starts at the working directory of the CDK app
   * @param options what it becomes, and where the masks are
   */
  public static fromLookout(path: string, options: ManifestFromLookoutOptions): Manifest {
    checkValue('Manifest.fromLookout', 'path', path, TEXT);
    checkValue('Manifest.fromLookout', 'target', options?.target, memberOf('LabelType', LabelType));
    return new Manifest(lookoutManifest(path, options));
  }

  /**
   * No entries: the dataset is there, and empty. An existing dataset becomes empty as its `removedEntries` says.
   */
  public static empty(): Manifest {
    return new Manifest({
      splitUnsupportedReason: 'Manifest.empty has no entries to divide; give both datasets Manifest.empty()',
      check: () => ({ ...UNSEEN_CONTENT, name: 'Manifest.empty', bind: () => undefined }),
    });
  }

  private constructor(private readonly source: ManifestSource, private readonly subset?: Subset) {}

  /**
   * Divides the images into those to train with and those to test with.
   *
   * A hash of key and seed decides about each image by itself. So an image stays on its side whatever is added, removed or
   * reordered, on every machine. One that changed sides would be removed from a dataset, which is then created again as its
   * `removedEntries` says, and a later model would be tested with what an earlier one has learned. That is also why no side gets
   * an exact number of images, or of each class.
   *
   * The key is that of the `source-ref` as it is written, without a bucket; so write the references of a manifest all in the
   * same way. Messages name the lines of the whole manifest. A part that no image falls to is an error at synth. A part may
   * be split again.
   *
   * @param options how much is for testing, and another seed
   * @throws Error for a manifest whose lines are not known at synth: `fromBucket`, `fromBucketFolders` and `empty`
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
   * Divides the images into so many parts of about the same size, for cross-validation: each fold tests with another of them
   * and trains with the rest. A project holds one dataset of each type, so each fold needs a project of its own.
   *
   * What is said of `split` holds here, too; the first of five folds is the split with a `testFraction` of 0.2.
   *
   * @param count number of folds, 2 or more
   * @param options another seed
   * @throws Error for a manifest whose lines are not known at synth: `fromBucket`, `fromBucketFolders` and `empty`
   */
  public kFold(count: number, options: ManifestKFoldOptions = {}): ManifestSplit[] {
    this.checkDivisible('kFold');
    const { seed = '' } = options;
    checkKnown('Manifest.kFold', { count, seed });
    return kFoldSplits('Manifest.kFold', count, seed, this.subset)
      .map(({ train, test }) => ({ train: this.only(train), test: this.only(test) }));
  }

  /**
   * Looks at what is known at synth; throws with all problems.
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
    if (Token.isUnresolved(value)) throw new Error(`${caller}: ${name} is a token; it must be known at synth, where the lines are divided`);
  }
}
