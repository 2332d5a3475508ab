import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Every relative link of every Markdown file, and every page that code names, is there. */

const ROOT = join(__dirname, '..', '..');
const NOT_OURS = new Set(['node_modules', 'dist', 'assets', 'coverage', '.git', '.local', 'cdk.out']);

/** Files of an extension below a folder of the project. */
function filesOf(extension: string, folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).filter(({ name }) => !NOT_OURS.has(name)).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesOf(extension, path);
    return path.endsWith(extension) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string) => text.replace(/^ *```.*?^ *```/gms, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));

/** What can stand behind the # of a link to this file: its headings, as GitHub makes them, and its HTML anchors. */
function anchors(path: string): Set<string> {
  const text = withoutCode(read(path));
  const headings = [...text.matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.replace(/<[^>]*>/g, '').trim().toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-'));
  const html = [...text.matchAll(/ (?:name|id)="([^"]+)"/g)].map(([, name]) => name);
  return new Set([...headings, ...html]);
}

/** Where the links of a file lead: a path from the root of the project, and what stands behind the #. */
function links(path: string): { target: string; anchor: string }[] {
  return [...withoutCode(read(path)).matchAll(/\]\((?![a-z]+:)([^)#\s]*)#?([^)\s]*)\)|href="#([^"]+)"/g)]
    .map(([, file, anchor, here]) => ({ target: file ? targetOf(path, file) : path, anchor: here ?? anchor }));
}

/** A form becomes the text of a pull request, whose links begin at that. */
function targetOf(path: string, file: string): string {
  return path === '.github/pull_request_template.md' ? file.replace('../blob/main/', '') : normalize(join(dirname(path), file));
}

const pages = filesOf('.md');

test('there are pages in every place', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'API.md', 'docs/README.md', 'decisions/README.md', 'lib/rekognition/README.md']));
});

test.each(pages)('every link of %s leads to a file, and to a heading of it', (path) => {
  const broken = links(path).filter(({ target, anchor }) => !existsSync(join(ROOT, target)) || (anchor !== '' && !anchors(target).has(anchor)));
  expect(broken).toEqual([]);
});

test('every page that code names is there', () => {
  const named = ['.ts', '.mjs'].flatMap((extension) => filesOf(extension)).flatMap((file) =>
    [...read(file).matchAll(/\b(?:docs|decisions)\/[\w-]+\.md\b/g)].map(([page]) => ({ file, page })));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ page }) => !existsSync(join(ROOT, page)))).toEqual([]);
});
