import { labeled, LookoutSetup, masked, text, unlabeled } from './setup';

const setup = new LookoutSetup();

async function created(content: string | Buffer, type = 'train') {
  const project = await setup.project();
  await setup.startDataset(project, setup.manifest(content), type);
  return setup.ended(project, type);
}

test('ImageStats and entries of a manifest with every kind of line', async () => {
  const lines = [labeled('a.png'), labeled('b.png', 'anomaly'), masked('c.png'), unlabeled('d.png'), labeled('e.png', 'Anomaly'), labeled('f.png', 'good')];
  expect(await created(`\n${text(lines)}\n  \n`)).toMatchObject({ Status: 'CREATE_COMPLETE', ImageStats: { Total: 6, Labeled: 3, Normal: 1, Anomaly: 2 } });
  expect(await setup.lines('parts')).toEqual(lines);
});

test('the value of a label is listed as the class says, whatever it was; everything else as it was sent', async () => {
  const inverted = labeled('a.png', 'normal', { confidence: 0.5 }, { camera: 7 }).replace('"lbl":0', '"lbl":1');
  const spaced = ` { "source-ref": "s3://parts/b.png", "x": 1.0 } `;
  await created(`${inverted}\r\n${spaced}\r\n${labeled('c.png', 'anomaly').replace('"lbl":1', '"lbl":"yes"')}`);
  expect(await setup.lines('parts')).toEqual([
    labeled('a.png', 'normal', { confidence: 0.5 }, { camera: 7 }), spaced.trim(), labeled('c.png', 'anomaly'),
  ]);
});

const invalidLine = (line: number, reason: string, count = 1) => `The manifest file contains ${count} invalid line(s). First error at line ${line}: ${reason}`;
const good = labeled('good.png');

test.each<[string, string | Buffer, string]>([
  ['is empty', '', 'The manifest file contains no JSON Lines.'],
  ['has only blank lines', ' \n\n', 'The manifest file contains no JSON Lines.'],
  ['is not UTF-8', Buffer.from(text([good, labeled('ä.png')]), 'latin1'), invalidLine(2, 'it is not UTF-8')],
  ['has a line that is no JSON', text([good, 'x', '{']), invalidLine(2, 'it is no JSON object', 2)],
  ['has a line that is no object', text([good, '[]']), invalidLine(2, 'it is no JSON object')],
  ['has a line without source-ref', text(['{}', good]), invalidLine(1, 'it has no source-ref')],
  ['has a malformed source-ref', text([good, '{"source-ref":"a.png"}']), invalidLine(2, 'its source-ref is no s3://bucket/key')],
  ['has images in two buckets', text([good, unlabeled('b.png', 'others')]), invalidLine(2, 'its image is in the bucket others, others are in parts')],
  ['has a line of over 8,192 characters', text([good, labeled('b.png', 'normal', {}, { x: 'x'.repeat(8192) })]), invalidLine(2, 'it is longer than 8192 characters')],
  ['has a line of a megabyte', text([good, labeled('b.png', 'normal', {}, { x: 'ä'.repeat(1e6) })]), invalidLine(2, 'it is longer than 8192 characters')],
  ['has a source-ref twice', text([good, unlabeled('b.png'), good]), invalidLine(3, 'its source-ref s3://parts/good.png occurs more than once')],
])('a manifest that %s fails the creation', async (_, content, message) => {
  const { Status, StatusMessage, ImageStats } = await created(content);
  expect([Status, ImageStats!.Total]).toEqual(['CREATE_FAILED', 0]);
  expect(StatusMessage!.startsWith(message)).toBe(true);
});

test('a longest line and a byte order mark are taken', async () => {
  const room = 8192 - labeled('a.png', 'normal', {}, { x: '' }).length;
  const longest = labeled('a.png', 'normal', {}, { x: 'ä'.repeat(room) });
  expect(longest).toHaveLength(8192);
  expect(await created(`\ufeff${longest}`)).toMatchObject({ Status: 'CREATE_COMPLETE' });
  expect(await setup.lines('parts')).toEqual([longest]);
});

test.each([['train', 16_000], ['test', 4_000]])('a %s dataset has %d images at most, also after an update', async (type, most) => {
  const lines = Array.from({ length: most }, (_, i) => unlabeled(`${i}.png`));
  expect(await created(text(lines), type)).toMatchObject({ Status: 'CREATE_COMPLETE', ImageStats: { Total: most } });
  await setup.startUpdate('parts', unlabeled('more.png'), { DatasetType: type });
  expect(await setup.ended('parts', type)).toMatchObject({
    Status: 'UPDATE_FAILED_ROLLBACK_COMPLETE', StatusMessage: `The ${type} dataset would have ${most + 1} images, more than ${most}.`, ImageStats: { Total: most },
  });
});

describe('a manifest that cannot be read', () => {
  const create = async (Bucket: string, Key: string) => {
    await setup.project();
    return setup.startDataset('parts', { GroundTruthManifest: { S3Object: { Bucket, Key } } });
  };
  beforeEach(() => {
    setup.manifest(text([good]), 'denied.manifest');
    setup.objects.denied.add('manifests-bucket/denied.manifest');
    setup.objects.objects.set('far-away/a.manifest', Buffer.from(good));
    setup.objects.regions.set('far-away', 'eu-west-1');
  });
  const ROWS: [string, string, string, number][] = [
    ['is not there', 'manifests-bucket', 'none.manifest', 400], ['is in no bucket', 'no-bucket', 'a.manifest', 400],
    ['is in another Region', 'far-away', 'a.manifest', 400], ['may not be read', 'manifests-bucket', 'denied.manifest', 403],
  ];

  test.each(ROWS)('because it %s refuses the call', async (_, bucket, key, status) => {
    expect(await setup.refusal(create(bucket, key))).toMatchObject({ status, message: expect.stringContaining(`s3://${bucket}/${key}`) });
    expect(await setup.refusal(setup.describe('parts'))).toMatchObject({ status: 404 });
  });

  test.each(ROWS)('because it %s ends in CREATE_FAILED when the settings say so', async (_, bucket, key) => {
    setup.settings.manifestErrors = 'async';
    await create(bucket, key);
    expect(await setup.ended('parts')).toMatchObject({ Status: 'CREATE_FAILED', StatusMessage: expect.stringContaining(`s3://${bucket}/${key}`) });
  });
});

describe('an update', () => {
  test('adds, replaces whole lines in their place, and loses what the new line lacks', async () => {
    await created(text([masked('a.png'), labeled('b.png')]));
    const changes = [labeled('c.png'), labeled('a.png', 'anomaly'), unlabeled('b.png')];
    expect(await setup.update('parts', changes)).toMatchObject({ Status: 'UPDATE_COMPLETE', ImageStats: { Total: 3, Labeled: 2, Normal: 1, Anomaly: 1 } });
    expect(await setup.lines('parts')).toEqual([labeled('a.png', 'anomaly'), unlabeled('b.png'), labeled('c.png')]);
  });

  test('takes the last of two lines of an image', async () => {
    await created(good);
    await setup.update('parts', [labeled('a.png'), labeled('a.png', 'anomaly')]);
    expect(await setup.lines('parts')).toEqual([good, labeled('a.png', 'anomaly')]);
  });

  test.each<[string, string, string]>([
    ['a broken line', text([labeled('a.png'), '{']), invalidLine(2, 'it is no JSON object')],
    ['no lines', '\n', 'The manifest file contains no JSON Lines.'],
    ['an image in another bucket', unlabeled('a.png', 'others'), invalidLine(1, 'its image is in the bucket others')],
    ['something else than JSON Lines', '\0\x01', invalidLine(1, 'it is no JSON object')],
  ])('with %s is rolled back as a whole', async (_, changes, message) => {
    await created(good);
    await setup.startUpdate('parts', changes);
    const { Status, StatusMessage } = await setup.ended('parts');
    expect(Status).toBe('UPDATE_FAILED_ROLLBACK_COMPLETE');
    expect(StatusMessage!.startsWith(message)).toBe(true);
    expect(await setup.lines('parts')).toEqual([good]);
  });

  test('of an empty dataset fixes its bucket', async () => {
    const project = await setup.project();
    expect(await setup.dataset(project)).toMatchObject({ Status: 'CREATE_COMPLETE', ImageStats: { Total: 0 } });
    await setup.update(project, [unlabeled('a.png', 'others')]);
    expect((await setup.update(project, [good])).Status).toBe('UPDATE_FAILED_ROLLBACK_COMPLETE');
  });
});

describe('the settings', () => {
  test('strict: a label that would be lost fails the call', async () => {
    setup.settings.strict = true;
    expect(await created(labeled('a.png', 'Anomaly'))).toMatchObject({ Status: 'CREATE_FAILED', StatusMessage: expect.stringContaining('"Anomaly"') });
  });

  test('duplicates: the last line wins', async () => {
    setup.settings.duplicates = 'lastWins';
    await created(text([labeled('a.png'), good, labeled('a.png', 'anomaly')]));
    expect(await setup.lines('parts')).toEqual([labeled('a.png', 'anomaly'), good]);
  });

  test('checkImages: images and masks must be there', async () => {
    setup.settings.checkImages = 'exists';
    setup.objects.objects.set('parts/a.png', Buffer.from('png'));
    expect(await created(masked('a.png'))).toMatchObject({ Status: 'CREATE_FAILED', StatusMessage: 'The object s3://masks/a.png could not be found.' });
    setup.emulator.reset();
    setup.settings.checkImages = 'exists';
    setup.objects.objects.set('masks/a.png', Buffer.from('png'));
    expect(await created(masked('a.png'))).toMatchObject({ Status: 'CREATE_COMPLETE' });
    expect((await setup.update('parts', [unlabeled('b.png')])).Status).toBe('UPDATE_FAILED_ROLLBACK_COMPLETE');
  });
});

describe('filters of ListDatasetEntries', () => {
  const day = (date: string) => ({ 'creation-date': date });
  beforeEach(async () => {
    await created(text([
      labeled('line 1/a.png', 'normal', day('2025-01-15T08:00:00.000')),
      labeled('line 1/b.png', 'anomaly', day('Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)')),
      labeled('line 2/c.png', 'anomaly', day('some day')),
      unlabeled('line 2/d.png'),
    ]));
  });
  const [a, b, c, d] = ['line 1/a.png', 'line 1/b.png', 'line 2/c.png', 'line 2/d.png'];
  const at = (time: string) => new Date(time);

  test.each([
    [{}, [a, b, c, d]],
    [{ Labeled: true }, [a, b, c]],
    [{ Labeled: false }, [d]],
    [{ AnomalyClass: 'normal' }, [a]],
    [{ AnomalyClass: 'anomaly' }, [b, c]],
    [{ AnomalyClass: 'anomaly', Labeled: false }, []],
    [{ SourceRefContains: 'line 1/' }, [a, b]],
    [{ SourceRefContains: 'LINE' }, []],
    [{ SourceRefContains: '.*' }, []],
    [{ BeforeCreationDate: at('2025-01-15T08:00:00Z') }, [b]],
    [{ BeforeCreationDate: at('2025-01-15T08:00:00.001Z') }, [a, b]],
    [{ AfterCreationDate: at('2025-01-15T08:00:00Z') }, [c, d]],
    [{ AfterCreationDate: at('2022-08-22T20:52:51Z'), BeforeCreationDate: at('2025-06-01T00:00:00Z') }, [a, b]],
    [{ AfterCreationDate: at('2022-08-22T20:52:52Z'), AnomalyClass: 'anomaly' }, [c]],
  ])('%j', async (filter, expected) => {
    expect(await setup.keys('parts', filter)).toEqual(expected);
  });
});
