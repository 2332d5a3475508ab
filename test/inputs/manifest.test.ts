import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Annotations as CdkAnnotations, App, Aws, CfnParameter, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';
import { makeDataset, makeStack } from '../rigs/stacks';
import { boxLine, folderWith, jsonLines, labelLine, messageOf } from './lines';

const TYPE = 'Custom::RekognitionDataset';

function manifestOf(template: Template): any {
  const [dataset] = Object.values(template.findResources(TYPE));
  return dataset.Properties.Manifest;
}

/** What the asset of the only dataset unpacks to. */
function deployed(stack: Stack): { key: string; text: string; bytes: number } {
  const assembly = (stack.node.root as App).synth();
  const resources = Object.values<any>(assembly.getStackByName(stack.stackName).template.Resources);
  const key: string = resources.find(({ Type }) => Type === TYPE).Properties.Manifest.Key;
  const asset = readFileSync(join(assembly.directory, `asset.${key}`));
  return { key, text: gunzipSync(asset).toString(), bytes: asset.length };
}

describe('fromFile', () => {
  const content = jsonLines(labelLine('s3://pics/ä b%20+.jpg'), boxLine('s3://pics/2.jpg'));

  test('deploys exactly the bytes of the file, compressed, named by a hash', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromFile(join(folderWith({ 'a.manifest': content }), 'a.manifest')) });
    const { key, text } = deployed(stack);
    expect(text).toBe(content);
    expect(key).toMatch(/^[0-9a-f]{64}\.manifestgz$/);
    expect(manifestOf(Template.fromStack(stack))).toEqual({
      Bucket: { 'Fn::Sub': expect.stringContaining('assets-${AWS::AccountId}-${AWS::Region}') }, Key: key, Encoding: 'gzip',
    });
  });

  test('a file of many blocks comes through whole', () => {
    const lines = Array.from({ length: 12_000 }, (_, i) => labelLine(`s3://pics/${i}-ünïcödé.jpg`));
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromFile(join(folderWith({ 'a.manifest': jsonLines(...lines) }), 'a.manifest')) });
    const { text, bytes } = deployed(stack);
    expect(Buffer.byteLength(text)).toBeGreaterThan(2 * 1024 * 1024);
    expect(text === jsonLines(...lines)).toBe(true);
    expect(bytes).toBeLessThan(Buffer.byteLength(text) / 10);
  });

  test('a relative path starts at the working directory', () => {
    const path = join(folderWith({ 'a.manifest': content }), 'a.manifest');
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(relative(process.cwd(), path)) })).not.toThrow();
  });

  test('the hash names the content: other line ends, another folder or another day change nothing, another line does', () => {
    const keyOf = (text: string, images?: Images) => {
      const stack = makeStack();
      makeDataset(stack, { images, manifest: Manifest.fromFile(join(folderWith({ 'a.manifest': text }), 'a.manifest')) });
      return manifestOf(Template.fromStack(stack)).Key;
    };
    expect(keyOf(content)).toBe(keyOf(content));
    expect(keyOf(`\ufeff${content.replace(/\n/g, '\r\n')}`)).toBe(keyOf(content));
    expect(keyOf(content.trimEnd())).toBe(keyOf(content));
    expect(keyOf(content.replace('crow', 'rook'))).not.toBe(keyOf(content));
  });

  test('two files that resolve to the same references at different places are two assets', () => {
    const stack = makeStack();
    const bucket = s3.Bucket.fromBucketName(stack, 'B', 'pics');
    const folder = folderWith({ 'a.manifest': jsonLines(labelLine('1.jpg')), 'b.manifest': jsonLines(labelLine('p/1.jpg')) });
    makeDataset(stack, { manifest: Manifest.fromFile(join(folder, 'a.manifest')), images: Images.inBucket(bucket, { prefix: 'p/' }) }, 'A');
    makeDataset(stack, { manifest: Manifest.fromFile(join(folder, 'b.manifest')), images: Images.inBucket(bucket) }, 'B2');
    const keys = Object.values(Template.fromStack(stack).findResources(TYPE)).map(({ Properties }) => Properties.Manifest.Key);
    expect(new Set(keys).size).toBe(2);
  });

  test('names that differ between deployments are no part of the hash', () => {
    const manifest = Manifest.fromEntries([labelLine('1.jpg')]);
    const keyWith = (bucket: (stack: Stack) => s3.IBucket) => {
      const stack = makeStack();
      makeDataset(stack, { manifest, images: Images.inBucket(bucket(stack), { prefix: 'p/' }) });
      return manifestOf(Template.fromStack(stack)).Key;
    };
    expect(keyWith((stack) => new s3.Bucket(stack, 'Pictures'))).toBe(keyWith((stack) => s3.Bucket.fromBucketName(stack, 'Pictures', 'production')));
  });

  test('a second synth into the same assembly uses the asset that is there', () => {
    const outdir = folderWith({});
    const synth = () => {
      const app = new App({ outdir });
      const stack = new Stack(app, 'Stack');
      makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg')]) });
      return deployed(stack);
    };
    expect(synth()).toEqual(synth());
  });

  test('one manifest serves the stacks of several stages', () => {
    const app = new App();
    const manifest = Manifest.fromEntries([labelLine('s3://pics/1.jpg')]);
    const keys = ['Beta', 'Gamma'].map((stage) => {
      const stack = new Stack(new Stage(app, stage), 'Stack');
      makeDataset(stack, { manifest });
      return manifestOf(Template.fromStack(stack)).Key;
    });
    expect(keys[0]).toBe(keys[1]);
  });

  test('works where CDK stages no assets', () => {
    const stack = makeStack({}, { 'aws:cdk:disable-asset-staging': true });
    makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg')]) });
    const assembly = (stack.node.root as App).synth();
    const assets = JSON.parse(readFileSync(join(assembly.directory, 'Stack.assets.json'), 'utf8'));
    const { path } = Object.values<any>(assets.files).map(({ source }) => source).find((source) => source.path.endsWith('.manifestgz'));
    expect(gunzipSync(readFileSync(path)).toString()).toBe(jsonLines(labelLine('s3://pics/1.jpg')));
  });

  test('fails for a file that is not there and says where it looked', () => {
    expect(() => Manifest.fromFile('datasets/none.manifest')).toThrow(
      `Manifest.fromFile: there is no file "datasets/none.manifest" (looked for ${join(process.cwd(), 'datasets/none.manifest')}); relative paths are resolved against the working directory, so correct it or build it with path.join(__dirname, …)`,
    );
  });

  test('fails for a directory', () => {
    expect(() => Manifest.fromFile('lib')).toThrow(/is not a file; name the manifest itself/);
  });

  test.each(['', '\ufeff'])('fails for a file without a byte of content %#', (text) => {
    const path = join(folderWith({ 'a.manifest': text }), 'a.manifest');
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(path) }))
      .toThrow(`Stack/Train: ${path} has no entries; write Manifest.empty() when the dataset is meant to be empty`);
  });

  test('fails for a file of blank lines', () => {
    const path = join(folderWith({ 'a.manifest': '\n \n\n' }), 'a.manifest');
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(path) })).toThrow(/has no entries; write Manifest.empty\(\)/);
  });
});

describe('problems', () => {
  const broken = (id: number) => boxLine(`s3://pics/${id}.jpg`, (bb) => { bb.annotations[0].class_id = 7; });

  test('fails with every broken line: place, reference, code and what to change', () => {
    const path = join(folderWith({ 'a.manifest': jsonLines(labelLine('s3://pics/1.jpg'), broken(2), labelLine('s3://pics/3.jpg'), broken(4)) }), 'a.manifest');
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromFile(path) })).toThrow(
      new RegExp(`^Stack/Train: ${path} has 2 problems:\n  ERROR_MISSING_CLASS_MAP_ID \\(2 times\\): .*7.*\\.\n    ${path}:2 \\(s3://pics/2\\.jpg\\)\n    ${path}:4 \\(s3://pics/4\\.jpg\\)$`),
    );
  });

  test('fails once for many lines with one cause: three places and the number of the others', () => {
    const manifest = Manifest.fromEntries(Array.from({ length: 1140 }, (_, i) => broken(i)));
    expect(messageOf(() => makeDataset(makeStack(), { manifest })).split('\n')).toEqual([
      'Stack/Train: Manifest.fromEntries has 1140 problems:',
      '  ERROR_MISSING_CLASS_MAP_ID (1140 times): annotations[0] has class_id 7, which class-map lacks; add "7" to class-map or correct the class_id.',
      '    Manifest.fromEntries:1 (s3://pics/0.jpg)',
      '    Manifest.fromEntries:2 (s3://pics/1.jpg)',
      '    Manifest.fromEntries:3 (s3://pics/2.jpg)',
      '    … and 1137 more',
    ]);
  });

  test('is an error on the dataset, which fails cdk synth without a stack trace; the handler would refuse the asset', () => {
    const stack = makeStack();
    const dataset = () => new rekognition.Dataset(stack, 'Train', {
      project: new rekognition.Project(stack, 'Birds'), datasetType: rekognition.DatasetType.TRAIN, manifest: Manifest.fromEntries([broken(1)]),
    });
    expect(dataset).not.toThrow();
    Annotations.fromStack(stack).hasError('/Stack/Train', Match.stringLikeRegexp(
      '^Manifest.fromEntries has a problem:\n  Manifest.fromEntries:1 .*: ERROR_MISSING_CLASS_MAP_ID: .*annotation::cdk-vision-datasets:Dataset.invalidManifest'));
    expect(deployed(stack).text).toBe(jsonLines(broken(1)));
  });

  test('errors come before warnings, however many of those there are', () => {
    const unlabeled = Array.from({ length: 3000 }, (_, i) => ({ 'source-ref': `s3://pics/u${i}.jpg` }));
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([...unlabeled, broken(1)]) })).toThrow(/fromEntries:3001 .*ERROR_MISSING_CLASS_MAP_ID/);
  });

  test('maxErrorEntries tolerates entries that the service keeps with an error, and says so', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg'), broken(2), broken(3)]), maxErrorEntries: 2 });
    Annotations.fromStack(stack).hasWarning('/Stack/Train', Match.stringLikeRegexp(
      'Manifest.fromEntries: 2 entries have errors, which maxErrorEntries tolerates; training ignores them.*cdk-vision-datasets:Dataset.errorEntries',
    ));
  });

  test('fails for one error entry more', () => {
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg'), broken(2), broken(3)]), maxErrorEntries: 1 }))
      .toThrow(/has 2 problems/);
  });

  test('fails for a line that the service would drop, whatever is tolerated', () => {
    const manifest = Manifest.fromEntries([...Array.from({ length: 9 }, (_, i) => labelLine(`s3://pics/${i}.jpg`)), labelLine('s3://pics/0.jpg')]);
    expect(() => makeDataset(makeStack(), { manifest, maxErrorEntries: 100 })).toThrow(/fromEntries:10 \(s3:\/\/pics\/0\.jpg\): ERROR_DUPLICATE_SOURCE_REF/);
  });

  test('a tolerance that is known at deployment is left to the deployment', () => {
    const stack = makeStack();
    const maxErrorEntries = new CfnParameter(stack, 'Most', { type: 'Number' }).valueAsNumber;
    expect(() => makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg'), broken(2)]), maxErrorEntries })).not.toThrow();
  });

  test('nothing is made of a manifest without entries', () => {
    const stack = makeStack();
    expect(() => makeDataset(stack, { manifest: Manifest.fromEntries([]) })).toThrow();
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
  });
});

describe('warnings', () => {
  test('are one annotation a kind, with a number and an id that can be acknowledged', () => {
    const manifest = Manifest.fromEntries([
      labelLine('s3://pics/1.jpg'), { 'source-ref': 's3://pics/2.jpg' }, { 'source-ref': 's3://pics/3.jpg' }, labelLine('s3://pics/a%20b.jpg'),
    ]);
    const stack = makeStack();
    makeDataset(stack, { manifest });
    const warnings = Annotations.fromStack(stack).findWarning('/Stack/Train', Match.anyValue());
    expect(warnings.map(({ entry }) => entry.data)).toEqual([
      expect.stringMatching(/^WARNING_UNANNOTATED_RECORD \(2 times\): .* At Manifest\.fromEntries:2 \(s3:\/\/pics\/2\.jpg\); Manifest\.fromEntries:3 \(s3:\/\/pics\/3\.jpg\)\..*cdk-vision-datasets:Dataset\.unannotatedRecord/),
      expect.stringMatching(/^Manifest\.fromEntries:4 .*percent-encoded.*cdk-vision-datasets:Dataset\.suspiciousSourceRef/),
    ]);

    const knowing = makeStack();
    CdkAnnotations.of(makeDataset(knowing, { manifest })).acknowledgeWarning('cdk-vision-datasets:Dataset.unannotatedRecord', 'labeled later');
    expect(Annotations.fromStack(knowing).findWarning('/Stack/Train', Match.anyValue())).toHaveLength(1);
  });

  test('are all counted', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromEntries(Array.from({ length: 1500 }, (_, i) => ({ 'source-ref': `s3://pics/${i}.jpg` }))) });
    Annotations.fromStack(stack).hasWarning('/Stack/Train', Match.stringLikeRegexp('WARNING_UNANNOTATED_RECORD \\(1500 times\\).*; and 1497 more'));
  });

  test('a clean manifest has none', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromEntries([labelLine('s3://pics/1.jpg'), boxLine('s3://pics/2.jpg')]) });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('fromEntries', () => {
  test('writes each entry as a line, in order', () => {
    const stack = makeStack();
    const entries = [labelLine('s3://pics/ä.jpg'), boxLine('s3://pics/2.jpg')];
    makeDataset(stack, { manifest: Manifest.fromEntries(entries) });
    expect(deployed(stack).text).toBe(jsonLines(...entries));
  });

  test('takes the entries as they are when it is called', () => {
    const stack = makeStack();
    const entry = labelLine('s3://pics/1.jpg');
    const manifest = Manifest.fromEntries([entry]);
    entry['source-ref'] = 's3://pics/2.jpg';
    makeDataset(stack, { manifest });
    expect(deployed(stack).text).toBe(jsonLines(labelLine('s3://pics/1.jpg')));
  });

  test.each([
    ['the name of a bucket', () => labelLine(`s3://${Aws.ACCOUNT_ID}-pictures/1.jpg`)],
    ['a lazy value', () => labelLine(Lazy.string({ produce: () => 's3://pics/1.jpg' }))],
    ['a lazy object', () => ({ 'source-ref': 's3://pics/1.jpg', 'bird-metadata': { deep: [Lazy.any({ produce: () => 1 })] } })],
    ['a number', () => ({ 'source-ref': 's3://pics/1.jpg', 'bird': Lazy.number({ produce: () => 1 }) })],
    ['a member name', () => ({ 'source-ref': 's3://pics/1.jpg', [Aws.REGION]: 1 })],
  ])('fails for %s that is known at deployment', (_what, entry) => {
    expect(() => Manifest.fromEntries([labelLine('s3://pics/0.jpg'), entry()])).toThrow(
      /^Manifest\.fromEntries: entry 2 holds a value that is only known at deployment.*relative source-ref such as "birds\/1\.jpg".*Images\.inBucket\(bucket\)/,
    );
  });

  test('fails for no entries at all', () => {
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([]) })).toThrow('Stack/Train: Manifest.fromEntries has no entries; write Manifest.empty() when the dataset is meant to be empty');
  });
});

describe('fromBucket', () => {
  test('passes bucket, key and version on', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromBucket(new s3.Bucket(stack, 'Manifests'), 'birds/v1.manifest', { version: 'abc' }) });
    expect(manifestOf(Template.fromStack(stack))).toEqual({ Bucket: { Ref: expect.stringMatching(/^Manifests/) }, Key: 'birds/v1.manifest', Version: 'abc' });
  });

  test('takes a key that is known at deployment', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), new CfnParameter(stack, 'Key').valueAsString) });
    expect(manifestOf(Template.fromStack(stack))).toEqual({ Bucket: 'pics', Key: { Ref: 'Key' } });
  });

  test.each([
    ['/birds.manifest', {}, 'Manifest.fromBucket: the key "/birds.manifest" begins with a slash, which S3 treats as part of the key; write "birds.manifest"'],
    ['', {}, 'Manifest.fromBucket: the key is empty'],
    ['birds.manifest', { version: '' }, 'Manifest.fromBucket: the version is empty'],
  ])('fails for key "%s" and %j', (key, options, message) => {
    expect(() => Manifest.fromBucket(s3.Bucket.fromBucketName(makeStack(), 'B', 'pics'), key, options)).toThrow(message);
  });
});

test('relative references without images fail and say which images to give', () => {
  for (const images of [undefined, Images.asIs()]) {
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine('birds/1.jpg')]), images })).toThrow(
      /ERROR_INVALID_SOURCE_REF_FORMAT[^]*Relative references need to know their bucket: give the dataset images: Images\.inBucket\(bucket, \{ prefix \}\), or Images\.fromDirectory\(path\)/,
    );
  }
});

test('the type of a dataset is part of the namespace', () => {
  expect(Object.keys(rekognition).sort()).toEqual(['Dataset', 'DatasetType', 'InitialLoad', 'Project']);
});
