// Writes the section of CHANGELOG.md on what is not released yet, from the commits since the last release.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { runGitCliff } from 'git-cliff';

const git = (...args) => spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim();

if (git('rev-parse', '--is-shallow-repository') !== 'false') {
  console.error('Nothing was written: the changelog needs the whole history. In a shallow clone, run "git fetch --unshallow --tags" first.');
  process.exit(1);
}
// What came before cliff.toml was summed up by hand.
const since = git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*') || git('log', '--diff-filter=A', '--format=%H', '--', 'cliff.toml').split('\n').at(-1);
const { stdout } = await runGitCliff(['--offline', '--strip', 'all', ...since ? [`${since}..HEAD`] : []], { stdio: ['ignore', 'pipe', 'inherit'] });

const [head, ...sections] = readFileSync('CHANGELOG.md', 'utf8').split(/^(?=## )/mu).filter((section) => !section.startsWith('## Unreleased'));
const unreleased = stdout.includes('\n- ') ? [`${stdout.trim()}\n\n`] : [];
writeFileSync('CHANGELOG.md', [head, ...unreleased, ...sections].join(''));
