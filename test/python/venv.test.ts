import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureVenv } from '../../local/venv';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'venv-test-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

async function requirements(text: string): Promise<string> {
  const file = join(folder, 'requirements.txt');
  await writeFile(file, text);
  return file;
}

test('an environment is made once for several at a time, kept while the requirements are unchanged, and made again when half-made', async () => {
  const file = await requirements('# nothing\n');
  const venv = join(folder, 'venv');
  // An earlier maker died and left its lock.
  const { child } = promisify(execFile)(process.execPath, ['--version']);
  await once(child, 'close');
  await writeFile(`${venv}.lock`, String(child.pid));
  const [python, second] = await Promise.all([ensureVenv(venv, file), ensureVenv(venv, file)]);
  expect(second).toBe(python);
  await expect(access(`${venv}.lock`)).rejects.toThrow('ENOENT');
  await promisify(execFile)(python, ['-m', 'pip', '--version']);
  const made = (await stat(join(venv, 'pyvenv.cfg'))).ino;

  expect(await ensureVenv(venv, file)).toBe(python);
  expect((await stat(join(venv, 'pyvenv.cfg'))).ino).toBe(made);

  const leftover = join(venv, 'leftover');
  await writeFile(leftover, '');
  await unlink(join(venv, 'requirements.sha256'));
  await ensureVenv(venv, file);
  await expect(access(leftover)).rejects.toThrow('ENOENT');
}, 120_000);

test('fails with pip\'s reason when a package has no hash', async () => {
  const file = await requirements('boto3==1.43.106\n');
  await expect(ensureVenv(join(folder, 'venv'), file)).rejects.toThrow(/pip could not install the packages of .*hash/is);
  await expect(access(join(folder, 'venv', 'requirements.sha256'))).rejects.toThrow('ENOENT');
  await expect(access(join(folder, 'venv.lock'))).rejects.toThrow('ENOENT');
}, 120_000);

test('fails with a sentence that says what to install when there is no Python', async () => {
  // In a process of its own: jest's process.env does not reach the programs that are started here.
  const script = `require(${JSON.stringify(resolve('local/venv.ts'))}).ensureVenv('venv', 'requirements.txt').catch((e) => console.log(e.message))`;
  await requirements('');
  const { stdout } = await promisify(execFile)(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', script],
    { cwd: folder, env: { PATH: folder } });
  expect(stdout).toContain('Python 3.10 or later is needed, but neither python3 nor python was found on the PATH; install it');
});
