import type { ManifestCounts, ServiceRules } from '../../lib/manifest';
import type { Clients } from '../core/clients';
import type { Counts, Slot, Tags } from '../core/slot';
import type { TimeBudget } from '../core/time-budget';
import type { ObjectStore, S3Location } from '../staging/object-store';

/** What the handler asks of a dataset service. Narrow on purpose: a service is one folder, and a test is a short fake. */

/** A dataset as the service shows it. */
export interface ServiceDataset {
  /** Names this dataset and never another, not even one that is made in its place: a service without such a name gets one. */
  readonly arn: string;
  readonly status: string;
  readonly statusMessage: string;
  /** Epoch milliseconds. */
  readonly lastUpdated: number;
  readonly counts: Counts;
}

export interface EntriesPage {
  readonly entries: readonly string[];
  /** Absent behind the last entry. */
  readonly next?: string;
}

/**
 * The calls of one dataset service. Transient errors are waited out inside; the rest are of `errors.ts`.
 *
 * A write is given the `step` of the operation that it is: done again because nobody knows how it went, it is the same step.
 */
export interface DatasetService {
  /** The dataset in the slot. A known ARN saves the look-up by project. */
  find(slot: Slot, knownArn?: string): Promise<ServiceDataset | undefined>;
  projectExists(projectArn: string): Promise<boolean>;
  /** Starts the creation, from a manifest or empty; the ARN comes at once. */
  create(slot: Slot, manifest: S3Location | undefined, tags: Tags, step: string): Promise<string>;
  /** Starts an update with these JSON lines. */
  push(arn: string, lines: Buffer, step: string): Promise<void>;
  /** Starts the deletion. */
  remove(arn: string, step: string): Promise<void>;
  /**
   * A page of entries as the service lists them.
   *
   * @param hasErrors only those with errors, where the service lists errors
   * @param next where an earlier page said that it goes on; absent: the first page
   */
  entries(arn: string, from: { readonly hasErrors: boolean; readonly next?: string }): Promise<EntriesPage>;
  tags(arn: string): Promise<Tags>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

/** What an adapter is made of. */
export interface Connections {
  readonly clients: Clients;
  readonly budget: TimeBudget;
  readonly store: ObjectStore;
  readonly stagingBucket: string;
}

/** All that differs between the services: chosen once, by the slot. */
export interface ServiceProfile {
  readonly title: string;
  /** The ARN of a project. */
  readonly projectArn: RegExp;
  /** How manifests for the slot are checked. */
  rules(slot: Slot): ServiceRules;
  /** The service behind the port. */
  connect(connections: Connections): DatasetService;
  /** What entries that were read back come to, in the members that the service itself counts. */
  counts(entries: number, counted: ManifestCounts, errors: number): Counts;
  /** What GetAtt reads. */
  attributes(dataset: ServiceDataset, contentHash: string): object;
  /** Another way to use a dataset that is there already; begins a list of remedies. */
  readonly importHint?: string;
}
