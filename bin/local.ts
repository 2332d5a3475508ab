/** The local cloud's command line: `npm start` and `npm run cdk:local`. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { reasonOf, runCdkOnTerminal } from '../local/cloud/cdk';
import { PROJECT_FOLDER, startCloud } from '../local/cloud/cloud';
import type { Cloud } from '../local/cloud/cloud';
import { forgetAwsSettings } from '../local/cloud/environment';
import { datasetReport } from '../local/cloud/report';
import { readState, stateFileOf, writeState } from '../local/cloud/state';
import { stepsOn } from '../local/cloud/terminal';

const STATE_FILE = stateFileOf(PROJECT_FOLDER);
/** What another program has to know to use the cloud. */
const SETTINGS = [
  'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_REKOGNITION', 'AWS_ENDPOINT_URL_LOOKOUTVISION', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY',
];
const say = (...lines: string[]): void => { process.stdout.write(`${lines.join('\n')}\n`); };

/** Starts the local cloud, deploys the example app to it and reports; on a terminal the cloud stays up until Ctrl-C. */
async function start({ port }: { port?: number }): Promise<void> {
  if (!existsSync(join(PROJECT_FOLDER, 'assets', 'dataset-handler', 'index.js'))) {
    throw new Error('the Lambda handler is not built (assets/dataset-handler/index.js is missing); run `npm run build` first');
  }
  const running = await readState(STATE_FILE);
  if (running) throw new Error(`a local cloud of this project runs already (process ${running.pid}); stop it with Ctrl-C first, or use it with \`npm run cdk:local\``);

  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second one does not wait; what runs ends by itself when this process is gone.
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort();
    });
  }
  const interactive = process.stdout.isTTY;
  const step = stepsOn(process.stdout);
  let cloud: Cloud | undefined;
  try {
    cloud = await startCloud({ port, step, signal: stopping.signal });
    await deploy(cloud, step, stopping.signal);
    if (interactive) {
      await writeState(STATE_FILE, { pid: process.pid, endpoint: cloud.endpoint, environment: cloud.environment });
      say('The local cloud is up until you press Ctrl-C. In a second terminal, for example:',
        '  edit example/train.manifest, then',
        '  npm run cdk:local -- diff',
        '  npm run cdk:local -- deploy     sends only the lines that changed',
        '  npm run cdk:local -- destroy',
        `Services: ${SETTINGS.map((name) => `${name}=${cloud!.environment[name]}`).join(' ')}`,
        `Requests the emulator has seen: ${cloud.emulator.url}/_emulator/requests`,
        `Log of the functions: ${cloud.logFile}`);
      await stopped;
      say('');
    } else {
      say('Everything works; the local cloud stops now. Run `npm start` on a terminal to keep it up and deploy your own changes to it.');
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await rm(STATE_FILE, { force: true });
    if (cloud) await step('Stop', () => cloud!.close());
  }
}

async function deploy(cloud: Cloud, step: ReturnType<typeof stepsOn>, signal: AbortSignal): Promise<void> {
  const outputsFile = join(cloud.runFolder, 'outputs.json');
  await step('Deploy bin/app.ts', async (at) => {
    const args = ['deploy', '--all', '--progress', 'events', '--outputs-file', outputsFile];
    const { exitCode, output } = await cloud.cdk(args, (line) => at(line.trim()));
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`cdk deploy failed:\n${reasonOf(output)}`);
  });
  say('');
  for (const [stack, outputs] of Object.entries<Record<string, string>>(JSON.parse(await readFile(outputsFile, 'utf8')))) {
    say(`Stack ${stack}`, ...Object.entries(outputs).map(([name, value]) => `  ${name} = ${value}`), '');
  }
  say(...await datasetReport(cloud.emulator.url), '');
}

/** Runs the aws-cdk command line against the cloud that `npm start` keeps up in another terminal. */
async function cdk(args: string[]): Promise<void> {
  const cloud = await readState(STATE_FILE);
  if (!cloud) throw new Error('no local cloud is running; run `npm start` in another terminal and wait until it says that it is up');
  process.exitCode = await runCdkOnTerminal(args, { folder: PROJECT_FOLDER, environment: cloud.environment });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  return port;
}

const program = new Command('local').description('A local cloud to try the constructs in').enablePositionalOptions();
program.command('start').description('start the local cloud and deploy bin/app.ts to it')
  .option('--port <number>', 'port of 127.0.0.1 for all services but the vision services (default: a free one)', portNumber)
  .action(start);
program.command('cdk').description('run the aws-cdk command line against the running local cloud')
  .argument('[args...]', 'arguments of cdk, such as deploy, diff or destroy').allowUnknownOption().passThroughOptions().helpOption(false)
  .action(cdk);
forgetAwsSettings();
program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
