import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '../../local/emulator';
import type { Emulator } from '../../local/emulator';
import { FAULT_MEMBERS } from '../../local/emulator/core/faults';
import { OPERATIONS as LOOKOUT_OPERATIONS } from '../../local/emulator/lookoutvision/operations';
import { defaultSettings as lookoutDefaults, SETTING_CHOICES as LOOKOUT_CHOICES } from '../../local/emulator/lookoutvision/settings';
import { OPERATIONS } from '../../local/emulator/rekognition/operations';
import { defaultSettings, SETTING_CHOICES } from '../../local/emulator/rekognition/settings';
import { ensureVenv } from '../../local/venv';
import { blocks, codeSpans, pageAt, section, tableRows } from '../rigs/pages';

/** The page on the emulator says what is so, and what it shows works as a reader would do it. */

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const PAGE = pageAt('docs/emulator.md');
const BOTO3 = join(ROOT, 'test', 'rigs', 'boto3', 'requirements.txt');
const rows = (heading: string) => tableRows(section(PAGE, heading));

let emulator: Emulator;
beforeAll(async () => { emulator = await startEmulator(); });
afterAll(async () => { await emulator?.close(); });

describe('the tables', () => {
  test('the options are those of the command', async () => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'bin/emulator.ts', '--help'], { cwd: ROOT });
    expect(rows('## Start it').map(([option]) => codeSpans(option)[0])).toEqual(stdout.match(/--(?!help)[\w-]+ <\w+>/g));
  });

  test('the operations are those that are there', () => {
    const table = rows('## What it emulates');
    const named = (column: number) => table.flatMap((cells) => codeSpans(cells[column] === 'the same' ? cells[1] : cells[column]));
    expect(named(1).sort()).toEqual(Object.keys(OPERATIONS).sort());
    expect(named(2).sort()).toEqual(Object.keys(LOOKOUT_OPERATIONS).sort());
  });

  test('every call that controls it is taken', async () => {
    const calls = rows('## Control it').slice(0, 8).map(([call]) => codeSpans(call)[0].split(' '));
    const bodies: Record<string, string> = { '/faults': '{"operation":"DeleteDataset","kind":"drop"}', '/settings': '{}' };
    for (const [method, path] of calls) {
      const body = method === 'POST' || method === 'PATCH' ? bodies[path] ?? '{}' : undefined;
      expect([method, path, (await fetch(`${emulator.url}/_emulator${path}`, { method, body })).status]).toEqual([method, path, 200]);
    }
  });

  test('every kind of fault has its members', () => {
    const members = rows('### Faults').map(([kind, , names]) => [codeSpans(kind)[0], codeSpans(names)]);
    expect(members).toEqual(Object.entries(FAULT_MEMBERS).map(([kind, its]) => [kind, Object.keys(its)]));
  });

  test.each([
    ['Rekognition', defaultSettings(), SETTING_CHOICES], ['Lookout for Vision', lookoutDefaults(), LOOKOUT_CHOICES],
  ])('every setting of %s has its values, the default first', (service, defaults, choices) => {
    const [, table] = section(PAGE, '### Settings').split(`| ${service} | values |`);
    const told = tableRows(table.split('\n\n')[0]).flatMap(([names, values]) => codeSpans(names).map((name, i) => {
      const words = codeSpans(values);
      return [name, name === 'latency' ? defaults.latency : words.length > 0 ? words : Number(values.split(', ')[i])] as const;
    }));
    const expected = Object.entries(defaults).map(([name, value]) =>
      [name, typeof value === 'boolean' ? [String(value), String(!value)] : (choices as Record<string, unknown>)[name] ?? value] as const);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
    const first = told.flatMap(([name, words]) => Array.isArray(words) ? [[name, words[0]]] : []);
    const ofDefaults = Object.entries(defaults).map(([name, value]) => [name, String(value)]);
    expect(ofDefaults).toEqual(expect.arrayContaining(first));
  });
});

test('requests to control it are taken as they are written', async () => {
  const commands = blocks('sh', PAGE).flatMap((text) => text.replaceAll(/ \\\n +/g, ' ').split('\n')).filter((line) => line.startsWith('curl '));
  expect(commands).toHaveLength(3);
  for (const command of commands) {
    const [, path, method, body] = /^curl http:\/\/127\.0\.0\.1:4567(\S+)(?: -X (\w+))?(?: --json '(.*)')?$/.exec(command)!;
    const answer = await fetch(emulator.url + path, { method: method ?? (body ? 'POST' : 'GET'), body });
    expect([command, answer.status, await answer.json()]).toEqual([command, 200, expect.any(Object)]);
  }
  expect(emulator.settings.rekognition).toMatchObject({ slotFree: 'atOnce', latency: { createDataset: 0 } });
  expect(emulator.faults()).toEqual([{ operation: 'DeleteDataset', kind: 'drop', times: 2 }]);
});

describe('in the tests of others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-page-'));
  afterAll(() => { rmSync(folder, { recursive: true }); });

  beforeAll(async () => {
    const [command] = blocks('sh', PAGE).filter((text) => text.startsWith('npx esbuild '));
    await run('sh', ['-c', command.replace('emulator.cjs', join(folder, 'emulator.cjs'))], { cwd: ROOT });
    for (const [language, comment] of [['js', '//'], ['python', '#']]) {
      for (const text of blocks(language, PAGE)) writeFileSync(join(folder, text.split('\n')[0].replace(`${comment} `, '')), text);
    }
  });

  test('jest starts it before all tests, and they find it', async () => {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const { PATH } = process.env;
    const { stderr } = await run(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js')], { cwd: folder, env: { PATH } });
    expect(stderr).toContain('PASS ./birds.test.js');
    expect(stderr).toMatch(/Tests: +1 passed, 1 total/);
  });

  test('boto3 finds it', async () => {
    const python = await ensureVenv(join(ROOT, '.local', 'boto3-venv'), BOTO3);
    const { stderr } = await run(python, ['-B', '-m', 'unittest'], { cwd: folder });
    expect(stderr).toMatch(/^Ran 1 test in .*\n\nOK\n$/m);
    expect(stderr).not.toContain('Warning');
  }, 300_000);
});
