import type { Context } from './context';
import { describeOwner } from './ownership';
import type { Slot, Tags } from './ports';
import { type Progress, type Seen, toSend, type Wish, type Write } from './reconcile';

/** What CloudFormation shows when an operation ends badly: one sentence or two, with what to do. */

const OPERATIONS: Record<Write['kind'], string> = { create: 'CreateDataset', push: 'UpdateDatasetEntries', remove: 'DeleteDataset' };

export function foreignMessage({ datasetType }: Slot, { arn }: Seen, tags: Tags): string {
  const use = arn.includes(':rekognition:') ? 'use it with Dataset.fromDatasetArn, ' : '';
  return `the project already has a ${datasetType} dataset, ${arn}, which ${describeOwner(tags)}; delete it, ${use}or take it over with adoptExisting.`;
}

export function failedMessage(wish: Wish, { status, statusMessage }: Seen, progress: Progress): string {
  const { kind } = progress.write ?? { kind: 'create' };
  const chunk = kind === 'push' ? `, chunk ${progress.pushed + 1} of ${toSend(wish, progress).length},` : '';
  return `${OPERATIONS[kind]}${chunk} ended in ${status}: ${statusMessage}`;
}

export function outOfTimeMessage({ wanted, slice }: Context, progress: Progress): string {
  const { plan, pushed, write } = progress;
  const chunks = toSend(wanted, progress);
  const facts = [
    chunks.length > 0 && `${pushed} of ${chunks.length} chunks (${sum(chunks.slice(0, pushed))} of ${sum(chunks)} entries) are in`,
    !plan && !write && 'what is wanted had not been compared with what is there',
    write && `${OPERATIONS[write.kind]} had not ended`,
    slice.refusal,
  ].filter(Boolean);
  return `not finished in time: ${facts.join('; ') || 'the service had not counted all entries'}. Deploy again to go on from there, or give the DatasetProvider a longer totalTimeout.`;
}

/** Entries in these chunks. */
export function sum(chunks: readonly { readonly entries: number }[]): number {
  return chunks.reduce((total, { entries }) => total + entries, 0);
}
