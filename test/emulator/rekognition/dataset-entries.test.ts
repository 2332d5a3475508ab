import { gzipSync } from 'node:zlib';
import { CreateDatasetCommand, ListDatasetEntriesCommand, ListDatasetLabelsCommand } from '@aws-sdk/client-rekognition';
import { boxed, labeled, RekognitionSetup, unlabeled } from './setup';

const setup = new RekognitionSetup();
let project: string;
beforeEach(async () => { project = await setup.project(); });

async function created(manifest: string | Buffer, key?: string) {
  return setup.ended(await setup.startDataset(project, setup.manifest(manifest, key)));
}
async function listed(arn: string): Promise<string[]> {
  return (await setup.client.send(new ListDatasetEntriesCommand({ DatasetArn: arn }))).DatasetEntries!;
}
async function labels(arn: string) {
  return (await setup.client.send(new ListDatasetLabelsCommand({ DatasetArn: arn }))).DatasetLabelDescriptions;
}
const refs = (entries: any[]) => entries.map((entry) => entry['source-ref'].replace('s3://images/', ''));
const lines = (count: number, line = (i: number) => unlabeled(`${i}.jpg`)) => Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');

describe('statistics', () => {
  test('count entries, labeled ones, labels and errors', async () => {
    const arn = await setup.dataset(project, [
      labeled('a.jpg', 'crane'), labeled('b.jpg', 'heron'), unlabeled('c.jpg'), boxed('d.jpg', ['crane', 'crane', 'stork']),
      boxed('e.jpg', []), boxed('f.jpg', ['crane'], { left: 790 }),
    ]);
    expect((await setup.describe(arn)).DatasetStats).toEqual({ TotalEntries: 6, LabeledEntries: 4, TotalLabels: 3, ErrorEntries: 1 });
    expect(await labels(arn)).toEqual([
      { LabelName: 'crane', LabelStats: { EntryCount: 3, BoundingBoxCount: 2 } },
      { LabelName: 'heron', LabelStats: { EntryCount: 1 } },
      { LabelName: 'stork', LabelStats: { EntryCount: 1, BoundingBoxCount: 1 } },
    ]);
  });

  test('of an empty dataset are zero', async () => {
    const arn = await setup.dataset(project);
    expect((await setup.describe(arn)).DatasetStats).toEqual({ TotalEntries: 0, LabeledEntries: 0, TotalLabels: 0, ErrorEntries: 0 });
    expect(await labels(arn)).toEqual([]);
    expect(await listed(arn)).toEqual([]);
  });
});

describe('an update', () => {
  test('replaces known entries as a whole where they stand, and appends the others', async () => {
    const arn = await setup.dataset(project, [labeled('a.jpg', 'crane'), labeled('b.jpg', 'heron'), unlabeled('c.jpg')]);
    const description = await setup.update(arn, [labeled('d.jpg', 'stork'), unlabeled('b.jpg'), labeled('c.jpg', 'crane')]);
    expect(description.DatasetStats).toEqual({ TotalEntries: 4, LabeledEntries: 3, TotalLabels: 2, ErrorEntries: 0 });
    const entries = await setup.entries(arn);
    expect(refs(entries)).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
    expect(Object.keys(entries[1])).toEqual(['source-ref', 'cl-metadata']);
    expect((await labels(arn))!.map(({ LabelName }) => LabelName)).toEqual(['crane', 'stork']);
  });

  test('with the same source-ref twice keeps the first line', async () => {
    const arn = await setup.dataset(project);
    const ten = lines(10).trimEnd().split('\n');
    await setup.update(arn, [labeled('0.jpg', 'crane'), ...ten]);
    const [first, ...rest] = await setup.entries(arn);
    expect(first['scene-metadata']['class-name']).toBe('crane');
    expect(rest).toHaveLength(9);
  });

  test.each([
    ['another bucket', () => labeled('b.jpg', 'crane', 'other'), 'The manifest file contains images from multiple S3 buckets.'],
    ['more than a fifth of the lines unusable', () => `${lines(3)}{}`, 'The manifest file has too many terminal errors.'],
    ['white space only', () => ' \n\n', 'The manifest file is empty.'],
    ['more than 250 labels together with the old ones', () => lines(250, (i) => labeled(`${i}.jpg`, `label ${i}`)), 'The manifest file has too many labels.'],
  ])('that brings %s changes nothing', async (_, changes, message) => {
    const arn = await setup.dataset(project, [labeled('a.jpg', 'crane')]);
    await setup.startUpdate(arn, changes());
    expect(await setup.ended(arn)).toMatchObject({
      Status: 'UPDATE_FAILED', StatusMessage: message, StatusMessageCode: 'CLIENT_ERROR', DatasetStats: { TotalEntries: 1, TotalLabels: 1 },
    });
    expect(await listed(arn)).toHaveLength(1);
    expect(await setup.update(arn, [unlabeled('b.jpg')])).toMatchObject({ Status: 'UPDATE_COMPLETE', DatasetStats: { TotalEntries: 2 } });
  });

  test('that would exceed 250,000 entries fails', async () => {
    const arn = (await setup.startDataset(project, setup.manifest(lines(250_000))));
    expect(await setup.ended(arn)).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 250_000 } });
    expect(await setup.update(arn, [unlabeled('more.jpg')])).toMatchObject({
      Status: 'UPDATE_FAILED', StatusMessage: 'The manifest file has too many rows.', DatasetStats: { TotalEntries: 250_000 },
    });
  }, 60_000);
});

describe('a manifest', () => {
  test.each([
    ['without extension in its key', () => created(lines(1), 'manifests/birds'), 'The manifest file extension or contents are invalid.'],
    ['that is compressed', () => created(gzipSync(lines(50))), 'The manifest file extension or contents are invalid.'],
    ['that is empty', () => created(''), 'The manifest file is empty.'],
    ['of blank lines', () => created('\n\n'), 'The manifest file is empty.'],
    ['with images in two buckets', () => created(`${labeled('a.jpg', 'x')}\n${labeled('a.jpg', 'x', 'other')}\n`),
      'The manifest file contains images from multiple S3 buckets.'],
    ['with 251 labels', () => created(lines(251, (i) => labeled(`${i}.jpg`, `label ${i}`))), 'The manifest file has too many labels.'],
    ['with 2 of 9 lines unusable', () => created(`${lines(7)}nonsense\n{"source-ref":"images/a.jpg"}\n`), 'The manifest file has too many terminal errors.'],
  ])('%s fails the dataset', async (_, creation, message) => {
    expect(await creation()).toMatchObject({ Status: 'CREATE_FAILED', StatusMessage: message, StatusMessageCode: 'CLIENT_ERROR' });
  });

  test('up to a fifth of its lines vanish silently', async () => {
    const arn = await setup.startDataset(project, setup.manifest(`${lines(12)}{"no":"ref"}\n\n${unlabeled('3.jpg')}\n`));
    expect(await setup.ended(arn)).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 12, ErrorEntries: 0 } });
  });

  test('may end its lines with CRLF and lack the last end; a byte order mark costs the first line', async () => {
    const text = lines(9).trimEnd().replaceAll('\n', '\r\n');
    const first = await setup.startDataset(project, setup.manifest(text));
    expect((await setup.ended(first)).DatasetStats!.TotalEntries).toBe(9);
    expect(await listed(first)).toContain('{"source-ref":"s3://images/0.jpg","cl-metadata":{"is_labeled":false}}');
    const second = await setup.startDataset(project, setup.manifest(`\uFEFF${text}`), 'TEST');
    expect((await setup.ended(second)).DatasetStats!.TotalEntries).toBe(8);
  });

  test('is read with lines that are cut by the ends of many chunks', async () => {
    const long = 'x'.repeat(60_000);
    const arn = await setup.startDataset(project, setup.manifest(lines(60, (i) => JSON.stringify({ 'source-ref': `s3://images/${i}.jpg`, 'note': long }))));
    expect(await setup.ended(arn)).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 60, ErrorEntries: 60 } });
  });

  test.each([
    ['object', { Bucket: 'manifests-bucket', Name: 'gone.manifest' }],
    ['bucket', { Bucket: 'gone-bucket', Name: 'birds.manifest' }],
  ])('that is in no %s is refused, or fails the dataset where that is wanted', async (_, S3Object) => {
    setup.manifest('');
    const source = { GroundTruthManifest: { S3Object } };
    expect(await setup.refusal(setup.startDataset(project, source))).toEqual({
      code: 'InvalidS3ObjectException',
      status: 400,
      message: 'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
    });
    setup.emulator.settings.rekognition.manifestErrors = 'async';
    expect(await setup.ended(await setup.startDataset(project, source))).toMatchObject({
      Status: 'CREATE_FAILED', StatusMessage: 'The manifest file extension or contents are invalid.',
    });
  });

  test('that may not be read is refused, or fails the dataset where that is wanted', async () => {
    const source = setup.manifest(lines(1));
    setup.objects.denied.add('manifests-bucket/manifests/birds.manifest');
    try {
      expect(await setup.refusal(setup.startDataset(project, source))).toMatchObject({ code: 'InvalidS3ObjectException' });
      setup.emulator.settings.rekognition.manifestErrors = 'async';
      expect(await setup.ended(await setup.startDataset(project, source))).toMatchObject({
        Status: 'CREATE_FAILED', StatusMessage: 'The S3 bucket permissions are incorrect.',
      });
    } finally {
      setup.objects.denied.clear();
    }
  });

  test('in a bucket of another Region is refused', async () => {
    setup.objects.regions.set('manifests-bucket', 'eu-west-1');
    try {
      expect(await setup.refusal(setup.startDataset(project, setup.manifest(lines(1))))).toMatchObject({ code: 'InvalidS3ObjectException' });
    } finally {
      setup.objects.regions.clear();
    }
  });

  test('of more than 1 GB fails the dataset unread', async () => {
    // The memory is never touched, so the system does not provide it.
    const source = setup.manifest('');
    setup.objects.objects.set('manifests-bucket/manifests/birds.manifest', Buffer.alloc(1_073_741_825));
    expect(await setup.ended(await setup.startDataset(project, source))).toMatchObject({
      Status: 'CREATE_FAILED', StatusMessage: 'The manifest file size exceeds the maximum supported size.',
    });
  });

  test('that two calls name at the same time makes one dataset', async () => {
    const source = setup.manifest(lines(1));
    const outcomes = await Promise.allSettled([setup.startDataset(project, source), setup.startDataset(project, source)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { reason } = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(reason.name).toBe('ResourceAlreadyExistsException');
  });

  test('in a failed dataset keeps the slot', async () => {
    await created('');
    expect(await setup.refusal(setup.startDataset(project))).toMatchObject({ code: 'ResourceAlreadyExistsException' });
  });

  test('is checked for images that are not there when that is wanted', async () => {
    setup.emulator.settings.rekognition.checkImages = 'exists';
    for (let i = 0; i < 8; i++) setup.objects.objects.set(`images/${i}.jpg`, Buffer.alloc(1));
    const arn = await setup.startDataset(project, setup.manifest(lines(10)));
    expect(await setup.ended(arn)).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 10 } });
    expect(await setup.update(arn, [unlabeled('8.jpg'), unlabeled('9.jpg')])).toMatchObject({ Status: 'UPDATE_FAILED' });
    setup.objects.objects.delete('images/7.jpg');
    const test = await setup.startDataset(project, setup.manifest(lines(10)), 'TEST');
    expect(await setup.ended(test)).toMatchObject({ Status: 'CREATE_FAILED', StatusMessageCode: 'CLIENT_ERROR' });
  });
});

describe('a listed line', () => {
  test('is the written one with cl-metadata behind it, byte for byte', async () => {
    const odd = '{ "z": 1.0, "w": "cl-ass", "source-ref" : "s3:\\/\\/images/a b%20ü.jpg" , "z-metadata":{"class-name":"\\u00e4","confidence":1.00,'
      + '"human-annotated":"yes","creation-date":"x","type":"groundtruth/image-classification","own":[1e3,{}]}}';
    const arn = await setup.dataset(project, [odd, unlabeled('b.jpg')]);
    expect(await listed(arn)).toEqual([
      `${odd.slice(0, -1)},"cl-metadata":{"is_labeled":true}}`,
      '{"source-ref":"s3://images/b.jpg","cl-metadata":{"is_labeled":false}}',
    ]);
  });

  test('can be sent back: what the service added is taken out again', async () => {
    const arn = await setup.dataset(project, [boxed('a.jpg', ['crane', 'crane'], { left: -1 }), labeled('b.jpg', 'crane')]);
    const before = await listed(arn);
    expect(before[0]).toContain('cl-errors');
    await setup.update(arn, before);
    expect(await listed(arn)).toEqual(before);
  });

  test('carries the errors at the places they belong to', async () => {
    const broken = JSON.parse(boxed('a.jpg', ['crane', 'heron', 'stork']));
    broken.bb.annotations[0].left = 750;
    broken.bb.annotations[2].width = 0;
    const strange = JSON.parse(boxed('b.jpg', ['crane']));
    strange.bb.annotations[0].class_id = 7;
    const other = JSON.parse(labeled('c.jpg', 'crane'));
    other['scene-metadata'].type = 'groundtruth/other';
    const half = { 'source-ref': 's3://images/d.jpg', 'scene': 1 };
    const small = JSON.parse(boxed('e.jpg', ['crane'], { left: 0, top: 0, width: 30, height: 30 }));
    small.bb.image_size[0] = { width: 40, height: 40, depth: 3 };
    const scalar = JSON.parse(boxed('f.jpg', []));
    scalar.bb = 'none';
    const arn = await setup.dataset(project, [broken, strange, other, half, small, scalar].map((line) => JSON.stringify(line)));
    expect((await setup.describe(arn)).DatasetStats).toMatchObject({ TotalEntries: 6, ErrorEntries: 6 });

    const [a, b, c, d, e, f] = await setup.entries(arn);
    expect(a.bb.annotations.map((box: any) => box['cl-errors'])).toEqual([
      [{ code: 'ERROR_INVALID_BOUNDING_BOX', message: 'The bounding box has off frame values.' }],
      undefined,
      [{ code: 'ERROR_BOUNDING_BOX_TOO_SMALL', message: 'The height and width of the bounding box is too small.' }],
    ]);
    expect(a).not.toHaveProperty('cl-errors');
    expect(b['bb-metadata']['cl-errors']).toEqual([
      { code: 'ERROR_MISSING_CLASS_MAP_ID', message: 'One of more class ids is missing from the class map.' },
    ]);
    expect(c['scene-metadata']['cl-errors']).toEqual([{
      code: 'ERROR_UNSUPPORTED_USE_CASE_TYPE',
      message: 'The use case type of the scene-metadata label attribute metadata is unsupported. Check the type field.',
    }]);
    expect(c['cl-errors']).toEqual([{ code: 'ERROR_NO_VALID_LABEL_ATTRIBUTES', message: 'No valid label attributes found.' }]);
    expect(c['cl-metadata']).toEqual({ is_labeled: true });
    expect(d['cl-errors']).toEqual([{ code: 'ERROR_NO_LABEL_ATTRIBUTES', message: 'No label attributes found.' }]);
    expect(d['cl-metadata']).toEqual({ is_labeled: false });
    expect(e.bb['cl-errors']).toMatchObject([{ code: 'ERROR_INVALID_IMAGE_DIMENSION' }]);
    expect(f['cl-errors']).toMatchObject([{ code: 'ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT' }]);
    expect(Object.keys(c).slice(-2)).toEqual(['cl-metadata', 'cl-errors']);
  });
});

describe('a copy', () => {
  test('has the entries of the original, with their errors, and is independent of it', async () => {
    const original = await setup.dataset(project, [labeled('a.jpg', 'crane'), boxed('b.jpg', ['crane'], { top: -5 })]);
    const arn = await setup.startDataset(await setup.project('copies'), { DatasetArn: original }, 'TEST');
    expect(await setup.ended(arn)).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: { TotalEntries: 2, ErrorEntries: 1 } });
    expect(await listed(arn)).toEqual(await listed(original));
    await setup.update(original, [unlabeled('a.jpg')]);
    expect((await setup.describe(arn)).DatasetStats!.LabeledEntries).toBe(2);
  });

  test.each([
    ['both a manifest and a dataset', { GroundTruthManifest: { S3Object: { Bucket: 'bucket', Name: 'a.manifest' } },
      DatasetArn: 'arn:aws:rekognition:us-east-1:000000000000:project/p/dataset/train/1' }],
    ['neither', {}],
    ['a manifest without an object', { GroundTruthManifest: {} }],
    ['an object without a key', { GroundTruthManifest: { S3Object: { Bucket: 'bucket' } } }],
  ])('cannot name %s', async (_, DatasetSource) => {
    const call = setup.client.send(new CreateDatasetCommand({ ProjectArn: project, DatasetType: 'TRAIN', DatasetSource }));
    expect(await setup.refusal(call)).toMatchObject({ code: 'InvalidParameterException', status: 400 });
  });

  test.each(['arn:aws:rekognition:eu-west-1:000000000000:project/birds/dataset/train/1', 'arn:aws:rekognition:us-east-1:111111111111:project/birds/dataset/train/1'])(
    'of %s is not found', async (DatasetArn) => {
      expect(await setup.refusal(setup.startDataset(project, { DatasetArn }))).toMatchObject({ code: 'ResourceNotFoundException' });
    });
});
