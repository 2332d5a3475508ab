import { SourceLine } from './source-line';

const source = new SourceLine();

/**
 * The reference of a line as it is written, without parsing a line that begins in the usual way.
 *
 * @returns undefined when there is none, or it cannot be read
 */
export function writtenReference(buffer: Buffer, start: number, end: number): string | undefined {
  source.set(buffer, start, end);
  if (source.findReference()) return buffer.toString(source.isPlainRef ? 'latin1' : 'utf8', source.refStart, source.refEnd) || undefined;
  try {
    const reference: unknown = JSON.parse(buffer.toString('utf8', start, end))?.['source-ref'];
    return typeof reference === 'string' && reference !== '' ? reference : undefined;
  } catch {
    return undefined;
  }
}
