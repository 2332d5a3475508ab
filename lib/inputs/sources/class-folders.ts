import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { folderClass, folderLine, numberedClasses } from '../../formats';
import { visible } from '../../manifest';
import { filesBelow } from '../../files/directory';
import { folderLabels } from './folder-labels';
import type { ManifestFromFoldersOptions } from './folder-options';
import { textManifest } from './local-file';
import type { CheckedManifest, ManifestSource } from '../manifest-source';
import { notThere } from '../../files/not-there';
import { reading } from '../../files/reading';
import { withRemarks } from '../remarks';

const CALLER = 'Manifest.fromFolders';
/** Files that one warning shows; all are counted. */
const SHOWN = 3;

/** A line for each image in the class folders of a directory; the class is the folder's name. */
export function folderManifest(path: string, options: ManifestFromFoldersOptions): ManifestSource {
  const folder = resolve(path);
  if (!reading(CALLER, path, () => statSync(folder, { throwIfNoEntry: false }))?.isDirectory()) {
    throw notThere(CALLER, 'directory', path, folder);
  }
  const labels = folderLabels(CALLER, options);
  const { names } = filesBelow(CALLER, path, options);
  const images = names.flatMap((name) => folderClass(name) === undefined ? [] : [{ name, class: folderClass(name)! }]);
  if (images.length === 0) {
    throw new Error(`${CALLER}: "${visible(path)}" (${visible(folder)}) has no images in class folders; it must hold a folder for each class, such as normal/ and anomaly/, with .png, .jpg or .jpeg files`);
  }
  const classes = numberedClasses(images.map((image) => image.class));
  const forms = new Map(classes.map((name) => [name.normalize('NFC'), name]));
  const twin = classes.find((name) => forms.get(name.normalize('NFC')) !== name);
  if (twin !== undefined) {
    throw new Error(`${CALLER}: "${visible(path)}" (${visible(folder)}) has two class folders "${visible(twin)}" that look alike but are other Unicode forms (composed and decomposed letters), which would become two classes; move their images into one of them`);
  }
  const lines = images.map((image) => folderLine(image.name, image.class, classes, labels));
  return new FolderManifest(path, lines, names.filter((name) => folderClass(name) === undefined));
}

class FolderManifest implements ManifestSource {
  constructor(private readonly path: string, private readonly lines: readonly string[], private readonly others: readonly string[]) {}

  public check(...check: Parameters<ManifestSource['check']>): CheckedManifest {
    const checked = textManifest(this.path, this.lines.map((line) => `${line}\n`).join('')).check(...check);
    return withRemarks(checked, this.others.length > 0 ? [{ kind: 'otherFile', text: this.complaint() }] : [], check[2]);
  }

  private complaint(): string {
    const more = this.others.length > SHOWN ? ` and ${this.others.length - SHOWN} more` : '';
    return `${this.path}: files that are no .png, .jpg or .jpeg image in a class folder are left out: ${this.others.slice(0, SHOWN).join(', ')}${more}`;
  }
}
