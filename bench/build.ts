import { join } from 'node:path';
import { build } from 'esbuild';
import { FOLDER, ROOT } from './folder';

const SOURCES = {
  'jobs': 'bench/jobs/main.ts',
  'emulator': 'bin/emulator.ts',
  's3': 'bench/cloud/s3.ts',
  'measured-handler': 'bench/cloud/measured-handler.ts',
  /** The handler without its libraries, which are required from node_modules. */
  'unbundled-handler': 'lambda/index.ts',
};

type Program = keyof typeof SOURCES;

/**
 * Compiles what runs in a process of its own, so that no compiler is in there while it is measured; returns its path.
 *
 * The file lies as deep below the top as lib/provider does, for the constructs find the handler bundle relative to themselves.
 */
export function compile(program: Program): Promise<string> {
  return compiled[program] ??= compileAnew(program);
}

const compiled: Partial<Record<Program, Promise<string>>> = {};

async function compileAnew(program: Program): Promise<string> {
  const outfile = join(FOLDER, `${program}.js`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [SOURCES[program]],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}
