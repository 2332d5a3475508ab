import type { DirectoryOptions } from '../../files/directory-options';

/**
 * How lines are made of folders that images are sorted into.
 */
export interface FolderLabelOptions {
  /**
   * The attribute of the lines that holds the class, for example the name of a labelling project.
   *
   * @default label
   */
  readonly labelAttribute?: string;

  /**
   * The date of the labels, in ISO 8601 and UTC. The services demand one and do nothing with it. It is fixed, because a
   * date of today would change the dataset with every synth, and the dates of files differ from machine to machine.
   *
   * @default 2000-01-01T00:00:00.000
   */
  readonly creationDate?: string;
}

/**
 * Options of `Manifest.fromFolders`.
 */
export interface ManifestFromFoldersOptions extends FolderLabelOptions, DirectoryOptions {}

/**
 * Options of `Manifest.fromBucketFolders`.
 */
export interface ManifestFromBucketFoldersOptions extends FolderLabelOptions {
  /**
   * What the keys begin with, for example `sorted/` for `sorted/normal/1.png`.
   *
   * No leading slash; a missing slash at the end is added.
   *
   * @default - the class folders are at the bucket's root
   */
  readonly prefix?: string;

  /**
   * Any text. Change it to have the folders listed again, for CloudFormation does not notice new objects.
   *
   * @default - the folders are listed when bucket, another option or `images` change
   */
  readonly revision?: string;
}
