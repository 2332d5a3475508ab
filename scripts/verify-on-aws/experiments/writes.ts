import { isDeepStrictEqual } from 'node:util';
import { ListDatasetEntriesCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-rekognition';
import { ASSUMPTIONS } from '../assumptions';
import { seconds } from '../experiment';
import type { Experiment } from '../experiment';
import { NotMeasured } from '../lab';
import type { Lab } from '../lab';
import { boxLine, plainLine } from '../lines';

/** Enough that a write can be seen in progress. */
const LINES = 1000;
const boxLinesFrom = (lab: Lab, first: number) => Array.from({ length: LINES }, (_, i) => boxLine(lab.bucket, first + i));

export const slotAfterDelete: Experiment = {
  question: ASSUMPTIONS['slot-after-delete'].question,
  assumption: ASSUMPTIONS['slot-after-delete'],
  async measure(lab) {
    const project = await lab.project();
    const source = await lab.manifestOf(boxLinesFrom(lab, 0));
    const old = await lab.create(project, source);
    await lab.ended(old);
    await lab.delete(old);
    const deletedAt = lab.now;
    const refusals = new Set<string>();
    const next = await lab.until(() => lab.create(project, source).catch((error) => {
      if (!('$metadata' in error)) throw error;
      refusals.add(error.name);
      return undefined;
    }));
    if (!next) throw new NotMeasured(`the place was not free in time; CreateDataset said ${[...refusals].join(', ')}`);
    const time = seconds(lab.now - deletedAt);
    const status = (await lab.describe(old))?.Status;
    if (!status && refusals.size === 0) throw new NotMeasured('the dataset was gone before the first CreateDataset');
    return {
      measured: `free after ${time} s, when the old one is ${status ?? 'gone'}; until then ${[...refusals].join(', ') || 'no refusal'}`,
      agrees: status === undefined && [...refusals].join() === 'ResourceAlreadyExistsException',
    };
  },
};

export const partialUpdates: Experiment = {
  question: ASSUMPTIONS['partial-updates'].question,
  assumption: ASSUMPTIONS['partial-updates'],
  async measure(lab) {
    const arn = await lab.dataset(['a', 'b'].map((name) => plainLine(lab.bucket, `images/${name}.jpg`)));
    // Far more than a fifth of the lines have no source-ref: the documents let that fail the whole.
    const good = ['c', 'd', 'e', 'f'].map((name) => plainLine(lab.bucket, `images/${name}.jpg`));
    const bad = Array.from({ length: 20 }, (_, i) => JSON.stringify({ number: i }));
    await lab.update(arn, Buffer.from([...good, ...bad].map((line) => `${line}\n`).join('')));
    const { Status: status, StatusMessage: message } = await lab.ended(arn);
    if (status !== 'UPDATE_FAILED') throw new NotMeasured(`the update was ${status} although 20 of its 24 lines are invalid`);
    const { DatasetEntries: entries } = await lab.clients.rekognition.send(new ListDatasetEntriesCommand({ DatasetArn: arn }), lab.abort);
    return {
      measured: `of 4 new entries in a failed update ${entries!.length - 2} were there afterwards (${message})`,
      agrees: entries!.length === 2,
    };
  },
};

export const datasetTags: Experiment = {
  question: ASSUMPTIONS['dataset-tags'].question,
  assumption: ASSUMPTIONS['dataset-tags'],
  async measure(lab) {
    const arn = await lab.dataset([plainLine(lab.bucket, 'images/a.jpg')]);
    const { rekognition } = lab.clients;
    const tags = async () => (await rekognition.send(new ListTagsForResourceCommand({ ResourceArn: arn }), lab.abort)).Tags ?? {};
    try {
      const atFirst = await tags();
      await rekognition.send(new TagResourceCommand({ ResourceArn: arn, Tags: { later: 'yes' } }), lab.abort);
      const withLater = await tags();
      await rekognition.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['later'] }), lab.abort);
      const atLast = await tags();
      const agrees = isDeepStrictEqual([atFirst, withLater, atLast], [lab.tags, { ...lab.tags, later: 'yes' }, lab.tags]);
      return { measured: agrees ? 'yes, each call did its work' : 'the tags are not those that were given', agrees, figures: { atFirst, withLater, atLast } };
    } catch (error) {
      if (lab.options.signal.aborted) throw error;
      const { name, message } = error as Error;
      return { measured: `no: ${name}: ${message}`, agrees: false };
    }
  },
};

/** LastUpdatedTimestamp through an update and a change of tags, in milliseconds since 1970. */
interface Times {
  readonly before: number;
  /** Absent when the update was over before it was seen. */
  readonly inProgress?: number;
  readonly ended: number;
  readonly tagged: number;
}

function times(lab: Lab): Promise<Times> {
  return lab.once('times', async () => {
    const arn = await lab.dataset(boxLinesFrom(lab, 0));
    const read = async () => (await lab.describe(arn))!;
    const timeOf = ({ LastUpdatedTimestamp: time }: { LastUpdatedTimestamp?: Date }) => time!.getTime();
    const before = timeOf(await read());
    await lab.sleep(2000);
    await lab.update(arn, Buffer.from(boxLinesFrom(lab, LINES).join('\n')));
    const first = await read();
    const inProgress = first.Status === 'UPDATE_IN_PROGRESS' ? timeOf(first) : undefined;
    const ended = timeOf(await lab.ended(arn));
    await lab.sleep(2000);
    await lab.clients.rekognition.send(new TagResourceCommand({ ResourceArn: arn, Tags: { later: 'yes' } }), lab.abort);
    await lab.sleep(2000);
    return { before, inProgress, ended, tagged: timeOf(await read()) };
  });
}

export const lastUpdatedWrite: Experiment = {
  question: ASSUMPTIONS['last-updated-write'].question,
  assumption: ASSUMPTIONS['last-updated-write'],
  async measure(lab) {
    const { before, inProgress, ended } = await times(lab);
    if (inProgress === undefined) throw new NotMeasured(`the update was over before it was seen; in all the time moved by ${seconds(ended - before)} s`);
    const moved = (ms: number) => ms === 0 ? 'does not move' : `moves by ${seconds(ms)} s`;
    return {
      measured: `at the start it ${moved(inProgress - before)}, at the end it ${moved(ended - inProgress)}`,
      agrees: inProgress > before && ended > inProgress,
    };
  },
};

export const lastUpdatedTags: Experiment = {
  question: ASSUMPTIONS['last-updated-tags'].question,
  assumption: ASSUMPTIONS['last-updated-tags'],
  async measure(lab) {
    const { ended, tagged } = await times(lab);
    return { measured: tagged === ended ? 'no' : `yes, by ${seconds(tagged - ended)} s`, agrees: tagged === ended };
  },
};

export const lastUpdatedBack: Experiment = {
  question: ASSUMPTIONS['last-updated-back'].question,
  assumption: ASSUMPTIONS['last-updated-back'],
  async measure(lab) {
    await times(lab);
    const series = [...lab.lastUpdates.values()];
    const steps = series.flatMap((values) => values.slice(1).map((value, i) => value - values[i]));
    const worst = Math.min(0, ...steps);
    return {
      measured: worst === 0 ? `not in ${steps.length + series.length} descriptions of ${series.length} datasets` : `yes, by ${seconds(-worst)} s`,
      agrees: worst === 0,
    };
  },
};
