/** One JSON object a line, as CloudWatch Logs Insights reads it. Never the response URL, never image contents. */
export function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), message, ...fields }));
}
