/** From the name of an image in annotations to the reference of its manifest line. */

import { placeText } from './annotated-image';
import type { AnnotatedImage } from './annotated-image';
import type { ConversionReport } from './conversion-report';
import type { FoundImage, ImageFiles } from './folder';
import { imageSetOf } from './format';
import { KINDS } from './kinds';

/** Of formats that tools write images in. */
export const IMAGE_EXTENSION = /\.(png|jpe?g|bmp|tiff?|webp|gif)$/i;
/** What an address, a drive or a root in front of a name means to another machine. */
const ROOT = /^(?:(?:file|https?|gs|s3):\/\/[^/]*\/|[a-z]:\/|\/)/i;
/** Folders of images that tools write in front of a name. */
const COMMON_FOLDERS = ['images', 'data'];

/**
 * The reference of an image: its path relative to the directory of images.
 *
 * @returns undefined for an image that is left out, after a report
 */
export function findImage(image: AnnotatedImage, files: ImageFiles, report: ConversionReport): string | undefined {
  const { name, otherName, place } = image;
  const where = () => placeText(place);
  const names = namesOf(name);
  // An address in S3 needs no directory.
  if (files.directory === undefined) return name.startsWith('s3://') ? name : names[0];
  const { first, other } = findNames(image, files);
  const found = first ?? other;
  if (found === undefined) {
    report.add(KINDS.imageMissing, where, undefined, name);
    return undefined;
  }
  if (isSeveral(found)) {
    report.add(KINDS.ambiguousImage, where, undefined, `${name} may be ${found.slice(0, 2).join(' or ')}`);
    return undefined;
  }
  if (first && other && !isSeveral(other) && other.ref !== found.ref) {
    report.add(KINDS.otherName, where, found.ref, `inside it is called ${otherName}`);
  }
  if (found.changed === 'extension') report.add(KINDS.otherExtension, where, found.ref, `written ${name}`);
  if (found.changed === 'folder') report.add(KINDS.otherFolder, where, found.ref, `written ${name}`);
  return found.ref;
}

/** What the names of an image lead to. */
export function findNames({ name, otherName, folders }: AnnotatedImage, files: ImageFiles) {
  const find = (one: string) => files.find(namesOf(one), folders);
  return { first: find(name), other: otherName === undefined ? undefined : find(otherName) };
}

/**
 * The paths that a name may stand for, the likeliest first: as it is written, then without folders that tools put in front. Of a
 * path on another machine, which begins at a root, every end counts.
 */
export function namesOf(written: string): string[] {
  const slashes = written.replaceAll('\\', '/');
  const isForeign = ROOT.test(slashes);
  const steps = slashes.replace(ROOT, '').split('/').filter((step) => step !== '' && step !== '.');
  const names = [steps.join('/')];
  for (let first = 0; first < steps.length - 1 && (isForeign || isCommon(steps[first])); first++) names.push(steps.slice(first + 1).join('/'));
  return names;
}

function isCommon(folder: string): boolean {
  return COMMON_FOLDERS.includes(folder) || imageSetOf(folder) !== undefined;
}

function isSeveral(found: FoundImage | readonly string[]): found is readonly string[] {
  return Array.isArray(found);
}
