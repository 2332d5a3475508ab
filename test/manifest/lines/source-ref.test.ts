import fc from 'fast-check';
import { parseS3Uri, resolveSourceRef, SourceRefError } from '../../../lib/manifest';

describe('parseS3Uri', () => {
  test.each([
    ['s3://bucket/key', { bucket: 'bucket', key: 'key' }],
    ['S3://bucket/a%20b/+ü ', { bucket: 'bucket', key: 'a%20b/+ü ' }],
    ['s3://bucket//', { bucket: 'bucket', key: '/' }],
    ['s3://bucket/a\nb', { bucket: 'bucket', key: 'a\nb' }],
    ['s3://bucket/', undefined], ['s3://bucket', undefined], ['s3://bu/key', undefined], ['s3:///key', undefined],
    ['s3://buck?t/key', undefined], ['https://bucket/key', undefined], [' s3://bucket/key', undefined], ['', undefined],
  ])('%j', (uri, parts) => {
    expect(parseS3Uri(uri)).toEqual(parts);
  });
});

describe('resolveSourceRef', () => {
  const images = { bucket: 'new', prefix: 'birds/' };
  const exported = { ...images, rewriteFrom: 's3://old/set 1/' };

  test.each([
    ['a.jpg', images, 's3://new/birds/a.jpg'],
    ['a b%20+é\u200b.jpg', images, 's3://new/birds/a b%20+é\u200b.jpg'],
    ['a.jpg', { bucket: 'new', prefix: '' }, 's3://new/a.jpg'],
    ['s3://old/set 1/a.jpg', images, 's3://new/set 1/a.jpg'],
    ['S3://old/a.jpg', images, 's3://new/a.jpg'],
    ['s3://old/set 1/a.jpg', exported, 's3://new/birds/a.jpg'],
    ['b/a.jpg', exported, 's3://new/birds/b/a.jpg'],
    ['', undefined, ''],
    ['anything', undefined, 'anything'],
  ])('%j against %j', (ref, location, resolved) => {
    expect(resolveSourceRef(ref, location)).toBe(resolved);
  });

  test.each([
    ['', images, 'empty'], ['/a.jpg', images, 'slash'], ['https://x/y', images, 'https://'], ['file:///x', images, 'file://'],
    ['s3://old/', images, 'bucket or a key'], ['s3:///a', images, 'bucket or a key'],
    ['s3://other/a.jpg', exported, 'does not begin with s3://old/set 1/'], ['s3://old/set 1/', exported, 'no key'],
  ])('%j against %j is refused', (ref, location, advice) => {
    const attempt = () => resolveSourceRef(ref, location);
    expect(attempt).toThrow(SourceRefError);
    expect(attempt).toThrow(advice);
  });

  test('a resolved reference resolves to itself where nothing was exported', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: 'binary' }), (ref) => {
      fc.pre(!ref.startsWith('/') && !/^[a-z][a-z0-9+.-]*:\/\//i.test(ref));
      const once = resolveSourceRef(ref, { bucket: 'new', prefix: 'p/' });
      expect(once).toBe(`s3://new/p/${ref}`);
      expect(resolveSourceRef(once, { bucket: 'new', prefix: 'p/' })).toBe(once);
    }));
  });
});
