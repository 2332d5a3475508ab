import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { Images, LabelType, Manifest } from '../../lib';
import { filesBelow } from '../../lib/files/directory';
import { colorMap, GREEN, maskLine, WHITE } from '../formats/lookout/samples';
import { asNobody, folderWith, jsonLines, labelLine, messageOf } from '../inputs/lines';
import { jpeg, png } from '../rigs/images';
import { makeDataset } from '../rigs/stacks';

const image = png(64, 64);
/** Everything that reads a directory of the user. */
const READERS: [string, (path: string, allowExternalSymlinks?: boolean) => unknown][] = [
  ['Images.fromDirectory', (path, allowExternalSymlinks) => Images.fromDirectory(path, { allowExternalSymlinks })],
  ['Manifest.fromFolders', (path, allowExternalSymlinks) => Manifest.fromFolders(path, { allowExternalSymlinks })],
  ['Manifest.fromLookout', (path, allowExternalSymlinks) => {
    const manifest = join(folderWith({ manifest: '{}\n' }), 'manifest');
    return Manifest.fromLookout(manifest, { target: LabelType.DETECTION, masks: path, allowExternalSymlinks });
  }],
];

/** A directory with one image, and whatever `add` puts there. */
function directory(add: (path: string) => void = () => undefined): string {
  const path = folderWith({ 'crow/1.png': image });
  add(path);
  return path;
}

/** The names of the files that `Images.fromDirectory` uploads, and what they hold. */
function uploaded(path: string, options = {}, app = new App({ outdir: folderWith({}) })): Map<string, string> {
  makeDataset(new Stack(app, 'Stack'), { manifest: Manifest.fromEntries([labelLine('crow/1.png')]), images: Images.fromDirectory(path, options) });
  const { directory: assembly } = app.synth();
  const [asset] = readdirSync(assembly).map((name) => join(assembly, name)).filter((name) => existsSync(join(name, 'crow')));
  const names = readdirSync(asset, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(asset, name)).isFile());
  return new Map(names.sort().map((name) => [name, execFileSync('cat', [join(asset, name)], { encoding: 'latin1' })]));
}

// Modules that are loaded on demand are loaded before a test gives up its rights.
beforeAll(() => { uploaded(directory()); });

const secret = () => folderWith({ credentials: 'aws_secret_access_key = abc' });

describe.each(READERS)('%s', (caller, read) => {
  test.each<[string, (path: string) => void]>([
    ['a file', (path) => symlinkSync(join(secret(), 'credentials'), join(path, 'crow', '2.png'))],
    ['a folder', (path) => symlinkSync(secret(), join(path, 'rook'))],
    ['the root', (path) => symlinkSync('/', join(path, 'rook'))],
    ['the parent', (path) => symlinkSync('../..', join(path, 'crow', 'up'))],
    ['a folder whose name goes on', (path) => { mkdirSync(`${path}-more`); symlinkSync(`../${path.split('/').pop()}-more`, join(path, 'rook')); }],
    ['a file by way of a link inside', (path) => {
      symlinkSync(join(secret(), 'credentials'), join(path, 'x'));
      symlinkSync('../x', join(path, 'crow', '0.png'));
    }],
    ['a hidden file', (path) => { writeFileSync(join(path, '.env'), 'SECRET=1'); symlinkSync('../.env', join(path, 'crow', '2.png')); }],
  ])('refuses a link to %s that is none of the directory', (_what, add) => {
    const path = directory(add);
    expect(messageOf(() => read(path))).toMatch(
      new RegExp(`^${caller}: "[^"]+" in "${path}" is a link to "[^"]+", which is hidden or outside of the directory; replace the link with a copy, or set allowExternalSymlinks if you trust all links$`));
  });

  test('follows such links where the user allows it', () => {
    const path = directory((at) => symlinkSync(folderWith({ '2.png': image }), join(at, 'rook')));
    expect(() => read(path, true)).not.toThrow();
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['a link that leads nowhere', (path) => symlinkSync('none', join(path, 'crow', '2.png')), /"crow\/2\.png" in ".*" is a broken link; fetch its target/],
    ['a link to itself', (path) => symlinkSync('2.png', join(path, 'crow', '2.png')), /"crow\/2\.png" in ".*" is a circular link: it points to itself; remove the link$/],
    ['a link to the directory', (path) => symlinkSync('..', join(path, 'crow', 'up')), /"crow\/up" in ".*" is a circular link: it points to a folder that contains it; remove the link$/],
    ['links that lead to one another', (path) => {
      mkdirSync(join(path, 'rook'));
      symlinkSync('../rook', join(path, 'crow', 'a'));
      symlinkSync('../crow', join(path, 'rook', 'b'));
    }, /"crow\/a\/b" in ".*" is a circular link/],
    ['a named pipe', (path) => execFileSync('mkfifo', [join(path, 'crow', '2.png')]), /"crow\/2\.png" in ".*" is a named pipe, which cannot be uploaded; move it out of the directory$/],
    ['a link to a named pipe', (path) => {
      execFileSync('mkfifo', [join(path, 'pipe')]);
      symlinkSync('../pipe', join(path, 'crow', '2.png'));
    }, /"crow\/2\.png" in ".*" is a named pipe/],
    ['a name that is not UTF-8', (path) => writeFileSync(Buffer.concat([Buffer.from(join(path, 'crow', 'kr')), Buffer.from('e4686520.png', 'hex')]), image), /"crow\/kr\ufffdhe .*" in ".*" has a name that is not UTF-8, which S3 requires; rename it$/],
    ['a backslash', (path) => writeFileSync(join(path, 'crow', 'a\\b.png'), image), /"crow\/a\\b\.png" in ".*" has a backslash or the letter of a drive in its name, which an upload would change; rename it$/],
    ['the letter of a drive', (path) => writeFileSync(join(path, 'c:1.png'), image), /"c:1\.png" in ".*" has a backslash or the letter of a drive/],
  ])('says in one sentence that there is %s', (_what, add, message) => {
    const text = messageOf(() => read(directory(add)));
    expect(text).toMatch(message);
    expect(text).toMatch(new RegExp(`^${caller}: `));
    expect(text).not.toContain('\n');
  });

  test('says in one sentence that there is a socket', async () => {
    const path = directory();
    const server = createServer().listen(join(path, 'crow', 's'));
    await new Promise((listening) => server.once('listening', listening));
    expect(messageOf(() => read(path))).toMatch(/"crow\/s" in ".*" is a socket, which cannot be uploaded/);
    server.close();
  });

  test('says in one sentence that a folder may not be read', () => {
    const path = directory((at) => { mkdirSync(join(at, 'rook'), 0o700); chmodSync(at, 0o755); });
    chmodSync(join(path, 'rook'), 0);
    asNobody(() => expect(messageOf(() => read(path))).toMatch(
      new RegExp(`^${caller}: "rook/?" in "${path}" cannot be read \\(EACCES\\); check that it is there and may be read$`)));
  });

  test('is not led astray by links that multiply', () => {
    const path = directory((at) => {
      for (let level = 0; level < 30; level++) {
        mkdirSync(join(at, `l${level}`));
        for (const link of ['a', 'b']) symlinkSync(`../l${level + 1}`, join(at, `l${level}`, link));
      }
      mkdirSync(join(at, 'l30'));
    });
    expect(messageOf(() => read(path))).toMatch(/has more than 1000 links to folders, including those behind links; name the directory that holds the images$/);
  });
});

test('a directory may have a million files and folders, and no more', () => {
  const path = folderWith(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`a/${i}`, ''])));
  for (let i = 0; i < 998; i++) symlinkSync('a', join(path, `l${i}`));
  const count = () => filesBelow('x', path).names.length;
  expect(count()).toBe(999_000);
  symlinkSync('a', join(path, 'm'));
  expect(messageOf(count)).toMatch(/has more than 1000000 files and folders, including those behind links/);
});

test.each<[string, (path: string) => unknown]>([
  ['Manifest.fromFile', (path) => makeDataset(new Stack(new App(), 'S'), { manifest: Manifest.fromFile(path) })],
  ['Manifest.fromLookout', (path) => makeDataset(new Stack(new App(), 'S'), { manifest: Manifest.fromLookout(path, { target: LabelType.CLASSIFICATION }) })],
  ...READERS,
])('%s says in one sentence that it may not read, be it the path itself or a folder above it', (caller, read) => {
  for (const inside of ['', 'locked/']) {
    const folder = folderWith({ 'locked/x': '{}\n' });
    const path = join(folder, 'locked', 'x');
    chmodSync(folder, 0o755);
    chmodSync(inside ? join(folder, 'locked') : path, 0);
    if (!inside && READERS.some(([, reader]) => reader === read)) continue;
    const made = messageOf(() => asNobody(() => read(path)));
    expect(made.replace('S/Train: ', '')).toBe(`${caller}: "${path}" cannot be read (EACCES); check that it is there and may be read`);
    chmodSync(join(folder, 'locked'), 0o755);
  }
});

describe('what Images.fromDirectory uploads', () => {
  test('has no hidden files, and no content from elsewhere', () => {
    const path = directory((at) => {
      for (const [name, text] of Object.entries({ '.env': 'SECRET=1', '.git/config': 'url', 'crow/.DS_Store': 'x', 'crow/..2.png': 'y' })) {
        mkdirSync(join(at, name, '..'), { recursive: true });
        writeFileSync(join(at, name), text);
      }
      symlinkSync(join(secret(), 'credentials'), join(at, 'crow', '.link'));
      symlinkSync('..', join(at, '.loop'));
      symlinkSync('1.png', join(at, 'crow', '2.png'));
    });
    expect([...uploaded(path).keys()]).toEqual(['crow/1.png', 'crow/2.png']);
  });

  test('has what links lead to where the user allows it', () => {
    const path = directory((at) => symlinkSync(folderWith({ '2.txt': 'two', '.hidden': 'x' }), join(at, 'rook')));
    expect(uploaded(path, { allowExternalSymlinks: true }).get('rook/2.txt')).toBe('two');
  });

  test('is named by what is uploaded alone', () => {
    const path = directory();
    const assets = () => { const outdir = folderWith({}); uploaded(path, {}, new App({ outdir })); return readdirSync(outdir).filter((name) => name.startsWith('asset.')).sort(); };
    const before = assets();
    writeFileSync(join(path, '.DS_Store'), 'x');
    expect(assets()).toEqual(before);
    writeFileSync(join(path, 'crow', '2.png'), image);
    expect(assets()).not.toEqual(before);
  });

  test('is what was looked at, whatever the names', () => {
    const step = fc.oneof(fc.constantFrom('.x', '..x', 'a', '-', '!a', '#b', '*', '[a]', 'a b', '{a,b}', '(x)', '?', '+(a)', 'ä', 'a\n', '\u001b[2J', '.'.repeat(3)), fc.stringMatching(/^[ -.0-[\]-~]{1,12}$/));
    const usable = (name: string) => !['.', '..'].includes(name) && !/^[a-z]:/i.test(name) && name !== 'crow';
    fc.assert(fc.property(fc.uniqueArray(fc.array(step.filter(usable), { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (paths) => {
      const path = directory();
      for (const steps of paths) {
        try {
          mkdirSync(join(path, ...steps.slice(0, -1)), { recursive: true });
          writeFileSync(join(path, ...steps), 'x');
        } catch { /* A folder and a file of the same name. */ }
      }
      expect([...uploaded(path).keys()]).toEqual([...filesBelow('x', path).names].sort());
    }), { numRuns: 15 });
  });

  test('names the file that may not be read', () => {
    const path = directory((at) => { writeFileSync(join(at, 'notes.txt'), 'x'); chmodSync(at, 0o755); });
    chmodSync(join(path, 'notes.txt'), 0);
    const outdir = folderWith({});
    chmodSync(outdir, 0o777);
    asNobody(() => expect(messageOf(() => uploaded(path, {}, new App({ outdir })))).toMatch(
      /Images\.fromDirectory: "notes\.txt" in ".*" cannot be read \(EACCES\); check that it is there and may be read$/));
  });

  test('is refused where hidden files would be uploaded, too, because assets are not staged', () => {
    const path = directory((at) => writeFileSync(join(at, '.env'), 'SECRET=1'));
    const app = () => new App({ context: { 'aws:cdk:disable-asset-staging': true }, outdir: folderWith({}) });
    const make = (at: string) => makeDataset(new Stack(app(), 'S'), { manifest: Manifest.fromEntries([labelLine('crow/1.png')]), images: Images.fromDirectory(at) });
    expect(messageOf(() => make(path))).toMatch(/Images\.fromDirectory: "\.env" is hidden and must not be uploaded, but it would be without the staging of assets/);
    expect(() => make(directory())).not.toThrow();
  });
});

test('a reference to a hidden file is an error that says why', () => {
  const path = directory((at) => { mkdirSync(join(at, '.cache')); writeFileSync(join(at, '.cache', '2.jpg'), jpeg()); });
  expect(messageOf(() => makeDataset(new Stack(new App(), 'S'), { manifest: Manifest.fromEntries([labelLine('.cache/2.jpg')]), images: Images.fromDirectory(path) })))
    .toMatch(/IMAGE_NOT_IN_DIRECTORY: ".*" has "\.cache\/2\.jpg", but files and folders whose name begins with a dot are not uploaded; rename it\.$/);
});

test('two class folders that look alike are no two classes', () => {
  const path = folderWith({ 'kr\u00e4he/1.png': image, 'kra\u0308he/2.png': image, 'crow/1.png': image, 'Crow/1.png': image });
  expect(messageOf(() => Manifest.fromFolders(path))).toMatch(/has two class folders "kr.{1,2}he" that look alike but differ in Unicode normalization .*; move their images into one of them$/);
  expect(() => Manifest.fromFolders(folderWith({ 'kr\u00e4he/1.png': image, 'Crow/1.png': image, 'crow/1.png': image }))).not.toThrow();
});

test.each([
  ['another Unicode form', 'kr\u00e4he', 'kra\u0308he', 'which looks the same but differs in Unicode normalization'],
  ['another case', 'Crow', 'crow', 'which differs in upper and lower case'],
])('a mask whose file is written in %s is named', (_what, written, file, difference) => {
  const folder = folderWith({ manifest: jsonLines(maskLine(`${written}.png`, colorMap(['BACKGROUND', WHITE], ['scratch', GREEN]))), [`masks/${file}.png`]: image });
  const manifest = Manifest.fromLookout(join(folder, 'manifest'), { target: LabelType.DETECTION });
  expect(messageOf(() => makeDataset(new Stack(new App(), 'S'), { manifest }))).toContain(`but "${file}.png" is, ${difference}`);
});
