import { readFile } from './read';

/** The least that a program which looks at every line can do: read the files and search for line ends. */
export async function floor(...paths: string[]): Promise<{ lines: number }> {
  let lines = 0;
  for (const path of paths) {
    await readFile(path, (chunk) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
    });
  }
  return { lines };
}
