import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { isVisible } from '../formats';
import { imageFileFinding, parseS3Uri, visible } from '../manifest';
import type { EntryFiles, Finding, ImageLocation, ImageRules } from '../manifest';
import { filesBelow } from './directory';
import type { DirectoryOptions } from './directory';
import { ImageCheck } from './image-check';
import type { ReferredFile } from './image-check';
import { readImageFile } from './image-header';
import { difference, explainReadErrors, fileNotFoundError, Lookalikes, unreadable } from './paths';

const CALLER = 'Images.fromDirectory';

/** The images of a dataset as files of this machine. */
export class ImageDirectory {
  /** Absolute. */
  public readonly path: string;
  /**
   * The files by their names, relative to the directory, with slashes, as S3 will know them. A file is read once, however many
   * datasets and subsets name it; null: not yet.
   */
  private readonly files: Map<string, ReferredFile | null>;
  /** A file or folder that is not uploaded because its name begins with a dot; absent: there is none. */
  public readonly hidden?: string;
  private lookalikes?: Lookalikes;

  constructor(private readonly givenPath: string, options: DirectoryOptions = {}) {
    this.path = resolve(givenPath);
    if (!explainReadErrors(CALLER, givenPath, () => statSync(this.path, { throwIfNoEntry: false }))?.isDirectory()) {
      throw fileNotFoundError(CALLER, 'directory', givenPath, this.path);
    }
    const { names, hidden } = filesBelow(CALLER, givenPath, options);
    this.files = new Map(names.map((name) => [name, null]));
    this.hidden = hidden;
    if (this.files.size === 0) throw new Error(`${CALLER}: "${visible(givenPath)}" (${visible(this.path)}) has no files; name the directory that holds the images`);
  }

  /**
   * Looks at the files that the entries of a manifest refer to: is an image or mask here, under exactly the name that the service
   * will look for, and will the service accept it?
   */
  public check(location: ImageLocation, rules: ImageRules): EntryFiles {
    const images = new ImageCheck(rules);
    const head = `s3://${location.bucket}/${location.prefix}`;
    return {
      check: (entry) => {
        const missing: Finding[] = [];
        const find = (reference: string): ReferredFile | undefined => {
          const file = reference.startsWith(head) ? this.read(reference.slice(head.length)) : undefined;
          if (!file) missing.push(imageFileFinding('IMAGE_NOT_IN_DIRECTORY', [], this.objection(reference, location.prefix)));
          return file;
        };
        const image = find(entry.sourceRef);
        const mask = entry.maskRef === undefined ? undefined : find(entry.maskRef);
        return image ? [...missing, ...images.check(entry, image, mask)] : missing;
      },
      end: () => images.end(),
    };
  }

  /**
   * Does what reads the files, such as the making of an asset.
   *
   * @throws Error with the file that cannot be read
   */
  public whileReading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code === undefined || path === undefined) throw error;
      const [root] = [this.path, realpathSync(this.path)].filter((folder) => path.startsWith(folder + sep));
      const name = root === undefined ? path : relative(root, path);
      throw new Error(`${CALLER}: "${visible(name)}" in "${visible(this.givenPath)}" ${unreadable(code)}`);
    }
  }

  private read(name: string): ReferredFile | undefined {
    const known = this.files.get(name);
    if (known !== null) return known;
    const file = { path: join(this.givenPath, name), ...readImageFile(join(this.path, name)) };
    this.files.set(name, file);
    return file;
  }

  private objection(reference: string, prefix: string): string {
    const { key } = parseS3Uri(reference)!;
    if (!key.startsWith(prefix)) {
      return `it leads to the key "${key}", which is not below the prefix "${prefix}" that "${this.givenPath}" is uploaded to; write the reference relative to the directory, or give rewriteFrom the address that the directory had before`;
    }
    const name = key.slice(prefix.length);
    if (!isVisible(name) && existsSync(join(this.path, name))) {
      return `"${this.givenPath}" has "${name}", but files and folders whose name begins with a dot are not uploaded; rename it`;
    }
    this.lookalikes ??= new Lookalikes(new Set(this.files.keys()));
    const variant = this.lookalikes.of(name);
    return variant === undefined
      ? `"${this.givenPath}" has no file "${name}"; add the image or correct the reference`
      : `"${this.givenPath}" has no file "${name}", but it has ${JSON.stringify(variant)}, ${difference(name, variant)}; use the same name in both places`;
  }
}
