import { Token, Tokenization } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { BUCKET, checkValue, memberOf, TEXT } from './argument-checks';
import type { Expected } from './argument-checks';
import { visible } from '../manifest';
import type { Subset } from '../manifest';
import { folderManifest } from './sources/class-folders';
import { folderLabels } from './sources/folder-labels';
import type { ManifestFromBucketFoldersOptions, ManifestFromFoldersOptions } from './sources/folder-options';
import { entriesManifest, fileManifest } from './sources/local-file';
import { lookoutManifest } from './sources/lookout';
import { LabelType } from './label-type';
import type { ManifestFromLookoutOptions } from './sources/lookout-options';
import { foldParts, splitParts } from './manifest-part';
import type { CheckedManifest, ManifestSource, ReferenceCheck } from './manifest-source';
import { checkedPrefix } from './prefix';
import type { ManifestKFoldOptions, ManifestSplit, ManifestSplitOptions } from './split-options';

/**
 * Options of `Manifest.fromBucket`.
 */
export interface ManifestFromBucketOptions {
  /**
   * The S3 version id of the object to read.
   *
   * Give it (and change it with every new manifest) when the object is overwritten in place: CloudFormation only
   * notices a changed property.
   *
   * @default - the object as it is when bucket, key or `images` change
   */
  readonly version?: string;
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
    checkValue('Manifest.fromBucket', 'bucket', bucket, BUCKET);
    checkValue('Manifest.fromBucket', 'key', key, TEXT);
    if (!Token.isUnresolved(key)) {
      if (key === '') throw new Error('Manifest.fromBucket: the key is empty; name the object that holds the manifest');
      if (key.startsWith('/')) {
        throw new Error(`Manifest.fromBucket: the key "${visible(key)}" begins with a slash, which S3 would take as a part of the name; write "${visible(key.replace(/^\/+/, ''))}"`);
      }
    }
    if (options.version === '') throw new Error('Manifest.fromBucket: the version is empty; leave it out to read the current object');
    return new Manifest({
      indivisible: 'the lines of Manifest.fromBucket are known at deployment, but are divided at synth; fetch the manifest and give it to Manifest.fromFile',
      check: () => ({ ...SILENT, name: key, bind: () => ({ bucket, key, readableKeys: key, version: options.version }) }),
    });
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
    checkValue('Manifest.fromEntries', 'entries', entries, ENTRIES);
    const unresolved = entries.findIndex(holdsToken);
    if (unresolved >= 0) {
      throw new Error(`Manifest.fromEntries: entry ${unresolved + 1} holds a value that is only known at deployment (a token), but entries are checked and hashed at synth; write a relative source-ref such as "birds/1.jpg" and give the dataset images: Images.inBucket(bucket), which puts the bucket's name in front at deployment`);
    }
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
    const caller = 'Manifest.fromBucketFolders';
    checkValue(caller, 'bucket', bucket, BUCKET);
    const prefix = checkedPrefix(caller, options.prefix ?? '');
    const labels = folderLabels(caller, options);
    return new Manifest({
      indivisible: 'the lines of Manifest.fromBucketFolders are known at deployment, but are divided at synth; give each dataset a prefix of its own, or fetch the images and give them to Manifest.fromFolders',
      check: () => ({ ...SILENT, name: caller, bind: () => ({ bucket, prefix, labels, revision: options.revision }) }),
    });
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
      indivisible: 'Manifest.empty has no entries to divide; give both datasets Manifest.empty()',
      check: () => ({ ...SILENT, name: 'Manifest.empty', bind: () => undefined }),
    });
  }

  private constructor(private readonly source: ManifestSource, private readonly part?: Subset) {}

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
    const { train, test } = splitParts(options, this.part);
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
    return foldParts(count, options, this.part).map(({ train, test }) => ({ train: this.only(train), test: this.only(test) }));
  }

  /**
   * Looks at what is known at synth; throws with all problems.
   *
   * @internal
   */
  public _check(references: ReferenceCheck, maxErrorEntries: number): CheckedManifest {
    return this.source.check(references, maxErrorEntries, this.part);
  }

  private only(part: Subset): Manifest {
    return new Manifest(this.source, part);
  }

  private checkDivisible(method: string): void {
    if (this.source.indivisible !== undefined) throw new Error(`Manifest.${method}: ${this.source.indivisible}`);
  }
}

const ENTRIES: Expected = {
  accepts: (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null),
  write: "an array of objects, such as [{ 'source-ref': 's3://my-images/crows/1.jpg' }]",
};

/** What there is to say about content that synth does not see. */
const SILENT = { warnings: [], warningCount: 0, errorEntries: 0 };

function holdsToken(value: any): boolean {
  if (Token.isUnresolved(value) || Tokenization.isResolvable(value)) return true;
  if (Array.isArray(value)) return value.some(holdsToken);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => Token.isUnresolved(key) || holdsToken(member));
}
