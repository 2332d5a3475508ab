import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Which room may import which: the table of scripts/rooms.mjs, the rules of ESLint made from it, and CONTRIBUTING.md. */

const ROOT = join(__dirname, '..', '..');

interface Rooms {
  readonly rooms: readonly { readonly room: string; readonly imports?: readonly string[]; readonly cdk?: true; readonly sdk?: true }[];
  readonly contributing: string;
}

/** ESLint and its configuration are ECMAScript modules: they run in a process of their own. */
function run<T>(program: string, input: unknown): T {
  const options = { cwd: ROOT, encoding: 'utf8' as const, input: JSON.stringify(input) };
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], options));
}

/** What ESLint says of files, were these their texts: rules and messages, one list a text. */
function lint(texts: readonly { readonly file: string; readonly text: string }[]): { ruleId: string; message: string }[][] {
  return run(`
    import { readFileSync } from 'node:fs';
    import { ESLint } from 'eslint';
    // Types are not asked for: to build them for every text takes minutes.
    const eslint = new ESLint({
      ruleFilter: ({ ruleId }) => /^rooms\\/|restricted/.test(ruleId),
      overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    });
    const results = [];
    for (const { file, text } of JSON.parse(readFileSync(0, 'utf8'))) results.push((await eslint.lintText(text, { filePath: file }))[0].messages);
    console.log(JSON.stringify(results));
  `, texts);
}

const { rooms, contributing } = run<Rooms>(`
  import { readFileSync } from 'node:fs';
  import { ROOMS, withRoomTable } from './scripts/rooms.mjs';
  console.log(JSON.stringify({ rooms: ROOMS, contributing: withRoomTable(readFileSync('CONTRIBUTING.md', 'utf8')) }));
`, undefined);

function filesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);
  return files.filter((file) => /\.(ts|mjs)$/.test(file)).sort();
}

/** A file of each room: the first that lies in no room inside it. */
function fileOf(room: string): string {
  const inner = rooms.filter((other) => other.room.startsWith(`${room}/`));
  return filesIn(room).find((file) => !inner.some((other) => file.startsWith(`${other.room}/`)))!;
}
const importOf = (from: string, to: string) => `import '${relative(dirname(from), to).replace(/^(?!\.)/, './').replace(/\.ts$/, '')}';\n`;

test('the table in CONTRIBUTING.md is the one that the lint rules are made from', () => {
  expect(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')).toBe(contributing);
});

test('every folder with code is a room, and every room has code', () => {
  const folders = ['lib', 'lambda', 'local', 'bin', 'bench', 'scripts', 'test'].flatMap(filesIn).map((file) => dirname(file));
  for (const folder of folders) expect(rooms.some(({ room }) => folder === room || folder.startsWith(`${room}/`))).toBe(true);
  expect(rooms.filter(({ room }) => fileOf(room) === undefined)).toEqual([]);
});

test('a room imports only rooms that stand before it', () => {
  rooms.forEach(({ imports = [] }, at) => {
    const before = rooms.slice(0, at).map(({ room }) => room);
    for (const path of imports.filter((one) => one !== 'example')) {
      expect([path, before.some((room) => path === room || path.startsWith(`${room}/`))]).toEqual([path, true]);
    }
  });
});

test('ESLint refuses an import of every room that the table does not name, and of a package that a room does without', () => {
  const cases = rooms.flatMap(({ room, imports = [], cdk, sdk }) => {
    const file = fileOf(room);
    const named = (other: string) => other === room || other.startsWith(`${room}/`)
      || imports.some((path) => `${path}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${path}/`));
    const wrong = rooms.filter((other) => !named(other.room)).map((other) => importOf(file, fileOf(other.room)));
    return [
      ...wrong.map((text) => ({ file, text, rule: 'import-x/no-restricted-paths' })),
      ...cdk ? [] : [{ file, text: 'import \'aws-cdk-lib/core\';\n', rule: 'no-restricted-imports' }],
      ...sdk ? [] : [{ file, text: 'import \'@aws-sdk/client-s3\';\n', rule: 'no-restricted-imports' }],
    ];
  });
  expect(cases.length).toBeGreaterThan(100);
  const missed = lint(cases).flatMap((messages, i) => messages.some(({ ruleId }) => ruleId === cases[i].rule) ? [] : [cases[i]]);
  expect(missed).toEqual([]);
});

test('ESLint refuses what closes a circle, types included', () => {
  const file = 'lib/manifest/lines/byte-pattern.ts';
  const [[value], [type], [reexport], none] = lint([
    { file, text: 'import { x } from \'./byte-scanner\';\n' },
    { file, text: 'import type { X } from \'./byte-scanner\';\n' },
    { file, text: 'export * from \'./byte-scanner\';\n' },
    { file, text: 'import { x } from \'./output-buffer\';\n' },
  ]);
  const message = `This import closes a circle: ${file} → lib/manifest/lines/byte-scanner.ts → ${file}.`;
  for (const one of [value, type, reexport]) expect(one).toMatchObject({ ruleId: 'rooms/no-circle', message });
  expect(none).toEqual([]);
});
