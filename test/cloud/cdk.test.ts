import { reasonOf } from '../../local/cloud/cdk';

test("CloudFormation's reason is taken out of a failed deployment", () => {
  const row = 'Parts | 2:50:02 AM | UPDATE_FAILED | Custom::RekognitionDataset | Train/Resource/Default (Train)';
  const output = [
    'Parts | 27/4 | 2:50:01 AM | CREATE_COMPLETE | AWS::IAM::Role | Role',
    '', 'Failed resources:',
    `${row} Error: test.manifest:6 (a.png): ERROR_INVALID_BOUNDING_BOX`,
    '', 'Logs: /aws/lambda/Parts', '', '    at invokeUserFunction (/tmp/code/framework.js:2:6)',
    '❌  Parts failed to deploy', '‣ DeploymentError: Resource updates failed:', '   Logs from /aws/lambda/Parts:',
  ].join('\n');
  expect(reasonOf(output)).toBe(`${row} Error: test.manifest:6 (a.png): ERROR_INVALID_BOUNDING_BOX`);
});

test("the app's error is taken out of a failed synth", () => {
  const output = [
    '/home/me/app/lib/dataset.ts:30', '      throw new Error(text);', '            ^', '',
    'Error: Parts/Train: train.manifest:3 (a.png): ERROR_MISSING_CLASS_MAP_ID', 'and a second problem',
    '    at new Dataset (/home/me/app/lib/dataset.ts:30:13)', '', 'Node.js v20.20.2', 'node --import tsx bin/app.ts: Subprocess exited with error 1',
  ].join('\n');
  expect(reasonOf(output)).toBe('Error: Parts/Train: train.manifest:3 (a.png): ERROR_MISSING_CLASS_MAP_ID\nand a second problem');
});

test('an error on a construct is taken out of a failed synth', () => {
  const output = ['bin/app.ts:12:3', 'ERROR train.manifest has a problem:', '  train.manifest:3 (a.png): ERROR_MISSING_CLASS_MAP_ID: … (annotation)', '   Parts/Train', 'Synthesis finished with errors'];
  expect(reasonOf(output.join('\n'))).toBe(output.slice(1).join('\n'));
});

test('without a known form the last words are the reason', () => {
  expect(reasonOf('one\ntwo\n\nthree\n')).toBe('one\ntwo\nthree');
});
