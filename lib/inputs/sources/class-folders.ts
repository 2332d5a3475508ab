import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { filesBelow } from '../../files/directory';
import type { DirectoryOptions } from '../../files/directory';
import { explainReadErrors, fileNotFoundError } from '../../files/paths';
import { areSets, folderClass, folderLine, folderSet, numberedClasses } from '../../formats';
import type { FolderLabels } from '../../formats';
import { visible } from '../../manifest';
import { checkCreationDate, checkLabelAttribute } from '../argument-checks';
import type { ManifestSource } from '../manifest-source';
import { withSynthWarnings } from '../synth-warnings';
import { textManifest } from './local-file';

/**
 * How the labels of class folders are written to the manifest.
 */
export interface FolderLabelOptions {
  /**
   * The label attribute that holds the class, for example the name of a labeling job.
   *
   * @default label
   */
  readonly labelAttribute?: string;

  /**
   * The `creation-date` of the labels, in ISO 8601 and UTC. The services require one, but do not use it. The default is
   * fixed: the current date would change the dataset on every synth, and file dates differ between machines.
   *
   * @default 2000-01-01T00:00:00.000
   */
  readonly creationDate?: string;
}

/**
 * Options of `Manifest.fromFolders`.
 */
export interface ManifestFromFoldersOptions extends FolderLabelOptions, DirectoryOptions {}

const CALLER = 'Manifest.fromFolders';
/** Files that one warning shows; all are counted. */
const SHOWN = 3;

/** A line for each image in the class folders of a directory, or of its sets; the class is the folder's name. */
export function folderManifest(path: string, options: ManifestFromFoldersOptions): ManifestSource {
  const folder = resolve(path);
  if (!explainReadErrors(CALLER, path, () => statSync(folder, { throwIfNoEntry: false }))?.isDirectory()) {
    throw fileNotFoundError(CALLER, 'directory', path, folder);
  }
  const labels = folderLabels(CALLER, options);
  const { names } = filesBelow(CALLER, path, options);
  const hasSets = areSets(names);
  const found = names.map((name) => ({ name, class: folderClass(name, hasSets) }));
  const images = found.filter((image): image is { name: string; class: string } => image.class !== undefined);
  if (images.length === 0) {
    throw new Error(`${CALLER}: "${visible(path)}" (${visible(folder)}) has no images in class folders; it must hold a folder for each class, such as normal/ and anomaly/, with .png, .jpg or .jpeg files`);
  }
  const classes = numberedClasses(images.map((image) => image.class));
  const forms = new Map(classes.map((name) => [name.normalize('NFC'), name]));
  const twin = classes.find((name) => forms.get(name.normalize('NFC')) !== name);
  if (twin !== undefined) {
    throw new Error(`${CALLER}: "${visible(path)}" (${visible(folder)}) has two class folders "${visible(twin)}" that look alike but differ in Unicode normalization (composed and decomposed letters), so they would become two classes; move their images into one of them`);
  }
  const lines = images.map((image) => folderLine(image.name, image.class, classes, labels));
  const others = found.filter((file) => file.class === undefined).map(({ name }) => name);
  const warnings = others.length === 0 ? [] : [{ kind: 'otherFile', text: otherFilesWarning(path, others) }];
  const source = textManifest(path, lines.map((line) => `${line}\n`).join(''));
  return {
    ...(hasSets && { sets: new Map(images.map(({ name }) => [name, folderSet(name)])) }),
    check: (check) => withSynthWarnings(source.check(check), warnings, check.subset),
  };
}

function otherFilesWarning(path: string, others: readonly string[]): string {
  const more = others.length > SHOWN ? ` and ${others.length - SHOWN} more` : '';
  return `${path}: files that are not .png, .jpg or .jpeg images in a class folder are left out: ${others.slice(0, SHOWN).join(', ')}${more}`;
}

/**
 * The options of labels that are made of folders, completed.
 *
 * @param caller how messages name what was called
 * @throws Error for an attribute that cannot hold the class, and for a date that is none
 */
export function folderLabels(caller: string, options: FolderLabelOptions): FolderLabels {
  const { labelAttribute = 'label', creationDate = '2000-01-01T00:00:00.000' } = options;
  checkCreationDate(caller, creationDate);
  checkLabelAttribute(caller, labelAttribute);
  return { attribute: labelAttribute, creationDate };
}
