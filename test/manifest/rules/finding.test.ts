import { describeProblem, inspectLine } from '../../../lib/manifest';
import type { Problem } from '../../../lib/manifest';
import { boxes, BOX, detection, line } from '../samples';

const problem: Problem = {
  code: 'ERROR_X', severity: 'error', message: 'unused', advice: 'x is wrong; correct x', place: [], line: 12, sourceRef: 's3://b/k.jpg',
};

test('file, line, reference, code and advice in one sentence', () => {
  const [found] = inspectLine(line({ 'bb': boxes([BOX, { ...BOX, class_id: 7 }]), 'bb-metadata': detection({ objects: [{ confidence: 1 }, { confidence: 1 }] }) }))
    .findings;

  expect(describeProblem({ ...found, line: 12, sourceRef: 's3://b/k.jpg' }, 'datasets/birds.manifest')).toBe(
    'datasets/birds.manifest:12 (s3://b/k.jpg): ERROR_MISSING_CLASS_MAP_ID: annotations[1] has class_id 7, which class-map lacks; '
    + 'add "7" to class-map or correct the class_id.');
});

test.each([
  [{}, undefined, 'line 12 (s3://b/k.jpg): ERROR_X: x is wrong; correct x.'],
  [{ sourceRef: undefined }, 'f', 'f:12: ERROR_X: x is wrong; correct x.'],
  [{ line: undefined, sourceRef: undefined }, 'f', 'f: ERROR_X: x is wrong; correct x.'],
  [{ line: undefined, sourceRef: undefined }, undefined, 'manifest: ERROR_X: x is wrong; correct x.'],
])('%j in file %j', (more, file, sentence) => {
  expect(describeProblem({ ...problem, ...more }, file)).toBe(sentence);
});

test('control, invisible and direction-changing characters are made visible', () => {
  const text = describeProblem({ ...problem, sourceRef: 's3://b/\u001b[31m\u202ek\ud800\u200b.jpg', advice: 'a\nb\u0000' });
  expect(text).toBe('line 12 (s3://b/\\u001b[31m\\u202ek\\ud800\\u200b.jpg): ERROR_X: a\\u000ab\\u0000.');
});

test('a long reference and a long value are cut, so that a message stays under 1 kB', () => {
  const { findings, sourceRef } = inspectLine(line({ ['l'.repeat(5000)]: 'v'.repeat(5000) }, `s3://bucket/${'k'.repeat(5000)}`));
  expect(describeProblem({ ...findings[0], line: 1, sourceRef }).length).toBeLessThan(600);
});

test('a line that cannot be parsed still names its image where it can be seen', () => {
  expect(inspectLine('{"source-ref": "s3://b/k.jpg", oops').sourceRef).toBe('s3://b/k.jpg');
});
