// Bundles what reads images at synth, each reader into one file that the library ships: its users install nothing but its peers.
import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const readers = [
  { folder: 'png', library: 'pngjs', entry: 'lib/png.js' },
  { folder: 'image-header', library: 'probe-image-size', entry: 'sync.js' },
];

for (const { folder: name, library, entry } of readers) {
  const folder = join(root, 'assets', name);
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [`node_modules/${library}/${entry}`],
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
  copyFileSync(join(root, 'node_modules', library, 'LICENSE'), join(folder, 'LICENSE'));
}
