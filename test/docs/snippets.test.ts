import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PNG } from 'pngjs';
import * as ts from 'typescript';
import { Images, Manifest } from '../../lib';
import { inspectLine } from '../../lib/manifest';
import { classLine, colorMap, drawMask, GREEN, manifestOf, maskLine, WHITE } from '../formats/lookout/samples';
import { boxLine, jsonLines, labelLine, messageOf } from '../inputs/lines';
import { jpeg, png } from '../rigs/images';
import { block, blocks, PAGES } from '../rigs/pages';
import { makeDataset } from '../rigs/stacks';

/** Every snippet of the README and of docs/ does what it says. */

const ROOT = join(__dirname, '..', '..');

/** What docs/README.md says of every snippet: the lines that stand above it. */
const IMPORTS = block('ts', 'import { Annotations, App,');
const SETTING: Record<string, string> = {
  app: `const app = stack.node.root as App;`,
  bucket: `const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'bucket');`,
  images: `const images = new s3.Bucket(stack, 'Pictures');`,
  manifests: `const manifests = s3.Bucket.fromBucketName(stack, 'Manifests', 'manifests');`,
  project: `const project = new rekognition.Project(stack, 'Project');`,
  role: `const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });`,
  vpc: `const vpc = new ec2.Vpc(stack, 'Vpc');`,
  key: `const key = new kms.Key(stack, 'Key');`,
};

/** A module that exports `run`, which gives the stack of the snippet. */
function programOf(snippet: string): string {
  if (/^const app = new App\(/m.test(snippet)) {
    return `${snippet}\nexport function run(): Stack { return stack; }`;
  }
  const setting = Object.entries(SETTING)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(snippet) && !new RegExp(`const ${name}\\b`).test(snippet))
    .map(([, text]) => text);
  const imports = [...snippet.matchAll(/^import .*\n/gm)].map(([line]) => line).filter((line) => !IMPORTS.includes(line));
  return `${IMPORTS}${imports.join('')}
export function run(): Stack {
const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
${setting.join('\n')}
${snippet.replace(/^import .*\n/gm, '')}
return stack;
}
`;
}

const pages = [...PAGES].map(([page, text]) => ({
  page,
  run: blocks('ts', text).filter((snippet) => snippet !== IMPORTS),
  /** A snippet that is not run asks for what this version of CDK cannot do. */
  compiled: blocks('typescript', text),
}));
/** Expressions in the tables of the README. */
const expressions = [...PAGES.get('README.md')!.matchAll(/^\|.*?\| `(Manifest\..*?)` \|/gm)].map(([, expression]) => `${expression};\n`);
/** Lines of a manifest that pages show. */
const EXAMPLE_LINES = [...PAGES.values()].flatMap((text) => blocks('jsonl', text));

const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
const before = process.cwd();

/** A COCO file with a box on one image. */
function cocoFile(name: string): string {
  return JSON.stringify({
    images: [{ id: 1, file_name: name, width: 800, height: 600 }],
    categories: [{ id: 1, name: 'cat' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 10, 50, 50] }],
  });
}

const VOC_FILE = '<annotation><object><name>stop</name><bndbox><xmin>10</xmin><ymin>10</ymin><xmax>60</xmax><ymax>60</ymax></bndbox></object></annotation>';

function write(name: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

beforeAll(() => {
  const rooks = Array.from({ length: 30 }, (_, i) => labelLine(`rooks/${i}.jpg`, 'rook'));
  write('datasets/birds.manifest', EXAMPLE_LINES.join('') + jsonLines(...rooks));
  write('datasets/images/crows/1.jpg', jpeg());
  for (let i = 1; i <= 15; i++) for (const species of ['crow', 'rook']) write(`images/${species}/${i}.jpg`, jpeg());
  write('dogs/data.yaml', 'train: ../train/images\ntest: ../test/images\nnames: [dog]\n');
  for (const set of ['train', 'test']) {
    write(`dogs/${set}/images/${set}.jpg`, jpeg());
    write(`dogs/${set}/labels/${set}.txt`, '0 0.5 0.5 0.5 0.5\n');
  }
  write('output.manifest', EXAMPLE_LINES.slice(0, 1).join(''));
  for (const [set, name] of [['trainval', 'a'], ['test', 'b']]) {
    write(`signs/JPEGImages/${name}.jpg`, jpeg());
    write(`signs/Annotations/${name}.xml`, VOC_FILE);
    write(`signs/ImageSets/Main/${set}.txt`, `${name}\n`);
  }
  write('owls/owls.csv', 'foto,art\n1.jpg,barn owl\n2.jpg,tawny owl\n');
  for (const name of ['1.jpg', '2.jpg']) write(`owls/${name}`, jpeg());
  for (const set of ['train', 'valid', 'test']) {
    write(`cats/${set}/_annotations.coco.json`, cocoFile(`${set}.jpg`));
    write(`cats/${set}/${set}.jpg`, jpeg());
  }
  write('cats/annotations.json', cocoFile('a.jpg'));
  for (const name of ['normal/1.png', 'anomaly/2.png']) write(`datasets/sorted/${name}`, png());
  for (const name of ['train/normal/1.png', 'test/normal/2.png']) write(`datasets/divided/${name}`, png());
  const mask = drawMask(64, 64, (x, y) => x < 20 && y < 10 ? GREEN : WHITE);
  const drawn = PNG.sync.write(Object.assign(new PNG({ width: 64, height: 64 }), { data: Buffer.from(mask.data) }));
  for (const set of ['train', 'test']) {
    const lines = [classLine(`${set}/ok.png`, 'normal'), maskLine(`${set}/bad.png`, colorMap(['scratch', GREEN]))];
    write(`datasets/lookout/datasets/${set}.manifest`, manifestOf(...lines));
    write(`datasets/lookout/${set}/masks/bad.png`, drawn);
  }
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test('compile', () => {
  expect(expressions.length).toBeGreaterThanOrEqual(8);
  const snippets = [...pages.flatMap(({ run, compiled }) => [...run, ...compiled]), expressions.join('')];
  const sources = new Map(snippets.map((snippet, i) => [join(__dirname, `snippet-${i}.ts`), programOf(snippet)]));
  const options: ts.CompilerOptions = {
    strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node20, types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
    paths: { 'cdk-vision-datasets': [join(ROOT, 'lib', 'index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = sources.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  // Of the snippets alone: lint checks what they import.
  const diagnostics = [...sources.keys()].flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(diagnostics.map(({ messageText, file, start }) =>
    `${ts.flattenDiagnosticMessageText(messageText, '\n')} at ${file?.text.slice(start, start! + 60)}`)).toEqual([]);
}, 120_000);

test.each(pages.flatMap(({ page, run }) => run.map((snippet, i) => [page, i + 1, snippet] as const)))('%s, snippet %i synthesizes', (_page, _i, snippet) => {
  const { outputText } = ts.transpileModule(programOf(snippet), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const module = { exports: {} as { run(): Stack } };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a snippet is run as its user's file would be
  const load = (name: string) => require(name === 'cdk-vision-datasets' ? '../../lib' : name);
  new Function('require', 'module', 'exports', outputText)(load, module, module.exports);
  expect(Template.fromStack(module.exports.run()).toJSON()).toBeDefined();
});

test('the README has one snippet, a whole app', () => {
  const [{ run }] = pages;
  expect(run).toHaveLength(1);
  expect(run[0]).toMatch(/^import .*\n+import [^;]*;\n\nconst app = new App\(\);\n/);
});

test('lines of manifests have no problem', () => {
  const lines = EXAMPLE_LINES.join('').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(inspectLine(line, { bucket: 'images', prefix: '' }).findings).toEqual([]);
});

test('synth says of a broken line what the page shows', () => {
  // Before it stands how the CLI marks an error.
  const message = (text: string) => text.slice(text.indexOf('datasets/birds.manifest has')).trimEnd();
  const shown = blocks('text', PAGES.get('docs/sources.md')!).map(message);
  const lines = Array.from({ length: 11 }, (_, i) => labelLine(`crows/${i + 1}.jpg`));
  const broken = boxLine('crows/12.jpg', (boxes) => { boxes.annotations[0].class_id = 1; });
  write('broken/datasets/birds.manifest', jsonLines(...lines, broken));
  process.chdir('broken');
  try {
    const stack = new Stack(new App(), 'Birds');
    const said = messageOf(() => makeDataset(stack, {
      manifest: Manifest.fromFile('datasets/birds.manifest'),
      images: Images.inBucket(new Bucket(stack, 'Images')),
    }));
    expect(shown).toEqual([message(said)]);
  } finally {
    process.chdir(folder);
  }
});

test('every script is run by a test', () => {
  const scripts = [...PAGES.values()].flatMap((text) => blocks('js', text));
  const byOthers: Record<string, string[]> = {
    'emulator.test.ts': ['global-setup.js', 'global-teardown.js', 'jest.config.js', 'birds.test.js'],
    '../e2e/migration.test.ts': ['export-lookout.mjs'],
  };
  expect(scripts.map((script) => script.split(/\s/)[1])).toEqual([...Object.values(byOthers).flat(), 'to-marketplace.js']);
  for (const test of Object.keys(byOthers)) expect(existsSync(join(__dirname, test))).toBe(true);
});

test('the script for the Marketplace algorithm writes a manifest', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a script is run as its user's file would be
  const load = (name: string) => require(name === 'cdk-vision-datasets/dist/formats' ? '../../lib/formats' : name);
  const said: string[] = [];
  const script = block('js', '// to-marketplace.js');
  new Function('require', 'console', script)(load, { error: (text: string) => said.push(text), warn: () => undefined });
  expect(said).toEqual([]);
  const lines = readFileSync(join(folder, 'train-marketplace.manifest'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  expect(lines.map((line) => line['anomaly-mask-ref'])).toEqual(['s3://my-export/lookout/empty.png', 's3://parts/m/train/bad.png']);
  const { width, height, data } = PNG.sync.read(readFileSync(join(folder, 'empty.png')));
  expect([width, height, data.every((value) => value === 255)]).toEqual([16, 16, true]);
});
