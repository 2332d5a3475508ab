/** Says what is being done, on one line of the terminal that the next one replaces; silent elsewhere. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
