import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(__dirname, '..', '..');
const RELEASED = '## 0.1.0\n\n- The first release, in words of its own.\n';

let folder: string;
let repository: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changelog-'));
  repository = join(folder, 'repository');
  execFileSync('git', ['init', '--quiet', repository]);
  writeFileSync(join(repository, 'CHANGELOG.md'), `# Changelog\n\n${RELEASED}`);
  commit('feat: what was summed up by hand');
  copyFileSync(join(ROOT, 'cliff.toml'), join(repository, 'cliff.toml'));
  commit('build: the changelog is made from commits');
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: repository });
}

function commit(message: string): void {
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '--message', message);
}

function changelog(cwd = repository): { status: number | null; stderr: string; text: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'changelog.mjs')], { cwd, encoding: 'utf8' });
  return { status, stderr, text: readFileSync(join(cwd, 'CHANGELOG.md'), 'utf8') };
}

test('the unreleased section tells users of features, fixes and breaking changes, the newest first', () => {
  for (const message of [
    'fix(lambda): a retried create finds its dataset', 'feat: datasets from COCO files', 'feat(local): a report', 'docs: a page',
    'feat(provider)!: one bucket per stack', 'Merge branch', 'feat: datasets from YOLO files',
  ]) commit(message);

  expect(changelog()).toMatchObject({ status: 0, text: `# Changelog

## Unreleased

### Breaking changes

- provider: one bucket per stack

### Features

- datasets from YOLO files
- datasets from COCO files

### Bug fixes

- lambda: a retried create finds its dataset

${RELEASED}` });
});

test('a second run changes nothing, and a release starts anew', () => {
  commit('feat: one');
  const { text } = changelog();
  expect(text).toContain('- one\n');
  expect(changelog().text).toBe(text);

  writeFileSync(join(repository, 'CHANGELOG.md'), text.replace('## Unreleased', '## 0.2.0'));
  commit('chore: release 0.2.0');
  git('tag', 'v0.2.0');
  commit('feat: two');
  expect(changelog().text).toBe(text.replace('## Unreleased', '## Unreleased\n\n### Features\n\n- two\n\n## 0.2.0'));
});

test('where no commit concerns users, there is no unreleased section', () => {
  commit('test: more of them');
  expect(changelog()).toMatchObject({ status: 0, text: `# Changelog\n\n${RELEASED}` });
});

test('fails in a shallow clone, and writes nothing', () => {
  commit('feat: one');
  git('clone', '--quiet', '--depth', '1', pathToFileURL(repository).href, join(folder, 'shallow'));
  expect(changelog(join(folder, 'shallow'))).toEqual({ status: 1, stderr: expect.stringContaining('git fetch --unshallow --tags'), text: `# Changelog\n\n${RELEASED}` });
});
