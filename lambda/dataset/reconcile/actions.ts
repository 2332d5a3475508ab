import { DeployError } from '../../core/errors';
import { log } from '../../core/log';
import { adopt } from './adoption';
import { settled, toSend } from './decide';
import type { Action, Observed } from './decide';
import { failedMessage, foreignMessage, sum } from './messages';
import { makePlan } from './plan';
import type { Run } from './run';
import { desiredTags } from './tags';

/** The dataset in the slot is somebody else's, and stays as it is. */
export class ForeignDataset extends DeployError {
  constructor(message: string, readonly observed: Observed) {
    super(message);
  }
}

/** Does what was decided. Each action may be repeated: nobody knows whether the poll that did it has lived to write that down. */
export async function perform(run: Run, action: Exclude<Action, { type: 'settle' | 'finish' }>, observed: Observed | undefined): Promise<void> {
  if (action.type !== 'wait') run.stopWaiting();
  switch (action.type) {
    case 'wait': return run.wait(observed);
    case 'plan': return preparePlan(run, observed);
    case 'adopt': return adopt(run, observed!);
    case 'create': return create(run, action);
    case 'push': return push(run, action, observed!);
    case 'remove': return remove(run, observed!);
    case 'refuse': return refuse(run, action, observed!);
  }
}

/** A write has been seen to end. */
export async function settle(run: Run): Promise<void> {
  const { desired, budget } = run.context;
  run.progress = settled(run.progress, budget.now());
  const { progress } = run;
  const chunks = toSend(desired, progress);
  log('step done', { chunk: progress.pushed, of: chunks.length, entriesPushed: sum(chunks.slice(0, progress.pushed)) });
  return run.save();
}

async function preparePlan(run: Run, observed: Observed | undefined): Promise<void> {
  const { service, desired } = run.context;
  if (!observed && !await service.projectExists(desired.slot.projectArn)) {
    throw new DeployError(`there is no project ${desired.slot.projectArn}; check the ARN and the Region of the stack.`);
  }
  run.progress = { ...run.progress, plan: await makePlan(run.context, observed), loading: false, pushed: 0 };
  return run.save();
}

async function create(run: Run, { empty }: { readonly empty: boolean }): Promise<void> {
  const { service, staging, desired } = run.context;
  const plan = run.progress.plan!;
  const manifest = empty ? undefined : staging.location(plan.manifestKey!);
  await run.markDirty();
  const adoption = (await staging.applied())?.adoptionPending;
  const tags = { ...adoption?.tags, ...desiredTags(run.context, adoption !== undefined) };
  await run.assertLease();
  const arn = await service.create(desired.slot, manifest, tags, run.writeId);
  log('CreateDataset accepted', { datasetArn: arn, entries: empty ? 0 : plan.entries });
  run.progress = { ...run.progress, arn, plan: { ...plan, arn }, loading: true, pushed: 0 };
  await run.markDirty(arn);
  return run.accepted('create', 0);
}

async function push(run: Run, { key, chunk }: Extract<Action, { type: 'push' }>, { arn, lastUpdated }: Observed): Promise<void> {
  const { service, staging, desired } = run.context;
  const lines = await staging.read(key, chunk);
  if (lines?.length !== chunk.length) return run.planAgain(`the staged lines ${key} are gone or cut off`);
  await run.markDirty(arn);
  await run.assertLease();
  await service.push(arn, lines, run.writeId);
  const { pushed } = run.progress;
  log('UpdateDatasetEntries accepted', {
    datasetArn: arn, chunk: pushed + 1, of: toSend(desired, run.progress).length, entries: chunk.entries, bytes: lines.length,
  });
  return run.accepted('push', lastUpdated);
}

async function remove(run: Run, { arn, lastUpdated }: Observed): Promise<void> {
  await run.markDirty(arn);
  await run.assertLease();
  await run.context.service.remove(arn, run.writeId);
  log('DeleteDataset accepted', { datasetArn: arn });
  return run.accepted('remove', lastUpdated);
}

function refuse({ context, owner, progress }: Run, { because }: Extract<Action, { type: 'refuse' }>, observed: Observed): never {
  if (because === 'foreign') throw new ForeignDataset(foreignMessage(context, observed, owner!.tags), observed);
  throw new DeployError(failedMessage(context.desired, observed, progress));
}
