import type { ListDatasetEntriesRequest, ListDatasetEntriesResponse } from '@aws-sdk/client-lookoutvision';
import { pageOf } from '../core/paging';
import type { DatasetType, Entry } from './dataset-entries';
import { invalidNextToken } from './errors';
import { requireState } from './states';
import type { Store } from './store';

/** Filters are combined: an entry must pass each one that is given. */
export function listDatasetEntries(store: Store, input: ListDatasetEntriesRequest): ListDatasetEntriesResponse {
  const { Labeled: labeled, AnomalyClass: anomalyClass, SourceRefContains: part } = input;
  const { BeforeCreationDate: before, AfterCreationDate: after } = input;
  const dataset = store.dataset(input.ProjectName!, input.DatasetType as DatasetType);
  requireState(dataset, 'ListDatasetEntries');
  const keep = (entry: Entry) =>
    (labeled === undefined || (entry.class !== undefined) === labeled)
    && (anomalyClass === undefined || entry.class === anomalyClass)
    && (before === undefined || entry.created < before.getTime())
    && (after === undefined || entry.created > after.getTime())
    && (part === undefined || entry.sourceRef.includes(part));
  const query = [dataset.project, dataset.type, labeled, anomalyClass, before, after, part];
  const { items, nextToken } = pageOf(dataset.content.entries, input, query, invalidNextToken, keep);
  return { DatasetEntries: items.map(({ line }) => line), NextToken: nextToken };
}
