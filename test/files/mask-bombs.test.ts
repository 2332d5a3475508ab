import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { LabelType, Manifest } from '../../lib';
import { readMask } from '../../lib/files/png';
import { colorMap, maskLine, GREEN, WHITE } from '../formats/lookout/samples';
import { folderWith, jsonLines, messageOf } from '../inputs/lines';
import { chunk, pngFile } from '../rigs/palette-png';
import { makeDataset, makeStack } from '../rigs/stacks';

const PROJECT = join(__dirname, '..', '..');
const MANY = 16_000;

/** One black picture of many pixels, in a few kilobytes. */
const bomb = pngFile(MANY, MANY, [1, 0], Buffer.alloc(MANY * (1 + MANY / 8)));

function maskFile(bytes: Buffer): string {
  const path = join(folderWith({}), 'mask.png');
  writeFileSync(path, bytes);
  return path;
}

/** The memory that a process of its own needed at most, in MB, and what reading the mask said. */
function peak(path: string): { said: string; megabytes: number } {
  const program = `
    const { readMask } = require('./lib/files/png.ts');
    let said = 'nothing';
    const before = process.resourceUsage().maxRSS;
    try { readMask(process.argv[1]); } catch (error) { said = error.message; }
    console.log(JSON.stringify({ said, megabytes: (process.resourceUsage().maxRSS - before) / 1024 }));`;
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', '-e', program, path], { cwd: PROJECT, encoding: 'utf8' }));
}

test('a mask of more pixels than an image may have is refused by its header', () => {
  expect(bomb.length).toBeLessThan(50_000);
  const { said, megabytes } = peak(maskFile(bomb));
  expect(said).toBe('is 16000x16000, but an image has at most 4096 pixels a side; draw the mask in the size of the image');
  // Decoded, it has 1,024 MB.
  expect(megabytes).toBeLessThan(50);
});

test('nor is one decoded whose second header has more pixels', () => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(MANY, 0);
  header.writeUInt32BE(MANY, 4);
  header.set([1, 0], 8);
  const { said, megabytes } = peak(maskFile(pngFile(64, 64, [1, 0], Buffer.alloc(MANY * (1 + MANY / 8)), [chunk('IHDR', header)])));
  expect(said).toBe('is damaged (it has more than one header); copy it again');
  expect(megabytes).toBeLessThan(50);
});

test('nor are more pixels unpacked than the header says', () => {
  const rows = Buffer.alloc(300 * 1024 * 1024);
  const { said, megabytes } = peak(maskFile(pngFile(64, 64, [8, 0], rows)));
  expect([said, megabytes < 100]).toEqual([expect.stringMatching(/nothing|damaged/), true]);
  expect(deflateSync(rows).length).toBeLessThan(1024 * 1024);
});

test('the largest that an image may have is read', () => {
  expect(readMask(maskFile(pngFile(4096, 4096, [8, 0], Buffer.alloc(4096 * 4097))))).toMatchObject({ width: 4096, height: 4096 });
});

test('the error names manifest, line and file', () => {
  const folder = folderWith({ 'train.manifest': jsonLines(maskLine('1.png', colorMap(['BACKGROUND', WHITE], ['scratch', GREEN]))), 'masks/1.png': bomb });
  const manifest = () => Manifest.fromLookout(join(folder, 'train.manifest'), { target: LabelType.DETECTION });
  expect(messageOf(() => makeDataset(makeStack(), { manifest: manifest() }))).toMatch(
    /train\.manifest:1 .*: ERROR_INVALID_MASK: the mask "s3:\/\/parts\/m\/1\.png" \(".*masks\/1\.png"\) is 16000x16000, but an image has at most 4096 pixels a side/);
});
