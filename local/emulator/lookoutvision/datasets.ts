import type {
  CreateDatasetRequest, CreateDatasetResponse, DeleteDatasetRequest, DescribeDatasetRequest, DescribeDatasetResponse,
  UpdateDatasetEntriesRequest, UpdateDatasetEntriesResponse,
} from '@aws-sdk/client-lookoutvision';
import type { Effects } from '../core/service';
import { Dataset } from './dataset';
import type { Outcome } from './dataset';
import { DatasetEntries } from './dataset-entries';
import type { DatasetType } from './dataset-entries';
import { EntryReader } from './entry-reader';
import { datasetConflict, datasetNotFound, invalid } from './errors';
import { findManifest, outcomeOf } from './manifest';
import { requireState } from './states';
import type { Store } from './store';
import { isTraining } from './trained-models';

export async function createDataset(store: Store, input: CreateDatasetRequest, effects: Effects): Promise<CreateDatasetResponse> {
  const { ProjectName: project, DatasetSource: source } = input;
  const type = input.DatasetType as DatasetType;
  const s3Object = source?.GroundTruthManifest?.S3Object;
  if (source && !s3Object) throw invalid('DatasetSource must have GroundTruthManifest with S3Object.');
  requireFreeSlot(store, project!, type);

  let outcome: Outcome | Promise<Outcome> = { content: DatasetEntries.EMPTY };
  if (s3Object) {
    const manifest = await findManifest(store, s3Object);
    // The slot may have been taken while the manifest was being looked up.
    requireFreeSlot(store, project!, type);
    outcome = manifest.read(reader(store, type, DatasetEntries.EMPTY, store.settings.duplicates === 'lastWins'));
  }
  const { config, settings } = store;
  const dataset = new Dataset(project!, type, config.now(), config.now, () => settings.latency.rollback);
  dataset.begin('CREATE', store.startTask(s3Object ? settings.latency.createDataset : 0, failing(effects, outcome), effects));
  store.project(project!).datasets.set(type, dataset);
  // An empty one is there at once.
  return { DatasetMetadata: (s3Object ? dataset : dataset.settle()).metadata };
}

export function describeDataset(store: Store, input: DescribeDatasetRequest, effects: Effects): DescribeDatasetResponse {
  const project = store.project(input.ProjectName!);
  const dataset = store.findDataset(project, input.DatasetType!);
  if (dataset) return { DatasetDescription: dataset.describe(effects.stale) };
  const tombstone = project.tombstones.get(input.DatasetType!);
  if (!tombstone || tombstone.left === 0) throw datasetNotFound(project.name, input.DatasetType!);
  tombstone.left -= 1;
  return { DatasetDescription: tombstone.dataset.describe() };
}

export function updateDatasetEntries(store: Store, input: UpdateDatasetEntriesRequest, effects: Effects): UpdateDatasetEntriesResponse {
  const dataset = store.dataset(input.ProjectName!, input.DatasetType as DatasetType);
  requireState(dataset, 'UpdateDatasetEntries');
  const changes = reader(store, dataset.type, dataset.content, true);
  changes.push(input.Changes!);
  const { latency, staleDescribe } = store.settings;
  dataset.begin('UPDATE', store.startTask(latency.updateDatasetEntries, failing(effects, outcomeOf(store, changes)), effects), staleDescribe);
  return { Status: dataset.state };
}

export function deleteDataset(store: Store, input: DeleteDatasetRequest, effects: Effects): object {
  const dataset = store.dataset(input.ProjectName!, input.DatasetType as DatasetType);
  if (dataset.state === 'DELETE_IN_PROGRESS') return {};
  requireState(dataset, 'DeleteDataset');
  if ([...store.project(dataset.project).models.values()].some(isTraining)) {
    throw datasetConflict(dataset.project, dataset.type, `Dataset ${dataset.type} is in use: a model of project ${dataset.project} is training`);
  }
  const outcome = failing(effects, { content: dataset.content });
  dataset.begin('DELETE', store.startTask(store.settings.latency.deleteDataset, outcome, effects));
  return {};
}

/** What a write comes to: as asked for by a fault, or by itself. */
function failing(effects: Effects, outcome: Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
  return effects.fail ? { failure: effects.fail.message } : outcome;
}

function reader(store: Store, type: DatasetType, before: DatasetEntries, repeats: boolean): EntryReader {
  return new EntryReader({ type, before, repeats, strict: store.settings.strict, now: store.config.now() });
}

function requireFreeSlot(store: Store, projectName: string, type: string): void {
  if (store.findDataset(store.project(projectName), type)) {
    throw datasetConflict(projectName, type, `Dataset ${type} already exists in project ${projectName}`);
  }
}
