import { CfnParameter } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, Manifest } from '../../../lib';
import type { ManifestFromBucketFoldersOptions } from '../../../lib';
import { makeDataset, makeStack, statementsOf } from '../../rigs/stacks';

function synthesised(
  options?: ManifestFromBucketFoldersOptions, images?: (bucket: s3.IBucket) => Images,
): { template: Template; properties: any } {
  const stack = makeStack();
  const bucket = s3.Bucket.fromBucketName(stack, 'B', 'pics');
  makeDataset(stack, { manifest: Manifest.fromBucketFolders(bucket, options), images: images?.(bucket) });
  const template = Template.fromStack(stack);
  const [{ Properties }] = Object.values(template.findResources('Custom::RekognitionDataset'));
  return { template, properties: Properties };
}

/** What the dataset's policies say of S3. */
function s3Statements(template: Template): any[] {
  return statementsOf(template).filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('s3:')));
}

test('names what the handler lists, in the place of a manifest; references stay absolute', () => {
  const { properties } = synthesised({ prefix: 'sorted', labelAttribute: 'quality', creationDate: '2026-03-04T05:06:07', revision: '7' });
  expect(properties).toMatchObject({
    Folders: { Bucket: 'pics', Prefix: 'sorted/', LabelAttribute: 'quality', CreationDate: '2026-03-04T05:06:07', Revision: '7' },
  });
  expect(properties).not.toHaveProperty('Manifest');
  expect(properties).not.toHaveProperty('Images');
});

test('by default: the root of the bucket, and the labels of fromFolders', () => {
  expect(synthesised().properties.Folders).toEqual({ Bucket: 'pics', Prefix: '', LabelAttribute: 'label', CreationDate: '2000-01-01T00:00:00.000' });
});

test('images may be in a copy of the bucket', () => {
  const { properties } = synthesised({ prefix: 'sorted/' }, (bucket) => Images.inBucket(bucket, { prefix: 'copy' }));
  expect(properties.Images).toEqual({ Bucket: 'pics', Prefix: 'copy/' });
});

test('the handler may list what is under the prefix, and read nothing', () => {
  const list = { Action: 's3:ListBucket', Effect: 'Allow', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::pics']] } };
  expect(s3Statements(synthesised({ prefix: 'sorted' }).template)).toEqual([{ ...list, Condition: { StringLike: { 's3:prefix': 'sorted/*' } } }]);
  expect(s3Statements(synthesised().template)).toEqual([list]);
});

test('a bucket of the stack, and a prefix and a revision that are known at deployment', () => {
  const stack = makeStack();
  const [prefix, revision] = ['Prefix', 'Revision'].map((name) => new CfnParameter(stack, name).valueAsString);
  makeDataset(stack, { manifest: Manifest.fromBucketFolders(new s3.Bucket(stack, 'Pictures'), { prefix, revision }) });
  Template.fromStack(stack).hasResourceProperties('Custom::RekognitionDataset', {
    Folders: {
      Bucket: { Ref: Match.stringLikeRegexp('^Pictures') }, Prefix: { 'Fn::Join': ['', [{ Ref: 'Prefix' }, '/']] }, Revision: { Ref: 'Revision' },
    },
  });
});

test.each<[ManifestFromBucketFoldersOptions, string]>([
  [{ prefix: '/sorted' }, 'Manifest.fromBucketFolders: the prefix "/sorted" begins with a slash, which S3 treats as part of the key; write "sorted"'],
  [{ labelAttribute: 'source-ref' }, 'Manifest.fromBucketFolders: labelAttribute is "source-ref"'],
  [{ creationDate: 'today' }, 'Manifest.fromBucketFolders: creationDate is "today"'],
])('fails for %j', (options, message) => {
  expect(() => Manifest.fromBucketFolders(s3.Bucket.fromBucketName(makeStack(), 'B', 'pics'), options)).toThrow(message);
});
