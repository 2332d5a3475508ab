import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import { imageLabel } from '../manifest';
import { checkCreationDate } from './creation-date';
import { filesBelow } from './folder-files';
import type { ManifestFromFoldersOptions } from './folder-options';
import { textManifest } from './local-manifest';
import type { CheckedManifest, ManifestSource } from './manifest-source';

const CALLER = 'Manifest.fromFolders';
/** What both services read. */
const IMAGE = /\.(png|jpe?g)$/i;
const HIDDEN = /(^|\/)\./;
/** Files that one warning shows; all are counted. */
const SHOWN = 3;

/** A line for each image in the class folders of a directory; the class is the folder's name. */
export function folderManifest(path: string, options: ManifestFromFoldersOptions): ManifestSource {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${CALLER}: there is no directory "${path}" (looked for ${folder}); a relative path starts at the working directory, so correct it or build it with path.join(__dirname, …)`);
  }
  const { labelAttribute = 'label', creationDate = '2000-01-01T00:00:00.000' } = options;
  checkCreationDate(CALLER, creationDate);
  if (labelAttribute === '' || labelAttribute === 'source-ref') throw new Error(`${CALLER}: labelAttribute is "${labelAttribute}"; name the attribute that holds the class, such as "label"`);
  const files = filesBelow(folder, (name) =>
    `${CALLER}: "${name}" in "${path}" is a link that leads nowhere; fetch the image that it stands for, or remove the link`);
  const visible = files.filter((file) => !HIDDEN.test(file));
  const images = visible.filter((file) => file.includes('/') && IMAGE.test(file));
  if (images.length === 0) {
    throw new Error(`${CALLER}: "${path}" (${folder}) has no images in class folders; it must hold a folder for each class, such as normal/ and anomaly/, with .png, .jpg or .jpeg files`);
  }
  const classes = [...new Set(images.map(classOf))].sort(byClass);
  const lines = images.map((image) => JSON.stringify({
    'source-ref': image,
    ...imageLabel(labelAttribute, classes.indexOf(classOf(image)), classOf(image), 1, { 'human-annotated': 'yes', 'creation-date': creationDate }),
  }));
  return new FolderManifest(path, lines, visible.filter((file) => !images.includes(file)));
}

function classOf(image: string): string {
  return image.slice(0, image.indexOf('/'));
}

/** In the order of the names; only `normal` is always 0, because the Marketplace algorithm looks at the number. */
function byClass(a: string, b: string): number {
  return Number(b === 'normal') - Number(a === 'normal') || (a < b ? -1 : 1);
}

class FolderManifest implements ManifestSource {
  constructor(private readonly path: string, private readonly lines: readonly string[], private readonly others: readonly string[]) {}

  public check(...check: Parameters<ManifestSource['check']>): CheckedManifest {
    const checked = textManifest(this.path, this.lines.map((line) => `${line}\n`).join('')).check(...check);
    return {
      ...checked,
      bind: (scope) => {
        if (this.others.length > 0) Annotations.of(scope).addWarningV2('cdk-vision-datasets:Manifest.otherFile', this.complaint());
        return checked.bind(scope);
      },
    };
  }

  private complaint(): string {
    const more = this.others.length > SHOWN ? ` and ${this.others.length - SHOWN} more` : '';
    return `${this.path}: files that are no .png, .jpg or .jpeg image in a class folder are left out: ${this.others.slice(0, SHOWN).join(', ')}${more}`;
  }
}
