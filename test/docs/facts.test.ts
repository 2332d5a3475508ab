import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as ts from 'typescript';
import { COCO_KINDS } from '../../lib/formats/coco/kinds';
import { CSV_KINDS } from '../../lib/formats/csv/kinds';
import { GROUND_TRUTH_KINDS } from '../../lib/formats/ground-truth/kinds';
import { KINDS } from '../../lib/formats/kinds';
import { LOOKOUT_KINDS } from '../../lib/formats/lookout/kinds';
import { VOC_KINDS } from '../../lib/formats/voc/kinds';
import { YOLO_KINDS } from '../../lib/formats/yolo/kinds';
import { LOOKOUT_RULES } from '../../lib/manifest/lookoutvision/rules';
import { REKOGNITION_LIMITS, REKOGNITION_REGIONS, entryLimit } from '../../lib/manifest/rekognition/limits';
import { RULES } from '../../lib/manifest/rekognition/rules';
import type { Rule } from '../../lib/manifest/rules/rule';
import { ACKNOWLEDGED } from '../package/acknowledged';
import { codeSpans, PAGES, pageAt, section, tableRows } from '../rigs/pages';
import { makeDataset, makeStack } from '../rigs/stacks';

/** What pages say of the code is so. */

const ROOT = join(__dirname, '..', '..');
const { scripts, jsii: { targets }, name: packageName, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('the README', () => {
  test('is short', () => {
    expect(pageAt('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(130);
  });

  test('names the package of each language as package.json does', () => {
    const { python, java, dotnet, go } = targets;
    const folder = packageName.replace(/[^a-z]/g, '');
    const rows = tableRows(section(pageAt('README.md'), '## Install')).map(([language, install, from]) => [language, ...codeSpans(install), ...codeSpans(from)]);
    expect(rows).toEqual([
      ['TypeScript, JavaScript', `npm install ${packageName}`, packageName],
      ['Python', `pip install ${python.distName}`, python.module],
      ['Java (Maven)', `${java.maven.groupId}:${java.maven.artifactId}`, java.package],
      ['.NET', `dotnet add package ${dotnet.packageId}`, dotnet.namespace],
      ['Go', `go get ${go.moduleName}/${folder}`],
    ]);
    const least = (name: string) => `\`${name}\` ${peerDependencies[name].replace('^', '')} or later`;
    expect(pageAt('README.md')).toContain(`It requires ${least('aws-cdk-lib')} and ${least('constructs')}`);
  });

  test('counts what a stack with a dataset gets', () => {
    const stack = makeStack();
    makeDataset(stack);
    const template = Template.fromStack(stack);
    expect(pageAt('README.md')).toContain('six Lambda functions, a state machine, a log group and a private bucket');
    const counts = { 'Lambda::Function': 6, 'StepFunctions::StateMachine': 1, 'Logs::LogGroup': 1, 'S3::Bucket': 1 };
    for (const [type, count] of Object.entries(counts)) template.resourceCountIs(`AWS::${type}`, count);
  });

  test('leads to every page of docs/, and so does their index', () => {
    const others = [...PAGES.keys()].filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    for (const page of others) expect(pageAt('README.md')).toContain(`](${page})`);
    expect(tableRows(pageAt('docs/README.md')).map(([link]) => `docs/${/\((.*)\)/.exec(link)![1]}`).sort()).toEqual(others.sort());
  });
});

test('commands are scripts of the package', () => {
  const named = [...PAGES.values()].flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script));
  expect(named).toContain('cdk:local');
  for (const script of named) expect(scripts).toHaveProperty([script]);
});

test('warnings have the ids that the code gives them', () => {
  const named = new Set([...PAGES.values()].flatMap((text) => [...text.matchAll(/cdk-vision-datasets:(?:[A-Z]\w*)\.([a-z]\w*)/g)].map(([, id]) => id)));
  const ofRules = Object.keys({ ...LOOKOUT_RULES, ...RULES })
    .map((code) => code.replace(/^WARNING_/, '').toLowerCase().replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()));
  const known = new Set([...ofRules, ...textsOfCode().flatMap((text) => /(?:^|^cdk-vision-datasets:\w+\.)([a-z]\w*)$/.exec(text)?.[1] ?? [])]);
  expect(named.size).toBeGreaterThan(3);
  expect([...named].filter((id) => !known.has(id))).toEqual([]);
});

test('every warning of a conversion from Lookout for Vision is listed', () => {
  const rows = tableRows(section(pageAt('docs/lookout-for-vision.md'), '## Synthesize and read the warnings'));
  const kinds = Object.values(LOOKOUT_KINDS).filter(({ severity }) => severity === 'warning').map(({ id }) => id);
  expect(rows.flatMap(([cell]) => codeSpans(cell)).sort()).toEqual(kinds.sort());
});

test('every warning of a conversion of annotations is listed', () => {
  const listed = (page: string, heading: string) => tableRows(section(pageAt(page), heading)).flatMap(([cell]) => codeSpans(cell)).sort();
  const kinds = (table: object) => Object.values(table).filter(({ severity }) => severity === 'warning').map(({ id }) => id).sort();
  expect(listed('docs/annotations.md', '## Warnings')).toEqual(kinds(KINDS));
  expect(listed('docs/coco.md', '## Left out')).toEqual(kinds(COCO_KINDS));
  expect(listed('docs/ground-truth.md', '## Mended and left out')).toEqual(kinds(GROUND_TRUTH_KINDS));
  expect(listed('docs/pascal-voc.md', '## Left out')).toEqual(kinds(VOC_KINDS));
  expect(listed('docs/csv.md', '## Left out')).toEqual(kinds(CSV_KINDS));
  expect(listed('docs/yolo.md', '## Left out')).toEqual(kinds(YOLO_KINDS));
});

test('the limits are those of the rules', () => {
  const rows = new Map(tableRows(section(pageAt('docs/limits.md'), '## Of Rekognition Custom Labels')).map(([what, limit]) => [what, limit]));
  const number = (value: number) => value.toLocaleString('en-US');
  const { entries, lineCharacters, labels, boxesPerImage, imageSide, imageBytes, manifestBytes } = REKOGNITION_LIMITS;
  const lower = ['TRAIN', 'TEST'].map((type) => number(entryLimit('eu-west-2', type as 'TRAIN').entries));
  expect(rows.get('entries of a dataset')).toBe(`${number(entries)}; in Mumbai and London ${lower[0]} for training and ${lower[1]} for testing`);
  expect(rows.get('a manifest')).toBe(`${manifestBytes / 2 ** 30} GB`);
  expect(rows.get('a line')).toBe(`${number(lineCharacters)} characters`);
  expect(rows.get('labels of a dataset')).toBe(number(labels));
  expect(rows.get('boxes per image')).toBe(number(boxesPerImage));
  expect(rows.get('an image')).toBe(`JPEG or PNG, ${imageSide.min} to ${number(imageSide.max)} pixels per side, ${imageBytes / 2 ** 20} MB`);
});

test('the Regions are those of the rules', () => {
  expect(codeSpans(section(pageAt('docs/limits.md'), '## Regions').split('\n\n')[0])).toEqual(REKOGNITION_REGIONS);
});

test('lists exactly the cdk-nag findings that remain', () => {
  const rows = ACKNOWLEDGED.map(({ construct, rule, reason }) => `| \`${construct}\` | ${rule} | ${reason} |\n`);
  expect(pageAt('docs/cdk-nag.md')).toContain(`| construct | rule | why |\n|---|---|---|\n${rows.join('')}`);
});

describe('the page on troubleshooting', () => {
  const page = pageAt('docs/troubleshooting.md');
  const ours = textsOfCode();

  test.each(['## At synth', '## During a deployment', '## When something is deleted'])('quotes messages of the code %s', (heading) => {
    const rows = tableRows(section(page, heading));
    expect(rows.length).toBeGreaterThan(3);
    const quoted = rows.flatMap(([message]) => codeSpans(message)).filter((text) => !OF_OTHERS.has(text));
    expect(quoted.filter((text) => !ours.some((one) => one.includes(text)))).toEqual([]);
    expect(rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
  });

  test.each([
    ['### Always fail', 'terminal'], ['### Count as error entries', 'error'], ['### Warnings', 'warning'],
  ])('has every code once: %s', (heading, severity) => {
    const rules: [string, Rule][] = Object.entries({ ...LOOKOUT_RULES, ...RULES });
    const codes = rules.filter(([, rule]) => rule.severity === severity).map(([code]) => code);
    expect(tableRows(section(page, heading)).flatMap(([cell]) => codeSpans(cell)).sort()).toEqual(codes.sort());
  });
});

/** What AWS and the CDK say. */
const OF_OTHERS = new Set(['(no changes)', 'AccessDenied', 'NoSuchBucket']);

/** Every text of lib/ and lambda/, with … for what is filled in. */
function textsOfCode(): string[] {
  const files = ['lib', 'lambda'].flatMap((room) => readdirSync(join(ROOT, room), { encoding: 'utf8', recursive: true }).map((file) => join(ROOT, room, file)));
  return files.filter((file) => file.endsWith('.ts')).flatMap((file) => {
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) texts.push(node.text);
      if (ts.isTemplateExpression(node)) texts.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
    return texts;
  });
}
