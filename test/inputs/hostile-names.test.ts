import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, LabelType, Manifest } from '../../lib';
import { colorMap, GREEN, maskLine, WHITE } from '../formats/lookout/samples';
import { png } from '../rigs/images';
import { makeDataset, makeStack } from '../rigs/stacks';
import { folderWith, jsonLines, labelLine } from './lines';

/** Names that clear the screen, set the title, end the line and turn the direction of what follows. */
const EVIL = ['\u001b]0;pwned\u0007\u001b[2J', 'a\r\nb', '\u009b31m', '\u202egpj', '\u200b', '\u007f'];
const image = png(64, 64);

/** What the user reads: errors, and what is left of a synth. */
function said(work: (stack: ReturnType<typeof makeStack>) => unknown): string {
  const stack = makeStack();
  try {
    work(stack);
  } catch (error) {
    return (error as Error).message;
  }
  const { messages } = (stack.node.root as App).synth().getStackByName(stack.stackName);
  return messages.map(({ entry }) => String(entry.data)).join('\n');
}

/** A directory whose own name is hostile, too. */
function directory(evil: string, files: Record<string, Buffer | string>): string {
  const name = `d${evil}`;
  const path = join(folderWith(Object.fromEntries(Object.entries(files).map(([file, content]) => [`${name}/${file}`, content]))), name);
  mkdirSync(path, { recursive: true });
  return path;
}

const fromFolder = (path: string) => (stack: ReturnType<typeof makeStack>) =>
  makeDataset(stack, { manifest: Manifest.fromFolders(path), images: Images.fromDirectory(path) });
const fromLines = (path: string, ...names: string[]) => (stack: ReturnType<typeof makeStack>) =>
  makeDataset(stack, { manifest: Manifest.fromEntries(names.map((name) => labelLine(name))), images: Images.fromDirectory(path) });
const lookout = (path: string, masks?: string) => (stack: ReturnType<typeof makeStack>) =>
  makeDataset(stack, { manifest: Manifest.fromLookout(path, { target: LabelType.DETECTION, masks }), images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics')) });
const line = (name: string) => maskLine(`${name}.png`, colorMap(['BACKGROUND', WHITE], ['scratch', GREEN]));

/** Every message that may hold a path or a name, and a part of it that says it is the one that is meant. */
const MESSAGES: [string, RegExp, (evil: string) => string][] = [
  ['no directory of images', /there is no directory/, (evil) => said(fromLines(`none${evil}`, 'a'))],
  ['no directory of class folders', /there is no directory/, (evil) => said(fromFolder(`none${evil}`))],
  ['no directory of masks', /there is no directory .*with the masks/, (evil) => said(lookout(join(folderWith({ m: '{}' }), 'm'), `none${evil}`))],
  ['no manifest', /there is no file/, (evil) => said(() => Manifest.fromFile(`none${evil}`))],
  ['a manifest that is a directory', /is not a file/, (evil) => said(() => Manifest.fromFile(directory(evil, {})))],
  ['no files', /has no files/, (evil) => said(() => Images.fromDirectory(directory(evil, {})))],
  ['no images in class folders', /has no images in class folders/, (evil) => said(() => Manifest.fromFolders(directory(evil, { a: '' })))],
  ['other files', /are left out/, (evil) => said(fromFolder(directory(evil, { 'crow/1.png': image, [`crow/${evil}.txt`]: 'x' })))],
  ['a link to elsewhere', /which is hidden or outside/, (evil) => said(() => {
    const path = directory(evil, { 'crow/1.png': image });
    symlinkSync(directory(evil, {}), join(path, 'crow', evil));
    Images.fromDirectory(path);
  })],
  ['a link that leads nowhere', /is a broken link/, (evil) => said(() => {
    const path = directory(evil, { 'crow/1.png': image });
    symlinkSync('none', join(path, 'crow', evil));
    Manifest.fromFolders(path);
  })],
  ['a named pipe', /is a named pipe/, (evil) => said(() => {
    const path = directory(evil, { 'crow/1.png': image });
    execFileSync('mkfifo', [join(path, 'crow', evil)]);
    Images.fromDirectory(path);
  })],
  ['a backslash', /has a backslash/, (evil) => said(() => Images.fromDirectory(directory(evil, { [`\\${evil}`]: 'x' })))],
  ['an image that is none', /ERROR_INVALID_IMAGE/, (evil) => said(fromLines(directory(evil, { [`${evil}.png`]: `x${evil}` }), `${evil}.png`))],
  ['an image of a wrong size', /ERROR_INVALID_IMAGE_DIMENSION/, (evil) => said(fromLines(directory(evil, { [`${evil}.png`]: png(1, 1) }), `${evil}.png`))],
  ['an image that is not there', /IMAGE_NOT_IN_DIRECTORY/, (evil) => said(fromLines(directory(evil, { a: 'x' }), `${evil}.png`))],
  ['an image that is written otherwise', /differs in upper and lower case/, (evil) => said(fromLines(directory(evil, { [`${evil}.PNG`]: image }), `${evil}.png`))],
  ['a hidden image', /are not uploaded; rename it/, (evil) => said(fromLines(directory(evil, { a: 'x', [`.${evil}`]: 'x' }), `.${evil}`))],
  ['a broken line of a file', /ERROR_INVALID_JSON_LINE/, (evil) => said((stack) =>
    makeDataset(stack, { manifest: Manifest.fromFile(join(directory(evil, { [evil]: `{"source-ref": "s3://b/${evil}"\n` }), evil)) }))],
  ['a warning on a file', /WARNING/, (evil) => said((stack) =>
    makeDataset(stack, { manifest: Manifest.fromFile(join(directory(evil, { [evil]: jsonLines({ 'source-ref': `s3://bucket/${evil}.jpg` }) }), evil)) }))],
  ['no entries', /has no entries/, (evil) => said((stack) => makeDataset(stack, { manifest: Manifest.fromFile(join(directory(evil, { [evil]: '' }), evil)) }))],
  ['a mask that is not there', /is not in/, (evil) => said(lookout(join(directory(evil, { [evil]: jsonLines(line(evil)), 'masks/x.png': image }), evil)))],
  ['a mask that is none', /is not a PNG file/, (evil) => said(lookout(join(directory(evil, { [evil]: jsonLines(line(`x${evil}`)), [`masks/x${evil}.png`]: 'GIF' }), evil)))],
  ['a slash in front of a prefix', /begins with a slash/, (evil) => said((stack) => Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), { prefix: `/${evil}` }))],
  ['a slash in front of a key', /begins with a slash/, (evil) => said((stack) => Manifest.fromBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), `/${evil}`))],
  ['an address of an export', /must be the literal S3 address/, (evil) => said((stack) => Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), { rewriteFrom: evil }))],
];

test.each(MESSAGES)('%s: no character of a name reaches the terminal as a command', (_what, meant, message) => {
  for (const evil of EVIL) {
    const text = message(evil);
    expect(text).toMatch(meant);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    expect(text).toMatch(/\\u00|\\u20/);
    // Lines end where we end them.
    expect(text.split('\n').filter((part) => part.startsWith('b'))).toEqual([]);
  }
});
