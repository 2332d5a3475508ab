import { inspectLine, inspectLineBytes, RULES } from '../../../lib/manifest';
import type { RuleCode } from '../../../lib/manifest';
import { BOX, boxes, BOXED, classification, CLASSIFIED, detection, line, manyBoxes } from '../samples';

type Place = (string | number)[];

const scene = (value: unknown, metadata: unknown = classification()) => line({ 'scene': value, 'scene-metadata': metadata });
const bb = (value: unknown, metadata: unknown = detection()) => line({ 'bb': value, 'bb-metadata': metadata });
const without = (object: object, member: string) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== member));
const box = (more: object) => boxes([{ ...BOX, ...more }]);
const size = (width: unknown, height: unknown, more: object = {}) => ({ image_size: [{ width, height, depth: 3 }], ...more });

/** code, what the line does wrong, the line, place, a piece of the advice */
const ROWS: [RuleCode, string, string, Place, string][] = [
  ['ERROR_LINE_TOO_LONG', 'over 100,000 characters', line({ x: 'x'.repeat(100_000) }), [], '100039 characters'],
  ['ERROR_INVALID_JSON_LINE', 'cut off', BOXED.slice(0, -1), [], 'not valid JSON'],
  ['ERROR_INVALID_JSON_LINE', 'empty', '', [], 'not valid JSON'],
  ['ERROR_INVALID_JSON_LINE', 'byte order mark', `\ufeff${BOXED}`, [], 'not valid JSON'],
  ['ERROR_INVALID_JSON_LINE', 'NUL', CLASSIFIED.replace('harbour', 'har\0bour'), [], 'not valid JSON'],
  ['ERROR_INVALID_JSON_LINE', 'array', '[]', [], 'is an array'],
  ['ERROR_INVALID_JSON_LINE', 'null', 'null', [], 'is null'],
  ['ERROR_INVALID_JSON_LINE', 'two source-refs', '{"source-ref":"s3://imgs/a.jpg","source-ref":"s3://imgs/b.jpg"}', [], 'more than one source-ref'],
  ['ERROR_INVALID_JSON_LINE', 'two source-refs, one escaped', '{"source-ref":"s3://imgs/a.jpg", "sourc\\u0065-ref" : 1}', [], 'more than one source-ref'],
  ['ERROR_MISSING_SOURCE_REF', 'none', '{}', [], 'has no source-ref'],
  ['ERROR_MISSING_SOURCE_REF', 'misspelt', CLASSIFIED.replace('source-ref', 'source_ref'), [], 'has no source-ref'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'number', line({}, 7), [], 'is 7'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'https', line({}, 'https://imgs/a.jpg'), [], 's3://bucket/key'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'relative', line({}, 'a.jpg'), [], 's3://bucket/key'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'no key', line({}, 's3://imgs/'), [], 's3://bucket/key'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'no bucket', line({}, 's3:///a.jpg'), [], 's3://bucket/key'],
  ['ERROR_INVALID_SOURCE_REF_FORMAT', 'lone surrogate', '{"source-ref":"s3://imgs/\\ud800.jpg"}', [], 'surrogate'],

  ['ERROR_NO_LABEL_ATTRIBUTES', 'no metadata', line({ scene: 0 }), [], '"scene" comes without "scene-metadata"'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata of another name', line({ 'scene': 0, 'scen-metadata': classification() }), [],
    '"scene" comes without "scene-metadata", and "scen-metadata" without "scen"; a label needs both'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata alone', line({ 'scene-metadata': classification() }), [], 'comes without "scene"'],
  ['ERROR_NO_LABEL_ATTRIBUTES', 'metadata misspelt', line({ scene: 0, scene_metadata: classification() }), [], 'needs both'],

  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'fraction', scene(0.5), ['scene'], 'is 0.5'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'string', scene('0'), ['scene'], 'is "0"'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'boxes are a number', bb(1), ['bb'], 'image_size and annotations'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'no image_size', bb({ annotations: [] }), ['bb'], 'image_size must be'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'two image sizes', bb({ ...boxes(), image_size: [1, 2] }), ['bb'], 'exactly one'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'size is null', bb({ ...boxes(), image_size: [null] }), ['bb'], 'image_size[0] is null'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'size is a string', bb({ ...boxes(), ...size('800', 600) }), ['bb'], 'width of image_size[0]'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'no depth', bb({ ...boxes(), image_size: [{ width: 800, height: 600 }] }), ['bb'], 'depth of image_size[0]'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'no annotations', bb({ image_size: boxes().image_size }), ['bb'], 'annotations must be'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'box is an array', bb(boxes([[]])), ['bb'], 'annotations[0] is an array'],
  ...Object.keys(BOX).map((member): (typeof ROWS)[number] =>
    ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', `box without ${member}`, bb(boxes([BOX, without(BOX, member)])), ['bb'], `${member} of annotations[1] is nothing`]),
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'class with a fraction', bb(box({ class_id: 1.5 })), ['bb'], 'class_id of annotations[0] is 1.5; make it a whole number'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', 'box without end', bb(box({ left: 7 })).replace('"left":7', '"left":1e999'), ['bb'], 'left of annotations[0] is Infinity'],

  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'string', scene(0, 'x'), ['scene-metadata'], 'is "x"'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'null', scene(0, null), ['scene-metadata'], 'is null'],
  ...['class-name', 'confidence', 'human-annotated', 'creation-date', 'type'].map((member): (typeof ROWS)[number] =>
    ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', `image-level without ${member}`, scene(0, without(classification(), member)),
      ['scene-metadata'], `${member} is nothing`]),
  ...['objects', 'class-map', 'human-annotated', 'creation-date', 'type'].map((member): (typeof ROWS)[number] =>
    ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', `boxes without ${member}`, bb(boxes(), without(detection(), member)),
      ['bb-metadata'], `${member} is nothing`]),
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'confidence 2', scene(0, classification('a', { confidence: 2 })), ['scene-metadata'], 'from 0 to 1'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'human-annotated maybe', scene(0, classification('a', { 'human-annotated': 'maybe' })),
    ['scene-metadata'], 'human-annotated is "maybe"'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'empty date', scene(0, classification('a', { 'creation-date': '' })), ['scene-metadata'], 'creation-date'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'label is a number', scene(0, classification(5)), ['scene-metadata'], 'class-name is 5'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'class-map is an array', bb(boxes(), detection({ 'class-map': ['crane'] })), ['bb-metadata'], 'class-map'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'class-map to a number', bb(boxes(), detection({ 'class-map': { 0: 1 } })), ['bb-metadata'], 'class-map'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'objects of numbers', bb(boxes(), detection({ objects: [1] })), ['bb-metadata'], 'objects'],
  ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', 'box confidence is a string', bb(boxes(), detection({ objects: [{ confidence: '1' }] })),
    ['bb-metadata'], 'confidence of objects[0] is "1"'],

  ['ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', 'fewer objects than boxes', bb(boxes([BOX, BOX])), ['bb-metadata'], 'annotations[1] has no confidence'],
  ['ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', 'object without it', bb(boxes(), detection({ objects: [{}] })), ['bb-metadata'], 'annotations[0]'],
  ['ERROR_MISSING_CLASS_MAP_ID', 'unknown id', bb(box({ class_id: 7 })), ['bb-metadata'], 'class_id 7, which class-map lacks; add "7" to class-map'],
  ['ERROR_MISSING_CLASS_MAP_ID', 'an id that only prototypes have', bb(boxes(), detection({ 'class-map': {} })), ['bb-metadata'], 'class_id 0'],

  ['ERROR_UNSUPPORTED_USE_CASE_TYPE', 'another type beside a good label',
    line({ 'x': 1, 'x-metadata': classification('a', { type: 'groundtruth/other' }), 'y': 1, 'y-metadata': classification() }), ['x-metadata'],
    'is "groundtruth/other"'],
  ['ERROR_INVALID_BOUNDING_BOX', 'negative left', bb(boxes([{ ...BOX, left: -1 }, BOX], {}), detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 0], 'left -1'],
  ['ERROR_INVALID_BOUNDING_BOX', 'too far right', bb(boxes([BOX, { ...BOX, left: 701 }]), detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 1], '800x600'],
  ['ERROR_INVALID_BOUNDING_BOX', 'too far down', bb(boxes([BOX, { ...BOX, top: 521 }]), detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 1], 'top 521'],
  ['ERROR_BOUNDING_BOX_TOO_SMALL', 'one pixel wide', bb(boxes([BOX, { ...BOX, width: 1 }]), detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 1], '1x80'],
  ['ERROR_BOUNDING_BOX_TOO_SMALL', 'one pixel after scaling',
    bb({ ...boxes([BOX, { ...BOX, height: 2 }]), ...size(2560, 600) }, detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 1], 'scaling to 1280'],
  ['ERROR_BOUNDING_BOX_TOO_SMALL', 'one pixel after scaling, by fractions',
    bb({ ...boxes([BOX, { ...BOX, height: 3 }]), ...size(3840, 600) }, detection({ objects: [{ confidence: 1 }, { confidence: 1 }] })),
    ['bb', 'annotations', 1], 'scaling to 1280'],
  ['WARNING_NO_ATTRIBUTE_ANNOTATIONS', 'no boxes beside a label',
    line({ 'bb': boxes([]), 'bb-metadata': detection(), 'y': 1, 'y-metadata': classification() }), ['bb'], 'has no boxes'],
  ['WARNING_UNANNOTATED_RECORD', 'reference alone', line(), [], 'no label'],
  ['WARNING_UNANNOTATED_RECORD', 'what the service adds is no label', line({ 'cl-metadata': { is_labeled: false }, 'errors': [{ code: 'a', message: 'b' }] }),
    [], 'no label'],
  ['WARNING_IMAGE_ASPECT_RATIO', 'long and narrow', bb({ ...boxes([{ ...BOX, top: 0, height: 60 }]), ...size(2000, 64) }), ['bb'], '2000x64'],
  ['WARNING_FRACTION_OF_PIXEL', 'box with a fraction', bb(box({ left: 1.5 })), ['bb'], 'in "bb" left of annotations[0] is 1.5'],
  ['WARNING_FRACTION_OF_PIXEL', 'image size with a fraction', bb({ ...boxes(), ...size(800.5, 600) }), ['bb'], 'width of image_size[0] is 800.5'],
  ['WARNING_TOO_MANY_LABELS_PER_IMAGE', '51 labels',
    line(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [[`l${i}`, 1], [`l${i}-metadata`, classification(`n${i}`)]]).flat())), [], '51 different'],
  ['SUSPICIOUS_SOURCE_REF', 'zero-width space', scene(0).replace('a.jpg', 'a\u200b.jpg'), [], 'invisible'],
  ['SUSPICIOUS_SOURCE_REF', 'bucket in upper case', scene(0).replace('imgs', 'Imgs'), [], 'has the bucket Imgs, and no bucket has such a name'],
  ['SUSPICIOUS_SOURCE_REF', 'bucket with underscore', scene(0).replace('imgs', 'my_imgs'), [], 'my_imgs'],
  ['SUSPICIOUS_SOURCE_REF', 'bucket with leading dot', scene(0).replace('imgs', '.imgs'), [], '.imgs'],
  ['SUSPICIOUS_SOURCE_REF', 'trailing blank', scene(0).replace('a.jpg', 'a.jpg '), [], 'blank'],
  ['SUSPICIOUS_SOURCE_REF', 'percent-encoded', scene(0).replace('a.jpg', 'a%20b.jpg'), [], 'percent-encoded'],
  ['SUSPICIOUS_SOURCE_REF', 'escaped NUL', scene(0).replace('a.jpg', 'a\\u0000.jpg'), [], 'control'],
  ['SUSPICIOUS_SOURCE_REF', 'backslash', scene(0).replace('a.jpg', 'a\\\\b.jpg'), [], 'backslash'],
  ['SUSPICIOUS_SOURCE_REF', 'dot-dot', scene(0).replace('a.jpg', '../a.jpg'), [], 'step'],
  ['SUSPICIOUS_SOURCE_REF', 'key over 1,024 bytes', scene(0).replace('a.jpg', 'ä'.repeat(513)), [], '1026 bytes'],
];

test.each(ROWS)('%s: %s', (code, _what, text, place, advice) => {
  const { findings, dropped, labels } = inspectLine(text);

  const { severity } = RULES[code];
  expect(findings.map((found) => found.code)).toEqual([code]);
  expect(findings[0]).toMatchObject({ place, severity, advice: expect.stringContaining(advice) });
  expect(findings[0].advice).not.toMatch(/\.$/);
  expect(dropped).toBe(severity === 'terminal');
  if (dropped) expect(labels).toEqual([]);
});

describe('several findings on a line', () => {
  const findingsOf = (text: string) => inspectLine(text).findings.map(({ code, place }) => [code, place]);

  test('unsupported type of the only label: also no valid label, with the messages of the guide\'s example', () => {
    const { findings, labeled } = inspectLine(line({ 'BB': 1, 'BB-metadata': classification('a', { type: 'groundtruth/wrongtype' }) }));

    expect(findings.map(({ code, message, place }) => ({ code, message, place }))).toEqual([
      {
        code: 'ERROR_UNSUPPORTED_USE_CASE_TYPE', place: ['BB-metadata'],
        message: 'The use case type of the BB-metadata label attribute metadata is unsupported. Check the type field.',
      },
      { code: 'ERROR_NO_VALID_LABEL_ATTRIBUTES', place: [], message: 'No valid label attributes found.' },
    ]);
    expect(labeled).toBe(true);
  });

  test('the name in a message is not a pattern', () => {
    const { findings } = inspectLine(line({ '$&{}': 'no number', '$&{}-metadata': classification() }));
    expect(findings[0].message).toBe('The format of the label attribute $&{} is invalid.');
  });

  test('SageMaker multi-label output', () => {
    expect(findingsOf(line({ 'm': [0, 1], 'm-metadata': { 'class-map': { 0: 'a', 1: 'b' }, 'type': 'groundtruth/image-classification-multilabel' } })))
      .toEqual([['ERROR_UNSUPPORTED_USE_CASE_TYPE', ['m-metadata']], ['ERROR_NO_VALID_LABEL_ATTRIBUTES', []]]);
  });

  test('every box invalid', () => {
    expect(findingsOf(bb(box({ left: -1 })))).toEqual([
      ['ERROR_INVALID_BOUNDING_BOX', ['bb', 'annotations', 0]], ['ERROR_NO_VALID_ANNOTATIONS', ['bb']], ['ERROR_NO_VALID_LABEL_ATTRIBUTES', []]]);
  });

  test('51 boxes', () => {
    expect(findingsOf(manyBoxes(50))).toEqual([]);
    expect(findingsOf(manyBoxes(51))).toEqual([['ERROR_TOO_MANY_BOUNDING_BOXES', ['bb']], ['ERROR_NO_VALID_LABEL_ATTRIBUTES', []]]);
  });

  test.each([[63, 600], [800, 4097]])('image of %d x %d, but only on lines with boxes', (width, height) => {
    const small = { ...BOX, left: 0, width: 50 };
    expect(findingsOf(bb({ ...boxes([small]), ...size(width, height) })))
      .toEqual([['ERROR_INVALID_IMAGE_DIMENSION', ['bb']], ['ERROR_NO_VALID_LABEL_ATTRIBUTES', []]]);
    expect(findingsOf(bb({ ...boxes([]), ...size(width, height) }))).toEqual([['WARNING_NO_ATTRIBUTE_ANNOTATIONS', ['bb']], ['WARNING_NO_ANNOTATIONS', []]]);
  });

  test.each(['', 'n'.repeat(256)])('label name of %# is too short or too long', (name) => {
    const both = [['ERROR_INVALID_LABEL_NAME_LENGTH', ['scene-metadata']], ['ERROR_NO_VALID_LABEL_ATTRIBUTES', []]];
    expect(findingsOf(scene(0, classification(name)))).toEqual(both);
    expect(findingsOf(bb(boxes(), detection({ 'class-map': { 0: name } })))[0]).toEqual(['ERROR_INVALID_LABEL_NAME_LENGTH', ['bb-metadata']]);
  });

  test('no boxes at all', () => {
    expect(findingsOf(bb(boxes([]), detection({ objects: [] })))).toEqual([['WARNING_NO_ATTRIBUTE_ANNOTATIONS', ['bb']], ['WARNING_NO_ANNOTATIONS', []]]);
  });

  test('a wrong form is found first and stops the checks of content, on the other attributes too', () => {
    expect(findingsOf(line({ 'bb': box({ left: -1 }), 'bb-metadata': detection(), 'x': 'no', 'x-metadata': classification() })))
      .toEqual([['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', ['x']]]);
    expect(findingsOf(bb(boxes([{ ...BOX, class_id: 9, left: -1 }, BOX])))).toEqual([
      ['ERROR_MISSING_BOUNDING_BOX_CONFIDENCE', ['bb-metadata']], ['ERROR_MISSING_CLASS_MAP_ID', ['bb-metadata']]]);
  });

  test('both halves of an attribute and several attributes are reported together', () => {
    expect(findingsOf(line({ 'x': 'no', 'x-metadata': {}, 'y': 1, 'y-metadata': null }))).toEqual([
      ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', ['x-metadata']], ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', ['y-metadata']]]);
    expect(findingsOf(line({ 'x': 'no', 'x-metadata': classification(5) }))).toEqual([
      ['ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT', ['x']], ['ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT', ['x-metadata']]]);
  });

  test('a bad box beside a good one leaves the label valid', () => {
    expect(findingsOf(bb(boxes([BOX, { ...BOX, width: 0 }]), detection({ objects: [{ confidence: 1 }, { confidence: 0.5 }] }))))
      .toEqual([['ERROR_BOUNDING_BOX_TOO_SMALL', ['bb', 'annotations', 1]]]);
  });
});

describe('good lines', () => {
  test.each([
    ['image-level label', CLASSIFIED],
    ['boxes', BOXED],
    ['both, and two labels', line({ 'bb': boxes(), 'bb-metadata': detection(), 'a': 1, 'a-metadata': classification('x'), 'b': -3, 'b-metadata': classification('y') })],
    ['box that fills the image', bb(box({ left: 0, top: 0, width: 800, height: 600 }))],
    ['two pixels in an image that is not scaled', bb({ ...boxes([{ ...BOX, width: 2 }]), ...size(1280, 600) })],
    ['more objects than boxes', bb(boxes(), detection({ objects: [{ confidence: 1 }, {}] }))],
    ['extra members', line({ 'split': { deep: [1] }, 'scene': 1, 'scene-metadata': classification() })],
    ['upper-case scheme', scene(0).replace('s3:', 'S3:')],
    ['exactly 100,000 characters', CLASSIFIED.padEnd(100_000)],
    ['line as listed', line({ 'scene': 0, 'scene-metadata': classification(), 'cl-metadata': { is_labeled: true }, 'cl-errors': 'x' })],
  ])('%s', (_what, text) => {
    expect(inspectLine(text)).toMatchObject({ findings: [], dropped: false, labeled: true, bucket: 'imgs' });
  });

  test('labels: all names, boxed where an annotation uses them', () => {
    const { labels, sourceRef } = inspectLine(line({
      'bb': boxes([{ ...BOX, class_id: 2 }]), 'bb-metadata': detection({ 'class-map': { 0: 'crane', 2: 'dog' } }),
      'x': 1, 'x-metadata': classification('dog'), 'y': 1, 'y-metadata': classification('night'),
    }));
    expect(labels.map(({ name, boxed }) => [name, boxed])).toEqual([['crane', false], ['dog', true], ['night', false]]);
    expect(sourceRef).toBe('s3://imgs/a.jpg');
  });

  test('labels: what is no box uses none, not even one whose id is empty', () => {
    const { labels } = inspectLine(bb({ ...boxes(), annotations: [BOX, 0] }, detection({ 'class-map': { '': 'crane' } })));
    expect(labels.map(({ name, boxed }) => [name, boxed])).toEqual([['crane', false]]);
  });

  test('labeled: an image-level label or a box, valid or not', () => {
    expect(inspectLine(bb(boxes([]), detection({ objects: [] }))).labeled).toBe(false);
    expect(inspectLine(bb(box({ left: -1 }))).labeled).toBe(true);
    expect(inspectLine(line()).labeled).toBe(false);
  });
});

describe('hostile lines', () => {
  test('__proto__ as attribute and as class id changes nothing', () => {
    const text = '{"source-ref":"s3://imgs/a.jpg","__proto__":{"x":1},"bb":{"image_size":[{"width":800,"height":600,"depth":3}],'
      + '"annotations":[{"class_id":0,"left":1,"top":1,"width":9,"height":9,"__proto__":{"class_id":5}}]},"bb-metadata":{"__proto__":{"type":"x"},'
      + '"objects":[{"confidence":1}],"class-map":{"__proto__":"p","0":"crane"},"type":"groundtruth/object-detection","human-annotated":"yes","creation-date":"d"}}';
    const { findings, labels } = inspectLine(text);
    expect(findings).toEqual([]);
    expect(labels.map(({ name }) => name).sort()).toEqual(['crane', 'p']);
    expect(({} as any).x).toBeUndefined();
  });

  test('nesting as deep as a line is long', () => {
    const deep = '['.repeat(40_000) + ']'.repeat(40_000);
    expect(inspectLine(`{"source-ref":"s3://imgs/a.jpg","x":${deep},"x-metadata":${JSON.stringify(classification())}}`).findings[0])
      .toMatchObject({ code: 'ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT' });
  });

  test.each([
    ['Latin-1', Buffer.from(CLASSIFIED.replace('harbour', 'Gl\u00fcck'), 'latin1'), 'not in the encoding UTF-8'],
    ['UTF-16', Buffer.from(`\ufeff${CLASSIFIED}`, 'utf16le'), 'UTF-16'],
    ['a surrogate half in bytes', Buffer.from(CLASSIFIED.replace('harbour', '\u00ed\u00a0\u0080'), 'latin1'), 'UTF-8'],
  ])('%s', (_what, bytes, advice) => {
    const { findings, dropped } = inspectLineBytes(bytes);
    expect(findings).toEqual([expect.objectContaining({ code: 'ERROR_INVALID_JSON_LINE', advice: expect.stringContaining(advice) })]);
    expect(dropped).toBe(true);
  });

  test('UTF-8 bytes are read as text', () => {
    expect(inspectLineBytes(Buffer.from(CLASSIFIED.replace('harbour', 'Glück 🐦'))).labels[0].name).toBe('Glück 🐦');
  });
});

describe('with an image location', () => {
  const images = { bucket: 'new-bucket', prefix: 'birds/' };

  test('a relative reference passes and is resolved', () => {
    expect(inspectLine(line({}, 'a b.jpg'), images)).toMatchObject({ sourceRef: 's3://new-bucket/birds/a b.jpg', bucket: 'new-bucket', dropped: false });
  });

  test.each([['', 'empty'], ['/a.jpg', 'slash'], ['https://x/a.jpg', 'https://']])('reference %j is refused', (ref, advice) => {
    expect(inspectLine(line({}, ref), images)).toMatchObject({
      dropped: true, sourceRef: ref, findings: [{ code: 'ERROR_INVALID_SOURCE_REF_FORMAT', advice: expect.stringContaining(advice) }] });
  });

  test('a line that gets too long by resolving is refused', () => {
    const ref = 'a.jpg';
    const text = line({ x: 'x'.repeat(99_990 - line({ x: '' }, ref).length) }, ref);
    expect(text).toHaveLength(99_990);
    expect(inspectLine(text, images).findings[0].code).toBe('ERROR_LINE_TOO_LONG');
  });
});

test('every line rule has a row or a case above', () => {
  const whole = /^ERROR_(EMPTY_MANIFEST|MANIFEST_|TOO_MANY_RECORDS|IMAGES_IN_MULTIPLE)|^ERROR_DUPLICATE_SOURCE_REF|^BLANK_LINE|^IMAGE_|^ERROR_INVALID_IMAGE$/;
  const elsewhere = ['ERROR_NO_VALID_LABEL_ATTRIBUTES', 'ERROR_NO_VALID_ANNOTATIONS', 'ERROR_TOO_MANY_BOUNDING_BOXES', 'ERROR_INVALID_IMAGE_DIMENSION',
    'ERROR_INVALID_LABEL_NAME_LENGTH', 'WARNING_NO_ANNOTATIONS'];
  const covered = new Set([...ROWS.map(([code]) => code), ...elsewhere]);
  expect(Object.keys(RULES).filter((code) => !whole.test(code) && !covered.has(code as RuleCode))).toEqual([]);
});
