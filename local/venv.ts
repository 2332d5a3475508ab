import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The oldest Python the pinned packages run on. */
const OLDEST_PYTHON = [3, 10] as const;
const STAMP = 'requirements.sha256';

/**
 * Makes a Python virtual environment holding exactly the pinned packages, or returns the one made before.
 *
 * It is kept as long as the requirements file has the same content. The stamp that says so is written last,
 * so an environment whose making was interrupted is thrown away and made again. Of several processes that want it
 * at the same time one makes it, and the others wait.
 *
 * @param folder the environment's own folder; whatever is in it is deleted when it must be made anew
 * @param requirementsFile a pip requirements file with a `--hash` for every package
 * @returns path of the environment's Python interpreter
 * @throws Error when there is no Python 3.10 or later, its venv module is missing, or pip fails
 */
export async function ensureVenv(folder: string, requirementsFile: string): Promise<string> {
  const stamp = join(folder, STAMP);
  const hash = createHash('sha256').update(await readFile(requirementsFile)).digest('hex');
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

  // Running it too finds an environment whose base Python was removed since.
  const isThere = async () => await readFile(stamp, 'utf8').catch(() => '') === hash && await versionOf(python) !== undefined;
  if (!await isThere()) {
    await withLock(`${folder}.lock`, async () => {
      if (await isThere()) return;
      await make(folder, python, requirementsFile);
      await writeFile(stamp, hash);
    });
  }
  return python;
}

async function make(folder: string, python: string, requirementsFile: string): Promise<void> {
  const base = await findPython();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(base, ['-m', 'venv', folder]).catch((error) => {
    throw new Error(`${base} could not make a virtual environment in ${folder}: ${lastWords(error)}; `
      + 'when its venv or ensurepip module is missing, install it (Debian and Ubuntu: apt install python3-venv)');
  });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', requirementsFile];
  await run(python, pip, { maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
    throw new Error(`pip could not install the packages of ${requirementsFile}: ${lastWords(error)}; `
      + 'check the connection to the Python package index and run the command again');
  });
}

/** Runs the work while no other process does; a lock whose holder is gone does not count. */
async function withLock(lock: string, work: () => Promise<void>): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await readFile(lock, 'utf8').catch(() => '');
      if (holder !== '' && !isRunning(Number(holder))) await rm(lock, { force: true });
      else await sleep(100);
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The first of `python3` and `python` on the PATH that is new enough. */
async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const name of ['python3', 'python']) {
    const version = await versionOf(name);
    if (!version) continue;
    const [major, minor] = version;
    if (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])) return name;
    found.push(`${name} is ${major}.${minor}`);
  }
  throw new Error(`Python ${OLDEST_PYTHON.join('.')} or later is needed, but ${found.join(' and ') || 'neither python3 nor python was found on the PATH'}; `
    + 'install it from https://www.python.org/downloads/ or with the package manager of this system');
}

async function versionOf(python: string): Promise<[number, number] | undefined> {
  try {
    const { stdout } = await run(python, ['-c', 'import sys; print(sys.version_info[0], sys.version_info[1])']);
    const [major, minor] = stdout.trim().split(' ').map(Number);
    return Number.isInteger(major) && Number.isInteger(minor) ? [major, minor] : undefined;
  } catch {
    // Not there, or a stand-in that only advertises an app store.
    return undefined;
  }
}

/** The last lines of what a failed program said: its reason, without the trace before it. */
function lastWords(error: { stdout?: string; stderr?: string; message: string }): string {
  const said = `${error.stdout ?? ''}\n${error.stderr ?? ''}`.trim() || error.message;
  return said.split('\n').slice(-3).map((line) => line.trim()).join(' ').slice(-600);
}
