import { imageFileFinding, lookoutFinding } from '../manifest';
import type { EntryReferences, Finding, ImageRules, LateFinding, StatedSize } from '../manifest';
import type { ImageFile, ImageHeader } from './image-header';

/** A file that a line refers to. */
export interface ReferredFile extends ImageFile {
  /** As messages name it. */
  readonly path: string;
}

type Size = Pick<ImageHeader, 'width' | 'height'>;

/** An image whose size is compared with the others'. */
interface Sized extends Omit<LateFinding, 'finding'> {
  readonly image: ReferredFile;
}

/**
 * The rules on the files of images, which a service looks at only when it trains ("Debugging a failed model training" of
 * the Custom Labels guide: ERROR_INVALID_IMAGE, ERROR_INVALID_IMAGE_DIMENSION; "Quotas" of Lookout for Vision). Codes
 * without ERROR in front are ours, as are those on masks and on images of different sizes.
 *
 * Whether the services apply an EXIF orientation before they measure an image is not published: where it turns an image by
 * a quarter, both readings are taken for right.
 */
export class ImageCheck {
  /** Images by their size, in the order in which sizes came. */
  private readonly bySize = new Map<string, Sized[]>();

  constructor(private readonly rules: ImageRules) {}

  /** Looks at the files of a line. */
  public check(entry: EntryReferences, image: ReferredFile, mask?: ReferredFile): Finding[] {
    const found = this.checkImage(image);
    for (const size of entry.imageSizes ?? []) found.push(...misfittingSize(size, image));
    if (!this.rules.isUniform) return found;
    found.push(...checkMask(image, mask));
    if (image.header) this.remember(image.header, { image, line: entry.line, shownRef: entry.shownRef(), knownErrors: entry.isError || found.some(({ severity }) => severity === 'error') });
    return found;
  }

  /** What only all of them show. */
  public end(): LateFinding[] {
    const [usual, ...others] = [...this.bySize.values()].sort((a, b) => b.length - a.length);
    const misfits = others.flat().filter(({ image }) => !fits(image.header!, usual[0].image.header!));
    return misfits.map(({ image, ...place }) => ({
      ...place,
      finding: lookoutFinding('ERROR_IMAGE_SIZES_DIFFER', [], `${named(image)} is ${text(image.header!)}, but most images of the dataset are ${text(usual[0].image.header!)}, and training needs one size for all; scale or crop it`),
    }));
  }

  private remember(header: ImageHeader, image: Sized): void {
    const key = text(header);
    const same = this.bySize.get(key);
    if (same) same.push(image);
    else this.bySize.set(key, [image]);
  }

  private checkImage(image: ReferredFile): Finding[] {
    const { imageBytes, imageSide: { min, max }, imageAspectRatio = Infinity } = this.rules;
    const { header, bytes, defect } = image;
    const found: Finding[] = [];
    if (defect) found.push(imageFileFinding('ERROR_INVALID_IMAGE', [], `${named(image)} ${defect}`));
    if (bytes > imageBytes) {
      found.push(imageFileFinding('ERROR_INVALID_IMAGE', [], `${named(image)} has ${bytes} bytes, more than ${imageBytes}; compress it more, or make it smaller`));
    }
    if (!header) return found;
    const short = Math.min(header.width, header.height);
    const long = Math.max(header.width, header.height);
    if (short < min || long > max) {
      found.push(imageFileFinding('ERROR_INVALID_IMAGE_DIMENSION', [],
        `${named(image)} is ${text(header)}; use an image with sides of ${min} to ${max} pixels`));
    } else if (long > short * imageAspectRatio) {
      found.push(imageFileFinding('WARNING_IMAGE_ASPECT_RATIO', [],
        `${named(image)} is ${text(header)}; training needs an image at most ${imageAspectRatio} times as long as wide`));
    }
    return found;
  }
}

/** The size that boxes are measured in, where the image has another. */
function misfittingSize(size: StatedSize, image: ReferredFile): Finding[] {
  const { header } = image;
  if (!header || fits(header, size)) return [];
  return [imageFileFinding('IMAGE_SIZE_DIFFERS', [size.attribute],
    `image_size of ${JSON.stringify(size.attribute)} is ${text(size)}, but ${named(image)} is ${text(header)}${header.turned ? ' (turned by its EXIF orientation)' : ''}, so that boxes lie elsewhere; correct image_size and boxes, or put the image there that was labeled`)];
}

function checkMask(image: ReferredFile, mask: ReferredFile | undefined): Finding[] {
  const invalid = (advice: string) => [lookoutFinding('ERROR_INVALID_MASK', [], advice)];
  if (!mask) return [];
  if (!mask.header) return invalid(`the mask ${named(mask)} ${mask.defect}`);
  if (mask.header.format !== 'PNG') return invalid(`the mask ${named(mask)} is a ${mask.header.format} image, whatever its extension says; save it as PNG`);
  if (!image.header || fits(image.header, mask.header)) return [];
  return invalid(`the mask ${named(mask)} is ${text(mask.header)}, but ${named(image)} is ${text(image.header)}; draw the mask in the size of the image`);
}

/** Whether an image has a size, as it is stored or as it is shown. */
function fits({ width, height, turned }: ImageHeader, size: Size): boolean {
  return (width === size.width && height === size.height) || (turned && width === size.height && height === size.width);
}

function named({ path }: ReferredFile): string {
  return JSON.stringify(path);
}

function text({ width, height }: Size): string {
  return `${width}x${height}`;
}
