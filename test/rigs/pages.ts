import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Every page that users read, by its path. */
export const PAGES: ReadonlyMap<string, string> = new Map(
  ['README.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
    .map((page) => [page, readFileSync(join(ROOT, page), 'utf8')]),
);

/** A page, as users read it. */
export function pageAt(path: string): string {
  const page = PAGES.get(path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page;
}

/** The code blocks of a language in a page. */
export function blocks(language: string, page: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body]) => body);
}

/** The one code block of a language that begins with a text, on whichever page it is. */
export function block(language: string, start: string): string {
  const [found, ...more] = [...PAGES.values()].flatMap((page) => blocks(language, page)).filter((body) => body.startsWith(start));
  if (found === undefined || more.length > 0) throw new Error(`the pages have ${more.length + Number(found !== undefined)} blocks of ${language} that begin with "${start}", not one`);
  return found;
}

/** The cells of the tables in a text, a list for each row; heads and rules of tables are left out. */
export function tableRows(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return rows.filter((cells, i) => !isRule(cells) && !(rows[i + 1] && isRule(rows[i + 1])));
}

/** What stands in a cell as code. */
export function codeSpans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
}

function isRule(cells: string[]): boolean {
  return cells.every((cell) => /^:?-+:?$/.test(cell));
}

/** What stands below a heading, up to the next one of its level or above. */
export function section(page: string, heading: string): string {
  const level = /^#+/.exec(heading)![0].length;
  const [, text] = page.split(`\n${heading}\n`);
  if (text === undefined) throw new Error(`there is no "${heading}"`);
  return text.split(new RegExp(`^#{1,${level}} `, 'm'))[0];
}
