import type { DatasetDescription } from '@aws-sdk/client-rekognition';
import { STALE_GRACE, statisticsGrace } from '../../../lambda/dataset/reconcile/decide';
import { ASSUMPTIONS } from '../assumptions';
import { seconds } from '../experiment';
import type { Experiment } from '../experiment';
import { NotMeasured } from '../lab';
import type { Lab } from '../lab';
import { boxLines, lineBytes } from '../lines';

/** The most entries of a dataset, and the time a deployment has for them. */
const MOST_ENTRIES = 250_000;
const DEPLOYMENT_MS = 55 * 60_000;
/** Bytes of one call, as the handler cuts changes. */
const CALL_BYTES = 4_500_000;
const LAG_PATIENCE_MS = 10 * 60_000;

/** A dataset filled with a manifest, and once more as much by updates. */
interface Load {
  readonly entries: number;
  /** Milliseconds from the call to the first description that shows its end. */
  readonly createMs: number;
  readonly updateMs: number;
  /** Calls of UpdateDatasetEntries in that time. */
  readonly calls: number;
  /** The longest time from the answer of an update to a description that shows it; 0 when the next one did. */
  readonly statusLagMs: number;
  /** The same from the end of a write to statistics that count its entries. */
  readonly statisticsLagMs: number;
}

function load(lab: Lab, entries: number): Promise<Load> {
  return lab.once(`load ${entries}`, async () => {
    const { bucket } = lab;
    const source = await lab.manifest(boxLines(bucket, 0, entries), entries * lineBytes(bucket));
    const project = await lab.project();

    const createdAt = lab.now;
    const arn = await lab.create(project, source);
    succeeded(await lab.ended(arn), 'CREATE_COMPLETE', entries);
    const createMs = lab.now - createdAt;
    let statisticsLagMs = await statisticsLag(lab, arn, entries);

    const linesOfCall = Math.floor(CALL_BYTES / lineBytes(bucket));
    let [updateMs, calls, statusLagMs] = [0, 0, 0];
    for (let sent = 0; sent < entries; calls++) {
      const lines = Math.min(linesOfCall, entries - sent);
      const before = (await lab.describe(arn))!;
      const startedAt = lab.now;
      await lab.update(arn, Buffer.concat([...boxLines(bucket, entries + sent, lines)]));
      statusLagMs = Math.max(statusLagMs, await statusLag(lab, arn, before));
      succeeded(await lab.ended(arn), 'UPDATE_COMPLETE', entries);
      updateMs += lab.now - startedAt;
      sent += lines;
      statisticsLagMs = Math.max(statisticsLagMs, await statisticsLag(lab, arn, entries + sent));
    }
    await lab.delete(arn);
    return { entries, createMs, updateMs, calls, statusLagMs, statisticsLagMs };
  });
}

async function loads(lab: Lab): Promise<Load[]> {
  const done: Load[] = [];
  for (const entries of lab.options.entries) done.push(await load(lab, entries));
  return done;
}

function succeeded({ Status: status, StatusMessage: message }: DatasetDescription, wanted: string, entries: number): void {
  if (status !== wanted) throw new NotMeasured(`a write to a dataset of ${entries} entries ended in ${status}: ${message}`);
}

/** Until the description is another one than before the write. */
async function statusLag(lab: Lab, arn: string, before: DatasetDescription): Promise<number> {
  const start = lab.now;
  let asked = 0;
  const lag = await lab.until(async () => {
    const at = lab.now;
    const { Status: status, LastUpdatedTimestamp: time } = (await lab.describe(arn))!;
    asked++;
    return status === 'UPDATE_IN_PROGRESS' || time!.getTime() !== before.LastUpdatedTimestamp!.getTime() ? at - start : undefined;
  }, LAG_PATIENCE_MS);
  if (lag === undefined) throw new NotMeasured(`an update was not to be seen for ${LAG_PATIENCE_MS / 60_000} minutes`);
  return asked === 1 ? 0 : lag;
}

async function statisticsLag(lab: Lab, arn: string, entries: number): Promise<number> {
  const start = lab.now;
  let asked = 0;
  const lag = await lab.until(async () => {
    const at = lab.now;
    const { DatasetStats: stats } = (await lab.describe(arn))!;
    asked++;
    return stats!.TotalEntries === entries ? at - start : undefined;
  }, LAG_PATIENCE_MS);
  if (lag === undefined) throw new NotMeasured(`the statistics did not count ${entries} entries within ${LAG_PATIENCE_MS / 60_000} minutes`);
  return asked === 1 ? 0 : lag;
}

function duration(assumption: Experiment['assumption'], timeOf: (load: Load) => number, more: (load: Load) => string = () => ''): Experiment {
  return {
    question: assumption.question,
    assumption,
    async measure(lab) {
      const done = await loads(lab);
      const largest = done.at(-1)!;
      const expected = timeOf(largest) / largest.entries * MOST_ENTRIES;
      const times = done.map((one) => `${one.entries} entries in ${seconds(timeOf(one))} s${more(one)}`);
      return {
        measured: `${times.join(', ')}; at the pace of the largest, ${MOST_ENTRIES} take ${seconds(expected)} s`,
        agrees: expected <= DEPLOYMENT_MS,
        figures: { loads: done },
      };
    },
  };
}

function lagOf(assumption: Experiment['assumption'], measured: (load: Load) => number, graceOf: (load: Load) => number): Experiment {
  return {
    question: assumption.question,
    assumption,
    async measure(lab) {
      const done = await loads(lab);
      const most = Math.max(...done.map(measured));
      return {
        measured: most === 0 ? 'none: the first description shows it' : done.map((one) => `${seconds(measured(one))} s at ${one.entries} entries`).join(', '),
        agrees: done.every((one) => measured(one) <= graceOf(one)),
        figures: { loads: done },
      };
    },
  };
}

export const createDuration = duration(ASSUMPTIONS['create-duration'], ({ createMs }) => createMs);
export const updateDuration = duration(ASSUMPTIONS['update-duration'], ({ updateMs }) => updateMs, ({ calls }) => ` (calls: ${calls})`);
export const statusLags = lagOf(ASSUMPTIONS['status-lag'], ({ statusLagMs }) => statusLagMs, () => STALE_GRACE);
export const statisticsLags = lagOf(ASSUMPTIONS['statistics-lag'], ({ statisticsLagMs }) => statisticsLagMs, ({ entries }) => statisticsGrace(entries));
