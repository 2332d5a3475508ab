import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const FILES = readdirSync(join(PROJECT, 'lib', 'files')).map((name) => `./lib/files/${name}`);

test('lib/files works where aws-cdk-lib and constructs are not installed', () => {
  const program = `
    const Module = require('node:module');
    const load = Module._load;
    Module._load = (request, ...rest) => {
      if (/^(aws-cdk-lib|constructs|@aws-cdk)(\\/|$)/.test(request)) throw new Error('asked for ' + request);
      return load(request, ...rest);
    };
    for (const file of ${JSON.stringify(FILES)}) require(file);
    console.log(Object.keys(require.cache).filter((path) => /node_modules.(aws-cdk-lib|constructs)/.test(path)).length);`;
  expect(FILES).toContain('./lib/files/manifest-check.ts');
  expect(execFileSync(process.execPath, ['--import', 'tsx', '-e', program], { cwd: PROJECT, encoding: 'utf8' })).toBe('0\n');
});
