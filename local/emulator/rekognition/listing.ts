import type {
  ListDatasetEntriesRequest, ListDatasetEntriesResponse, ListDatasetLabelsRequest, ListDatasetLabelsResponse,
} from '@aws-sdk/client-rekognition';
import { pageOf } from '../core/paging';
import type { Entry } from './dataset-entries';
import { invalidPaginationToken } from './errors';
import { listedLine } from './listed-line';
import { requireState } from './states';
import type { Store } from './store';

/** Filters are combined: an entry must pass each one that is given. */
export function listDatasetEntries(store: Store, input: ListDatasetEntriesRequest): ListDatasetEntriesResponse {
  const { DatasetArn: arn, ContainsLabels: labels, Labeled: labeled, SourceRefContains: part, HasErrors: hasErrors } = input;
  const dataset = store.dataset(arn!);
  requireState(dataset, 'ListDataset');
  const keep = (entry: Entry) =>
    (labels === undefined || entry.labels.some(({ name, used }) => used && labels.includes(name)))
    && (labeled === undefined || entry.labeled === labeled)
    && (part === undefined || entry.sourceRef.includes(part))
    && (!hasErrors || entry.errors.length > 0);
  const query = ['entries', arn, labels, labeled, part, hasErrors];
  const { items, nextToken } = pageOf(dataset.content.entries, input, query, invalidPaginationToken, keep);
  return { DatasetEntries: items.map(listedLine), NextToken: nextToken };
}

export function listDatasetLabels(store: Store, input: ListDatasetLabelsRequest): ListDatasetLabelsResponse {
  const dataset = store.dataset(input.DatasetArn!);
  requireState(dataset, 'ListDataset');
  const { items, nextToken } = pageOf(dataset.content.labels, input, ['labels', input.DatasetArn], invalidPaginationToken);
  return { DatasetLabelDescriptions: items, NextToken: nextToken };
}
