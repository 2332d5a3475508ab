import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { visible } from '../manifest';
import { explainReadErrors, fileNotFoundError } from './paths';

const BLOCK_BYTES = 1024 * 1024;

/**
 * A manifest file, to be read block by block as often as the returned function is called: its size costs no memory. The same
 * memory takes the next block.
 *
 * @param caller how messages name what was called
 * @param path as it was given
 * @throws Error for what is no file
 */
export function manifestFile(caller: string, path: string): () => Iterable<Buffer> {
  const file = resolve(path);
  const stats = explainReadErrors(caller, path, () => statSync(file, { throwIfNoEntry: false }));
  if (!stats) throw fileNotFoundError(caller, 'file', path, file);
  if (!stats.isFile()) throw new Error(`${caller}: "${visible(path)}" (${visible(file)}) is not a file; name the manifest itself`);
  return () => fileBlocks(caller, path, file);
}

function* fileBlocks(caller: string, path: string, file: string): Iterable<Buffer> {
  const input = explainReadErrors(caller, path, () => openSync(file, 'r'));
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (;;) {
      const bytes = readSync(input, block);
      if (bytes === 0) return;
      yield block.subarray(0, bytes);
    }
  } finally {
    closeSync(input);
  }
}
