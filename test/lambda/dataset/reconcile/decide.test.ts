import type { Context } from '../../../../lambda/dataset/context';
import { nextActionToApply, nextActionToDelete, settled, STALE_GRACE, statisticsGrace } from '../../../../lambda/dataset/reconcile/decide';
import type { Desired, Observed } from '../../../../lambda/dataset/reconcile/decide';
import { verify } from '../../../../lambda/dataset/reconcile/verify';
import type { Plan, Progress, Write } from '../../../../lambda/staging/records';

const NOW = 1_000_000;
const desired: Desired = { initialLoad: 'MANIFEST', adoptExisting: false };
const chunk = (offset: number) => ({ offset, length: 10, entries: 2 });
const plan: Plan = {
  arn: 'arn', entries: 4, contentHash: 'h', manifestKey: 'wanted', indexKey: 'index', loadChunks: [chunk(0), chunk(10)],
  changesKey: 'changes', changeChunks: [chunk(0)], kept: 0, recreate: false,
};
const unchanged: Plan = { ...plan, changeChunks: [] };

function dataset(overrides: Partial<Observed> = {}): Observed {
  return {
    arn: 'arn', owner: 'us', status: 'CREATE_COMPLETE', statusMessage: '', lastUpdated: 500,
    counts: { total: 4, labeled: 4, labels: 1, errors: 0 }, ...overrides,
  };
}

/** Where the service counts classes. */
function classified(normal: number, anomaly: number): Observed {
  return dataset({ counts: { total: normal + anomaly, labeled: normal + anomaly, labels: 0, errors: 0, classes: { normal, anomaly } } });
}

function write(kind: Write['kind'], overrides: Partial<Write> = {}): Write {
  return { kind, before: 500, at: NOW - 1000, ...overrides };
}

function present(observed: Observed | undefined, progress: Partial<Progress>, wishes: Partial<Desired> = {}) {
  return nextActionToApply({ ...desired, ...wishes }, observed, { pushed: 0, ...progress }, NOW);
}

describe('towards a dataset that holds what is wanted', () => {
  test.each<[string, Observed | undefined, Partial<Progress>, Partial<Desired>, object]>([
    ['empty slot, nothing known yet: plan', undefined, {}, {}, { type: 'plan' }],
    ['empty slot, planned: create from the manifest', undefined, { plan }, {}, { type: 'create', empty: false }],
    ['empty slot, chunks wanted: create empty', undefined, { plan }, { initialLoad: 'CHUNKS' }, { type: 'create', empty: true }],
    ['empty slot, no entry wanted: create empty', undefined, { plan: { ...plan, manifestKey: undefined } }, {}, { type: 'create', empty: true }],
    ['somebody else\'s: refuse', dataset({ owner: 'somebody' }), {}, {}, { type: 'refuse', because: 'foreign' }],
    ['nobody\'s: refuse', dataset({ owner: 'nobody' }), {}, {}, { type: 'refuse', because: 'foreign' }],
    ['nobody\'s, with adoptExisting: adopt', dataset({ owner: 'nobody' }), {}, { adoptExisting: true }, { type: 'adopt' }],
    ['foreign and busy: still refuse at once', dataset({ owner: 'somebody', status: 'UPDATE_IN_PROGRESS' }), {}, {}, { type: 'refuse', because: 'foreign' }],
    ['ours and busy: wait', dataset({ status: 'UPDATE_IN_PROGRESS' }), { plan }, {}, { type: 'wait' }],
    ['ours, being deleted: wait', dataset({ status: 'DELETE_IN_PROGRESS' }), {}, {}, { type: 'wait' }],
    ['ours, nothing known yet: plan', dataset(), {}, {}, { type: 'plan' }],
    ['ours, changes: push', dataset(), { plan }, {}, { type: 'push', key: 'changes', chunk: chunk(0) }],
    ['ours, all changes in: finish', dataset(), { plan, pushed: 1 }, {}, { type: 'finish' }],
    ['ours, same content: finish', dataset(), { plan: unchanged }, {}, { type: 'finish' }],
    ['lines vanished: remove', dataset(), { plan: { ...plan, recreate: true } }, {}, { type: 'remove' }],
    ['recreated by this run: never removed again', dataset(), { plan: { ...plan, recreate: true }, loading: true }, {}, { type: 'finish' }],
    ['created empty by this run: push the whole manifest', dataset({ counts: { total: 2, labeled: 2, labels: 1, errors: 0 } }),
      { plan, loading: true, pushed: 1 }, { initialLoad: 'CHUNKS' }, { type: 'push', key: 'wanted', chunk: chunk(10) }],
    ['left in CREATE_FAILED by an earlier operation: plan first', dataset({ status: 'CREATE_FAILED' }), {}, {}, { type: 'plan' }],
    ['our own create failed: refuse', dataset({ status: 'CREATE_FAILED' }), { plan, loading: true, write: write('create') }, {}, { type: 'refuse', because: 'failed' }],
    ['our own create, its answer lost: plan again for what is there', dataset(), { plan: { ...plan, arn: undefined } }, {}, { type: 'plan' }],
    ['our own create failed, its answer lost: plan again', dataset({ status: 'CREATE_FAILED' }), { plan: { ...plan, arn: undefined } }, {}, { type: 'plan' }],
    ['another dataset than the one the plan is for: plan again', dataset({ arn: 'new' }), { plan }, {}, { type: 'plan' }],
    ['left in UPDATE_FAILED by an earlier operation: push again', dataset({ status: 'UPDATE_FAILED' }), { plan }, {}, { type: 'push', key: 'changes', chunk: chunk(0) }],
    ['our own push failed: refuse', dataset({ status: 'UPDATE_FAILED', lastUpdated: 600 }), { plan, write: write('push') }, {}, { type: 'refuse', because: 'failed' }],
    ['push ended: settle', dataset({ status: 'UPDATE_COMPLETE', lastUpdated: 600 }), { plan, write: write('push') }, {}, { type: 'settle' }],
    ['push accepted, status from before it: wait', dataset({ status: 'UPDATE_COMPLETE' }), { plan, write: write('push') }, {}, { type: 'wait' }],
    ['UPDATE_FAILED from before our push: wait', dataset({ status: 'UPDATE_FAILED' }), { plan, write: write('push') }, {}, { type: 'wait' }],
    ['same timestamp, but seen at work: settle', dataset({ status: 'UPDATE_COMPLETE' }), { plan, write: write('push', { started: true }) }, {}, { type: 'settle' }],
    ['same timestamp for longer than the grace: settle', dataset({ status: 'UPDATE_COMPLETE' }), { plan, write: write('push', { at: NOW - STALE_GRACE }) }, {}, { type: 'settle' }],
    ['created but not listed yet: wait', undefined, { plan, loading: true, write: write('create') }, {}, { type: 'wait' }],
    ['deleted but still shown: wait', dataset(), { plan: { ...plan, recreate: true }, write: write('remove') }, {}, { type: 'wait' }],
    ['deleted and gone: settle', undefined, { plan: { ...plan, recreate: true }, write: write('remove') }, {}, { type: 'settle' }],
    ['statistics behind the status: wait', dataset({ counts: { total: 3, labeled: 3, labels: 1, errors: 0 } }), { plan: unchanged, settledAt: NOW - 1 }, {}, { type: 'wait' }],
    ['statistics wrong for longer than the grace: finish, which verifies', dataset({ counts: { total: 3, labeled: 3, labels: 1, errors: 0 } }),
      { plan: unchanged, settledAt: NOW - statisticsGrace(4) }, {}, { type: 'finish' }],
    ['older than what was seen: wait', dataset(), { plan: unchanged, arn: 'arn', lastUpdated: 600, olderSince: NOW - STALE_GRACE + 1 }, {}, { type: 'wait' }],
    ['older than what was seen for longer than the grace: finish', dataset(), { plan: unchanged, arn: 'arn', lastUpdated: 600, olderSince: NOW - STALE_GRACE }, {}, { type: 'finish' }],
    ['kept entries count', dataset({ counts: { total: 6, labeled: 4, labels: 1, errors: 0 } }), { plan: { ...unchanged, kept: 2 } }, {}, { type: 'finish' }],
    ['our own push was rolled back: refuse', dataset({ status: 'UPDATE_FAILED_ROLLBACK_COMPLETE', lastUpdated: 600 }), { plan, write: write('push') }, {}, { type: 'refuse', because: 'failed' }],
    ['our own push is being rolled back: wait', dataset({ status: 'UPDATE_FAILED_ROLLBACK_IN_PROGRESS' }), { plan, write: write('push') }, {}, { type: 'wait' }],
    ['left rolled back by an earlier operation: push again', dataset({ status: 'UPDATE_FAILED_ROLLBACK_COMPLETE' }), { plan }, {}, { type: 'push', key: 'changes', chunk: chunk(0) }],
    ['our own deletion failed: refuse', dataset({ status: 'DELETE_FAILED' }), { plan, write: write('remove', { started: true }) }, {}, { type: 'refuse', because: 'failed' }],
    ['classes as sent: finish', classified(3, 1), { plan: { ...unchanged, classes: { normal: 3, anomaly: 1 } } }, {}, { type: 'finish' }],
    ['classes behind the status: wait', classified(4, 0), { plan: { ...unchanged, classes: { normal: 3, anomaly: 1 } }, settledAt: NOW - 1 }, {}, { type: 'wait' }],
    ['vanished in the middle: create', undefined, { plan, pushed: 1 }, {}, { type: 'create', empty: false }],
  ])('%s', (_, observed, progress, wishes, expected) => {
    expect(present(observed, progress, wishes)).toEqual(expected);
  });
});

describe('towards an empty slot', () => {
  test.each<[string, Observed | undefined, Partial<Progress>, string]>([
    ['empty: done', undefined, {}, 'finish'],
    ['empty just after a creation: wait', undefined, { write: write('create') }, 'wait'],
    ['empty long after a creation: done', undefined, { write: write('create', { at: NOW - STALE_GRACE }) }, 'finish'],
    ['ours, just created: remove', dataset(), { write: write('create') }, 'remove'],
    ['ours, but adopted and not to be restored: untouched', dataset({ adoptionPending: true }), {}, 'finish'],
    ['ours, adopted and busy: wait', dataset({ adoptionPending: true, status: 'UPDATE_IN_PROGRESS' }), {}, 'wait'],
    ['somebody else\'s: untouched', dataset({ owner: 'somebody' }), {}, 'finish'],
    ['nobody\'s: untouched', dataset({ owner: 'nobody' }), {}, 'finish'],
    ['foreign and busy: untouched', dataset({ owner: 'nobody', status: 'CREATE_IN_PROGRESS' }), {}, 'finish'],
    ['ours: remove', dataset(), {}, 'remove'],
    ['ours, CREATE_FAILED: remove', dataset({ status: 'CREATE_FAILED' }), {}, 'remove'],
    ['ours, UPDATE_FAILED: remove', dataset({ status: 'UPDATE_FAILED' }), {}, 'remove'],
    ['ours and busy: wait', dataset({ status: 'CREATE_IN_PROGRESS' }), {}, 'wait'],
    ['being deleted: wait', dataset({ status: 'DELETE_IN_PROGRESS' }), { write: write('remove') }, 'wait'],
    ['deletion accepted, still shown: wait', dataset(), { write: write('remove') }, 'wait'],
    ['DELETE_FAILED by an earlier operation: remove again', dataset({ status: 'DELETE_FAILED' }), {}, 'remove'],
    ['our own deletion failed: refuse', dataset({ status: 'DELETE_FAILED' }), { write: write('remove', { started: true }) }, 'refuse'],
    ['deletion accepted long ago, still shown: remove again', dataset(), { write: write('remove', { at: NOW - STALE_GRACE }) }, 'remove'],
  ])('%s', (_, observed, progress, expected) => {
    expect(nextActionToDelete(observed, { pushed: 0, ...progress }, NOW).type).toBe(expected);
  });
});

test('classes that stay other than sent fail the deployment', async () => {
  const progress = { plan: { ...unchanged, classes: { normal: 3, anomaly: 1 } }, pushed: 0 };
  await expect(verify({ desired: { maxErrorEntries: 0 } } as Context, classified(4, 0), progress))
    .rejects.toThrow('the dataset arn has 4 normal and 0 anomalous images where 3 and 1 were expected');
  await expect(verify({ desired: { maxErrorEntries: 0 } } as Context, classified(3, 1), progress))
    .resolves.toEqual(classified(3, 1).counts);
});

test('statistics may lag longer where there are more entries, five minutes at most', () => {
  expect([0, 1000, 250_000, 500_000].map(statisticsGrace)).toEqual([30_000, 31_000, 280_000, 300_000]);
});

test('a push that ended counts, another write does not', () => {
  expect(settled({ plan, pushed: 1, write: write('push') }, NOW)).toEqual({ plan, pushed: 2, settledAt: NOW });
  expect(settled({ plan, pushed: 0, write: write('remove') }, NOW)).toEqual({ plan, pushed: 0, settledAt: NOW });
});
