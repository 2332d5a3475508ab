/**
 * The rooms of the house, from the ground up: what lives in each, and what it may import. ESLint holds every file to them
 * (eslint.config.mjs), and the table in CONTRIBUTING.md is written from here: `node scripts/rooms.mjs`.
 *
 * A room is a folder; a file belongs to the innermost room around it. It may import what lies in its room, rooms inside
 * included, and what `imports` names: a file, or a folder with all that is in it. Nothing below a room in this list may be named.
 * Of the packages, CDK's and the AWS SDK's are for the rooms that say so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MANIFEST = 'lib/manifest/index.ts';
const FORMATS = 'lib/formats/index.ts';
const WIRE = 'lib/provider/wire.ts';

/** @type {readonly { room: string, what: string, imports?: readonly string[], cdk?: true, sdk?: true }[]} */
export const ROOMS = [
  { room: 'lib/manifest/lines', what: 'lines as bytes: split, scanned, rewritten' },
  { room: 'lib/manifest/rules', what: 'findings and the rules that both services share', imports: ['lib/manifest/lines'] },
  { room: 'lib/manifest/rekognition', what: 'the rules of Rekognition Custom Labels', imports: ['lib/manifest/lines', 'lib/manifest/rules'] },
  { room: 'lib/manifest/lookoutvision', what: 'the rules of Lookout for Vision', imports: ['lib/manifest/lines', 'lib/manifest/rules'] },
  { room: 'lib/manifest/diff', what: 'what a dataset has against what it shall have, in chunks', imports: ['lib/manifest/lines', 'lib/manifest/rules'] },
  { room: 'lib/manifest', what: 'the engine for JSON Lines manifests: one pass that checks, resolves, compares and splits. Pure' },
  { room: 'lib/formats', what: 'other formats of labeled images, to and from manifest lines. Pure', imports: [MANIFEST] },
  { room: 'lib/files', what: 'folders, images and masks of this machine, without CDK', imports: [MANIFEST, FORMATS] },
  { room: 'lib/provider', what: 'the functions and the bucket that do the work, and `wire.ts`, their contract with the constructs', cdk: true },
  {
    room: 'lib/inputs', what: 'manifests and images as users give them, checked and packed at synth',
    imports: [MANIFEST, FORMATS, 'lib/files', 'lib/provider'], cdk: true,
  },
  { room: 'lib/dataset', what: 'what the datasets of both services share', imports: [MANIFEST, 'lib/files', 'lib/provider', 'lib/inputs'], cdk: true },
  {
    room: 'lib/rekognition', what: 'the constructs of Rekognition, a file a resource',
    imports: [MANIFEST, 'lib/files', 'lib/provider', 'lib/inputs', 'lib/dataset'], cdk: true,
  },
  {
    room: 'lib/lookoutvision', what: 'the constructs of Lookout for Vision, a file a resource',
    imports: [MANIFEST, 'lib/files', 'lib/provider', 'lib/inputs', 'lib/dataset'], cdk: true,
  },
  { room: 'lib', what: '`index.ts`: what users see', cdk: true },
  { room: 'lambda/core', what: 'time, retries, errors, slots and the log of the handler', imports: [MANIFEST, WIRE], sdk: true },
  { room: 'lambda/staging', what: 'records and lines in the staging bucket', imports: [MANIFEST, 'lambda/core'], sdk: true },
  {
    room: 'lambda/services', what: 'each service behind one port, with its profile',
    imports: [MANIFEST, WIRE, 'lambda/core', 'lambda/staging'], sdk: true,
  },
  {
    room: 'lambda/dataset', what: 'the resource of a dataset: `reconcile` decides and acts, `content` gives the lines',
    imports: [MANIFEST, FORMATS, WIRE, 'lambda/core', 'lambda/services', 'lambda/staging'], sdk: true,
  },
  {
    room: 'lambda/project-lookup', what: 'the resource that finds the ARN of a project by its name',
    imports: [WIRE, 'lambda/core', 'lambda/services'], sdk: true,
  },
  { room: 'lambda', what: '`index.ts`: which resource an event is for', imports: [WIRE], sdk: true },
  { room: 'local/emulator/core', what: 'what the emulated services share: server, shapes, pages, faults', sdk: true },
  { room: 'local/emulator/rekognition', what: 'Rekognition Custom Labels, emulated', imports: ['local/emulator/core'], sdk: true },
  { room: 'local/emulator/lookoutvision', what: 'Lookout for Vision, emulated', imports: ['local/emulator/core'], sdk: true },
  { room: 'local', what: 'the emulator on a port, and the local cloud around it', sdk: true },
  { room: 'bin', what: 'the example app and the commands', imports: ['lib/index.ts', 'local'], cdk: true, sdk: true },
  { room: 'test/rigs', what: 'what tests share', imports: ['lib', 'lambda', 'local'], cdk: true, sdk: true },
  { room: 'bench', what: '`npm run bench`', imports: ['lib', 'lambda', 'local', 'test/rigs'], cdk: true, sdk: true },
  { room: 'scripts', what: 'what the build runs, and `npm run verify:aws`, an experiment a file', imports: ['lib', 'lambda', 'local'], cdk: true, sdk: true },
  {
    room: 'test', what: 'mirrors the rooms; `test/handler` runs the built handler, `test/lifecycle` and `test/e2e` drive the rooms together',
    imports: ['lib', 'lambda', 'local', 'bin', 'bench', 'scripts', 'example'], cdk: true, sdk: true,
  },
];

const AWS_SDK = ['@aws-sdk/*', '@smithy/*'];
const CDK = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'];

/**
 * The rules that hold each room to the table, for eslint.config.mjs. A later one counts for a file that two are for, so outer
 * rooms come first.
 */
export const roomRules = ROOMS.toReversed().map(({ room, imports = [], cdk, sdk }) => ({
  files: [`${room}/**`],
  rules: {
    'import-x/no-restricted-paths': ['error', { zones: [{
      target: './',
      from: './',
      except: ['node_modules', room, ...imports].map((path) => `./${path}`),
      message: ` ${room} may import ${imports.length === 0 ? 'no other room' : imports.join(', ')} (scripts/rooms.mjs).`,
    }] }],
    'no-restricted-imports': ['error', { patterns: [
      ...cdk ? [] : [{ group: CDK, message: `${room} does without CDK (scripts/rooms.mjs).` }],
      ...sdk ? [] : [{ group: AWS_SDK, message: `${room} does without the AWS SDK (scripts/rooms.mjs).` }],
    ] }],
  },
}));

/** The table as it stands in CONTRIBUTING.md. */
export function roomTable() {
  const row = (...cells) => `| ${cells.join(' | ')} |`;
  const short = (path) => `\`${path.replace(/\/index\.ts$/, '').replace(/\.ts$/, '')}\``;
  return [
    row('room', 'what lives there', 'may import'), row('---', '---', '---'),
    ...ROOMS.map(({ room, what, imports = [] }) => row(short(room), what, imports.map(short).join(', ') || '–')),
  ].join('\n');
}

/** CONTRIBUTING.md with the table as it is now. */
export function withRoomTable(text) {
  return text.replace(/^\| room \|(.*\n\|)*.*$/m, roomTable());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../CONTRIBUTING.md', import.meta.url);
  writeFileSync(file, withRoomTable(readFileSync(file, 'utf8')));
}
