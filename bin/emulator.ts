/** The command `npm run emulator`: the emulated vision services alone, until it is told to stop. */
import { InvalidArgumentError, program } from 'commander';
import { startEmulator } from '../local/emulator';

program
  .name('npm run emulator --')
  .description('Emulates the dataset operations of Amazon Rekognition Custom Labels and Amazon Lookout for Vision on 127.0.0.1.\n'
    + 'Prints its URL when it listens; stops on SIGTERM or Ctrl-C.')
  .option('--port <number>', 'TCP port to listen on; 0 is any free one', wholeNumber, 0)
  .option('--s3-endpoint <url>', 'S3 endpoint that holds the manifests, such as http://127.0.0.1:4566; without one, no manifest is found', httpUrl)
  .option('--region <name>', 'Region that ARNs name', 'us-east-1')
  .option('--account <id>', 'account that ARNs name, twelve digits', account, '000000000000')
  .addHelpText('after', `
Clients reach both services at the same address, through
AWS_ENDPOINT_URL_REKOGNITION=<printed URL> and
AWS_ENDPOINT_URL_LOOKOUTVISION=<printed URL>.
Faults, settings and the log of requests are at <printed URL>/_emulator:
see docs/emulator.md.`)
  .parse();

const options = program.opts<{ port: number; s3Endpoint?: string; region: string; account: string }>();

startEmulator(options).then((emulator) => {
  console.log(`Emulator listening on ${emulator.url}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void emulator.close());
}, (error) => {
  console.error(error.code === 'EADDRINUSE'
    ? `Port ${options.port} is taken by another program; choose another with --port, or leave it out for any free one.`
    : `The emulator cannot listen on port ${options.port}: ${error.message}.`);
  process.exitCode = 1;
});

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return number;
}

function httpUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:4566.');
  return text;
}

function account(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('It must have twelve digits.');
  return text;
}
