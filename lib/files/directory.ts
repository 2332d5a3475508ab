import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isVisible } from '../formats';
import { visible } from '../manifest';
import { explainReadErrors, unreadable } from './paths';

/**
 * How a local directory is read.
 */
export interface DirectoryOptions {
  /**
   * Whether symbolic links may point to hidden files or outside of the directory, for example to a DVC or git-annex cache. Their
   * targets are read and, with `Images.fromDirectory`, uploaded: allow it only for directories whose links you trust.
   *
   * @default false - links within the directory are followed; any other link is an error
   */
  readonly allowExternalSymlinks?: boolean;
}

/** The images and masks of two full datasets: more is another directory than was meant, or links that multiply it. */
const MOST_ENTRIES = 1_000_000;
/** Each link to a folder repeats what lies there, links among it: thirty levels of two links are a thousand million folders. */
const MOST_FOLDER_LINKS = 1_000;

const BROKEN_LINK = 'is a broken link; fetch its target, or remove the link';
/** What an error of the file system says of a link, by its code. */
const LINK_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: BROKEN_LINK, ENOTDIR: BROKEN_LINK, ELOOP: 'is a circular link: it points to itself; remove the link',
};

/** What a directory of this machine holds. */
export interface FolderFiles {
  /** Names relative to the directory, with slashes, as S3 will know them; in their order. */
  readonly names: readonly string[];
  /** A file or folder whose name begins with a dot, all of which are left out; absent: there is none. */
  readonly hidden?: string;
}

/**
 * The files of a directory and its folders, hidden ones excepted. This is the only place that decides which local files a
 * manifest, an upload or a mask may come from.
 *
 * @param caller how messages name what was called
 * @param givenPath as it was given; it is there
 * @throws Error for a link that is broken, circular, or, unless allowed, points to a hidden file or outside of the directory;
 *   for what is neither file nor folder; for what cannot be read; and for names that an upload would change
 */
export function filesBelow(caller: string, givenPath: string, options: DirectoryOptions = {}): FolderFiles {
  return new Walk(caller, givenPath, options.allowExternalSymlinks ?? false).run();
}

class Walk {
  private readonly names: string[] = [];
  private readonly root: string;
  private hidden?: string;
  private entries = 0;
  private folderLinks = 0;

  constructor(private readonly caller: string, private readonly givenPath: string, private readonly allowsExternal: boolean) {
    this.root = explainReadErrors(caller, givenPath, () => realpathSync.native(resolve(givenPath)));
  }

  run(): FolderFiles {
    this.list('', this.root, []);
    return { names: this.names, hidden: this.hidden };
  }

  /** @param real where the folder really is; @param above where the folders really are that led here */
  private list(inside: string, real: string, above: readonly string[]): void {
    if (above.includes(real)) throw this.error(inside.slice(0, -1), 'is a circular link: it points to a folder that contains it; remove the link');
    const entries = this.read(inside, () => readdirSync(real, { withFileTypes: true }));
    for (const entry of entries.sort(byName)) {
      const name = inside + entry.name;
      if (!isVisible(entry.name)) {
        this.hidden ??= name;
        continue;
      }
      this.checkName(name, join(real, entry.name));
      const [kind, target] = entry.isSymbolicLink() ? this.follow(name, join(real, entry.name)) : [entry, join(real, entry.name)];
      if (kind.isDirectory()) this.list(`${name}/`, target, [...above, real]);
      else if (kind.isFile()) this.names.push(name);
      else throw this.error(name, `is ${kindOf(kind)}, which cannot be uploaded; move it out of the directory`);
    }
  }

  private checkName(name: string, path: string): void {
    if (++this.entries > MOST_ENTRIES) throw this.tooMany(`${MOST_ENTRIES} files and folders`);
    // Node shows bytes that are no UTF-8 as U+FFFD, and finds no such file.
    if (name.includes('\ufffd') && !lstatSync(path, { throwIfNoEntry: false })) {
      throw this.error(name, 'has a name that is not UTF-8, which S3 requires; rename it');
    }
    // The CDK's archive turns the one into a slash and refuses the other.
    if (name.includes('\\') || /^[a-z]:/i.test(name)) {
      throw this.error(name, 'has a backslash or the letter of a drive in its name, which an upload would change; rename it');
    }
  }

  private follow(name: string, path: string): [Stats, string] {
    const target = this.read(name, () => realpathSync.native(path));
    if (!this.allowsExternal && !this.isOwn(target)) {
      throw this.error(name, `is a link to "${visible(target)}", which is hidden or outside of the directory; replace the link with a copy, or set allowExternalSymlinks if you trust all links`);
    }
    const kind = this.read(name, () => statSync(target));
    if (kind.isDirectory() && ++this.folderLinks > MOST_FOLDER_LINKS) throw this.tooMany(`${MOST_FOLDER_LINKS} links to folders`);
    return [kind, target];
  }

  private isOwn(target: string): boolean {
    const inside = this.root.endsWith(sep) ? this.root : this.root + sep;
    return target === this.root || (target.startsWith(inside) && isVisible(target.slice(inside.length).replaceAll(sep, '/')));
  }

  private read<T>(name: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw this.error(name || '.', LINK_ERRORS[code] ?? unreadable(code));
    }
  }

  private tooMany(what: string): Error {
    return new Error(`${this.caller}: "${visible(this.givenPath)}" has more than ${what}, including those behind links; name the directory that holds the images`);
  }

  private error(name: string, what: string): Error {
    return new Error(`${this.caller}: "${visible(name)}" in "${visible(this.givenPath)}" ${what}`);
  }
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function kindOf(kind: Dirent | Stats): string {
  return kind.isFIFO() ? 'a named pipe' : kind.isSocket() ? 'a socket' : 'a device';
}
