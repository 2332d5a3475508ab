// Bundles the Lambda handler, with the AWS SDK clients it calls, into the one file that the library ships.
// Same sources and lockfile give the same bytes in any folder: minified, no source map, no comments.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'assets', 'dataset-handler');

rmSync(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['lambda/index.ts'],
  outfile: join(folder, 'index.js'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': './lambda/credentials.ts' },
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
});
