/** What would spoil or disguise a line of text: control, invisible, direction-changing, line-breaking and unpaired characters. */
const UNPRINTABLE = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\u2065`;
const EACH = new RegExp(`[${UNPRINTABLE}]`, 'gu');
const RUNS = new RegExp(`[\\s${UNPRINTABLE}]+`, 'gu');

/** The text with its unprintable characters as JSON escapes. */
export function visible(text: string): string {
  return text.replace(EACH, (character) =>
    [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
}

/** The text on one line: each run of blanks and unprintable characters becomes one space. */
export function onOneLine(text: string): string {
  return text.replace(RUNS, ' ');
}
