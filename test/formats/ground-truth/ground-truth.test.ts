import { join } from 'node:path';
import { convertGroundTruth } from '../../../lib/files/convert-ground-truth';
import type { GroundTruthOptions } from '../../../lib/files/convert-ground-truth';
import { inspectLine } from '../../../lib/manifest';
import { converted, folderOf } from '../conversions';
import type { Converted } from '../conversions';

/** The samples of the guide (docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html), with buckets that can exist. */
const ORIGIN = { 'human-annotated': 'yes', 'creation-date': '2018-10-18T22:18:13.527256', 'job-name': 'labeling-job/dogs' };
const SPORT = {
  'source-ref': 's3://pics/a.png',
  'sport': 0,
  'sport-metadata': { 'class-name': 'football', 'confidence': 0, 'type': 'groundtruth/image-classification', ...ORIGIN },
};
const BOXES = {
  'source-ref': 's3://pics/a.png',
  'dogs': {
    image_size: [{ width: 500, height: 400, depth: 3 }],
    annotations: [
      { class_id: 0, left: 111, top: 134, width: 61, height: 128 },
      { class_id: 5, left: 161, top: 250, width: 30, height: 30 },
    ],
  },
  'dogs-metadata': {
    'objects': [{ confidence: 0.8 }, { confidence: 0.9 }], 'class-map': { 0: 'dog', 5: 'bone' }, 'type': 'groundtruth/object-detection', ...ORIGIN,
  },
};
const MULTI = {
  'source-ref': 's3://pics/a.png', 'tags': [1, 0, 8],
  'tags-metadata': {
    'job-name': 'labeling-job/tags', 'class-map': { 1: 'bicycle', 0: 'person', 8: 'clothing' }, 'human-annotated': 'yes', 'creation-date': '2020-02-27T21:36:25.000201',
    'confidence-map': { 1: 0.95, 0: 0.77, 8: 0.2 }, 'type': 'groundtruth/image-classification-multilabel',
  },
};

/** The output of a job with these lines. */
function read(lines: readonly (object | string)[], options: GroundTruthOptions = {}): Converted {
  return readFolder({ 'output.manifest': linesOf(lines) }, 'output.manifest', options);
}

function readFolder(files: Record<string, string>, path: string, options: GroundTruthOptions = {}): Converted {
  const folder = folderOf(files);
  return converted(folder, convertGroundTruth('fromTest', join(folder, path), options));
}

/** A file with these lines. */
const linesOf = (lines: readonly (object | string)[]) => lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

/** The one line that becomes of this one, what was told, and what the service would say of it. */
function mended(line: object) {
  const { lines: [result], errors, warnings, inherent, text } = read([line]);
  const problems = text === '' ? [] : inspectLine(text).findings.filter(({ severity }) => severity !== 'warning').map(({ code }) => code);
  return { result, told: [...errors, ...warnings, ...inherent].map((finding) => finding.replace(/ \(1\): output.manifest:1 \(s3:\/\/pics\/a.png\)/, '')), problems };
}

/** What becomes of a line that is too broken to be compared by its labels. */
function unread(line: object) {
  const { lines, errors, warnings } = convertGroundTruth('fromTest', join(folderOf({ 'output.manifest': linesOf([line]) }), 'output.manifest'), {});
  return [[...lines], errors, warnings];
}

test('labels and boxes pass as they are written, byte for byte', () => {
  const lines = [JSON.stringify(SPORT).replace(':', ' : '), JSON.stringify({ ...SPORT, 'source-ref': 's3://pics/ä.png', 'weight': 1.50 })];
  expect(read(lines)).toMatchObject({ text: lines.join('\n'), errors: [], warnings: [], inherent: [] });
  expect(read([BOXES]).text).toBe(JSON.stringify(BOXES));
});

test('lines that are broken stay for the rules of the service, blank ones do not', () => {
  const folder = folderOf({ 'output.manifest': linesOf([SPORT, '', '{"source-ref":', '[]']) });
  expect([...convertGroundTruth('fromTest', join(folder, 'output.manifest'), {}).lines]).toEqual([JSON.stringify(SPORT), '{"source-ref":', '[]']);
});

describe('several labels in one attribute', () => {
  test('get an attribute each, with their confidences; ids may have gaps', () => {
    const { result, told, problems } = mended(MULTI);
    const { 'class-map': _, 'confidence-map': __, ...origin } = MULTI['tags-metadata'];
    expect(told).toEqual(['multilabel: 3 of tags']);
    expect(result).toMatchObject({ 'tags-bicycle': 1, 'tags-bicycle-metadata': expect.objectContaining({ 'class-name': 'bicycle', 'confidence': 0.95 }) });
    expect(result['tags-clothing-metadata']).toEqual({ ...origin, 'class-name': 'clothing', 'confidence': 0.2, 'type': 'groundtruth/image-classification' });
    expect(Object.keys(result)).toHaveLength(7);
    expect(problems).toEqual([]);
  });

  test('none are an image without labels', () => {
    expect(read([MULTI, { ...MULTI, 'source-ref': 's3://pics/b.png', 'tags': [] }])).toMatchObject({
      images: { 's3://pics/b.png': null }, warnings: ['unlabeledEntry (1): output.manifest:2 (s3://pics/b.png): tags is empty'],
    });
  });

  test.each([[null], [1], ['0']])('a value that is no list is told by the rules of the service: %j', (tags) => {
    expect(unread({ ...MULTI, tags })).toEqual([[JSON.stringify({ ...MULTI, tags })], [], []]);
  });

  test('an id without a name is an error', () => {
    expect(read([{ ...MULTI, tags: [1, 7] }]).errors).toEqual(['unknownClass (1): output.manifest:1 (s3://pics/a.png): 7 of tags']);
  });
});

describe('mends', () => {
  const box = (...boxes: readonly [left: number, top: number, width: number, height: number][]) => ({
    ...BOXES,
    'dogs': { ...BOXES.dogs, annotations: boxes.map(([left, top, width, height]) => ({ class_id: 0, left, top, width, height })) },
    'dogs-metadata': { ...BOXES['dogs-metadata'], objects: boxes.map((_, i) => ({ confidence: i / 100 })) },
  });
  const boxesOf = ({ result }: ReturnType<typeof mended>) => {
    return result.dogs.annotations.map(({ left, top, width, height }: any) => [left, top, width, height]);
  };

  test('no confidence of a label', () => {
    const { confidence: _, ...metadata } = SPORT['sport-metadata'];
    expect(mended({ ...SPORT, 'sport-metadata': metadata })).toMatchObject({ result: { 'sport-metadata': { confidence: 1 } }, told: ['confidence: sport'], problems: [] });
  });

  test('no confidence of a box', () => {
    const { objects: _, ...metadata } = BOXES['dogs-metadata'];
    const of = (change: object) => mended({ ...BOXES, 'dogs-metadata': { ...metadata, ...change } });
    expect(of({})).toMatchObject({ result: { 'dogs-metadata': { objects: [{ confidence: 1 }, { confidence: 1 }] } }, problems: [] });
    expect(of({ objects: [{ confidence: 0.5 }, {}] })).toMatchObject({
      result: { 'dogs-metadata': { objects: [{ confidence: 0.5 }, { confidence: 1 }] } }, told: ['confidence: box 1 of dogs'], problems: [],
    });
  });

  test('edges that are no whole pixels', () => {
    const found = mended(box([10.5, 20.4, 30.2, 40]));
    expect([boxesOf(found), found.told, found.problems]).toEqual([[[11, 20, 30, 40]], ['fraction: 10.5,20.4 30.2x40'], []]);
  });

  test('a pixel over the edge, and no more', () => {
    const found = mended(box([-1, -1, 50, 50], [450, 350, 51, 51]));
    expect([boxesOf(found), found.problems]).toEqual([[[0, 0, 49, 49], [450, 350, 50, 50]], []]);
    expect(found.told).toEqual([expect.stringMatching(/^overEdge \(2\): .*: -1,-1 50x50 in an image of 500x400$/)]);
    expect(mended(box([450, 350, 52, 52]))).toMatchObject({ told: [], problems: expect.arrayContaining(['ERROR_INVALID_BOUNDING_BOX']) });
  });

  test.each([[null], ['x'], [[]]])('none of what is no boxes: %j', (dogs) => {
    expect(unread({ ...BOXES, dogs })).toEqual([[JSON.stringify({ ...BOXES, dogs })], [], []]);
  });

  test('more than 50 boxes: the largest stay, with their confidences', () => {
    const found = mended(box(...Array.from({ length: 52 }, (_, i) => [i, i, 20 + i, 20] as [number, number, number, number])));
    expect(found.told).toEqual(['tooManyBoxes: 2 boxes']);
    expect(found.result.dogs.annotations[0]).toMatchObject({ left: 2, width: 22 });
    expect(found.result['dogs-metadata'].objects[0]).toEqual({ confidence: 0.02 });
    expect([found.result.dogs.annotations.length, found.problems]).toEqual([50, []]);
  });

  test('metadata that is called unlike its attribute', () => {
    const { 'sport-metadata': metadata, ...rest } = SPORT;
    expect(mended({ ...rest, 'my-job-metadata': metadata })).toMatchObject({ result: SPORT, told: ['metadataName: my-job-metadata becomes sport-metadata'], problems: [] });
    const unclear = { ...rest, 'source-ref': 's3://pics/b.png', 'other': 1, 'my-job-metadata': metadata };
    expect(mended(unclear).told).toEqual([expect.stringMatching(/^noLabels/), expect.stringMatching(/^unlabeledEntry/)]);
  });

  test('invisible characters in names of members', () => {
    const { 'source-ref': ref, ...rest } = SPORT;
    expect(mended({ '\u200bsource-ref': ref, ...rest })).toMatchObject({ result: SPORT, problems: [] });
  });
});

describe('several jobs', () => {
  const adjusted = { ...BOXES, 'dogs-2': BOXES.dogs, 'dogs-2-metadata': { ...BOXES['dogs-metadata'], 'adjustment-status': 'adjusted', 'job-name': 'labeling-job/again' } };
  const review = { 'check': '1', 'check-metadata': { 'class-name': 'bad', 'confidence': 0.93, 'type': 'groundtruth/label-verification', ...ORIGIN, 'worker-feedback': [{ comment: 'too wide' }] } };

  test('that adjust each other: the last one counts', () => {
    const found = mended(adjusted);
    expect(Object.keys(found.result)).toEqual(['source-ref', 'dogs-2', 'dogs-2-metadata']);
    expect(found.told).toEqual(['otherAttribute: dogs']);
  });

  test('the order of lines and a line with the adjusted labels alone change nothing', () => {
    const { dogs: _, 'dogs-metadata': __, ...alone } = { ...adjusted, 'source-ref': 's3://pics/b.png' };
    const third = { ...adjusted, 'source-ref': 's3://pics/c.png', 'dogs-3': BOXES.dogs, 'dogs-3-metadata': adjusted['dogs-2-metadata'] };
    for (const lines of [[alone, adjusted], [adjusted, alone]]) {
      expect(read(lines)).toMatchObject({ errors: [], warnings: [expect.stringMatching(/^otherAttribute \(1\): .*: dogs$/)] });
    }
    const { 'dogs-2': ___, 'dogs-2-metadata': ____, ...late } = { ...third, 'source-ref': 's3://pics/d.png' };
    for (const lines of [[late, third, adjusted], [adjusted, third, late]]) {
      expect(read(lines).lines.find((line) => line['source-ref'] === 's3://pics/c.png')).toHaveProperty('dogs-3');
    }
  });

  test('labelSource chooses another one', () => {
    expect(Object.keys(read([adjusted], { labelSource: 'dogs' }).lines[0])).toEqual(['source-ref', 'dogs', 'dogs-metadata']);
    expect(read([adjusted], { labelSource: 'cats' }).errors).toEqual(['noSource (1): output.manifest: cats, but there are dogs, dogs-2']);
  });

  test('that have nothing to do with each other are an error', () => {
    expect(read([{ ...BOXES, ...SPORT }]).errors).toEqual(['severalSources (1): output.manifest: dogs, sport']);
    expect(Object.keys(read([{ ...BOXES, ...SPORT }], { labelSource: 'sport' }).lines[0])).toEqual(['source-ref', 'sport', 'sport-metadata']);
  });

  test('of which one reviews the labels of another: what it says is told and left out', () => {
    const found = mended({ ...BOXES, ...review });
    expect([found.result, found.told]).toEqual([BOXES, ['verification: check: bad']]);
  });
});

test('an image that could not be labeled has no labels', () => {
  const failed = { 'source-ref': 's3://pics/b.png', 'sport-metadata': { 'failure-reason': 'ClientError: the image cannot be read', 'type': 'groundtruth/image-classification', ...ORIGIN } };
  expect(read([SPORT, failed, { 'source-ref': 's3://pics/c.png' }])).toMatchObject({
    images: { 's3://pics/a.png': ['football'], 's3://pics/b.png': null, 's3://pics/c.png': null },
    warnings: [
      'failedItem (1): output.manifest:2 (s3://pics/b.png): "ClientError: the image cannot be read"',
      'unlabeledEntry (1): output.manifest:3 (s3://pics/c.png): it has no sport',
    ],
  });
});

test('images of which none could be labeled are an error', () => {
  const failed = { 'source-ref': 's3://pics/b.png', 'sport-metadata': { 'failure-reason': 'x', 'type': 'groundtruth/image-classification', ...ORIGIN } };
  expect(read([failed]).errors).toEqual(['noLabels (1): output.manifest: sport labels none of them']);
});

describe('an image that occurs again', () => {
  const later = { ...SPORT, 'sport-metadata': { ...SPORT['sport-metadata'], 'class-name': 'tennis', 'creation-date': '2019-01-01T00:00:00' } };

  test.each([['after', [SPORT, later]], ['before', [later, SPORT]]])('the label that was made last stays: %s', (_where, lines) => {
    expect(read(lines)).toMatchObject({ images: { 's3://pics/a.png': ['tennis'] }, warnings: ['repeatedEntry (1): output.manifest:2 (s3://pics/a.png): it is there before'] });
  });

  test('also when its source-ref has invisible characters', () => {
    const { 'source-ref': ref, ...rest } = later;
    expect(read([{ '\u200bsource-ref': ref, ...rest }, SPORT])).toMatchObject({
      text: JSON.stringify(later), warnings: [expect.stringMatching(/^zeroWidth \(1\)/), expect.stringMatching(/^repeatedEntry \(1\): output.manifest:2/)],
    });
  });

  test('dates without a zone are in UTC, whatever the zone of the machine', () => {
    const withZone = (name: string, date: string) => ({ ...SPORT, 'sport-metadata': { ...SPORT['sport-metadata'], 'class-name': name, 'creation-date': date } });
    expect(read([withZone('golf', '2019-01-01T12:00:01'), withZone('polo', '2019-01-01T12:00:00Z')]).images).toEqual({ 's3://pics/a.png': ['golf'] });
    expect(read([withZone('golf', '2019-01-01T11:59:59'), withZone('polo', '2019-01-01T12:00:00Z')]).images).toEqual({ 's3://pics/a.png': ['polo'] });
  });

  test('also in another part of a streaming job', () => {
    const { images, lines } = readFolder({ '2026/01/output.manifest': linesOf([later]), '2026/02/output.manifest': linesOf([SPORT, { ...SPORT, 'source-ref': 's3://pics/b.png' }]) }, '');
    expect([images, lines.length]).toEqual([{ 's3://pics/a.png': ['tennis'], 's3://pics/b.png': ['football'] }, 2]);
  });
});

test('of the folder of a job, its output is read, and not what lies between', () => {
  const { text } = readFolder({ 'manifests/output/output.manifest': linesOf([SPORT]), 'manifests/intermediate/1/output.manifest': linesOf([BOXES]), 'annotations/x.json': '{}' }, '');
  expect(text).toBe(JSON.stringify(SPORT));
});

describe('what is no labels for Rekognition', () => {
  test.each([
    ['groundtruth/semantic-segmentation', 'mask-ref'], ['groundtruth/video-object-detection', 'track-ref'], ['groundtruth/text-classification', 'mood'],
    ['groundtruth/point-cloud-object-detection', 'cloud-ref'],
  ])('%s', (type, name) => {
    expect(read([{ 'source-ref': 's3://pics/a.png', [name]: 's3://pics/mask.png', [`${name}-metadata`]: { type, ...ORIGIN } }]).errors)
      .toEqual([`unsupportedType (1): output.manifest:1: ${name} is ${type}`]);
  });

  test('no labels at all', () => {
    expect(read([{ 'source-ref': 's3://pics/a.png' }]).errors).toEqual(['noSource (1): output.manifest: there are no label attributes']);
  });

  test('another format', () => {
    expect(readFolder({ 'a.json': JSON.stringify({ images: [], annotations: [], categories: [] }) }, 'a.json').errors)
      .toEqual(['otherFormat (1): a.json: is a COCO file; read it with Manifest.fromCoco(path)']);
    expect(() => readFolder({ 'a.json': '{}' }, '')).toThrow('has no files that end in .manifest; name the manifest');
  });
});

test('strict makes errors of what is mended', () => {
  expect(read([{ ...SPORT, 'sport-metadata': { ...SPORT['sport-metadata'], confidence: undefined } }], { strict: true }).errors).toEqual([expect.stringMatching(/^confidence/)]);
});
