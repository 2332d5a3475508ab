import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Images } from '../inputs/images';
import type { Manifest } from '../inputs/manifest';
import type { DatasetProvider } from '../provider/dataset-provider';

/**
 * What happens to entries that are in the dataset but no longer in the manifest. Neither service can delete a single entry.
 */
export enum RemovedEntryPolicy {
  /** The dataset is deleted and created again, so that it holds exactly the manifest. A Rekognition dataset gets a new ARN. */
  RECREATE = 'RECREATE',
  /** The entries stay but lose their labels (in Lookout for Vision, class and mask), so that training ignores them. */
  UNLABEL = 'UNLABEL',
  /** The entries stay as they are, labels included. After a failed deployment, so do the entries that it added. */
  KEEP = 'KEEP',
  /**
   * The deployment fails and names the entries. A rollback never fails for this reason: entries that the failed deployment
   * added are removed again, entries that an earlier deployment added stay.
   */
  FAIL = 'FAIL',
}

/**
 * What happens to entries that were changed outside the stack, such as labels assigned in the console.
 *
 * Either way, the changed entries are first saved to `reports/<stack>/<logical id>/<operation>-before.jsonl` in the provider's
 * staging bucket, where they are kept for 30 days. The handler's log contains the object key.
 */
export enum ExternalChangePolicy {
  /** The manifest wins: changed entries are reset to it, and added ones are lost if the dataset is recreated. */
  OVERWRITE = 'OVERWRITE',
  /**
   * The deployment fails before it writes anything, and the error contains the key of the report. Rollbacks and deletions never
   * fail for this reason; a rollback leaves the dataset as it is.
   */
  FAIL = 'FAIL',
}

/**
 * Properties that the datasets of all services share.
 */
export interface DatasetBaseProps {
  /**
   * The manifest that lists the entries of the dataset.
   */
  readonly manifest: Manifest;

  /**
   * Where the images are that the manifest refers to.
   *
   * @default Images.asIs()
   */
  readonly images?: Images;

  /**
   * Whether to adopt a dataset of this type that already exists in the project. The deployment replaces its content by that of
   * the manifest, and from then on the stack manages the dataset and deletes it. If the deployment fails or is rolled back, the
   * original entries and tags are restored.
   *
   * @default false - the deployment fails if such a dataset exists, and leaves it unchanged
   */
  readonly adoptExisting?: boolean;

  /**
   * What happens to entries that are in the dataset but no longer in the manifest.
   *
   * @default RemovedEntryPolicy.RECREATE
   */
  readonly removedEntries?: RemovedEntryPolicy;

  /**
   * What happens to entries that were changed outside the stack since the last deployment. External changes are only detected
   * by an update that changes a property of the dataset, such as the manifest.
   *
   * @default ExternalChangePolicy.OVERWRITE
   */
  readonly externalChanges?: ExternalChangePolicy;

  /**
   * What happens to the dataset when it is removed from the stack.
   *
   * Unlike most resources that hold data, a dataset is deleted by default: the stack can always create it again from the
   * manifest, and a project cannot be deleted while it has datasets.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider that manages the dataset during deployments.
   *
   * @default - the default provider of the stack, see `DatasetProvider.of`
   */
  readonly provider?: DatasetProvider;
}
