import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCdk } from '../../local/cloud/cdk';
import type { Cloud } from '../../local/cloud/cloud';
import { jsonLines, labelLine } from '../inputs/lines';
import type { Observer } from './observer';
import { startScene } from './setup';
import type { Scene } from './setup';

/** What `cdk deploy --hotswap` and `cdk watch` make of an edited manifest, as docs/cdk-commands.md says it. */
jest.setTimeout(180_000);

let scene: Scene;
let cloud: Cloud;
let observer: Observer;
/** A user's project, whose `cdk.out` stays from one command to the next. */
let folder: string;

beforeAll(async () => {
  scene = await startScene();
  ({ cloud, observer } = scene);
  folder = join(cloud.runFolder, 'hotswap');
  mkdirSync(folder);
  const app = [process.execPath, '--import', pathToFileURL(require.resolve('tsx')), join(__dirname, 'hotswap-app.ts')].join(' ');
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app, requireApproval: 'never', watch: { include: ['*.manifest'] } }));
});

afterAll(() => scene?.close());

const edit = (...labels: string[]): void =>
  writeFileSync(join(folder, 'birds.manifest'), jsonLines(...labels.map((label, i) => labelLine(`s3://pictures/${i}.jpg`, label))));
const labels = async (): Promise<string[]> =>
  (await observer.dataset('birds', 'TRAIN'))!.entries.map((entry) => Object.entries<any>(entry).find(([name]) => name.endsWith('-metadata'))![1]['class-name']);

async function cdk(...args: string[]): Promise<string> {
  const { exitCode, output } = await runCdk(args, { folder, environment: cloud.environment });
  expect(exitCode).toBe(0);
  return output;
}

/** Watches, edits the manifest when the first deployment is over, and stops after the next one. */
async function watch(flags: readonly string[], label: string): Promise<string> {
  const stop = new AbortController();
  let deployments = 0;
  const { output } = await runCdk(['watch', '--no-logs', ...flags], {
    folder, environment: cloud.environment, signal: stop.signal,
    onLine: (line) => {
      if (!line.includes('Total time:')) return;
      deployments += 1;
      if (deployments === 1) edit(label);
      else stop.abort();
    },
  });
  return output;
}

const NOTHING = /Hotswap \(no changes\)/;
const REJECTED = /type: .*Custom::RekognitionDataset.*, rejected changes: .*Manifest.*, reason: .*not supported for hotswap/;

test('--hotswap leaves the dataset as it is, names it nowhere and succeeds', async () => {
  edit('crow');
  await cdk('deploy');
  edit('rook');
  const output = await cdk('deploy', '--hotswap');
  expect(output).toMatch(NOTHING);
  expect(output).not.toMatch(/RekognitionDataset/);
  expect(await labels()).toEqual(['crow']);
});

test('what --hotswap has left out, --hotswap-fallback takes for deployed; a deployment without either brings it', async () => {
  expect(await cdk('deploy', '--hotswap-fallback')).toMatch(NOTHING);
  expect(await labels()).toEqual(['crow']);
  await cdk('deploy');
  expect(await labels()).toEqual(['rook']);
});

test('--hotswap-fallback names the dataset and deploys it', async () => {
  edit('jay');
  expect(await cdk('deploy', '--hotswap-fallback')).toMatch(REJECTED);
  expect(await labels()).toEqual(['jay']);
});

test('watch leaves the dataset as it is, and with --hotswap-fallback each edit is deployed', async () => {
  expect(await watch([], 'owl')).toMatch(NOTHING);
  expect(await labels()).toEqual(['jay']);
  await cdk('deploy');
  expect(await watch(['--hotswap-fallback'], 'kite')).toMatch(REJECTED);
  expect(await labels()).toEqual(['kite']);
});
