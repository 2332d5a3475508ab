import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { makeWidestStack } from './widest';

/** Content hashes change with every bundle and CDK version; what is built around them must not. */
expect.addSnapshotSerializer({
  test: (value) => typeof value === 'string' && /[a-f0-9]{64}/.test(value),
  serialize: (value: string) => JSON.stringify(value.replace(/[a-f0-9]{64}/g, '<hash>')),
});

test('the whole template of the widest stack', () => {
  expect(Template.fromStack(makeWidestStack()).toJSON()).toMatchSnapshot();
});

test('with every feature flag that CDK recommends, the same is made', () => {
  const flags = JSON.parse(readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'));
  expect(Object.keys(flags).length).toBeGreaterThan(50);
  const [plain, recommended] = [{}, flags].map((context) => Template.fromStack(makeWidestStack({}, context)));
  // The function of BucketDeployment is CDK's own, and gets a log group by a flag.
  const ids = (template: Template) => Object.keys(template.toJSON().Resources).filter((id) => !id.startsWith('CustomCDKBucketDeployment')).sort();
  expect(ids(recommended)).toEqual(ids(plain));
  expect(recommended.findResources('Custom::RekognitionDataset')).toEqual(plain.findResources('Custom::RekognitionDataset'));
});
