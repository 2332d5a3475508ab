import { createHash } from 'node:crypto';
import type { DistributeDatasetEntriesRequest } from '@aws-sdk/client-rekognition';
import type { Effects } from '../core/service';
import type { Dataset, Outcome } from './dataset';
import { DatasetEntries, REFUSALS } from './dataset-entries';
import type { Entry } from './dataset-entries';
import { failing } from './datasets';
import { invalidParameter } from './errors';
import { requireState } from './states';
import type { Store } from './store';

const MOVED_SHARE = 0.2;
const UPDATED = 'The dataset was successfully updated.';

/** Moves a fifth of the train entries into the empty test dataset of the same project. The order of the two ARNs is free. */
export function distributeDatasetEntries(store: Store, { Datasets: given }: DistributeDatasetEntriesRequest, effects: Effects): object {
  const datasets = given!.map(({ Arn: arn }) => store.dataset(arn!));
  for (const dataset of datasets) requireState(dataset, 'DistributeDatasetEntries');
  const train = datasets.find(({ type }) => type === 'TRAIN');
  const test = datasets.find(({ type }) => type === 'TEST');
  if (!train || !test) throw invalidParameter('One train and one test dataset are needed.');
  if (train.projectArn !== test.projectArn) throw invalidParameter('The datasets are in different projects.');
  if (test.content.entries.length > 0) throw invalidParameter('The test dataset is not empty.');
  if (train.content.entries.length === 0) throw invalidParameter('The train dataset is empty.');

  const moved = choose(train.content.entries);
  const begin = (dataset: Dataset, content: DatasetEntries) => {
    const outcome: Outcome = moved ? { content, message: UPDATED } : { failure: REFUSALS.distribution, code: 'CLIENT_ERROR' };
    const task = store.startTask('distributeDatasetEntries', failing(effects, outcome), effects);
    dataset.begin('UPDATE', task);
  };
  begin(train, new DatasetEntries(train.content.entries.filter((entry) => !moved?.has(entry))));
  begin(test, new DatasetEntries([...moved ?? []]));
  return {};
}

/** Entries to move, such that every label keeps an image; undefined when a label has only one image or nothing can be moved. */
function choose(entries: readonly Entry[]): Set<Entry> | undefined {
  const left = new Map<string, number>();
  const namesOf = ({ labels }: Entry) => labels.filter(({ used }) => used).map(({ name }) => name);
  for (const entry of entries) {
    for (const name of namesOf(entry)) left.set(name, (left.get(name) ?? 0) + 1);
  }
  if ([...left.values()].includes(1)) return undefined;

  const hash = new Map(entries.map((entry) => [entry, createHash('sha256').update(entry.sourceRef).digest('hex')]));
  const count = Math.max(1, Math.round(MOVED_SHARE * entries.length));
  const moved = new Set<Entry>();
  for (const entry of [...entries].sort((a, b) => hash.get(a)! < hash.get(b)! ? -1 : 1)) {
    const names = namesOf(entry);
    if (names.some((name) => left.get(name) === 1)) continue;
    for (const name of names) left.set(name, left.get(name)! - 1);
    moved.add(entry);
    if (moved.size === count) break;
  }
  return moved.size > 0 ? moved : undefined;
}
