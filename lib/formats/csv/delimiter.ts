/** Lines that are looked at. */
const SAMPLE = 10;
/** The likeliest first, where several fit: a comma is in many names. */
const DELIMITERS = ['\t', ';', ','];

/**
 * What separates the cells of a CSV file: what all of its first lines have, and most often.
 *
 * @param head the beginning of the file; its last line may be cut off
 */
export function delimiterOf(head: string): string {
  const bare = head.replace(/"[^"]*"/g, '');
  const lines = bare.split(/\r\n|\n|\r/).slice(0, SAMPLE + 1);
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '');
  const counts = DELIMITERS.map((delimiter) => Math.min(...whole.map((line) => line.split(delimiter).length - 1)));
  const most = Math.max(...counts);
  return most > 0 && whole.length > 0 ? DELIMITERS[counts.indexOf(most)] : ',';
}
