import './small-chunks';
import { LifecycleModel } from './lifecycle-model';
import type { Deploy, ScriptedFault, Step } from './sequences';

/** Sequences that the random lifecycles found, shrunk, each by what went wrong. */

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});

const deploy = (overrides: Partial<Deploy> = {}, ...faults: ScriptedFault[]): Deploy => ({
  do: 'deploy', who: 0, images: {}, slot: 0, removedEntries: 'RECREATE', externalChanges: 'OVERWRITE', initialLoad: 'MANIFEST', adoptExisting: false, tags: {},
  forgetsFailedIds: false, faults, ...overrides,
});
const a = { a: 'bird' };

test.each<[string, Step[]]>([
  ['a rollback under FAIL could not end, because the record of having taken the dataset back was gone', [
    deploy({ removedEntries: 'FAIL', adoptExisting: true }),
    deploy({ who: 1, images: a, adoptExisting: true }),
    deploy({ slot: 1 }, { at: 0, fault: { do: 'fail' } }),
    deploy({ slot: 1 }, { at: 0, fault: { do: 'meanwhile', what: 'staging emptied' } }, { at: 1, fault: { do: 'fail' } }),
    deploy(),
  ]],
  ['a create whose first call was slow began when its Delete had come and gone', [
    deploy({}, { at: 0, fault: { do: 'throttle', seconds: 30 } }, { at: 1, fault: { do: 'meanwhile', what: 'cancel' } }),
  ]],
  ['a Delete left what an operation that it had overtaken wrote after it had listed', [
    deploy({}, { at: 4, fault: { do: 'throttle', seconds: 300 } }, { at: 12, fault: { do: 'silence', after: false } },
      { at: 5, fault: { do: 'meanwhile', what: 'cancel' } }),
    deploy({ who: 1 }),
  ]],
  ['a delivery that was overtaken removed the owner tags that the other one had worked with, and half of an update stayed', [
    deploy({ who: 1 }),
    deploy({ images: a, adoptExisting: true }, { at: 9, fault: { do: 'meanwhile', what: 'deliver again' } }, { at: 0, fault: { do: 'fail half' } }),
  ]],
  ['a delivery that was overtaken set tags back that the other one had set', [
    deploy({ who: 1, tags: { kind: '2' } }),
    deploy({ images: a, adoptExisting: true, tags: { kind: '1' } }, { at: 31, fault: { do: 'silence', after: false } },
      { at: 25, fault: { do: 'meanwhile', what: 'deliver again' } }),
    { do: 'by hand', what: 'dataset made', slot: 0 },
  ]],
  ['a rollback under KEEP could not end, because the service had found errors in what the failed update had brought in', [
    deploy({ removedEntries: 'KEEP' }),
    deploy({ images: a }, { at: 0, fault: { do: 'flaw' } }),
  ]],
  ['of two polls at a time, the slower one found the manifest gone that it was to compare lagging statistics with', [
    deploy({ images: a }, { at: 0, fault: { do: 'lag', seconds: 400 } }, { at: 1, fault: { do: 'meanwhile', what: 'poll again' } }),
  ]],
  ['an update was taken for a rollback, because one to what was applied had failed before, and did nothing', [
    deploy(),
    deploy({ who: 1, images: a, adoptExisting: true }),
    deploy({}, { at: 0, fault: { do: 'throttle', seconds: 4000 } }),
  ]],
  ['a second delivery of a move took the slot again that the rollback had cleared', [
    deploy({ slot: 1 }),
    deploy({}, { at: 36, fault: { do: 'silence', after: true } }, { at: 33, fault: { do: 'meanwhile', what: 'deliver again' } }),
    { do: 'by hand', what: 'dataset made', slot: 0 },
  ]],
  ['entries that stay as a human changed them were recorded as those of the manifest, as the record was gone', [
    deploy({ images: { a: 'bird' } }),
    { do: 'by hand', what: 'label removed', slot: 0 },
    deploy({ externalChanges: 'FAIL' }, { at: 33, fault: { do: 'meanwhile', what: 'record removed' } }),
    { do: 'destroy', who: 1, faults: [] },
  ]],
  ['the same, with a slot that is moved to once more', [
    deploy({ slot: 1 }),
    deploy({}, { at: 28, fault: { do: 'meanwhile', what: 'deliver again' } }, { at: 31, fault: { do: 'silence', after: true } }),
    deploy(),
  ]],
  ['a dataset whose creation had failed was restored without what could not be listed', [
    deploy({ images: { a: 'bird' }, slot: 1 }, { at: 42, fault: { do: 'meanwhile', what: 'other owner tags' } }, { at: 0, fault: { do: 'fail half' } }),
    deploy({ slot: 1, adoptExisting: true }, { at: 0, fault: { do: 'meanwhile', what: 'cancel' } }),
  ]],
  ['errors that had been put right failed the next update, as statistics lagged', [
    deploy({ removedEntries: 'UNLABEL' }),
    deploy({ images: { a: 'bird' } }, { at: 0, fault: { do: 'flaw' } }),
    deploy({ removedEntries: 'KEEP' }, { at: 0, fault: { do: 'lag', seconds: 20 } }),
    { do: 'by hand', what: 'dataset made', slot: 0 },
  ]],
  ['a Delete whose second delivery was refused left what it had staged', [
    deploy({ who: 1 }),
    { do: 'destroy', who: 1, faults: [{ at: 31, fault: { do: 'refuse' } }, { at: 19, fault: { do: 'meanwhile', what: 'deliver again' } }] },
  ]],
  ['the same, silent while it took the slot', [
    deploy(),
    deploy({ slot: 2, forgetsFailedIds: true }, { at: 7, fault: { do: 'meanwhile', what: 'deliver again' } }, { at: 12, fault: { do: 'silence', after: true } }),
  ]],
  ['a Delete took a dataset for gone that it had just seen being created, because of one stale description', [
    deploy({}, { at: 15, fault: { do: 'touch' } }, { at: 14, fault: { do: 'kill', after: false, crash: true } }, { at: 26, fault: { do: 'stale' } }),
    deploy(),
  ]],
  ['a delivery whose look at the tags was throttled set them after the rollback had restored those of the owner', [
    deploy({ slot: 1 }),
    deploy({ who: 1, images: a }),
    deploy({ removedEntries: 'KEEP', adoptExisting: true, tags: { team: '1' } }, { at: 28, fault: { do: 'meanwhile', what: 'deliver again' } },
      { at: 42, fault: { do: 'throttle', seconds: 30 } }),
    deploy(),
  ]],
  ['a delivery that was overtaken took its tags off, after a look that was throttled, when the other one had gone on with them', [
    deploy({ who: 1, images: a }),
    deploy({ removedEntries: 'KEEP', adoptExisting: true, tags: { team: '1' } }, { at: 24, fault: { do: 'meanwhile', what: 'deliver again' } },
      { at: 41, fault: { do: 'throttle', seconds: 30 } }),
    deploy(),
  ]],
  ['the same, looked at before the other one had gone on', [
    deploy({ who: 1, images: a }),
    deploy({ removedEntries: 'KEEP', adoptExisting: true, tags: { team: '1' } }, { at: 25, fault: { do: 'meanwhile', what: 'deliver again' } },
      { at: 40, fault: { do: 'throttle', seconds: 30 } }),
    deploy(),
  ]],
  ['of two polls that restored an adopted dataset, one set our owner tags again when the other one had ended', [
    deploy({ who: 1, images: { f: 'bird' } }),
    deploy({ images: a, removedEntries: 'FAIL', adoptExisting: true }, { at: 44, fault: { do: 'meanwhile', what: 'poll again' } }),
    deploy(),
  ]],
  ['of two polls under FAIL, one took what the other one had ended with for the leftovers of a failed operation, and removed entries', [
    deploy({ images: a, slot: 1 }),
    { do: 'by hand', what: 'every other staging object removed', slot: 0 },
    deploy({ images: { d: 'bird', f: 'bird', e: 'bird' }, slot: 1, removedEntries: 'FAIL' }, { at: 32, fault: { do: 'meanwhile', what: 'poll again' } }),
    deploy(),
  ]],
  ['a dataset that a human deletes while two polls end could not be made again, as its manifest was tidied up', [
    deploy({ images: a }, { at: 42, fault: { do: 'meanwhile', what: 'poll again' } }, { at: 2, fault: { do: 'meanwhile', what: 'code replaced' } },
      { at: 47, fault: { do: 'meanwhile', what: 'dataset deleted' } }),
  ]],
  ['a second poll that crashes when its record is written has nobody who clears it up', [
    deploy({}, { at: 2, fault: { do: 'kill', after: false, crash: true } }, { at: 30, fault: { do: 'kill', after: true, crash: true } },
      { at: 3, fault: { do: 'meanwhile', what: 'poll again' } }),
  ]],
  ['a Delete that might neither write nor list in the staging bucket left what was staged', [
    deploy({ images: a }, { at: 9, fault: { do: 'meanwhile', what: 'staged lines removed' } }, { at: 21, fault: { do: 'refuse' } },
      { at: 23, fault: { do: 'refuse' } }),
  ]],
  ['a rollback under FAIL that adopts once more, by code of another version that cannot read what was adopted before', [
    deploy({ slot: 2, removedEntries: 'FAIL', adoptExisting: true }),
    deploy({ who: 1, images: a, slot: 2, adoptExisting: true }),
    { do: 'by hand', what: 'dataset made', slot: 0 },
    deploy(),
    deploy({}, { at: 0, fault: { do: 'meanwhile', what: 'code replaced' } }),
  ]],
  ['a failed update that a stale description still showed was taken for the next one, as its timestamp moved by itself', [
    deploy({ removedEntries: 'KEEP' }),
    deploy({ images: a }, { at: 0, fault: { do: 'fail half' } }),
    deploy({ images: { f: 'bird' }, removedEntries: 'KEEP' }, { at: 0, fault: { do: 'stale' } }, { at: 26, fault: { do: 'touch' } }),
    { do: 'destroy', who: 0, faults: [] },
  ]],
])('%s', async (_, steps) => {
  const model = new LifecycleModel();
  for (const step of steps) await model.take(step);
  await model.finish();
});
