import { convertLookout, convertLookoutToMarketplace, describeConversionFinding, LOOKOUT_END } from '../../../lib/formats';
import type { LookoutConversion, LookoutConversionOptions, LookoutToMarketplaceOptions, MaskPixels } from '../../../lib/formats';
import { inspectLine } from '../../../lib/manifest';
import { classLine, CLEAR, colorMap, drawMask, GREEN, manifestOf, maskLine, RED, WHITE } from './samples';

const CREATED = '2025-01-15T08:00:00.000';

/** The lines and what was left behind, `kind: detail`, each with its line. */
function convert(lines: readonly (object | string)[], options: LookoutConversionOptions) {
  return inWords(convertLookout(manifestOf(...lines), options));
}

function inWords({ lines: converted, warnings, problems }: LookoutConversion) {
  return {
    lines: converted.map((line) => JSON.parse(line)),
    texts: converted,
    warnings: warnings.flatMap(({ kind, items }) => items.map(({ where, detail }) => `${where.replace('line ', '')} ${kind.id}: ${detail}`)),
    problems: problems.map(({ line, sourceRef, code, advice }) => `${line} ${sourceRef} ${code}: ${advice}`),
  };
}

/** Reads masks from a table and fails for all others. */
function masks(table: Record<string, MaskPixels>) {
  return (reference: string): MaskPixels => {
    if (!(reference in table)) throw new Error(`the mask "${reference}" is not there`);
    return table[reference];
  };
}

const SCRATCH = drawMask(64, 64, (x, y) => x >= 5 && x < 15 && y >= 9 && y < 13 ? GREEN : CLEAR);

describe('the example of the contract', () => {
  const before = '{"source-ref":"s3://parts/a.png","lbl":1,"lbl-metadata":{"class-name":"anomaly","human-annotated":"yes","type":"groundtruth/image-classification"},"m-ref":"s3://parts/m/a.png","m-ref-metadata":{"internal-color-map":{"0":{"class-name":"scratch","hex-color":"#23A436"}},"human-annotated":"yes","creation-date":"Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)","type":"groundtruth/semantic-segmentation"}}';
  const readMask = masks({ 's3://parts/m/a.png': SCRATCH });

  test('detection', () => {
    const { texts, warnings } = convert([before], { target: 'detection', readMask });
    expect(texts).toEqual(['{"source-ref":"s3://parts/a.png","bounding-box":{"image_size":[{"width":64,"height":64,"depth":3}],"annotations":[{"class_id":0,"top":9,"left":5,"width":10,"height":4}]},"bounding-box-metadata":{"objects":[{"confidence":1}],"class-map":{"0":"scratch"},"type":"groundtruth/object-detection","human-annotated":"yes","creation-date":"2022-08-22T20:52:52.000"}}']);
    expect(warnings).toEqual([
      `1 creationDate: none is there; it becomes ${LOOKOUT_END}`,
      '1 creationDate: "Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)" becomes 2022-08-22T20:52:52.000',
      '1 imageClass: anomaly',
      '1 shape: s3://parts/m/a.png',
    ]);
  });

  test('classification', () => {
    const { texts } = convert([before], { target: 'classification', creationDate: CREATED });
    expect(texts).toEqual(['{"source-ref":"s3://parts/a.png","lbl":1,"lbl-metadata":{"class-name":"anomaly","confidence":1,"human-annotated":"yes","creation-date":"2025-01-15T08:00:00.000","type":"groundtruth/image-classification"}}']);
  });
});

describe('classification', () => {
  const one = (line: object, options: Partial<LookoutConversionOptions> = {}) => convert([line], { target: 'classification', ...options });
  const metadataOf = (more: object) => one(classLine('a.png', 'anomaly', more)).lines[0]['lbl-metadata'];

  test('the reference is copied as it is', () => {
    expect(one(classLine('ä b%20+.png', 'normal')).lines[0]['source-ref']).toBe('s3://parts/ä b%20+.png');
  });

  test('another bucket than that of the first line is an error', () => {
    const { problems, lines } = convert([classLine('a', 'normal'), { ...classLine('b', 'normal'), 'source-ref': 's3://other/b' }], { target: 'classification' });
    expect(problems).toEqual([expect.stringMatching(/^2 s3:\/\/other\/b ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS: .*"other".*line 1.*"parts"/)]);
    expect(lines).toEqual([]);
  });

  test('the attribute keeps its name and its value is written anew: 0 normal, 1 anomaly', () => {
    const { lines } = convert([{ ...classLine('a', 'normal'), lbl: 1 }, { ...classLine('b', 'anomaly'), lbl: 0 }], { target: 'classification' });
    expect(lines.map(({ lbl }) => lbl)).toEqual([0, 1]);
  });

  test('the attribute is found by its type, not by its name', () => {
    const { 'source-ref': ref, lbl, 'lbl-metadata': metadata } = classLine('a', 'normal');
    expect(one({ 'auto': 3, 'source-ref': ref, 'job-17': lbl, 'job-17-metadata': metadata }).lines[0]).toMatchObject({ 'job-17-metadata': { 'class-name': 'normal' } });
  });

  test('labels are copied, or those of the options', () => {
    const lines = [classLine('a', 'normal'), classLine('b', 'anomaly')];
    const names = (options: object) => convert(lines, { target: 'classification', ...options }).lines.map((line) => line['lbl-metadata']['class-name']);
    expect(names({})).toEqual(['normal', 'anomaly']);
    expect(names({ normalLabel: 'good', anomalyLabel: 'broken' })).toEqual(['good', 'broken']);
    expect(() => names({ normalLabel: 'anomaly' })).toThrow('both "anomaly"');
    expect(() => names({ anomalyLabel: '' })).toThrow('must not be empty');
  });

  test.each([['Anomaly', 'it probably means "anomaly"'], ['good', 'it probably means "normal"'], ['crow', 'make it "normal" or "anomaly"'], [7, 'class-name is 7'], [undefined, 'class-name is nothing']])(
    'the class %p leaves the line out', (name, reason) => {
      const { lines, warnings } = convert([classLine('a', 'normal'), classLine('b', name)], { target: 'classification' });
      expect(lines).toHaveLength(1);
      expect(warnings).toContainEqual(expect.stringMatching(new RegExp(`^2 unlabeledImage: .*${reason}`)));
    });

  test('so does no class at all', () => {
    const { 'm-ref': ref, 'm-ref-metadata': metadata } = maskLine('a', colorMap(['scratch', GREEN]));
    const { lines, warnings } = convert([
      { 'source-ref': 's3://parts/a' }, { 'source-ref': 's3://parts/b', 'm-ref': ref, 'm-ref-metadata': metadata }, { 'source-ref': 's3://parts/c', 'lbl': 1 },
    ], { target: 'classification' });
    expect(lines).toEqual([]);
    expect(warnings.map((warning) => warning.slice(0, 17))).toEqual(['1 unlabeledImage:', '2 unlabeledImage:', '3 unlabeledImage:']);
  });

  test.each([[undefined, 1], [0.25, 0.25], [0, 0], [7, 1], [-1, 0], ['high', 1], [null, 1]])('the confidence %p becomes %p', (confidence, expected) => {
    expect(metadataOf({ confidence }).confidence).toBe(expected);
    const { warnings } = one(classLine('a', 'normal', { confidence }));
    expect(warnings.some((warning) => warning.startsWith('1 confidence'))).toBe(confidence !== undefined && confidence !== expected);
  });

  test.each([
    ['2022-08-22T20:52:52.000', '2022-08-22T20:52:52.000'],
    ['2022-08-22T20:52:52Z', '2022-08-22T20:52:52Z'],
    ['2022-08-22T20:52:52.123456', '2022-08-22T20:52:52.123456'],
    ['2022-08-22 20:52:52', '2022-08-22T20:52:52.000'],
    ['2022-08-22T20:52:52+02:00', '2022-08-22T18:52:52.000'],
    ['2022-08-22T20:52:52+0200', '2022-08-22T18:52:52.000'],
    ['2022-08-22 20:52', '2022-08-22T20:52:00.000'],
    ['2022-08-22 8:52:52', '2022-08-22T08:52:52.000'],
    ['2022-08-22', '2022-08-22T00:00:00.000'],
    ['Mon Aug 22 2022 13:52:52 GMT-0700 (Pacific Daylight Time)', '2022-08-22T20:52:52.000'],
    ['Mon, 22 Aug 2022 13:52:52 GMT', '2022-08-22T13:52:52.000'],
    ['Aug 22 2022 13:52:52', '2022-08-22T13:52:52.000'],
    ['yesterday', LOOKOUT_END],
    [1661201572, LOOKOUT_END],
    [undefined, LOOKOUT_END],
  ])('the date %p becomes %p', (date, expected) => {
    expect(metadataOf({ 'creation-date': date })['creation-date']).toBe(expected);
    const { warnings } = one(classLine('a', 'normal', { 'creation-date': date }));
    expect(warnings.some((warning) => warning.startsWith('1 creationDate'))).toBe(date !== expected);
  });

  test.each([['yes', 'yes'], ['no', 'no'], [undefined, 'yes'], [true, 'yes']])('human-annotated %p becomes %p', (human, expected) => {
    expect(metadataOf({ 'human-annotated': human })['human-annotated']).toBe(expected);
  });

  test.each([['labeling-job/inspect', 'labeling-job/inspect'], [undefined, undefined]])('the job name %p is copied', (job, expected) => {
    expect(metadataOf({ 'job-name': job })['job-name']).toBe(expected);
  });

  test('a mask is removed, an anomalous image without one is kept, further attributes are dropped', () => {
    const { lines, warnings } = convert([
      { ...maskLine('a', colorMap(['scratch', GREEN])), 'size': 12, 'other-metadata': {} }, classLine('b', 'anomaly'),
    ], { target: 'classification' });
    for (const line of lines) expect(Object.keys(line)).toEqual(['source-ref', 'lbl', 'lbl-metadata']);
    expect(lines).toHaveLength(2);
    expect(warnings.filter((warning) => !warning.includes('creationDate'))).toEqual([
      '1 furtherAttribute: size', '1 furtherAttribute: other-metadata', '1 mask: s3://parts/m/a',
    ]);
  });
});

describe('multilabel', () => {
  const map = colorMap(['BACKGROUND', WHITE], ['scratch', GREEN], ['deep dent', RED]);
  const labelsOf = (line: Record<string, any>) => Object.entries(line).filter(([key]) => key.endsWith('-metadata')).map(([key, value]) => `${key}=${value['class-name']}`);

  test('one attribute for each type that the color map names', () => {
    const { lines } = convert([maskLine('a', map), classLine('b', 'normal'), classLine('c', 'anomaly')], { target: 'multilabel' });
    expect(lines.map(labelsOf)).toEqual([
      ['lbl-metadata=anomaly', 'lbl-scratch-metadata=scratch', 'lbl-deep dent-metadata=deep dent'], ['lbl-metadata=normal'], ['lbl-metadata=anomaly'],
    ]);
    expect(lines[0]).toMatchObject({ 'lbl': 1, 'lbl-scratch': 1, 'lbl-deep dent': 1 });
  });

  test('or that the mask shows, where it can be read', () => {
    const { lines, warnings } = convert([maskLine('a', map)], { target: 'multilabel', readMask: masks({ 's3://parts/m/a': SCRATCH }) });
    expect(lines.map(labelsOf)).toEqual([['lbl-metadata=anomaly', 'lbl-scratch-metadata=scratch']]);
    expect(warnings).toContain('1 unshownAnomaly: deep dent');
  });

  test('no attribute is taken for the metadata of another', () => {
    const { texts } = convert([maskLine('a', colorMap(['x', GREEN], ['x-metadata', RED], ['metadata', WHITE]))], { target: 'multilabel' });
    expect(inspectLine(texts[0]).labels.map(({ name }) => name).sort()).toEqual(['anomaly', 'metadata', 'x', 'x-metadata']);
    expect(inspectLine(texts[0]).findings).toEqual([]);
  });
});

describe('detection', () => {
  const two = drawMask(96, 64, (x, y) => y >= 10 && y < 30 ? x < 10 ? GREEN : x >= 40 && x < 60 ? RED : WHITE : WHITE);
  const map = colorMap(['BACKGROUND', WHITE], ['scratch', GREEN], ['dent', RED]);
  const readMask = masks({ 's3://parts/m/two': two, 's3://parts/m/scratch': SCRATCH, 's3://parts/m/none': drawMask(64, 64, () => WHITE) });
  const detect = (lines: object[], more: Partial<LookoutConversionOptions> = {}) => convert(lines, { target: 'detection', readMask, ...more });

  test('ids are those of the sorted names of the whole dataset, whatever the keys of the color maps', () => {
    const { lines } = detect([maskLine('two', map), maskLine('scratch', colorMap(['scratch', GREEN]))]);
    expect(lines[0]['bounding-box'].annotations).toEqual([
      { class_id: 1, left: 0, top: 10, width: 10, height: 20 }, { class_id: 0, left: 40, top: 10, width: 20, height: 20 },
    ]);
    expect(lines[0]['bounding-box-metadata']['class-map']).toEqual({ 0: 'dent', 1: 'scratch' });
    expect(lines[0]['bounding-box-metadata'].objects).toEqual([{ confidence: 1 }, { confidence: 1 }]);
    expect(lines[1]['bounding-box'].annotations[0].class_id).toBe(1);
    expect(lines[1]['bounding-box-metadata']['class-map']).toEqual({ 1: 'scratch' });
  });

  test('the size of the image is that of the mask; normal images have that of the others and no boxes', () => {
    const { lines, warnings, texts } = detect([classLine('n', 'normal'), maskLine('two', map), maskLine('scratch', map)]);
    expect(lines.map((line) => line['bounding-box'].image_size)).toEqual([
      [{ width: 96, height: 64, depth: 3 }], [{ width: 96, height: 64, depth: 3 }], [{ width: 64, height: 64, depth: 3 }],
    ]);
    expect(lines[0]['bounding-box'].annotations).toEqual([]);
    expect(lines[0]['bounding-box-metadata']).toMatchObject({ 'objects': [], 'class-map': {} });
    expect(warnings).toContain('1 imageClass: normal');
    expect(warnings.filter((warning) => warning.includes('otherSize'))).toEqual(['3 otherSize: 64x64, not 96x64']);
    for (const text of texts) expect(inspectLine(text).findings.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  });

  test('normal images are dropped on request, and when nothing tells their size', () => {
    expect(detect([classLine('n', 'normal'), maskLine('two', map)], { dropNormalImages: true })).toMatchObject({
      lines: [{ 'source-ref': 's3://parts/two' }], warnings: expect.arrayContaining(['1 normalImage: as dropNormalImages says']),
    });
    const { lines, warnings } = detect([classLine('n', 'normal')]);
    expect(lines).toEqual([]);
    expect(warnings).toContainEqual(expect.stringContaining('1 normalImage: no image has a box'));
  });

  test('anomalous images that cannot be located are dropped', () => {
    const { lines, warnings } = detect([classLine('a', 'anomaly'), maskLine('none', map), maskLine('two', map)]);
    expect(lines).toHaveLength(1);
    expect(warnings).toEqual(expect.arrayContaining([
      '1 anomalyWithoutMask: add a mask, or convert to a classification',
      '2 maskWithoutAnomaly: s3://parts/m/none has no region of #ffffff (BACKGROUND), #23a436 (scratch), #d62728 (dent) that is large enough',
    ]));
  });

  test('who, when and the job are those of the mask', () => {
    const line = maskLine('two', map, { 'human-annotated': 'no', 'creation-date': '2024-03-04T05:06:07', 'job-name': 'masks' });
    line['lbl-metadata']['creation-date'] = '2020-01-01T00:00:00';
    expect(detect([line]).lines[0]['bounding-box-metadata']).toMatchObject({ 'human-annotated': 'no', 'creation-date': '2024-03-04T05:06:07', 'job-name': 'masks' });
  });

  test('a mask on a normal image is ignored and reported', () => {
    const line = { ...maskLine('scratch', map), 'lbl-metadata': classLine('x', 'normal')['lbl-metadata'] };
    const { lines, warnings } = detect([line, maskLine('two', map)]);
    expect(lines[0]['bounding-box'].annotations).toEqual([]);
    expect(warnings).toContain('1 maskOfNormalImage: scratch, dent');
  });

  test('small regions, narrow boxes and too many boxes are reported with their place', () => {
    const bars = (x: number, y: number) => x % 10 < 5 && y < 2 + Math.floor(x / 10);
    const mask = drawMask(520, 64, (x, y) => bars(x, y) || (y === 62 && x < 20) || (x === 517 && y === 30) ? GREEN : WHITE);
    const { lines, warnings } = detect([maskLine('a', map)], { readMask: () => mask, minDefectPixels: 5 });
    expect(lines[0]['bounding-box'].annotations).toHaveLength(50);
    expect(warnings).toEqual(expect.arrayContaining([
      '1 smallRegion: scratch, 1 pixel in 1x1 at 517,30', '1 smallBox: scratch, 20 pixels in 20x1 at 0,62', '1 tooManyBoxes: scratch, 10 pixels in 5x2 at 0,0',
    ]));
  });

  test('a mask that cannot be read and a color map that is wrong are errors of the line', () => {
    const wrong = maskLine('b', colorMap(['scratch', 'green']));
    expect(detect([maskLine('two', map), maskLine('a', map)]).lines).toEqual([]);
    expect(detect([maskLine('a', map)]).problems).toEqual(['1 s3://parts/a ERROR_INVALID_MASK: the mask "s3://parts/m/a" is not there']);
    expect(detect([maskLine('two', map), wrong]).problems).toEqual([expect.stringMatching(/^2 s3:\/\/parts\/b ERROR_INVALID_COLOR_MAP: .*hex-color/)]);
    expect(convert([wrong], { target: 'classification' }).problems).toEqual([]);
    expect(() => convert([wrong], { target: 'detection' })).toThrow('give readMask');
  });
});

describe('marketplace', () => {
  const toMarketplace = (lines: readonly object[], options: LookoutToMarketplaceOptions) =>
    inWords(convertLookoutToMarketplace(manifestOf(...lines), options));
  const EMPTY = 's3://parts/empty.png';
  const map = colorMap(['BACKGROUND', WHITE], ['scratch', GREEN]);

  test('every line has the same attributes, under the names of the algorithm', () => {
    const { lines, warnings } = toMarketplace([
      maskLine('a', map, { 'job-name': 'j' }), classLine('n', 'normal'), { 'source-ref': 's3://parts/unlabeled' }, { ...classLine('b', 'anomaly'), extra: 1 },
    ], { emptyMaskRef: EMPTY, creationDate: CREATED });
    const names = ['source-ref', 'anomaly-label', 'anomaly-label-metadata', 'anomaly-mask-ref', 'anomaly-mask-ref-metadata'];
    expect(lines.map((line) => Object.keys(line))).toEqual([names, names]);
    expect(lines[0]).toEqual({
      'source-ref': 's3://parts/a',
      'anomaly-label': 1,
      'anomaly-label-metadata': { 'class-name': 'anomaly', 'confidence': 1, 'human-annotated': 'yes', 'creation-date': CREATED, 'type': 'groundtruth/image-classification' },
      'anomaly-mask-ref': 's3://parts/m/a',
      'anomaly-mask-ref-metadata': { 'internal-color-map': map, 'human-annotated': 'yes', 'creation-date': CREATED, 'job-name': 'j', 'type': 'groundtruth/semantic-segmentation' },
    });
    expect(lines[1]).toMatchObject({
      'anomaly-label': 0,
      'anomaly-mask-ref': EMPTY,
      'anomaly-mask-ref-metadata': {
        'internal-color-map': { 0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff', 'confidence': 0 } }, 'type': 'groundtruth/semantic-segmentation',
      },
    });
    expect(warnings.filter((warning) => !warning.includes('creationDate'))).toEqual([
      expect.stringContaining('3 unlabeledImage'), '4 furtherAttribute: extra', '4 anomalyWithoutMask: add a mask, because other images have one',
    ]);
  });

  test('without masks only the class', () => {
    const { lines } = toMarketplace([classLine('a', 'anomaly'), classLine('n', 'normal')], {});
    for (const line of lines) expect(Object.keys(line)).toEqual(['source-ref', 'anomaly-label', 'anomaly-label-metadata']);
  });

  test('with masks the empty one must be named', () => {
    expect(() => toMarketplace([maskLine('a', map)], {})).toThrow('give emptyMaskRef');
    expect(() => toMarketplace([maskLine('a', map)], { emptyMaskRef: 'empty.png' })).toThrow('emptyMaskRef is "empty.png"');
  });
});

test('a sentence on a warning counts all, shows three, and hides no character', () => {
  const { warnings } = convertLookout(manifestOf(...['a', 'b\u200b', 'c', 'd', 'e'].map((key) => classLine(key, 'crow'))), { target: 'classification' });
  expect(describeConversionFinding(warnings[0], 'x.manifest')).toMatch(
    /^x\.manifest: images without a class .* are left out \(5 in all\): line 1 \(s3:\/\/parts\/a\): .*; line 2 \(s3:\/\/parts\/b\\u200b\): .*; line 3 .*; and 2 more$/);
});

describe('broken manifests', () => {
  test('every broken line is a problem, blank ones are not', () => {
    const { problems, warnings } = convert([
      '{', '', classLine('a', 'normal'), '{"lbl":1}', { ...classLine('x', 'normal'), 'source-ref': 'relative.png' }, classLine('a', 'anomaly'),
    ], { target: 'classification' });
    expect(problems.map((problem) => problem.replace(/^(\d).* (ERROR_\w+): .*/, '$1 $2'))).toEqual([
      '1 ERROR_INVALID_JSON_LINE', '4 ERROR_MISSING_SOURCE_REF', '5 ERROR_INVALID_SOURCE_REF_FORMAT', '6 ERROR_DUPLICATE_SOURCE_REF',
    ]);
    expect(problems[3]).toContain('line 3');
    expect(warnings).toContain('2 blankLine: nothing is there');
  });

  test('relative references are fine where the place of the images is known, and stay relative', () => {
    const { lines, problems } = convert([{ ...classLine('x', 'normal'), 'source-ref': 'relative.png' }], { target: 'classification', images: { bucket: 'b-b', prefix: 'p/' } });
    expect(problems).toEqual([]);
    expect(lines[0]['source-ref']).toBe('relative.png');
  });

  test('an empty file has no lines', () => {
    expect(convert([], { target: 'classification' })).toEqual({ lines: [], texts: [], warnings: [], problems: [] });
  });
});
