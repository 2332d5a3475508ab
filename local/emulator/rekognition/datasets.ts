import type {
  CreateDatasetRequest, CreateDatasetResponse, DatasetStatusMessageCode, DeleteDatasetRequest, DescribeDatasetRequest,
  DescribeDatasetResponse, UpdateDatasetEntriesRequest,
} from '@aws-sdk/client-rekognition';
import { constraintError } from '../core/constraints';
import { ServiceError } from '../core/service';
import type { Effects } from '../core/service';
import { Dataset } from './dataset';
import type { Outcome } from './dataset';
import { DatasetEntries } from './dataset-entries';
import { EntryReader } from './entry-reader';
import { invalidParameter, notFound } from './errors';
import { findManifest } from './manifest';
import { requireState } from './states';
import type { Store } from './store';
import { initialTags } from './tags';

const STRICT_CHANGES_BYTES = 5_000_000;

export async function createDataset(store: Store, input: CreateDatasetRequest, effects: Effects): Promise<CreateDatasetResponse> {
  const { DatasetSource: source, Tags: tags } = input;
  const projectArn = input.ProjectArn!;
  const type = input.DatasetType!;
  if (source && !source.GroundTruthManifest === !source.DatasetArn) {
    throw invalidParameter('DatasetSource must have exactly one of GroundTruthManifest and DatasetArn.');
  }
  requireFreeSlot(store, projectArn, type);

  let outcome: Outcome | Promise<Outcome>;
  if (source?.DatasetArn) {
    const original = store.dataset(source.DatasetArn);
    requireState(original, 'CopyDataset');
    outcome = { content: original.content, message: 'The dataset was successfully created.' };
  } else if (source) {
    outcome = (await findManifest(store, source.GroundTruthManifest!.S3Object)).read();
    // The slot may have been taken while the manifest was being looked up.
    requireFreeSlot(store, projectArn, type);
  } else {
    outcome = { content: DatasetEntries.EMPTY, message: 'The dataset was successfully created.' };
  }

  const created = store.creationTime();
  const [, name] = /:project\/([^/]+)\//.exec(projectArn)!;
  const arn = store.arn(`project/${name}/dataset/${type.toLowerCase()}/${created}`);
  const dataset = new Dataset(arn, projectArn, type, created, initialTags(tags), store.settings, store.config.now);
  const task = store.startTask(source ? 'createDataset' : 'createEmptyDataset', failing(effects, outcome), effects);
  dataset.begin('CREATE', task);
  store.addDataset(dataset);
  return { DatasetArn: arn };
}

export function describeDataset(store: Store, { DatasetArn: arn }: DescribeDatasetRequest, effects: Effects): DescribeDatasetResponse {
  return { DatasetDescription: store.dataset(arn!).describe(effects.stale) };
}

export function updateDatasetEntries(store: Store, input: UpdateDatasetEntriesRequest, effects: Effects): object {
  const bytes = input.Changes!.GroundTruth!;
  if (store.settings.strictChangesSize && bytes.length >= STRICT_CHANGES_BYTES) {
    throw constraintError([{ value: bytes, path: 'changes.groundTruth', constraint: `Member must have length less than ${STRICT_CHANGES_BYTES}` }]);
  }
  const dataset = store.dataset(input.DatasetArn!);
  requireState(dataset, 'UpdateDatasetEntries');
  const task = store.startTask('updateDatasetEntries', updateOutcome(store, dataset.content, bytes, effects), effects);
  dataset.begin('UPDATE', task);
  return {};
}

export function deleteDataset(store: Store, { DatasetArn: arn }: DeleteDatasetRequest, effects: Effects): object {
  const dataset = store.dataset(arn!);
  requireState(dataset, 'DeleteDataset');
  const task = store.startTask<Outcome>('deleteDataset', { content: DatasetEntries.EMPTY, message: '' }, effects);
  dataset.begin('DELETE', task);
  return {};
}

/** What a write comes to: as asked for by a fault, or by itself. */
export function failing(effects: Effects, outcome: Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
  if (!effects.fail) return outcome;
  return { failure: effects.fail.message, code: effects.fail.code as DatasetStatusMessageCode };
}

function requireFreeSlot(store: Store, projectArn: string, type: string): void {
  const project = store.project(projectArn);
  if (project.status === 'DELETING') throw notFound(projectArn);
  if (project.feature === 'CONTENT_MODERATION') throw invalidParameter('A content moderation project has no datasets.');
  const gives = ({ status }: Dataset) => store.settings.slotFree === 'atOnce' && status.Status === 'DELETE_IN_PROGRESS';
  if (store.datasetsOf(projectArn).some((dataset) => dataset.type === type && !gives(dataset))) {
    throw new ServiceError('ResourceAlreadyExistsException', `The project already has a ${type} dataset.`);
  }
}

/** All or nothing, unless the settings want it otherwise: a refused change leaves the entries as they are. */
function updateOutcome(store: Store, content: DatasetEntries, changes: Uint8Array, { fail }: Effects): Outcome | Promise<Outcome> {
  const reader = new EntryReader(store.settings.fractions);
  reader.push(changes);
  reader.end();
  const merged = content.merge(reader.entries);
  const refusal = reader.refusal ?? merged.refusal;
  const failed = (failure: string, code: DatasetStatusMessageCode): Outcome =>
    ({ failure, code, ...(store.settings.partialUpdates && { content: content.merge(firstHalf(reader.entries)) }) });
  if (fail) return failed(fail.message, fail.code as DatasetStatusMessageCode);
  const outcome = (failure?: string): Outcome => failure === undefined
    ? { content: merged, message: 'The dataset was successfully updated.' }
    : failed(failure, 'CLIENT_ERROR');
  if (refusal === undefined && store.settings.checkImages === 'exists') return reader.missingImages(store.config.s3).then(outcome);
  return outcome(refusal);
}

function firstHalf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return new Map([...map].slice(0, Math.ceil(map.size / 2)));
}
