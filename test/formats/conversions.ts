/** Annotations in a folder of this machine, converted. */
import { join } from 'node:path';
import { convertAnnotations } from '../../lib/files/convert-annotations';
import type { ConversionOptions } from '../../lib/files/convert-annotations';
import type { AnnotationReader, ConversionFinding } from '../../lib/formats';
import { inspectLine } from '../../lib/manifest';
import { folderWith } from '../inputs/lines';
import { png } from '../rigs/images';

/** A box of a line: label, left, top, right, bottom. */
export type Box = [label: string, left: number, top: number, right: number, bottom: number];

/** What became of annotations, for comparison. */
export interface Converted {
  /** The boxes or labels of each image, by its reference; null: an image without any. */
  readonly images: Record<string, Box[] | string[] | null>;
  readonly lines: any[];
  readonly text: string;
  /** `kind (count): where: detail` of the first one of each kind. */
  readonly errors: string[];
  readonly warnings: string[];
  readonly inherent: string[];
  readonly sets?: Record<string, string>;
}

/**
 * Converts what is in a folder.
 *
 * @param files by their names; objects become JSON, numbers a black image of so many pixels a side
 * @param path of the annotations in the folder; empty: the folder itself
 */
export function convert<Options>(
  format: AnnotationReader<Options>, files: Record<string, unknown>, path: string,
  options: ConversionOptions & Options = {} as ConversionOptions & Options,
): Converted {
  const folder = folderOf(files);
  const { imageDirectory } = options;
  const inFolder = { ...options, ...(imageDirectory !== undefined && { imageDirectory: join(folder, imageDirectory) }) };
  return converted(folder, convertAnnotations('fromTest', join(folder, path), format, inFolder));
}

/** A folder with these files, see {@link convert}. */
export function folderOf(files: Record<string, unknown>): string {
  return folderWith(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, contentOf(content)])));
}

function contentOf(content: unknown): string | Buffer {
  if (typeof content === 'string' || Buffer.isBuffer(content)) return content;
  return typeof content === 'number' ? png(content, content) : JSON.stringify(content);
}

/** What became of annotations in a folder. */
export function converted(folder: string, { lines, errors, warnings, inherent, sets }: ReturnType<typeof convertAnnotations>): Converted {
  const texts = [...lines];
  const parsed = texts.map((line) => JSON.parse(line));
  const tell = (findings: readonly ConversionFinding[]) => findings.map(({ kind, count, items: [{ where, sourceRef, detail }] }) =>
    `${kind.id} (${count}): ${where}${sourceRef === undefined ? '' : ` (${sourceRef})`}: ${detail}`.replaceAll(folder, '.'));
  return {
    images: Object.fromEntries(parsed.map((line) => [line['source-ref'], labelsOf(line)])),
    lines: parsed,
    text: texts.join('\n'),
    errors: tell(errors),
    warnings: tell(warnings),
    inherent: tell(inherent),
    ...(sets && { sets: Object.fromEntries(sets) }),
  };
}

function labelsOf(line: any): Box[] | string[] | null {
  const metadata = Object.keys(line).filter((key) => key.endsWith('-metadata'));
  if (metadata.length === 0) return null;
  const boxed = metadata.find((key) => 'class-map' in line[key]);
  if (boxed === undefined) return metadata.map((key) => line[key]['class-name']);
  const { annotations } = line[boxed.replace(/-metadata$/, '')];
  return annotations.map((box: any) => [line[boxed]['class-map'][box.class_id], box.left, box.top, box.left + box.width, box.top + box.height]);
}

/** What the rules of the service find in the lines, beside that references are relative. */
export function findingsIn({ text }: Converted): string[] {
  return text.split('\n').flatMap((line) => inspectLine(line, { bucket: 'pictures', prefix: '' }).findings.map(({ code }) => code));
}
