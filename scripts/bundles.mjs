// What the library ships that others have written, each in one file: the handler, with the clients of the AWS SDK that it calls, and what
// reads images at synth. Its users install nothing but its peers.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { notices, packagesIn } from './third-party.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Same sources and lockfile give the same bytes in any folder: minified, no source map, no comments.
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  metafile: true,
};

/** What is special about each bundle, by its folder in `assets`. */
export const BUNDLES = {
  'dataset-handler': {
    entryPoints: ['lambda/index.ts'],
    target: 'node22',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': './lambda/core/credentials.ts' },
  },
  'png': { entryPoints: ['node_modules/pngjs/lib/png.js'], target: 'node20' },
  'xml': { entryPoints: ['node_modules/@rgrove/parse-xml/dist/index.js'], target: 'node20' },
  // Its own entry points parse a whole text, or a stream that waits; this is what both call, block by block.
  'csv': { entryPoints: ['node_modules/csv-parse/lib/api/index.js'], target: 'node20' },
  'yaml': { entryPoints: ['node_modules/yaml/dist/index.js'], target: 'node20' },
  'image-header': { entryPoints: ['node_modules/probe-image-size/sync.js'], target: 'node20' },
};

/** The packages that a bundle is made of; nothing is written. */
export async function packagesOf(name) {
  const { metafile } = await build({ ...COMMON, ...BUNDLES[name], outdir: 'assets', write: false });
  return packagesIn(metafile);
}

/** Writes a bundle, and beside it the licenses of the packages that it is made of. */
export async function bundle(name) {
  const folder = join(root, 'assets', name);
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({ ...COMMON, ...BUNDLES[name], outfile: join(folder, 'index.js') });
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), notices(root, packagesIn(metafile)));
}
