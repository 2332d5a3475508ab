/** The command `npm run verify:aws`: what this project assumes of Amazon Rekognition Custom Labels, tried in the user's own account. */
import { createInterface } from 'node:readline/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { InvalidArgumentError, program } from 'commander';
import { stepsOn } from '../local/cloud/terminal';
import type { AssumptionName } from './verify-on-aws/assumptions';
import { connect } from './verify-on-aws/clients';
import type { Clients } from './verify-on-aws/clients';
import { SYSTEM_CLOCK } from './verify-on-aws/clock';
import { planOf } from './verify-on-aws/plan';
import { removeRun } from './verify-on-aws/removal';
import { byHand, jsonOf, tableOf, withoutAccounts } from './verify-on-aws/report';
import { isRun, newRun } from './verify-on-aws/run';
import { ALL, measureAll } from './verify-on-aws/verify';
import type { Row } from './verify-on-aws/verify';

interface Options {
  readonly region?: string;
  readonly entries: number[];
  readonly only: AssumptionName[];
  readonly role: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly cleanUp?: string;
}

program
  .name('npm run verify:aws --')
  .description('Tries what this project assumes of Amazon Rekognition Custom Labels in your AWS account, and compares.\n'
    + 'Credentials and Region come from where every AWS tool has them. Says first what it will make and what that costs.')
  .option('--region <name>', 'Region (default: that of the environment or the profile)')
  .option('--entries <numbers>', 'sizes of datasets to measure durations with', sizes, [1_000, 10_000, 100_000])
  .option('--only <names>', `questions to try, of ${ALL.join(', ')} (default: all)`, questions, ALL)
  .option('--no-role', 'make no IAM role; which permissions a manifest needs is not measured then')
  .option('--yes', 'agree to what it will make without being asked', false)
  .option('--json', 'print the result as JSON to standard output, everything else to standard error', false)
  .option('--clean-up <run>', 'only remove what that run has left')
  .parse();

const options = program.opts<Options>();
const output = options.json ? process.stderr : process.stdout;
const say = (text: string): void => { output.write(text); };

async function main(): Promise<number> {
  const clients = connect(options.region);
  try {
    if (options.cleanUp !== undefined) return await remove(clients, options.cleanUp);
    return await run(clients);
  } finally {
    clients.destroy();
  }
}

async function run(clients: Clients): Promise<number> {
  const { entries, only, role } = options;
  const region = await clients.rekognition.config.region();
  const { Account: account, Arn: caller } = await clients.sts.send(new GetCallerIdentityCommand());
  const started = SYSTEM_CLOCK.now();
  const name = newRun(started);
  say(`${planOf({ run: name, account: account!, region, entries, role })}\n`);
  if (!await agreed()) return 2;

  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) {
        say(`\nStopped while it was removing what it made; remove the rest with: npm run verify:aws -- --clean-up ${name}\n`);
        process.exit(130);
      }
      stopping.abort();
      say('\nStopping; everything that was made is removed now. Once more stops at once and leaves it.\n');
    });
  }
  const lab = { clients, run: name, clock: SYSTEM_CLOCK, signal: stopping.signal, entries, caller: caller!, role };
  let rows: Row[];
  let left: number;
  try {
    rows = withoutAccounts(await measureAll(lab, only, stepsOn(output)));
  } finally {
    left = await remove(clients, name);
  }
  if (options.json) {
    process.stdout.write(jsonOf({ run: name, date: new Date(started).toISOString(), region, entries, rows }));
  } else {
    say(`\n${tableOf(rows, process.stdout.columns)}\n${byHand()}`);
  }
  return stopping.signal.aborted ? 130 : left;
}

/** @throws Error when there is nobody to ask */
async function agreed(): Promise<boolean> {
  if (options.yes) return true;
  if (!process.stdin.isTTY) throw new Error('nothing was made: there is no terminal to agree on; add --yes to agree beforehand');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    const answer = await terminal.question('Go on? (yes/no) ', { signal: closed.signal }).catch(() => 'no');
    if (/^y(es)?$/i.test(answer.trim())) return true;
    say('Nothing was made.\n');
    return false;
  } finally {
    terminal.close();
  }
}

async function remove(clients: Clients, name: string): Promise<number> {
  const left = await stepsOn(output)('Remove everything', (at) => removeRun(clients, name, SYSTEM_CLOCK, at));
  if (left.length === 0) return 0;
  say([
    'These could not be removed:', ...left.map(({ what, why }) => `  ${what}: ${why}`),
    `Try again with: npm run verify:aws -- --clean-up ${name}`, '',
  ].join('\n'));
  return 1;
}

function sizes(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (!numbers.every((number) => Number.isInteger(number) && number > 0 && number <= 125_000)) {
    throw new InvalidArgumentError('They must be whole numbers from 1 to 125000, such as 1000,10000: a dataset of 250000 is full.');
  }
  return numbers.sort((one, other) => one - other);
}

function questions(text: string): AssumptionName[] {
  const names = text.split(',');
  const unknown = names.find((name) => !ALL.includes(name as AssumptionName));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no question '${unknown}'.`);
  return names as AssumptionName[];
}

if (options.cleanUp !== undefined && !isRun(options.cleanUp)) {
  program.error(`error: '${options.cleanUp}' is no run; a run is printed when it begins, such as 20260105090000-a1b2c3`);
}
main().then((code) => { process.exitCode = code; }, (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
