import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { Images, lookoutvision, Manifest } from '../../lib';
import { readImageFile } from '../../lib/files/image-header';
import { classLine, colorMap, GREEN, maskLine } from '../formats/lookout/samples';
import { boxLine, folderWith, labelLine, messageOf } from '../inputs/lines';
import { jpeg, png } from '../rigs/images';
import type { JpegOptions } from '../rigs/images';
import { failOnErrors, makeDataset, makeStack } from '../rigs/stacks';

const GIF = Buffer.from('GIF89a\x40\0\x40\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x40\0\x40\0\0', 'latin1');
const MIB = 1024 * 1024;

function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
}

/** An image whose file is filled up to a size. */
function folderWithLarge(name: string, image: Buffer, bytes: number): string {
  const folder = folderWith({ [name]: image });
  truncateSync(join(folder, name), bytes);
  return folder;
}

/** What is said of images, one line each, in a dataset of Rekognition. */
function said(files: Record<string, string | Buffer>, folder = folderWith(files)): string[] {
  const manifest = Manifest.fromEntries(Object.keys(files).map((name) => labelLine(name)));
  const stack = makeStack();
  const message = messageOf(() => {
    makeDataset(stack, { manifest, images: Images.fromDirectory(folder) });
    throw new Error(warnings(stack).join('\n'));
  });
  return message.split('\n').slice(message.startsWith('Stack/Train: ') ? 1 : 0).map((line) => line.trim().replaceAll(folder, 'images'));
}

test('what training refuses is said with line, reference, file and code, what is alike together', () => {
  const good = jpeg();
  expect(said({
    'good.jpg': good,
    'renamed.jpg': GIF,
    'page.jpg': '<!DOCTYPE html><html><body>Sign in</body></html>',
    'small.png': png(63, 600),
    'birds/long.png': png(4097, 300),
    'empty.png': '',
    'cut.jpg': good.subarray(0, 60),
    'cut.png': png().subarray(0, 20),
    'start.png': png().subarray(0, 3),
    'lfs.jpg': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    'archive.jpg': Buffer.from('504b0304140000000800', 'hex'),
    'flat.png': png(800, 0),
  })).toEqual([
    'Manifest.fromEntries:2 (renamed.jpg): ERROR_INVALID_IMAGE: "images/renamed.jpg" is a GIF image, whatever its extension says; save it as JPEG or PNG.',
    'Manifest.fromEntries:3 (page.jpg): ERROR_INVALID_IMAGE: "images/page.jpg" is not a JPEG or PNG image (the file signature counts, not the extension): it begins with the text "<!DOCTYPE html><"; replace it with the image.',
    'ERROR_INVALID_IMAGE_DIMENSION (2 times): "…" is …; use an image with sides of 64 to 4096 pixels.',
    'Manifest.fromEntries:4 (small.png): "images/small.png", 63x600',
    'Manifest.fromEntries:5 (birds/long.png): "images/birds/long.png", 4097x300',
    'Manifest.fromEntries:6 (empty.png): ERROR_INVALID_IMAGE: "images/empty.png" is empty; copy it again.',
    'Manifest.fromEntries:7 (cut.jpg): ERROR_INVALID_IMAGE: "images/cut.jpg" begins like a JPEG image, but its header is damaged or cut off; copy it again.',
    'ERROR_INVALID_IMAGE (2 times): "…" begins like a PNG image, but its header is damaged or cut off; copy it again.',
    'Manifest.fromEntries:8 (cut.png): "images/cut.png"',
    'Manifest.fromEntries:12 (flat.png): "images/flat.png"',
    'Manifest.fromEntries:9 (start.png): ERROR_INVALID_IMAGE: "images/start.png" has only the first bytes of an image; copy it again.',
    'Manifest.fromEntries:10 (lfs.jpg): ERROR_INVALID_IMAGE: "images/lfs.jpg" is a pointer of Git LFS, which stands for the image; fetch the image with "git lfs pull".',
    'Manifest.fromEntries:11 (archive.jpg): ERROR_INVALID_IMAGE: "images/archive.jpg" is not a JPEG or PNG image (the file signature counts, not the extension): it begins with the bytes 504b0304140000000800; replace it with the image.',
  ]);
});

test('the limits themselves are allowed, and the content counts, not the name', () => {
  expect(said({ 'a.png': png(64, 64), 'b.jpg': png(4096, 205), 'c.png': jpeg(4096, 4096), 'd': jpeg(65, 1300, { progressive: true }) })).toEqual(['']);
});

test('a file may have 15 MB, and one byte more is too much', () => {
  expect(said({ 'a.png': '' }, folderWithLarge('a.png', png(), 15 * MIB))).toEqual(['']);
  expect(said({ 'a.png': '' }, folderWithLarge('a.png', png(4097, 64), 15 * MIB + 1))).toEqual([
    'Manifest.fromEntries:1 (a.png): ERROR_INVALID_IMAGE: "images/a.png" has 15728641 bytes, more than 15728640; compress it more, or make it smaller.',
    'Manifest.fromEntries:1 (a.png): ERROR_INVALID_IMAGE_DIMENSION: "images/a.png" is 4097x64; use an image with sides of 64 to 4096 pixels.',
  ]);
});

test('an image that is too long for its width is warned of', () => {
  expect(said({ 'a.png': png(64, 1280), 'b.png': png(64, 1281) })).toEqual([expect.stringMatching(
    /^Manifest\.fromEntries:2 \(b\.png\): WARNING_IMAGE_ASPECT_RATIO: "images\/b\.png" is 64x1281; training needs an image at most 20 times as long as wide\. \[ack: cdk-vision-datasets:Dataset\.imageAspectRatio\]$/)]);
});

test('an image that is gone since the directory was listed', () => {
  const folder = folderWith({ '1.jpg': jpeg(), '2.jpg': jpeg() });
  const images = Images.fromDirectory(folder);
  rmSync(join(folder, '2.jpg'));
  expect(() => makeDataset(makeStack(), { images, manifest: Manifest.fromEntries([labelLine('1.jpg'), labelLine('2.jpg')]) }))
    .toThrow(/fromEntries:2 \(2\.jpg\): ERROR_INVALID_IMAGE: ".*2\.jpg" cannot be opened \(ENOENT.*\); check that it is there and may be read\.$/);
});

describe('entries with errors', () => {
  const folder = () => folderWith({ '1.jpg': jpeg(), '2.jpg': GIF, '3.jpg': jpeg(), '4.jpg': png(60, 4000) });
  const spoil = (bb: any) => { bb.annotations[0].class_id = 7; };
  const lines = [labelLine('1.jpg'), boxLine('2.jpg', spoil), boxLine('3.jpg', spoil), labelLine('4.jpg')];
  const make = (maxErrorEntries: number, stack = makeStack()) => {
    makeDataset(stack, { manifest: Manifest.fromEntries(lines), images: Images.fromDirectory(folder()), maxErrorEntries });
    return warnings(stack);
  };

  test('are those with an error in the line, the file or both, each counted once', () => {
    expect(make(3)).toEqual([expect.stringContaining('3 entries have errors, which maxErrorEntries tolerates')]);
    const message = messageOf(() => make(2));
    expect(message).toContain('has 4 problems');
    expect(message.split('\n').slice(1).map((text) => text.replace(/: (annotations|"images).*$/, ''))).toEqual([
      '  ERROR_MISSING_CLASS_MAP_ID (2 times)', '    Manifest.fromEntries:2 (2.jpg)', '    Manifest.fromEntries:3 (3.jpg)',
      expect.stringMatching(/:2 \(2\.jpg\): ERROR_INVALID_IMAGE/), expect.stringMatching(/:4 \(4\.jpg\): ERROR_INVALID_IMAGE_DIMENSION/),
    ]);
  });

  test('are said together with images that are not there', () => {
    const manifest = Manifest.fromEntries([labelLine('2.jpg'), labelLine('5.jpg')]);
    const message = messageOf(() => makeDataset(makeStack(), { manifest, images: Images.fromDirectory(folder()) }));
    expect(message).toMatch(/has 2 problems:\n.*:2 \(5\.jpg\): IMAGE_NOT_IN_DIRECTORY: .*\n.*:1 \(2\.jpg\): ERROR_INVALID_IMAGE:/);
  });
});

test('what the line itself says of the size is not said again of the file', () => {
  const stack = makeStack();
  const manifest = Manifest.fromEntries([boxLine('1.png', (bb) => { bb.image_size[0] = { width: 200, height: 4001, depth: 3 }; })]);
  makeDataset(stack, { manifest, images: Images.fromDirectory(folderWith({ '1.png': png(200, 4001) })) });
  expect(warnings(stack)).toEqual([expect.stringMatching(/WARNING_IMAGE_ASPECT_RATIO: image_size of "bb" is 200x4001; .* long as wide\. \[ack/)]);
  expect(warnings(stack)[0]).not.toContain('more like it');
});

describe('an image_size', () => {
  const warningsFor = (image: Buffer) => {
    const stack = makeStack();
    const images = Images.fromDirectory(folderWith({ '1.jpg': jpeg(), '2.jpg': image }));
    makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('1.jpg'), boxLine('2.jpg')]), images });
    return warnings(stack);
  };

  test('that is not the size of the image is warned of', () => {
    expect(warningsFor(jpeg(1024, 768))).toEqual([expect.stringMatching(
      /^Manifest\.fromEntries:2 \(2\.jpg\): IMAGE_SIZE_DIFFERS: image_size of "bb" is 800x600, but ".*2\.jpg" is 1024x768, so that boxes lie elsewhere; correct image_size and boxes, or put the image there that was labeled\. \[ack: cdk-vision-datasets:Dataset\.imageSizeDiffers\]$/)]);
    expect(warningsFor(jpeg(800, 601, { orientation: 6 }))).toEqual([expect.stringContaining('is 800x601 (turned by its EXIF orientation)')]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => [{ orientation, bigEndian: false }, { orientation, bigEndian: true }]))(
    'of an image with the EXIF %j is the stored one, or the turned one where it is turned', (options) => {
      expect(warningsFor(jpeg(800, 600, options))).toEqual([]);
      expect(warningsFor(jpeg(600, 800, options))).toHaveLength(options.orientation >= 5 ? 0 : 1);
    });

  test('of an image without EXIF has width and height in their order', () => {
    expect(warningsFor(jpeg(600, 800))).toHaveLength(1);
    expect(warningsFor(png(600, 800))).toHaveLength(1);
  });

  test('is not asked for where it is no size', () => {
    const spoilt = [undefined, null, {}, [], [null], [{}], 'large', [{ width: '800', height: 600 }]];
    const lines = spoilt.map((size, i) => boxLine(`${i}.jpg`, (bb) => { bb.image_size = size; }));
    const files = Object.fromEntries(spoilt.map((_, i) => [`${i}.jpg`, jpeg()]));
    const stack = makeStack();
    const images = Images.fromDirectory(folderWith(files));
    makeDataset(stack, { manifest: Manifest.fromEntries(lines), images, maxErrorEntries: spoilt.length });
    expect(warnings(stack).filter((text) => text.includes('IMAGE_SIZE_DIFFERS'))).toEqual([]);
  });
});

test('a part of a manifest names the lines of the whole', () => {
  const names = Array.from({ length: 20 }, (_, i) => `${i}.png`);
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, name === '11.png' ? png(63, 63) : png()])));
  const images = Images.fromDirectory(folder);
  const { train, test } = Manifest.fromEntries(names.map((name) => labelLine(name))).split({ testFraction: 0.5 });
  const failed = [train, test].flatMap((manifest) => {
    try {
      makeDataset(makeStack(), { manifest, images });
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  expect(failed).toEqual([expect.stringMatching(/has a problem:\n {2}Manifest\.fromEntries:12 \(11\.png\): ERROR_INVALID_IMAGE_DIMENSION/)]);
});

test('a file is read once, however many datasets name it', () => {
  const folder = folderWith({ '1.jpg': jpeg() });
  const images = Images.fromDirectory(folder);
  const make = (of: Images) => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine('1.jpg')]), images: of });
  make(images);
  writeFileSync(join(folder, '1.jpg'), GIF);
  expect(() => make(images)).not.toThrow();
  expect(() => make(Images.fromDirectory(folder))).toThrow('is a GIF image');
});

test('the images of the example are good', () => {
  const example = join(__dirname, '..', '..', 'example');
  const images = Images.fromDirectory(join(example, 'images'));
  for (const set of ['train', 'test']) {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromFile(join(example, `${set}.manifest`)), images });
    expect(warnings(stack)).toEqual([]);
  }
});

describe('Lookout for Vision', () => {
  const enough = Array.from({ length: 10 }, (_, i) => `${i}.png`);
  const lines = [...enough.map((name) => classLine(name, 'normal')), maskLine('bad.png', colorMap(['scratch', GREEN]))];
  const good = Object.fromEntries([...enough, 'bad.png', 'm/bad.png'].map((name) => [name, png()]));
  const made = (files: Record<string, Buffer>, folder = folderWith({ ...good, ...files })) => {
    const stack = makeStack();
    failOnErrors(new lookoutvision.Dataset(stack, 'Train', {
      project: new lookoutvision.Project(stack, 'Parts'),
      datasetType: lookoutvision.DatasetType.TRAIN,
      manifest: Manifest.fromEntries(lines),
      images: Images.fromDirectory(folder, { rewriteFrom: 's3://parts/' }),
    }));
    return warnings(stack).filter((text) => !text.includes('serviceDiscontinued'));
  };

  test('takes images and masks of one size', () => {
    expect(made({})).toEqual([]);
    expect(made(Object.fromEntries(Object.keys(good).map((name) => [name, png(4096, 64)])))).toEqual([]);
    // The mask is drawn as the image is shown.
    expect(made({ 'bad.png': jpeg(600, 800, { orientation: 6 }) })).toEqual([]);
  });

  test.each<[string, Record<string, Buffer>, RegExp]>([
    ['an image of another size', { '3.png': png(801, 600) }, /:4 \(.*3\.png\): ERROR_IMAGE_SIZES_DIFFER: ".*3\.png" is 801x600, but most images of the dataset are 800x600, and training needs one size for all; scale or crop it\.$/],
    ['a mask of another size', { 'm/bad.png': png(400, 300) }, /:11 \(.*bad\.png\): ERROR_INVALID_MASK: the mask ".*bad\.png" is 400x300, but ".*bad\.png" is 800x600; draw the mask in the size of the image\.$/],
    ['a mask that is no PNG', { 'm/bad.png': jpeg() }, /:11 .*: ERROR_INVALID_MASK: the mask ".*bad\.png" is a JPEG image, whatever its extension says; save it as PNG\.$/],
    ['a mask that is none', { 'm/bad.png': GIF }, /:11 .*: ERROR_INVALID_MASK: the mask ".*bad\.png" is a GIF image/],
    ['an image that is none', { '0.png': GIF }, /:1 .*: ERROR_INVALID_IMAGE: ".*0\.png" is a GIF image/],
  ])('refuses %s', (_what, files, message) => {
    expect(messageOf(() => made(files))).toMatch(/has a problem:/);
    expect(messageOf(() => made(files))).toMatch(message);
  });

  test('takes files of 8 MB and no larger ones', () => {
    const folder = folderWith(good);
    truncateSync(join(folder, '5.png'), 8 * MIB);
    expect(made({}, folder)).toEqual([]);
    truncateSync(join(folder, '5.png'), 8 * MIB + 1);
    expect(messageOf(() => made({}, folder))).toMatch(/:6 .*: ERROR_INVALID_IMAGE: ".*5\.png" has 8388609 bytes, more than 8388608/);
  });
});

describe('a header', () => {
  const folder = folderWith({});
  const read = (bytes: Uint8Array) => {
    writeFileSync(join(folder, 'image'), bytes);
    return readImageFile(join(folder, 'image'));
  };

  test.each([1, 8, 70])('is found behind %d long segments', (longSegments) => {
    expect(read(jpeg(123, 456, { longSegments }))).toMatchObject({ header: { format: 'JPEG', width: 123, height: 456 } });
  });

  test('is not looked for in more than 16 MiB', () => {
    expect(read(jpeg(123, 456, { longSegments: 270 })).defect).toMatch(/damaged or cut off/);
  });

  const options: fc.Arbitrary<JpegOptions> = fc.record({
    orientation: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    bigEndian: fc.boolean(),
    progressive: fc.boolean(),
    longSegments: fc.constantFrom(0, 0, 1, 9),
  });
  const side = fc.integer({ min: 1, max: 5000 });

  test('is the one of the whole image, or none, wherever the file is cut', () => {
    fc.assert(fc.property(side, side, options, fc.double({ min: 0, max: 1, noNaN: true }), (width, height, how, at) => {
      const whole = jpeg(width, height, how);
      const header = { format: 'JPEG', width, height, turned: (how.orientation ?? 1) >= 5 };
      expect(read(whole)).toEqual({ bytes: whole.length, header });
      const cut = read(whole.subarray(0, Math.floor(at * Math.min(whole.length, 700_000))));
      if (cut.header) expect(cut.header).toEqual(header);
      else expect(cut.defect).toMatch(/is empty|first bytes|damaged or cut off|begins with the bytes/);
    }), { numRuns: 200 });
  });

  test('of any bytes is read or complained of, never thrown', () => {
    const magic = ['', '\xff\xd8\xff', 'GIF89a', 'RIFF\0\0\0\0WEBPVP8 ', '\0\0\0\x20ftypheic', '<svg ', 'II*\0', 'MM\0*', 'BM', '\0\0\x01\0\x01\0', '8BPS\0\x01'];
    const starts = [...magic.map((text) => Buffer.from(text, 'latin1')), png().subarray(0, 8), png().subarray(0, 16)];
    fc.assert(fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      const { bytes, header, defect } = read(Buffer.concat([start, rest]));
      expect(bytes).toBe(start.length + rest.length);
      expect((header === undefined) !== (defect === undefined)).toBe(true);
      if (header) expect(Math.min(header.width, header.height)).toBeGreaterThan(0);
    }), { numRuns: 1000 });
  });
});
