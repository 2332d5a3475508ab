import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MaskPixels } from '../formats';
import { parseS3Uri, visible } from '../manifest';
import { filesBelow } from './directory';
import type { DirectoryOptions } from './directory';
import { difference, explainReadErrors, Lookalikes } from './paths';
import { readMask } from './png';

const CALLER = 'Manifest.fromLookout';

/** The masks of a Lookout manifest as files of this machine. */
export class MaskDirectory {
  private readonly path: string;
  /** Relative to the directory, with slashes. */
  private readonly names: ReadonlySet<string>;
  /** The reference that each file was read for. */
  private readonly references = new Map<string, string>();

  private lookalikes?: Lookalikes;

  constructor(private readonly givenPath: string, options: DirectoryOptions) {
    this.path = resolve(givenPath);
    if (!explainReadErrors(CALLER, givenPath, () => statSync(this.path, { throwIfNoEntry: false }))?.isDirectory()) {
      throw new Error(`${CALLER}: there is no directory "${visible(givenPath)}" (looked for ${visible(this.path)}) with the masks, which boxes are drawn from; name it with masks, or choose LabelType.CLASSIFICATION, which needs none`);
    }
    this.names = new Set(filesBelow(CALLER, givenPath, options).names);
  }

  /**
   * The mask that a reference leads to.
   *
   * @param reference `s3://bucket/key` as the line has it, or the path of the file
   * @throws Error with reference, file and what to change
   */
  public read(reference: string): MaskPixels {
    const key = parseS3Uri(reference)?.key ?? reference;
    const name = endsOf(key).find((end) => this.names.has(end));
    if (name === undefined) {
      this.lookalikes ??= new Lookalikes(this.names);
      for (const end of endsOf(key)) {
        const variant = this.lookalikes.of(end);
        if (variant !== undefined) throw new Error(`the mask "${reference}" is not in "${this.givenPath}" (${this.path}), but ${JSON.stringify(variant)} is, ${difference(end, variant)}; use the same name in both places`);
      }
      throw new Error(`the mask "${reference}" is not in "${this.givenPath}" (${this.path}): no file there has its key, or an end of its key, as path; copy it there, or name another directory`);
    }
    const other = this.references.get(name);
    if (other !== undefined && other !== reference) {
      throw new Error(`the masks "${other}" and "${reference}" both lead to the file "${join(this.givenPath, name)}"; keep them in the folders that their keys name`);
    }
    this.references.set(name, reference);
    try {
      return readMask(join(this.path, name));
    } catch (error) {
      throw new Error(`the mask "${reference}" ("${join(this.givenPath, name)}") ${(error as Error).message}`);
    }
  }
}

/** The ends of a key, the longest first, one of which is the path of its file: exports put folders in front, copies leave some out. */
function endsOf(key: string): string[] {
  const steps = key.split('/');
  return steps.map((_, i) => steps.slice(i).join('/'));
}
