import type { RemovalPolicy } from 'aws-cdk-lib';
import type { DatasetProvider } from '../provider/dataset-provider';
import type { Images } from '../inputs/images';
import type { Manifest } from '../inputs/manifest';

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
 * What happens to entries that somebody changed outside the stack, such as labels that people gave in the console.
 *
 * What differs from the last deployment is written to the provider's staging bucket first, as
 * `reports/<stack>/<logical id>/<operation>-before.jsonl`, and stays there for 30 days. The log of the handler names the object.
 */
export enum ExternalChangePolicy {
  /** They are brought back to the manifest, or deleted with the dataset where it is recreated. */
  OVERWRITE = 'OVERWRITE',
  /**
   * The deployment fails before anything is written, and names the report. Going back to the properties that were deployed before
   * never fails for this and leaves the dataset as it is; neither does its deletion.
   */
  FAIL = 'FAIL',
}

/**
 * What can be chosen for a dataset of either service.
 */
export interface DatasetBaseProps {
  /**
   * The entries.
   */
  readonly manifest: Manifest;

  /**
   * Where the images are that the manifest's references lead to.
   *
   * @default Images.asIs()
   */
  readonly images?: Images;

  /**
   * Whether a dataset that is in the place already, and was not made by this construct, is taken over: its content
   * becomes the manifest's, and from then on it is changed and deleted with the stack.
   *
   * @default false - the deployment fails and leaves the other dataset untouched
   */
  readonly adoptExisting?: boolean;

  /**
   * What happens to entries that are in the dataset but no longer in the manifest.
   *
   * @default RemovedEntryPolicy.RECREATE
   */
  readonly removedEntries?: RemovedEntryPolicy;

  /**
   * What happens to entries that somebody changed outside the stack since the last deployment. It is looked at when the dataset
   * is deployed with other properties, such as a changed manifest.
   *
   * @default ExternalChangePolicy.OVERWRITE
   */
  readonly externalChanges?: ExternalChangePolicy;

  /**
   * What happens to the dataset when it is removed from the stack.
   *
   * The stack describes the dataset completely, so it can always be made again, and the project cannot be deleted before
   * its datasets are: that is why it goes with the stack, other than most resources with content.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * What does the work during a deployment.
   *
   * @default - one for all datasets of the stack
   */
  readonly provider?: DatasetProvider;
}
