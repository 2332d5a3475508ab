import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { build } from 'esbuild';
import { rekognitionClient } from '../../rigs/clients';

/** The emulator is one file for whoever ships it: nothing native, nothing of CDK, no client of the services that it stands for. */

const ROOT = join(__dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'emulator-bundle-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

test('it answers from a bundle, in a process that has no packages', async () => {
  const { metafile: { inputs, outputs } } = await build({
    absWorkingDir: ROOT, entryPoints: ['local/emulator/index.ts'], outfile: join(folder, 'emulator.cjs'), bundle: true, platform: 'node',
    metafile: true, logLevel: 'silent',
  });
  const own = Object.keys(inputs).filter((path) => !path.startsWith('node_modules/'));
  expect(own.filter((path) => !path.startsWith('local/emulator/'))).toEqual([]);
  expect(Object.keys(inputs).filter((path) => /\/(aws-cdk-lib|constructs|client-rekognition|client-lookoutvision)\/|\.node$/.test(path))).toEqual([]);
  expect(Object.values(outputs).flatMap(({ imports }) => imports).filter(({ path }) => !isBuiltin(path))).toEqual([]);

  const start = 'require("./emulator.cjs").startEmulator().then(({ url }) => console.log(url))';
  const child = spawn(process.execPath, ['-e', start], { cwd: folder, env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [url] = await once(child.stdout, 'data');
  const client = rekognitionClient({ url: String(url).trim() });
  try {
    expect((await client.send(new DescribeProjectsCommand({}))).ProjectDescriptions).toEqual([]);
  } finally {
    client.destroy();
    child.kill();
    await ended;
  }
});
