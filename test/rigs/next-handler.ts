import { rmSync, mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const NEXT = join(ROOT, 'test', 'lambda', 'model', 'next-version.ts');

/** Modules that are others in the next version, and what makes them of this one's. */
const REPLACED: Record<string, string> = { './record': 'nextRecord', './properties': 'nextProperties' };

/** The handler as a next version of the library would deploy it: one file, as this one's. */
export async function bundleNextHandler(): Promise<{ readonly bundle: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'next-handler-'));
  const bundle = join(folder, 'index.js');
  await build({
    absWorkingDir: ROOT, entryPoints: ['lambda/index.ts'], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent',
    alias: { '@aws-sdk/credential-provider-node': './lambda/credentials.ts' },
    plugins: [{
      name: 'next version',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\.\/(record|properties)$/ }, ({ path, resolveDir }) => (
          resolveDir === join(ROOT, 'lambda') ? { path, namespace: 'next' } : undefined));
        onLoad({ filter: /.*/, namespace: 'next' }, ({ path }) => ({
          contents: `module.exports = require(${JSON.stringify(NEXT)}).${REPLACED[path]}(require(${JSON.stringify(join(ROOT, 'lambda', `${path}.ts`))}));`,
          resolveDir: ROOT,
        }));
      },
    }],
  });
  return { bundle, remove: () => { rmSync(folder, { recursive: true }); } };
}
