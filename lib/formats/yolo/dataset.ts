/** What a description of a YOLO dataset says: a YAML file of Ultralytics, `obj.data` of Darknet, or a list of names alone. */

import { basename, dirname } from 'node:path/posix';
import type { ImageSet } from '../annotated-image';
import { AnnotationError } from '../annotation-error';
import type { AnnotationFolder } from '../folder';
import { textOf } from '../text-file';
import type { KeyPointShape } from './row';

export interface YoloDataset {
  /** Names of the classes by their numbers; absent: it tells none. */
  readonly names?: ReadonlyMap<number, string>;
  /** The number of names that it claims to have. */
  readonly count?: number;
  /** Folders or lists of images as they are written, by set; absent: all images of the folder. */
  readonly sets?: readonly { readonly set: ImageSet; readonly paths: readonly string[] }[];
  /** The folder that they are in, as it is written. */
  readonly root?: string;
  readonly keyPoints?: KeyPointShape;
}

/** Members of a description that name a set. */
const SETS: Readonly<Record<string, ImageSet>> = { train: 'train', val: 'validation', valid: 'validation', validation: 'validation', test: 'test' };

/** Files that hold nothing but the names of classes, a line each. */
export const NAME_FILES = ['classes.txt', 'obj.names', 'predefined_classes.txt'];

/** @throws AnnotationError */
export function readYoloDataset(folder: AnnotationFolder, file: string): YoloDataset {
  if (/\.ya?ml$/i.test(file)) return ofYaml(file, folder.readYaml(file));
  if (/\.data$/i.test(file)) return ofData(folder, file);
  return { names: namesOfLines(textOf(folder, file)) };
}

/** The names in a file of names beside the description, if there is one. */
export function namesBeside(folder: AnnotationFolder, file: string): { file: string; names: ReadonlyMap<number, string> } | undefined {
  const beside = folder.names.find((name) => name !== file && dirname(name) === dirname(file) && NAME_FILES.includes(basename(name)));
  return beside === undefined ? undefined : { file: beside, names: namesOfLines(textOf(folder, beside)) };
}

/** Scalars are text: `no` and `007` are names. */
function ofYaml(file: string, yaml: unknown): YoloDataset {
  if (typeof yaml !== 'object' || yaml === null || Array.isArray(yaml)) throw new AnnotationError(file, 'is no description of a dataset: it has no train, val or names');
  const members = yaml as Record<string, unknown>;
  const sets = Object.entries(SETS).flatMap(([member, set]) => {
    const value = members[member];
    const paths = (Array.isArray(value) ? value : [value]).filter((path): path is string => typeof path === 'string' && path.trim() !== '');
    return paths.length === 0 ? [] : [{ set, paths }];
  });
  const shape = Array.isArray(members.kpt_shape) ? members.kpt_shape.map(Number) : [];
  return {
    names: namesOfYaml(file, members.names),
    ...(typeof members.nc === 'string' && { count: Number(members.nc) }),
    ...(sets.length > 0 && { sets }),
    ...(typeof members.path === 'string' && members.path.trim() !== '' && { root: members.path }),
    ...(shape.length === 2 && { keyPoints: [shape[0], shape[1]] as const }),
  };
}

function namesOfYaml(file: string, names: unknown): ReadonlyMap<number, string> | undefined {
  if (names === undefined || names === null || names === '') return undefined;
  if (typeof names !== 'object') throw new AnnotationError(file, 'has names that are neither a list nor numbers with names');
  const entries = Object.entries(names);
  const wrong = entries.find(([id, name]) => !/^\d+$/.test(id) || typeof name !== 'string');
  if (wrong) throw new AnnotationError(file, `has the class ${JSON.stringify(wrong[0])} in names, which is no whole number with a name`);
  return new Map(entries.map(([id, name]) => [Number(id), name as string]));
}

/** `key = value`, with paths from the folder that Darknet is started in. */
function ofData(folder: AnnotationFolder, file: string): YoloDataset {
  const members = new Map(textOf(folder, file).split(/\r?\n/).flatMap((line) => {
    const [, key, value] = /^\s*([^=#]+?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  }));
  const written = members.get('names');
  const listed = written === undefined ? undefined : ends(written).find((name) => folder.has(name));
  const sets = Object.entries(SETS).flatMap(([member, set]) => members.has(member) ? [{ set, paths: [members.get(member)!] }] : []);
  return {
    ...(listed !== undefined && { names: namesOfLines(textOf(folder, listed)) }),
    ...(members.has('classes') && { count: Number(members.get('classes')) }),
    ...(sets.length > 0 && { sets }),
  };
}

function namesOfLines(text: string): ReadonlyMap<number, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return new Map(lines.map((name, id) => [id, name]));
}

/** Every end of a path, the longest first: what is in front may be of another machine. */
export function ends(path: string): string[] {
  const steps = path.replaceAll('\\', '/').split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
  return steps.map((_, i) => steps.slice(i).join('/'));
}
