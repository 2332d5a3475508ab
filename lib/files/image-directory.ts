import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { isVisible } from '../formats';
import { imageFileFinding, inspectLookoutLine, LineSplitter, parseS3Uri, resolveSourceRef, SEMANTIC_SEGMENTATION, visible } from '../manifest';
import type { ImageLocation, ImageRules, Problem } from '../manifest';
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
  /** Names relative to the directory, with slashes, as S3 will know them. */
  private readonly names: ReadonlySet<string>;
  /** A file or folder that is not uploaded because its name begins with a dot; absent: there is none. */
  public readonly hidden?: string;
  /** By name: a file is read once, however many datasets and parts of them name it. */
  private readonly files = new Map<string, ReferredFile>();

  private lookalikes?: Lookalikes;

  constructor(private readonly givenPath: string, options: DirectoryOptions = {}) {
    this.path = resolve(givenPath);
    if (!explainReadErrors(CALLER, givenPath, () => statSync(this.path, { throwIfNoEntry: false }))?.isDirectory()) {
      throw fileNotFoundError(CALLER, 'directory', givenPath, this.path);
    }
    const { names, hidden } = filesBelow(CALLER, givenPath, options);
    this.names = new Set(names);
    this.hidden = hidden;
    if (this.names.size === 0) throw new Error(`${CALLER}: "${visible(givenPath)}" (${visible(this.path)}) has no files; name the directory that holds the images`);
  }

  /**
   * What is wrong with the files that the lines of a manifest refer to: an image or mask that is not here under exactly the
   * name that the service will look for, or that the service will refuse.
   */
  public problems(manifest: Iterable<Buffer>, location: ImageLocation, rules: ImageRules): Problem[] {
    const missing: Problem[] = [];
    const check = new ImageCheck(rules);
    const splitter = new LineSplitter((buffer, start, end, line) => {
      const text = buffer.toString('utf8', start, end);
      if (text.trim() === '') return;
      const entry = JSON.parse(text);
      const sourceRef: string = entry['source-ref'];
      const find = (reference: string): ReferredFile | undefined => {
        const { key } = parseS3Uri(reference)!;
        const advice = this.objection(key, location.prefix);
        if (advice === undefined) return this.read(key.slice(location.prefix.length));
        missing.push({ ...imageFileFinding('IMAGE_NOT_IN_DIRECTORY', [], advice), line, sourceRef });
        return undefined;
      };
      const image = find(resolveSourceRef(sourceRef, location));
      const maskRef = text.includes(SEMANTIC_SEGMENTATION) ? inspectLookoutLine(text, location).maskRef : undefined;
      const mask = maskRef === undefined ? undefined : find(maskRef);
      if (image) check.add({ line, sourceRef, entry, image, mask });
    });
    for (const block of manifest) splitter.push(block);
    splitter.end();
    return missing.concat(check.end());
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

  private read(name: string): ReferredFile {
    let file = this.files.get(name);
    if (!file) {
      file = { path: join(this.givenPath, name), ...readImageFile(join(this.path, name)) };
      this.files.set(name, file);
    }
    return file;
  }

  private objection(key: string, prefix: string): string | undefined {
    if (!key.startsWith(prefix)) {
      return `it leads to the key "${key}", which is not below the prefix "${prefix}" that "${this.givenPath}" is uploaded to; write the reference relative to the directory, or give rewriteFrom the address that the directory had before`;
    }
    const name = key.slice(prefix.length);
    if (this.names.has(name)) return undefined;
    if (!isVisible(name) && existsSync(join(this.path, name))) {
      return `"${this.givenPath}" has "${name}", but files and folders whose name begins with a dot are not uploaded; rename it`;
    }
    this.lookalikes ??= new Lookalikes(this.names);
    const variant = this.lookalikes.of(name);
    return variant === undefined
      ? `"${this.givenPath}" has no file "${name}"; add the image or correct the reference`
      : `"${this.givenPath}" has no file "${name}", but it has ${JSON.stringify(variant)}, ${difference(name, variant)}; use the same name in both places`;
  }
}
