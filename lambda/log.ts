/** What JSON leaves as it is although it would spoil or disguise a line: some control, direction-changing and invisible characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** One JSON object a line, as CloudWatch Logs Insights reads it. Never the response URL, never image contents. */
export function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const line = JSON.stringify({ time: new Date().toISOString(), message, ...fields });
  console.log(line.replace(UNPRINTABLE, escaped));
}

function escaped(character: string): string {
  return [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}
