/** The command `npm run bench`: measures what the library promises of speed and memory, and prints it as a table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, program } from 'commander';
import { forgetAwsSettings } from '../local/cloud/environment';
import { FOLDER } from './folder';
import { Inputs } from './inputs/catalogue';
import { progress } from './progress';
import { bundle } from './rows/bundle';
import { calls } from './rows/calls';
import { change } from './rows/change';
import { check } from './rows/check';
import { convert } from './rows/convert';
import { deploy } from './rows/deploy';
import { diff } from './rows/diff';
import { memory } from './rows/memory';
import type { Row, Setting, Topic } from './rows/row';
import { storedIndex } from './rows/stored-index';
import { synth } from './rows/synth';
import { machine, table } from './table';

const TOPICS: Record<string, Topic> = { diff, check, index: storedIndex, memory, calls, deploy, change, bundle, synth, convert };

program
  .name('npm run bench --')
  .description(`Measures speed and memory against baselines in the same run. Topics: ${Object.keys(TOPICS).join(', ')}.\n`
    + 'Inputs are generated with fixed seeds and kept in .local/bench; the first run needs 4 GB of disk.')
  .option('--only <topics>', 'measure these, separated by commas', topicsOf, Object.keys(TOPICS))
  .option('--rounds <number>', 'how often each job is measured; medians are shown', wholeNumber, 5)
  .option('--quick', 'tiny inputs, one round, fast service: shows that everything runs, measures nothing')
  .option('--json <file>', 'where the figures are written', join(FOLDER, 'result.json'))
  .parse();

const { only, rounds, quick = false, json } = program.opts<{ only: string[]; rounds: number; quick?: boolean; json: string }>();

async function main(): Promise<void> {
  forgetAwsSettings();
  const setting = quick
    ? { inputs: new Inputs(0.004), rounds: 1, pace: 0.01 }
    : { inputs: new Inputs(1), rounds, pace: 1 };
  // Times that mean nothing need not be taken one after the other.
  const rows = quick ? (await Promise.all(only.map((topic) => TOPICS[topic](setting)))).flat() : await inTurn(only, setting);
  progress('');
  const where = machine();
  console.log(`${where.date}, ${where.cpu}, ${where.cores} cores, ${where.memoryGB} GB, ${where.system}, Node ${where.node}, ${where.python}, medians of ${setting.rounds} interleaved rounds${quick ? ', --quick: these figures mean nothing' : ''}\n`);
  console.log(table(rows, !quick));
  writeFileSync(json, `${JSON.stringify({ ...where, rounds: setting.rounds, quick, rows }, null, 2)}\n`);
}

async function inTurn(topics: readonly string[], setting: Setting): Promise<Row[]> {
  const rows: Row[] = [];
  for (const topic of topics) {
    progress(topic);
    rows.push(...await TOPICS[topic](setting));
  }
  return rows;
}

function topicsOf(text: string): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !Object.hasOwn(TOPICS, name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no topic '${unknown}'; there are ${Object.keys(TOPICS).join(', ')}.`);
  return names;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
  return Number(text);
}

main().catch((error: Error) => {
  progress('');
  console.error(error.message);
  process.exitCode = 1;
});
