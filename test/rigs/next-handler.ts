import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const NEXT = join(ROOT, 'test', 'lifecycle', 'next-version.ts');

/** Modules that are others in the next version, and what makes them of this one's. */
const REPLACED: Record<string, string> = {
  [inHandler('core/wire-version')]: 'nextWireVersion',
  [inHandler('staging/record')]: 'nextRecord',
  [inHandler('dataset/desired-state')]: 'nextProperties',
};

function inHandler(module: string): string {
  return join(ROOT, 'lambda', `${module}.ts`);
}

/** The handler as a next version of the library would deploy it: one file, as this one's. */
export async function bundleNextHandler(): Promise<{ readonly bundle: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'next-handler-'));
  const bundle = join(folder, 'index.js');
  await build({
    absWorkingDir: ROOT, entryPoints: ['lambda/index.ts'], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent',
    alias: { '@aws-sdk/credential-provider-node': './lambda/core/credentials.ts' },
    plugins: [{
      name: 'next version',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /\/(record|desired-state|wire-version)$/ }, ({ path, resolveDir }) => {
          const module = join(resolveDir, `${path}.ts`);
          return module in REPLACED ? { path: module, namespace: 'next' } : undefined;
        });
        onLoad({ filter: /.*/, namespace: 'next' }, ({ path }) => ({
          contents: `module.exports = require(${JSON.stringify(NEXT)}).${REPLACED[path]}(require(${JSON.stringify(path)}));`,
          resolveDir: ROOT,
        }));
      },
    }],
  });
  return { bundle, remove: () => { rmSync(folder, { recursive: true }); } };
}
