/**
 * Options of `Manifest.fromFolders`.
 */
export interface ManifestFromFoldersOptions {
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
