import { join, relative, resolve, sep } from 'node:path';
import { basename, extname, join as joinNames } from 'node:path/posix';
import { IMAGE_EXTENSION } from '../formats';
import type { FileSize, FoundImage, ImageFiles } from '../formats';
import { filesBelow } from './directory';
import type { DirectoryOptions } from './directory';
import { readImageFile } from './image-header';

/** The images below a directory of this machine, as annotations name them. */
export class ImageLookup implements ImageFiles {
  private readonly names: ReadonlySet<string>;
  /** By folders of the annotations: the same ones, relative to the directory of images. */
  private readonly folders = new WeakMap<readonly string[], readonly string[]>();
  private byStem?: ReadonlyMap<string, readonly string[]>;
  private byBaseName?: ReadonlyMap<string, readonly string[]>;

  /**
   * @param caller how messages name what was called
   * @param directory as it was given: references are relative to it
   * @param annotations the folder that the annotations are read from
   */
  constructor(caller: string, readonly directory: string, private readonly annotations: string, options: DirectoryOptions = {}) {
    this.names = new Set(filesBelow(caller, directory, options).names);
  }

  find(names: readonly string[], folders: readonly string[]): FoundImage | readonly string[] | undefined {
    const inside = ['', ...this.foldersInside(folders)];
    const candidates = names.flatMap((name) => inside.map((folder) => joinNames(folder, name)));
    const exact = candidates.find((candidate) => this.names.has(candidate));
    if (exact !== undefined) return { ref: exact };
    this.byStem ??= groupedBy(this.names, stemOf);
    for (const candidate of candidates) {
      const found = this.byStem.get(stemOf(candidate)) ?? [];
      if (found.length > 1) return found;
      if (found.length === 1) return { ref: found[0], ...(IMAGE_EXTENSION.test(candidate) && !isSameExtension(found[0], candidate) && { changed: 'extension' }) };
    }
    this.byBaseName ??= groupedBy(this.names, basename);
    const elsewhere = this.byBaseName.get(basename(names[0])) ?? [];
    if (elsewhere.length > 1) return elsewhere;
    return elsewhere.length === 1 ? { ref: elsewhere[0], changed: 'folder' } : undefined;
  }

  size(ref: string): FileSize | undefined {
    return readImageFile(join(resolve(this.directory), ref)).header;
  }

  private foldersInside(folders: readonly string[]): readonly string[] {
    const known = this.folders.get(folders);
    if (known) return known;
    const root = resolve(this.directory);
    const inside = folders.map((folder) => relative(root, resolve(this.annotations, folder)).replaceAll(sep, '/')).filter((folder) => !/^(\.\.)?$|^\.\.\//.test(folder));
    this.folders.set(folders, inside);
    return inside;
  }
}

function stemOf(name: string): string {
  return name.replace(IMAGE_EXTENSION, '');
}

function isSameExtension(a: string, b: string): boolean {
  return extname(a).toLowerCase() === extname(b).toLowerCase();
}

function groupedBy(names: Iterable<string>, key: (name: string) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(key(name));
    if (group) group.push(name);
    else groups.set(key(name), [name]);
  }
  return groups;
}
