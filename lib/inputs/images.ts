import { CfnDeletionPolicy, RemovalPolicy, Stack, SymlinkFollowMode, Token } from 'aws-cdk-lib';
import type { Size } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';
import type { DirectoryOptions } from '../files/directory';
import { ImageDirectory } from '../files/image-directory';
import { visible } from '../manifest';
import { requireAssetSupport } from '../provider/asset-support';
import { serviceReadStatements } from '../provider/service-read-permissions';
import type { ImagesProperties } from '../provider/wire';
import { BUCKET, checkedPrefix, checkValue, optional, TEXT, TRUE_OR_FALSE, withSlash } from './argument-checks';
import type { ReferenceCheck } from './manifest-source';

/**
 * Options of `Images.inBucket`.
 */
export interface ImagesInBucketOptions {
  /**
   * Prefix of every relative reference, for example `birds/`.
   *
   * No leading slash; a missing slash at the end is added.
   *
   * @default - relative references start at the bucket's root
   */
  readonly prefix?: string;

  /**
   * Beginning of the manifest's absolute references, for example `s3://old-bucket/exports/`. It is replaced by this bucket
   * and `prefix`; the rest of the reference is kept. A missing slash at the end is added.
   *
   * An absolute reference that does not begin with it is an error.
   *
   * @default - only the bucket of absolute references is replaced
   */
  readonly rewriteFrom?: string;

  /**
   * Whether to grant the handler read access to the images, and use of the bucket's KMS key where CDK knows it.
   *
   * AWS does not document whether the services read the images when a dataset is filled. The Custom Labels guide says that
   * entries with inaccessible images count as errors ("Validation rules for manifest files"; more than 20 % of them fail),
   * and elsewhere that the image bucket needs no permissions for the service. If a service reads them, it does so with
   * the permissions of the caller, which is the handler.
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
   * @default - a new private bucket that mirrors the directory and is deleted with the stack
   */
  readonly bucket?: s3.IBucket;

  /**
   * Memory of the function that uploads, in MiB. More memory uploads faster.
   *
   * @default - the default of `BucketDeployment`
   */
  readonly memoryLimit?: number;

  /**
   * Ephemeral storage of the function that uploads. The directory must fit into it.
   *
   * @default - the default of `BucketDeployment`, 512 MiB
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
 * Where the images of a manifest are: the location its `source-ref` values are resolved against.
 *
 * References are resolved during the deployment, so one manifest works in every environment. Keys are taken literally: a
 * space, `%`, `+` or `é` stands for itself; nothing is URL-decoded or encoded.
 */
export class Images {
  /**
   * Images in an S3 bucket.
   *
   * A relative reference (`crows/1.jpg`) becomes `s3://<bucket>/<prefix>crows/1.jpg`. In an absolute one
   * (`s3://elsewhere/crows/1.jpg`), the bucket is replaced by this one; see also `rewriteFrom`.
   *
   * @param bucket the bucket, in the Region of the stack; all images of a dataset must be in one bucket
   * @param options prefix, rewriting and permissions
   * @throws Error for a prefix with a leading slash, or a `rewriteFrom` that is not an S3 address
   */
  public static inBucket(bucket: s3.IBucket, options: ImagesInBucketOptions = {}): Images {
    checkValue('Images.inBucket', 'bucket', bucket, BUCKET);
    checkValue('Images.inBucket', 'grantRead', options.grantRead, optional(TRUE_OR_FALSE));
    return new Images(locationOf('Images.inBucket', options), bucket, undefined, options);
  }

  /**
   * Local images, which are uploaded before the dataset is created. Relative references are paths below the directory.
   *
   * If the lines of the manifest are known at synth, every reference must match a file by its exact name, and the file must
   * be an image that training accepts: JPEG or PNG (the file signature is checked, not the extension), 64 to 4,096 pixels
   * per side, at most 15 MB (Custom Labels guide, "Guidelines and quotas"). For Lookout for Vision the limit is 8 MB, and all
   * images and masks must have the same size. An entry with an invalid image counts as an error entry. An `image_size` that
   * differs from the size of the image is a warning. When the EXIF orientation rotates an image by 90°, both readings of its
   * size are accepted, because AWS does not document which one the services use.
   *
   * Hidden files and folders, whose name begins with a dot, are not uploaded. Symbolic links within the directory are
   * followed; see `allowExternalSymlinks` for others.
   *
   * Several datasets can share one `Images` object: it is uploaded once per stack, as a child of the first dataset. If
   * no bucket is given, the new one belongs to that first dataset; pass your own bucket if the images shall outlive it.
   *
   * @param path the directory; a relative path is resolved against the working directory of the CDK app
   * @param options bucket and prefix to upload to
   * @throws Error when the directory does not exist, is empty, or has links that must not be followed
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
   * References are used as they are in the manifest; all must be absolute. This is the default of a dataset.
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
   * What a manifest is checked against, before any resource is created.
   *
   * @internal
   */
  public get _references(): ReferenceCheck {
    if (!this.location) return {};
    const prefix = Token.isUnresolved(this.location.prefix) ? 'prefix-of-the-stack/' : this.location.prefix;
    return { location: { bucket: PLACEHOLDER, prefix, rewriteFrom: this.location.rewriteFrom }, directory: this.directory };
  }

  /**
   * Whether the images are deleted with the dataset that uploads them.
   *
   * @internal
   */
  public get _ownsBucket(): boolean {
    return this.directory !== undefined && this.bucket === undefined;
  }

  /**
   * Creates the resources that a dataset needs for its images.
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
