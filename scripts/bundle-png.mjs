// Bundles pngjs, which reads masks at synth, into one file that the library ships: its users install nothing but its peers.
import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'assets', 'png');

rmSync(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['node_modules/pngjs/lib/png.js'],
  outfile: join(folder, 'index.js'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
});
copyFileSync(join(root, 'node_modules', 'pngjs', 'LICENSE'), join(folder, 'LICENSE'));
