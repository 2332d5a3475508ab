import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspectLookoutLine, LineSplitter, parseS3Uri, resolveSourceRef, SEMANTIC_SEGMENTATION } from '../manifest';
import type { ImageLocation, Problem } from '../manifest';
import { filesBelow } from './folder-files';

/** The images of a dataset as files of this machine. */
export class ImageDirectory {
  /** Absolute. */
  public readonly path: string;
  /** Names relative to the directory, with slashes, as S3 will know them. */
  private readonly names: ReadonlySet<string>;

  constructor(private readonly givenPath: string) {
    this.path = resolve(givenPath);
    if (!statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error(`Images.fromDirectory: there is no directory "${givenPath}" (looked for ${this.path}); a relative path starts at the working directory, so correct it or build it with path.join(__dirname, …)`);
    }
    this.names = new Set(filesBelow(this.path, (name) =>
      `Images.fromDirectory: "${name}" in "${givenPath}" is a link that leads nowhere; fetch the file that it stands for, or remove the link`));
    if (this.names.size === 0) throw new Error(`Images.fromDirectory: "${givenPath}" (${this.path}) has no files; name the directory that holds the images`);
  }

  /** The lines whose image or mask is not here under exactly the name that the service will look for. */
  public missing(manifest: Iterable<Buffer>, location: ImageLocation): Problem[] {
    const problems: Problem[] = [];
    const splitter = new LineSplitter((buffer, start, end, line) => {
      const text = buffer.toString('utf8', start, end);
      if (text.trim() === '') return;
      const sourceRef: string = JSON.parse(text)['source-ref'];
      const maskRef = text.includes(SEMANTIC_SEGMENTATION) ? inspectLookoutLine(text, location).maskRef : undefined;
      for (const reference of [resolveSourceRef(sourceRef, location), maskRef]) {
        const advice = reference === undefined ? undefined : this.objection(parseS3Uri(reference)!.key, location.prefix);
        if (advice) {
          problems.push({ code: 'IMAGE_NOT_IN_DIRECTORY', severity: 'terminal', message: 'The image is not in the directory.', advice, place: [], line, sourceRef });
        }
      }
    });
    for (const block of manifest) splitter.push(block);
    splitter.end();
    return problems;
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
