import { CfnDeletionPolicy, RemovalPolicy, Stack, SymlinkFollowMode, Token } from 'aws-cdk-lib';
import type { Size } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';
import { visible } from '../manifest';
import { requireAssetSupport } from '../provider/asset-support';
import { serviceReadStatements } from '../provider/service-read-permissions';
import type { ImagesProperties } from '../provider/wire';
import type { DirectoryOptions } from '../files/directory';
import { BUCKET, checkedPrefix, checkValue, optional, TEXT, TRUE_OR_FALSE, withSlash } from './argument-checks';
import { ImageDirectory } from '../files/image-directory';
import type { ReferenceCheck } from './manifest-source';

/**
 * Options of `Images.inBucket`.
 */
export interface ImagesInBucketOptions {
  /**
   * What every relative reference begins with, for example `birds/`.
   *
   * No leading slash; a missing slash at the end is added.
   *
   * @default - relative references start at the bucket's root
   */
  readonly prefix?: string;

  /**
   * The address that the manifest's absolute references begin with, for example `s3://old-bucket/exports/`: it is
   * replaced by this bucket and `prefix`, and what follows it stays. A missing slash at the end is added.
   *
   * An absolute reference outside of it is an error.
   *
   * @default - the bucket of absolute references is replaced and their whole key is kept
   */
  readonly rewriteFrom?: string;

  /**
   * Whether the handler may read the images, and use the bucket's key where CDK knows it.
   *
   * Whether a service reads the images of a dataset when it is filled is not published. The Custom Labels guide says that
   * entries whose images are not accessible count as errors ("Validation rules for manifest files", more than 20 % of them
   * as a failure), and elsewhere that the bucket of the images needs no permissions of the service. If it reads them, it
   * does so with the permissions of the handler.
   *
   * @default - false for `Images.inBucket`; true for `Images.fromDirectory`, below its prefix
   */
  readonly grantRead?: boolean;
}

/**
 * Options of `Images.fromDirectory`.
 */
export interface ImagesFromDirectoryOptions extends ImagesInBucketOptions, DirectoryOptions {
  /**
   * The bucket to upload to. Nothing in it is ever deleted, neither by a later upload nor with the stack.
   *
   * @default - a private bucket of its own, which holds the directory's files and nothing else, and goes with the stack
   */
  readonly bucket?: s3.IBucket;

  /**
   * Memory of the uploading function in MiB. More memory uploads faster.
   *
   * @default - what `BucketDeployment` takes
   */
  readonly memoryLimit?: number;

  /**
   * Temporary disk of the uploading function, which must hold the directory.
   *
   * @default - what `BucketDeployment` takes, 512 MiB
   */
  readonly ephemeralStorageSize?: Size;
}

/** Images as a dataset uses them. */
interface BoundImages {
  readonly properties?: ImagesProperties;
  /** What the handler may do with them. */
  readonly statements: PolicyStatement[];
  /** What must be in place before the dataset. */
  readonly dependencies: readonly IDependable[];
}

/** Stands for names that are only known at deployment; content hashes must not depend on them. */
const PLACEHOLDER = 'image-bucket';

/**
 * Where the images of a manifest are: what its `source-ref` values are resolved against.
 *
 * References are resolved at deployment, so that one manifest serves every environment. A key is taken exactly as it is
 * written: a space, `%`, `+` or an umlaut stands for itself, nothing is decoded or encoded.
 */
export class Images {
  /**
   * The images are in this bucket.
   *
   * A relative reference (`crows/1.jpg`) becomes `s3://<bucket>/<prefix>crows/1.jpg`. An absolute one
   * (`s3://elsewhere/crows/1.jpg`) gets this bucket in place of its own, see also `rewriteFrom`.
   *
   * @param bucket the bucket, in the region of the stack: the service wants all images of a dataset in one bucket
   * @param options prefix of the references
   */
  public static inBucket(bucket: s3.IBucket, options: ImagesInBucketOptions = {}): Images {
    checkValue('Images.inBucket', 'bucket', bucket, BUCKET);
    checkValue('Images.inBucket', 'grantRead', options.grantRead, optional(TRUE_OR_FALSE));
    return new Images(locationOf('Images.inBucket', options), bucket, undefined, options);
  }

  /**
   * The images are files of this machine, which are uploaded before the dataset is made. Files have the names that
   * references relative to the directory have.
   *
   * At synth, every reference of a manifest whose lines are known there must lead to a file of exactly that name, and the
   * file's first bytes must be those of an image that training accepts: JPEG or PNG by its content, 64 to 4,096 pixels a
   * side, at most 15 MB (Custom Labels guide, "Guidelines and quotas"); for Lookout for Vision at most 8 MB, with one size
   * for all images and masks. An entry whose image is none counts as an error entry. An `image_size` that is not the size
   * of the image is a warning. Where an EXIF orientation turns an image by a quarter, both readings of its size are
   * accepted: which one the services use is not documented.
   *
   * Hidden files and folders, whose name begins with a dot, are left out. Symbolic links are followed within the directory;
   * see `allowExternalSymlinks` for others.
   *
   * One `Images` object may serve several datasets: within a stack it is uploaded once, under the first of them. The
   * bucket that is made when none is given belongs to that first dataset: name a bucket of your own when images
   * are to outlive it.
   *
   * @param path the directory; a relative path starts at the working directory of the CDK app
   * @param options bucket and prefix to upload to
   */
  public static fromDirectory(path: string, options: ImagesFromDirectoryOptions = {}): Images {
    checkValue('Images.fromDirectory', 'path', path, TEXT);
    checkValue('Images.fromDirectory', 'bucket', options.bucket, optional(BUCKET));
    checkValue('Images.fromDirectory', 'grantRead', options.grantRead, optional(TRUE_OR_FALSE));
    const location = locationOf('Images.fromDirectory', options);
    if (Token.isUnresolved(path)) throw new Error('Images.fromDirectory: the path is a token; it must be known at synth');
    if (Token.isUnresolved(location.prefix)) throw new Error('Images.fromDirectory: the prefix is a token; it must be known at synth, where every reference is looked up in the directory');
    return new Images(location, options.bucket, new ImageDirectory(path, options), options);
  }

  /**
   * References stay as the manifest has them; all must be absolute. This is what a dataset without `images` does.
   */
  public static asIs(): Images {
    return new Images();
  }

  /** By stack: the same images are uploaded once in each. */
  private readonly uploads = new WeakMap<Stack, { readonly bucket: s3.IBucket; readonly deployment: BucketDeployment }>();

  private constructor(
    private readonly location?: { readonly prefix: string; readonly rewriteFrom?: string },
    private readonly bucket?: s3.IBucket,
    private readonly directory?: ImageDirectory,
    private readonly options: ImagesFromDirectoryOptions = {},
  ) {}

  /**
   * What a manifest can be checked against before anything is made.
   *
   * @internal
   */
  public get _references(): ReferenceCheck {
    if (!this.location) return {};
    const prefix = Token.isUnresolved(this.location.prefix) ? 'prefix-of-the-stack/' : this.location.prefix;
    return { location: { bucket: PLACEHOLDER, prefix, rewriteFrom: this.location.rewriteFrom }, directory: this.directory };
  }

  /**
   * Whether the images go away with the dataset that brought them.
   *
   * @internal
   */
  public get _ownsBucket(): boolean {
    return this.directory !== undefined && this.bucket === undefined;
  }

  /**
   * Makes what is to be made for a dataset.
   *
   * @internal
   */
  public _bind(dataset: Construct): BoundImages {
    if (!this.location) return { statements: [], dependencies: [] };
    if (this.bucket) checkRegion(dataset, this.bucket);
    const upload = this.directory && this.upload(dataset, this.directory);
    const bucket = upload?.bucket ?? this.bucket!;
    const { grantRead = upload !== undefined } = this.options;
    return {
      properties: { Bucket: bucket.bucketName, Prefix: this.location.prefix, RewriteFrom: this.location.rewriteFrom },
      // What is uploaded is below the prefix; in another bucket, an absolute reference may lead anywhere.
      statements: grantRead ? serviceReadStatements(bucket, upload ? `${this.location.prefix}*` : '*') : [],
      dependencies: upload ? [upload.deployment] : [],
    };
  }

  private upload(dataset: Construct, directory: ImageDirectory) {
    const stack = Stack.of(dataset);
    let upload = this.uploads.get(stack);
    if (!upload) {
      requireAssetSupport(dataset, 'Images.fromDirectory', 'or upload the images yourself and write Images.inBucket(bucket)');
      if (directory.hidden !== undefined && dataset.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) {
        throw new Error(`Images.fromDirectory: "${visible(directory.hidden)}" is hidden and must not be uploaded, but it would be without the staging of assets; move it out of "${visible(directory.path)}", or synthesize without --no-staging`);
      }
      const scope = new Construct(dataset, 'Images');
      const bucket = this.bucket ?? privateBucket(scope);
      const deployment = directory.whileReading(() => new BucketDeployment(scope, 'Deployment', {
        // Exactly the files that the directory was listed with: where links lead was checked then.
        sources: [Source.asset(directory.path, { followSymlinks: SymlinkFollowMode.ALWAYS, exclude: ['.*'] })],
        destinationBucket: bucket,
        destinationKeyPrefix: this.location!.prefix || undefined,
        prune: this.bucket === undefined,
        retainOnDelete: true,
        memoryLimit: this.options.memoryLimit,
        ephemeralStorageSize: this.options.ephemeralStorageSize,
      }));
      upload = { bucket, deployment };
      this.uploads.set(stack, upload);
    }
    return upload;
  }
}

function privateBucket(scope: Construct): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Bucket', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  });
  scope.node.addValidation({
    validate: () => (bucket.node.defaultChild as s3.CfnBucket).cfnOptions.deletionPolicy === CfnDeletionPolicy.DELETE ? [] : [
      'a removal policy retains the bucket that Images.fromDirectory made, but it is emptied when it is removed from the stack; give fromDirectory a bucket of your own to retain the images',
    ],
  });
  return bucket;
}

/** The service reads images in the Region of the project alone (Custom Labels guide, "Creating training and test datasets"). */
function checkRegion(dataset: Construct, { env, node }: s3.IBucket): void {
  const { region } = Stack.of(dataset);
  if (Token.isUnresolved(env.region) || Token.isUnresolved(region) || env.region === region) return;
  throw new Error(`${dataset.node.path}: the image bucket ${node.path} is in the Region ${env.region}, but the stack is in ${region}, and the service reads images in the Region of the project alone; copy them to a bucket in ${region}`);
}

function locationOf(caller: string, { prefix = '', rewriteFrom }: ImagesInBucketOptions): { prefix: string; rewriteFrom?: string } {
  if (rewriteFrom !== undefined && (Token.isUnresolved(rewriteFrom) || !/^s3:\/\/[0-9A-Za-z.\-_]{3,255}(\/|$)/.test(rewriteFrom))) {
    throw new Error(`${caller}: rewriteFrom is ${Token.isUnresolved(rewriteFrom) ? 'a token' : `"${visible(rewriteFrom)}"`}, but must be the literal S3 address that the references begin with, such as "s3://old-bucket/exports/"`);
  }
  return { prefix: checkedPrefix(caller, prefix), rewriteFrom: rewriteFrom && withSlash(rewriteFrom) };
}
