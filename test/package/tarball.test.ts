import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { colorMap, drawMask, GREEN, manifestOf, maskLine, WHITE } from '../formats/lookout/samples';
import { jpeg } from '../rigs/images';

const ROOT = join(__dirname, '..', '..');

/** A user's app: nothing but the packed library and its peers is there. */
const APP = `
const { App, Stack } = require('aws-cdk-lib');
const { Images, LabelType, Manifest, rekognition } = require('cdk-vision-datasets');
const stack = new Stack(new App({ outdir: 'cdk.out' }), 'Stack');
new rekognition.Dataset(stack, 'Train', {
  project: new rekognition.Project(stack, 'Birds'),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromFile('birds.manifest'),
  images: Images.fromDirectory('images'),
});
new rekognition.Dataset(stack, 'Defects', {
  project: new rekognition.Project(stack, 'Parts'),
  datasetType: rekognition.DatasetType.TRAIN,
  manifest: Manifest.fromLookout('parts.manifest', { target: LabelType.DETECTION }),
});
stack.node.root.synth();
`;

let folder: string;
let installed: string;

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist', 'index.js')) || !existsSync(join(ROOT, 'assets', 'dataset-handler', 'index.js'))) {
    throw new Error('the package is not built: run "npm run build" first');
  }
  folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-packed-'));
  const options = { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], options));
  mkdirSync(join(folder, 'node_modules'));
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', join(folder, 'node_modules')]);
  installed = join(folder, 'node_modules', 'cdk-vision-datasets');
  renameSync(join(folder, 'node_modules', 'package'), installed);
  for (const peer of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', peer), join(folder, 'node_modules', peer));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an app synthesises with the packed library', () => {
  const line = { 'source-ref': '1.jpg' };
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'images', '1.jpg'), jpeg());
  writeFileSync(join(folder, 'birds.manifest'), `${JSON.stringify(line)}\n`);
  const mask = drawMask(64, 64, (x, y) => x < 20 && y < 10 ? GREEN : WHITE);
  mkdirSync(join(folder, 'masks'));
  writeFileSync(join(folder, 'masks', '1.png'), PNG.sync.write(Object.assign(new PNG({ width: 64, height: 64 }), { data: Buffer.from(mask.data) })));
  writeFileSync(join(folder, 'parts.manifest'), manifestOf(maskLine('1.png', colorMap(['scratch', GREEN]))));
  writeFileSync(join(folder, 'app.js'), APP);
  execFileSync(process.execPath, ['app.js'], { cwd: folder, stdio: 'pipe' });

  const template = JSON.parse(readFileSync(join(folder, 'cdk.out', 'Stack.template.json'), 'utf8'));
  const handler = Object.values<any>(template.Resources).find(({ Properties }) => Properties?.Handler === 'index.onEvent');
  const asset = join(folder, 'cdk.out', `asset.${handler.Properties.Code.S3Key.replace('.zip', '')}`, 'index.js');
  expect(readFileSync(asset).equals(readFileSync(join(ROOT, 'assets', 'dataset-handler', 'index.js')))).toBe(true);

  const defects = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'Custom::RekognitionDataset')[1];
  const lines = gunzipSync(readFileSync(join(folder, 'cdk.out', `asset.${defects.Properties.Manifest.Key}`))).toString();
  expect(JSON.parse(lines)['bounding-box'].annotations).toEqual([{ class_id: 0, left: 0, top: 0, width: 20, height: 10 }]);
});

test('the package holds what jsii needs and no sources, tests or data of ours', () => {
  const assembly = JSON.parse(readFileSync(join(installed, '.jsii'), 'utf8'));
  expect(assembly.name).toBe('cdk-vision-datasets');
  expect(Object.keys(assembly.types).sort()).toEqual([
    'AnnotationFormat', 'AnnotationOptions', 'BoxUnits', 'CsvColumns', 'DatasetBaseProps', 'DatasetProvider', 'DatasetProviderProps', 'DirectoryOptions', 'ExternalChangePolicy', 'FolderLabelOptions', 'Images', 'ImagesFromDirectoryOptions', 'ImagesInBucketOptions',
    'LabelType', 'Manifest', 'ManifestFromAnnotationsOptions', 'ManifestFromBucketFoldersOptions', 'ManifestFromBucketOptions', 'ManifestFromCocoOptions', 'ManifestFromCsvOptions', 'ManifestFromFoldersOptions', 'ManifestFromGroundTruthOptions',
    'ManifestFromLookoutOptions', 'ManifestFromPascalVocOptions', 'ManifestKFoldOptions', 'ManifestSplit', 'ManifestSplitOptions', 'PredefinedSplitOptions', 'RemovedEntryPolicy', 'ValidationImages',
    'lookoutvision.Dataset', 'lookoutvision.DatasetProps', 'lookoutvision.DatasetType', 'lookoutvision.IProject', 'lookoutvision.Project',
    'lookoutvision.ProjectProps',
    'rekognition.Dataset', 'rekognition.DatasetProps', 'rekognition.DatasetType',
    'rekognition.IDataset', 'rekognition.IProject', 'rekognition.InitialLoad', 'rekognition.Project', 'rekognition.ProjectFromNameOptions', 'rekognition.ProjectProps',
  ].map((name) => `cdk-vision-datasets.${name}`));
  expect(existsSync(join(installed, 'README.md'))).toBe(true);
  for (const left of ['lib', 'lambda', 'local', 'bin', 'test', 'node_modules']) expect(existsSync(join(installed, left))).toBe(false);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
});

test('every public member is documented, every optional property with its default', () => {
  const assembly = JSON.parse(readFileSync(join(installed, '.jsii'), 'utf8'));
  const undocumented: string[] = [];
  for (const type of Object.values<any>(assembly.types)) {
    const members = [...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []];
    for (const one of [type, ...members]) if (!one.docs?.summary && !one.overrides) undocumented.push(`${type.fqn} ${one.name}`);
    if (!type.datatype) continue;
    for (const one of members) if (one.optional && !one.docs?.default) undocumented.push(`${type.fqn} ${one.name} default`);
  }
  expect(undocumented).toEqual([]);
});
