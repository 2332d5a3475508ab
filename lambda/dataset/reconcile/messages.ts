import { describeOwner } from '../../core/owner-tags';
import type { Tags } from '../../core/slot';
import type { Progress, Write } from '../../staging/records';
import type { Context } from '../context';
import { toSend } from './decide';
import type { Desired, Observed } from './decide';

/** What CloudFormation shows when an operation ends badly: one sentence or two, with what to do. */

const OPERATIONS: Record<Write['kind'], string> = { create: 'CreateDataset', push: 'UpdateDatasetEntries', remove: 'DeleteDataset' };

/** What the service says where it cannot read the images, or too many of them. */
const ABOUT_IMAGES = /bucket permissions|too many terminal errors/iu;
const HINT = 'The images may not be readable: check that they are where the manifest says, and let the provider read them with grantRead of Images.inBucket.';

export function foreignMessage({ desired, profile, mayBeRollback, undoneByDelete }: Context, { arn }: Observed, tags: Tags): string {
  const found = `the project already has a ${desired.slot.datasetType} dataset, ${arn}, which ${describeOwner(tags)}`;
  if (mayBeRollback && !undoneByDelete) {
    return `${found}; if it belongs to this resource all the same, as after a stack refactoring, deploy once with adoptExisting: true to adopt it.`;
  }
  const use = profile.importHint ? `${profile.importHint}, ` : '';
  return `${found}; delete it, ${use}or adopt it with adoptExisting.`;
}

export function failedMessage(desired: Desired, { status, statusMessage }: Observed, progress: Progress): string {
  const { kind } = progress.write ?? { kind: 'create' };
  const chunk = kind === 'push' ? `, chunk ${progress.pushed + 1} of ${toSend(desired, progress).length},` : '';
  const hint = ABOUT_IMAGES.test(statusMessage) ? ` ${HINT}` : '';
  return `${OPERATIONS[kind]}${chunk} ended in ${status}: ${statusMessage}${hint}`;
}

export function outOfTimeMessage({ desired, budget }: Context, progress: Progress): string {
  const { plan, pushed, write } = progress;
  const chunks = toSend(desired, progress);
  const facts = [
    chunks.length > 0 && `${pushed} of ${chunks.length} chunks (${sum(chunks.slice(0, pushed))} of ${sum(chunks)} entries) are loaded`,
    !plan && !write && 'the manifest had not been compared with the dataset',
    write && `${OPERATIONS[write.kind]} had not finished`,
    budget.lastError,
    turnedAway(budget),
  ].filter(Boolean);
  return `not finished in time: ${facts.join('; ') || 'the service had not counted all entries'}. Deploy again to continue from there, or give the DatasetProvider a longer totalTimeout.`;
}

/** A Delete can wait no longer. The service refuses to delete what it is still making or changing. */
export function deleteLateMessage({ budget }: Context, status: string | undefined): string {
  const why = status?.endsWith('_IN_PROGRESS')
    ? `the dataset is in ${status}, and the service cannot delete it until that has finished`
    : budget.lastError ?? 'the service had not deleted the dataset';
  return `not finished in time: ${[why, turnedAway(budget)].filter(Boolean).join('; ')}. Delete again when it has finished; for a whole stack, run cdk destroy.`;
}

function turnedAway({ refused }: Context['budget']): string | undefined {
  const often = Object.entries(refused).filter(([, times]) => times > 1);
  return often.length > 0 ? `calls rejected in the last minutes: ${often.map(([operation, times]) => `${times} ${operation}`).join(', ')}` : undefined;
}

/** Entries in these chunks. */
export function sum(chunks: readonly { readonly entries: number }[]): number {
  return chunks.reduce((total, { entries }) => total + entries, 0);
}
