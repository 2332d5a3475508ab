import { visible } from '../../lib/manifest';

/** One JSON object a line, as CloudWatch Logs Insights reads it. Never the response URL, never image contents. */
export function log(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const line = JSON.stringify({ time: new Date().toISOString(), message, ...fields });
  console.log(visible(line));
}
