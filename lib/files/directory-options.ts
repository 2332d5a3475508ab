/**
 * What a directory of this machine may hold.
 */
export interface DirectoryOptions {
  /**
   * Whether symbolic links may lead to hidden files or out of the directory, such as to a cache of DVC or git-annex. What
   * they lead to is read and, with `Images.fromDirectory`, uploaded: allow it only for directories whose links you know.
   *
   * @default false - links are followed within the directory; one that leads elsewhere is an error
   */
  readonly allowExternalSymlinks?: boolean;
}
