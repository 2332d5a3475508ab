import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { PNG } from 'pngjs';
import * as ts from 'typescript';
import { inspectLine } from '../lib/manifest';
import { classLine, colorMap, drawMask, GREEN, manifestOf, maskLine, WHITE } from './formats/lookout/samples';
import { jsonLines, labelLine } from './inputs/lines';
import { ACKNOWLEDGED } from './package/acknowledged';
import { jpeg, png } from './rigs/images';
import { block, blocks, PAGES } from './rigs/readme';

const ROOT = join(__dirname, '..');
const scripts: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;

/** What a snippet may use without saying so. */
const PRELUDE = `
import { Annotations, App, CfnOutput, Duration, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
`;
const SETTING: Record<string, string> = {
  app: `const app = stack.node.root as App;`,
  images: `const images = new s3.Bucket(stack, 'Pictures');`,
  manifests: `const manifests = s3.Bucket.fromBucketName(stack, 'Manifests', 'manifests');`,
  project: `const project = new rekognition.Project(stack, 'Project');`,
  role: `const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });`,
  vpc: `const vpc = new ec2.Vpc(stack, 'Vpc');`,
  key: `const key = new kms.Key(stack, 'Key');`,
};

function programOf(snippet: string): string {
  const setting = Object.entries(SETTING)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(snippet) && !new RegExp(`const ${name}\\b`).test(snippet))
    .map(([, text]) => text);
  const body = snippet.replace(/^import .*\n/gm, '');
  const more = [...snippet.matchAll(/^import .* from '(.*)';\n/gm)].filter(([, from]) => from !== 'cdk-vision-datasets' && !PRELUDE.includes(`'${from}'`));
  return `${PRELUDE}${more.map(([text]) => text).join('')}import { DatasetProvider, Images, LabelType, Manifest, RemovedEntryPolicy, lookoutvision, rekognition } from 'cdk-vision-datasets';
export function run(): Stack {
const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '123456789012' } });
${setting.join('\n')}
${body}
return stack;
}
`;
}

describe('snippets', () => {
  const pages = [...PAGES].map(([page, text]) => ({ page, run: blocks('ts', text), compiled: blocks('typescript', text) }));
  /** A snippet that is not run asks for what this version of CDK cannot do. */
  const snippets = pages.flatMap(({ run, compiled }) => [...run, ...compiled]);
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const before = process.cwd();

  beforeAll(() => {
    mkdirSync(join(folder, 'datasets', 'images', 'crows'), { recursive: true });
    const more = Array.from({ length: 30 }, (_, i) => labelLine(`rooks/${i}.jpg`, 'rook'));
    writeFileSync(join(folder, 'datasets', 'birds.manifest'), blocks('json').join('') + jsonLines(...more));
    writeFileSync(join(folder, 'datasets', 'images', 'crows', '1.jpg'), jpeg());
    for (const name of ['normal/1.png', 'anomaly/2.png']) write(`datasets/sorted/${name}`, png());
    const mask = drawMask(64, 64, (x, y) => x < 20 && y < 10 ? GREEN : WHITE);
    const drawn = PNG.sync.write(Object.assign(new PNG({ width: 64, height: 64 }), { data: Buffer.from(mask.data) }));
    for (const set of ['train', 'test']) {
      const lines = [classLine(`${set}/ok.png`, 'normal'), maskLine(`${set}/bad.png`, colorMap(['scratch', GREEN]))];
      write(`datasets/lookout/datasets/${set}.manifest`, manifestOf(...lines));
      write(`datasets/lookout/${set}/masks/bad.png`, drawn);
    }
    process.chdir(folder);
  });

  function write(name: string, content: string | Buffer): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }

  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  test('there are some', () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  test('compile', () => {
    const sources = new Map(snippets.map((snippet, i) => [join(ROOT, 'test', `snippet-${i}.ts`), programOf(snippet)]));
    const options: ts.CompilerOptions = {
      strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node20, types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      paths: { 'cdk-vision-datasets': [join(ROOT, 'lib', 'index.ts')] },
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    host.fileExists = (path) => sources.has(path) || fileExists(path);
    host.readFile = (path) => sources.get(path) ?? readFile(path);
    const { getSourceFile } = host;
    host.getSourceFile = (path, version, ...rest) => {
      const text = sources.get(path);
      return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
    };
    const program = ts.createProgram([...sources.keys()], options, host);
    const diagnostics = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) =>
      `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')} at ${file?.text.slice(start!, start! + 60)}`);
    expect(diagnostics).toEqual([]);
  }, 60_000);

  test.each(pages.flatMap(({ page, run }) => run.map((snippet, i) => [page, i + 1, snippet] as const)))('%s, snippet %i synthesises', (_page, _i, snippet) => {
    const { outputText } = ts.transpileModule(programOf(snippet), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
    });
    const module = { exports: {} as { run(): never } };
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a snippet is run as its user's file would be
    const load = (name: string) => require(name === 'cdk-vision-datasets' ? '../lib' : name);
    new Function('require', 'module', 'exports', outputText)(load, module, module.exports);
    expect(Template.fromStack(module.exports.run()).toJSON()).toBeDefined();
  });

  test('every script is run by a test', () => {
    // The first one by test/e2e/migration.test.ts, the second one here.
    expect(blocks('js').map((script) => script.split(/\s/)[1])).toEqual(['export-lookout.mjs', 'to-marketplace.js']);
  });

  test('the script for the Marketplace algorithm writes a manifest', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a script is run as its user's file would be
    const load = (name: string) => require(name === 'cdk-vision-datasets/dist/formats' ? '../lib/formats' : name);
    const said: string[] = [];
    const script = block('js', '// to-marketplace.js');
    new Function('require', 'console', script)(load, { error: (text: string) => said.push(text), warn: () => undefined });
    expect(said).toEqual([]);
    const lines = readFileSync(join(folder, 'train-marketplace.manifest'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
    expect(lines.map((line) => line['anomaly-mask-ref'])).toEqual(['s3://my-export/lookout/empty.png', 's3://parts/m/train/bad.png']);
    const { width, height, data } = PNG.sync.read(readFileSync(join(folder, 'empty.png')));
    expect([width, height, data.every((value) => value === 255)]).toEqual([16, 16, true]);
  });
});

test('example lines have no problem', () => {
  const lines = blocks('json').join('').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(inspectLine(line, { bucket: 'images', prefix: '' }).findings).toEqual([]);
});

test('links lead to a page, and to a heading of it', () => {
  const headings = (text: string) => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
  for (const [page, text] of PAGES) {
    for (const [, path, heading] of text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
      const target = path === '' ? page : join(dirname(page), path);
      expect([page, target, existsSync(join(ROOT, target))]).toEqual([page, target, true]);
      if (heading) expect([page, target, heading, headings(readFileSync(join(ROOT, target), 'utf8')).includes(heading)]).toEqual([page, target, heading, true]);
    }
  }
});

test('commands are scripts of the package', () => {
  const named = [...PAGES.values()].flatMap((text) => [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name));
  expect(named).toContain('cdk:local');
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test('lists exactly the cdk-nag findings that remain', () => {
  const rows = ACKNOWLEDGED.map(({ construct, rule, reason }) => `| \`${construct}\` | ${rule} | ${reason} |\n`);
  expect(PAGES.get('docs/cdk-nag.md')).toContain(`| construct | rule | why |\n|---|---|---|\n${rows.join('')}`);
});
