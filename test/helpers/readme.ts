import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The README, as users read it. */
export const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

/** Its code blocks of a language. */
export function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, body]) => body);
}

/** The one code block of a language that begins with a text. */
export function block(language: string, start: string): string {
  const [found, ...more] = blocks(language).filter((body) => body.startsWith(start));
  if (found === undefined || more.length > 0) throw new Error(`the README has ${more.length + Number(found !== undefined)} blocks of ${language} that begin with "${start}", not one`);
  return found;
}
