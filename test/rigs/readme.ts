import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Every page that users read, by its path. */
export const PAGES: ReadonlyMap<string, string> = new Map(
  ['README.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
    .map((page) => [page, readFileSync(join(ROOT, page), 'utf8')]),
);

/** The README, as users read it. */
export const README = PAGES.get('README.md')!;

/** The code blocks of a language in a page. */
export function blocks(language: string, page = README): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body]) => body);
}

/** The one code block of a language that begins with a text. */
export function block(language: string, start: string): string {
  const [found, ...more] = blocks(language).filter((body) => body.startsWith(start));
  if (found === undefined || more.length > 0) throw new Error(`the README has ${more.length + Number(found !== undefined)} blocks of ${language} that begin with "${start}", not one`);
  return found;
}
