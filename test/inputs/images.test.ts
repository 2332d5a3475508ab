import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest, rekognition } from '../../lib';
import { jpeg, png } from '../rigs/images';
import { makeDataset, makeStack, statementsOf } from '../rigs/stacks';
import { folderWith, labelLine } from './lines';

const TYPE = 'Custom::RekognitionDataset';
const DEPLOYMENT = 'Custom::CDKBucketDeployment';

function imagesOf(stack: Stack): unknown {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties.Images;
}

describe('inBucket', () => {
  test.each([
    [{}, { Prefix: '' }],
    [{ prefix: '' }, { Prefix: '' }],
    [{ prefix: 'birds/2026' }, { Prefix: 'birds/2026/' }],
    [{ prefix: 'birds/ä %20+/' }, { Prefix: 'birds/ä %20+/' }],
    [{ rewriteFrom: 's3://old-bucket' }, { Prefix: '', RewriteFrom: 's3://old-bucket/' }],
    [{ prefix: 'birds', rewriteFrom: 's3://old-bucket/some/prefix' }, { Prefix: 'birds/', RewriteFrom: 's3://old-bucket/some/prefix/' }],
  ])('%j', (options, expected) => {
    const stack = makeStack();
    makeDataset(stack, { images: Images.inBucket(new s3.Bucket(stack, 'Pictures'), options) });
    expect(imagesOf(stack)).toEqual({ Bucket: { Ref: expect.stringMatching(/^Pictures/) }, ...expected });
  });

  test('a prefix may be known at deployment', () => {
    const stack = makeStack();
    const prefix = new CfnParameter(stack, 'Prefix').valueAsString;
    makeDataset(stack, {
      manifest: Manifest.fromEntries([labelLine('1.jpg')]), images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), { prefix }),
    });
    expect(imagesOf(stack)).toEqual({ Bucket: 'pics', Prefix: { 'Fn::Join': ['', [{ Ref: 'Prefix' }, '/']] } });
  });

  test.each([
    [{ prefix: '/birds/' }, 'Images.inBucket: the prefix "/birds/" begins with a slash, which S3 treats as part of the key; write "birds/"'],
    [{ rewriteFrom: 'old-bucket/exports/' }, 'Images.inBucket: rewriteFrom is "old-bucket/exports/", but must be the literal S3 address that the references begin with, such as "s3://old-bucket/exports/"'],
    [{ rewriteFrom: 'https://old-bucket/exports/' }, 'Images.inBucket: rewriteFrom is "https://old-bucket/exports/"'],
    [{ rewriteFrom: 's3:///exports/' }, 'Images.inBucket: rewriteFrom is "s3:///exports/"'],
    [{ rewriteFrom: '' }, 'Images.inBucket: rewriteFrom is ""'],
  ])('fails for %j', (options, message) => {
    const bucket = s3.Bucket.fromBucketName(makeStack(), 'B', 'pics');
    expect(() => Images.inBucket(bucket, options)).toThrow(message);
  });

  test('fails for an rewriteFrom that is known at deployment', () => {
    const stack = makeStack();
    const rewriteFrom = `s3://${new s3.Bucket(stack, 'Old').bucketName}/`;
    expect(() => Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), { rewriteFrom })).toThrow('rewriteFrom is a token, but must be the literal S3 address');
  });

  test('fails at synth for an absolute reference outside rewriteFrom', () => {
    const stack = makeStack();
    const images = Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics'), { rewriteFrom: 's3://old-bucket/exports/' });
    const manifest = Manifest.fromEntries([labelLine('s3://old-bucket/exports/1.jpg'), labelLine('s3://old-bucket/other/2.jpg')]);
    expect(() => makeDataset(stack, { manifest, images })).toThrow(/Manifest\.fromEntries:2 .*s3:\/\/old-bucket\/exports\//);
  });

  test('absolute references of several buckets become one bucket', () => {
    const stack = makeStack();
    const manifest = Manifest.fromEntries([labelLine('s3://one-bucket/1.jpg'), labelLine('s3://other-bucket/2.jpg')]);
    expect(() => makeDataset(stack, { manifest })).toThrow(/ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS/);
    expect(() => makeDataset(stack, { manifest, images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'B', 'pics')) }, 'Again')).not.toThrow();
  });
});

test('asIs says nothing to the handler', () => {
  const stack = makeStack();
  makeDataset(stack, { images: Images.asIs() });
  expect(imagesOf(stack)).toBeUndefined();
});

describe('fromDirectory', () => {
  const files = { '1.jpg': jpeg(), 'crows/2 ä+%20.jpg': png() };
  const manifest = Manifest.fromEntries([labelLine('1.jpg'), labelLine('crows/2 ä+%20.jpg')]);

  test('uploads into a private bucket of its own, before the dataset', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest, images: Images.fromDirectory(folderWith(files)) });
    const template = Template.fromStack(stack);
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
        },
        Tags: Match.arrayWith([{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }]),
      },
    });
    template.hasResourceProperties(DEPLOYMENT, {
      Prune: true,
      RetainOnDelete: true,
      DestinationBucketName: { Ref: Match.stringLikeRegexp('^TrainImagesBucket') },
      DestinationBucketKeyPrefix: Match.absent(),
    });
    template.hasResource(TYPE, {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^TrainImagesDeployment.*CustomResource')]),
      Properties: { Images: { Bucket: { Ref: Match.stringLikeRegexp('^TrainImagesBucket') }, Prefix: '' } },
    });
  });

  test('never deletes in a bucket of the user', () => {
    const stack = makeStack();
    const bucket = new s3.Bucket(stack, 'Pictures');
    makeDataset(stack, { manifest, images: Images.fromDirectory(folderWith(files), { bucket, prefix: 'birds' }) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(DEPLOYMENT, {
      Prune: false,
      RetainOnDelete: true,
      DestinationBucketName: { Ref: Match.stringLikeRegexp('^Pictures') },
      DestinationBucketKeyPrefix: 'birds/',
    });
    template.hasResourceProperties(TYPE, { Images: { Bucket: { Ref: Match.stringLikeRegexp('^Pictures') }, Prefix: 'birds/' } });
  });

  test('one object serves several datasets with one upload', () => {
    const stack = makeStack();
    const project = new rekognition.Project(stack, 'Birds');
    const images = Images.fromDirectory(folderWith(files));
    makeDataset(stack, { project, manifest, images });
    makeDataset(stack, { project, manifest, images, datasetType: rekognition.DatasetType.TEST }, 'Test');
    const template = Template.fromStack(stack);
    template.resourceCountIs(DEPLOYMENT, 1);
    const datasets = Object.values(template.findResources(TYPE));
    expect(datasets[0].Properties.Images).toEqual(datasets[1].Properties.Images);
    for (const { DependsOn } of datasets) expect(DependsOn).toContainEqual(expect.stringMatching(/^TrainImagesDeployment.*CustomResource/));
  });

  test('one object serves several stacks with an upload each', () => {
    const app = new App();
    const images = Images.fromDirectory(folderWith(files));
    const stacks = ['Beta', 'Gamma'].map((name) => new Stack(app, name));
    for (const stack of stacks) makeDataset(stack, { manifest, images });
    for (const stack of stacks) Template.fromStack(stack).resourceCountIs(DEPLOYMENT, 1);
  });

  test('the uploading function can be made larger', () => {
    const stack = makeStack();
    const images = Images.fromDirectory(folderWith(files), { memoryLimit: 1024, ephemeralStorageSize: Size.gibibytes(2) });
    makeDataset(stack, { manifest, images });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, EphemeralStorage: { Size: 2048 } });
  });

  test('images behind links are uploaded and found', () => {
    const folder = folderWith(files);
    symlinkSync(join(folderWith({ '3.jpg': jpeg() }), '3.jpg'), join(folder, '3.jpg'));
    const linked = Manifest.fromEntries([labelLine('3.jpg')]);
    const images = Images.fromDirectory(folder, { allowExternalSymlinks: true });
    expect(() => makeDataset(makeStack(), { manifest: linked, images })).not.toThrow();
  });

  test('fails for a link that leads nowhere', () => {
    const folder = folderWith(files);
    symlinkSync(join(folder, 'none'), join(folder, 'crows/3.jpg'));
    expect(() => Images.fromDirectory(folder)).toThrow(
      `Images.fromDirectory: "crows/3.jpg" in "${folder}" is a broken link; fetch its target, or remove the link`,
    );
  });

  test('warns that its own bucket goes when the dataset stays', () => {
    const stack = makeStack();
    makeDataset(stack, { manifest, images: Images.fromDirectory(folderWith(files)), removalPolicy: RemovalPolicy.RETAIN });
    Annotations.fromStack(stack).hasWarning('/Stack/Train', Match.stringLikeRegexp('pass your own bucket to fromDirectory.*Dataset.imagesNotRetained'));
  });

  test.each([
    ['relative references', {}, '1.jpg'],
    ['relative references below a prefix', { prefix: 'birds/' }, '1.jpg'],
    ['absolute ones, whose key is kept', {}, 's3://anywhere/1.jpg'],
    ['absolute ones below the prefix', { prefix: 'birds/' }, 's3://anywhere/birds/1.jpg'],
    ['absolute ones of an export', { prefix: 'birds/', rewriteFrom: 's3://old-bucket/exports/' }, 's3://old-bucket/exports/1.jpg'],
  ])('finds the files of %s', (_what, options, sourceRef) => {
    const images = Images.fromDirectory(folderWith(files), options);
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine(sourceRef)]), images })).not.toThrow();
  });

  test('a file that lacks is named with its line', () => {
    const folder = folderWith(files);
    const lines = [labelLine('1.jpg'), labelLine('none.jpg'), labelLine('crows/none.jpg')];
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries(lines), images: Images.fromDirectory(folder) })).toThrow(
      `Stack/Train: Manifest.fromEntries has 2 problems:
  IMAGE_NOT_IN_DIRECTORY (2 times): "${folder}" has no file "…"; add the image or correct the reference.
    Manifest.fromEntries:2 (none.jpg)
    Manifest.fromEntries:3 (crows/none.jpg)`,
    );
  });

  test.each([
    ['another case', 'Crow.JPG', 'crow.jpg', 'which differs in upper and lower case (S3 keys are case-sensitive)'],
    ['another Unicode form', 'kr\u00e4he.jpg', 'kra\u0308he.jpg', 'which looks the same but differs in Unicode normalization (composed and decomposed letters are different names in S3)'],
  ])('a file in %s is named', (_what, written, file, difference) => {
    const folder = folderWith({ [file]: 'x' });
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine(written)]), images: Images.fromDirectory(folder) }))
      .toThrow(`has no file "${written}", but it has "${file}", ${difference}; use the same name in both places`);
  });

  test('fails for an absolute reference that leads beside the prefix', () => {
    const images = Images.fromDirectory(folderWith(files), { prefix: 'birds' });
    expect(() => makeDataset(makeStack(), { manifest: Manifest.fromEntries([labelLine('s3://old-bucket/1.jpg')]), images }))
      .toThrow(/it leads to the key "1\.jpg", which is not below the prefix "birds\/".*rewriteFrom/);
  });

  test('fails for a directory that is not there, a file, and an empty directory', () => {
    expect(() => Images.fromDirectory('none')).toThrow(`Images.fromDirectory: there is no directory "none" (looked for ${join(process.cwd(), 'none')})`);
    expect(() => Images.fromDirectory('package.json')).toThrow(/there is no directory/);
    expect(() => Images.fromDirectory(folderWith({}))).toThrow(/has no files; name the directory that holds the images/);
  });

  test('fails for a prefix with a leading slash, and one that is known at deployment', () => {
    expect(() => Images.fromDirectory(folderWith(files), { prefix: '/birds' })).toThrow('Images.fromDirectory: the prefix "/birds" begins with a slash');
    const prefix = new CfnParameter(makeStack(), 'Prefix').valueAsString;
    expect(() => Images.fromDirectory(folderWith(files), { prefix })).toThrow('Images.fromDirectory: the prefix is a token; it must be known at synth');
  });
});

describe('reading images', () => {
  const ofImages = (stack: Stack) => statementsOf(Template.fromStack(stack)).filter(({ Action, Resource }) => /pictures|Pictures|Images/.test(JSON.stringify([Action, Resource])));
  const OBJECTS = { Action: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging', 's3:GetObjectVersion'], Effect: 'Allow' };
  const BUCKET = { Action: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:ListBucket'], Effect: 'Allow' };
  const arn = (path = '') => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::pictures${path}`]] });

  test.each([[undefined, false], [false, false], [true, true]])('in a bucket, with grantRead %s: %s', (grantRead, granted) => {
    const stack = makeStack();
    makeDataset(stack, { images: Images.inBucket(s3.Bucket.fromBucketName(stack, 'Bucket', 'pictures'), { prefix: 'birds', grantRead }) });
    // An absolute reference leads beyond the prefix.
    expect(ofImages(stack)).toEqual(granted ? [{ ...OBJECTS, Resource: arn('/*') }, { ...BUCKET, Resource: arn() }] : []);
  });

  test('of a directory: what is below the prefix, unless it is switched off', () => {
    const make = (grantRead?: boolean) => {
      const stack = makeStack();
      const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'pictures');
      const manifest = Manifest.fromEntries([labelLine('a.jpg')]);
      makeDataset(stack, { manifest, images: Images.fromDirectory(folderWith({ 'a.jpg': jpeg() }), { bucket, prefix: 'birds', grantRead }) });
      return ofImages(stack);
    };
    expect(make()).toEqual([{ ...OBJECTS, Resource: arn('/birds/*') }, { ...BUCKET, Resource: arn() }]);
    expect(make(false)).toEqual([]);
  });

  test('that a key encrypts: the key may be used', () => {
    const stack = makeStack();
    const bucket = new s3.Bucket(stack, 'Pictures', { encryptionKey: new kms.Key(stack, 'Key') });
    makeDataset(stack, { images: Images.inBucket(bucket, { grantRead: true }) });
    expect(statementsOf(Template.fromStack(stack))).toContainEqual({ Action: 'kms:Decrypt', Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } });
  });
});
