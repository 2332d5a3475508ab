import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inspectLookoutLine, LineSplitter, parseS3Uri, resolveSourceRef, SEMANTIC_SEGMENTATION } from '../manifest';
import type { ImageLocation, Problem } from '../manifest';
import { filesBelow } from './folder-files';
import { ImageCheck } from './image-check';
import type { ReferredFile } from './image-check';
import { readImageFile } from './image-header';
import type { ImageRules } from './image-rules';
import { notThere } from './not-there';

/** The images of a dataset as files of this machine. */
export class ImageDirectory {
  /** Absolute. */
  public readonly path: string;
  /** Names relative to the directory, with slashes, as S3 will know them. */
  private readonly names: ReadonlySet<string>;
  /** By name: a file is read once, however many datasets and parts of them name it. */
  private readonly files = new Map<string, ReferredFile>();

  constructor(private readonly givenPath: string) {
    this.path = resolve(givenPath);
    if (!statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
      throw notThere('Images.fromDirectory', 'directory', givenPath, this.path);
    }
    this.names = new Set(filesBelow(this.path, (name) =>
      `Images.fromDirectory: "${name}" in "${givenPath}" is a link that leads nowhere; fetch the file that it stands for, or remove the link`));
    if (this.names.size === 0) throw new Error(`Images.fromDirectory: "${givenPath}" (${this.path}) has no files; name the directory that holds the images`);
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
        missing.push({ code: 'IMAGE_NOT_IN_DIRECTORY', severity: 'terminal', message: 'The image is not in the directory.', advice, place: [], line, sourceRef });
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
      return `it leads to the key "${key}", which is not below the prefix "${prefix}" that "${this.givenPath}" is uploaded to; write the reference relative to the directory, or give exportedFrom the address that the directory had before`;
    }
    const name = key.slice(prefix.length);
    if (this.names.has(name)) return undefined;
    const variant = this.variantOf(name);
    return variant === undefined
      ? `"${this.givenPath}" has no file "${name}"; add the image or correct the reference`
      : `"${this.givenPath}" has no file "${name}", but it has ${JSON.stringify(variant)}, ${difference(name, variant)}; use the same name in both places`;
  }

  /** A file whose name a person would take for the same. */
  private variantOf(name: string): string | undefined {
    this.lookalikes ??= new Map([...this.names].map((file) => [folded(file), file]));
    return this.lookalikes.get(folded(name));
  }

  private lookalikes?: Map<string, string>;
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function difference(name: string, variant: string): string {
  return name.normalize('NFC') === variant.normalize('NFC')
    ? 'which looks alike but is another Unicode form (composed and decomposed letters are different names in S3)'
    : 'which differs in upper and lower case (they are different names in S3)';
}
