import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DatasetProvider, Images, Manifest, rekognition } from '../../lib';
import { folderWith, labelLine } from '../inputs/lines';
import { jpeg } from '../rigs/images';
import { makeDataset, makeStack, policiesOf } from '../rigs/stacks';

/** A provider in one stack that does the work for datasets in others. */

const stackBeside = (stack: Stack, id: string) => new Stack(stack.node.root, id);

/** Names of the stacks of which a template imports something. */
const importsOf = (template: Template): string[] =>
  [...new Set([...JSON.stringify(template.toJSON()).matchAll(/"Fn::ImportValue":"(\w+):/g)].map(([, name]) => name))];

test('the policies are in the stack of the dataset, which depends on that of the provider and not the other way around', () => {
  const home = makeStack();
  const provider = new DatasetProvider(home, 'Provider', { encryptionKey: new kms.Key(home, 'Key') });
  const guests = ['One', 'Two'].map((id) => stackBeside(home, id));
  const manifest = Manifest.fromEntries([labelLine('a.jpg')]);
  for (const guest of guests) makeDataset(guest, { provider, manifest, images: Images.fromDirectory(folderWith({ 'a.jpg': jpeg() })) });

  expect(home.dependencies).toEqual([]);
  expect(importsOf(Template.fromStack(home))).toEqual([]);
  for (const guest of guests) {
    const template = Template.fromStack(guest);
    expect(guest.dependencies).toEqual([home]);
    expect(importsOf(template)).toEqual(['Stack']);
    const policies = policiesOf(template);
    // Of the slot; of the staged objects, the asset and the images.
    expect(policies).toHaveLength(4);
    for (const { Properties } of policies) expect(Properties.Roles).toEqual([{ 'Fn::ImportValue': expect.stringMatching(/^Stack:.*ProviderRole/) }]);
  }
});

test('each stack leads to its own folder of the staging bucket alone', () => {
  const home = makeStack();
  const provider = new DatasetProvider(home, 'Provider');
  const guest = stackBeside(home, 'Guest');
  makeDataset(home, { provider });
  makeDataset(guest, { provider });
  const folders = [home, guest].map((stack) => [...JSON.stringify(policiesOf(Template.fromStack(stack))).matchAll(/"\/(reports\/)?([A-Za-z]+)-",\{"Fn::Select"/g)].map(([, , name]) => name));
  expect(folders).toEqual([['Stack', 'Stack'], ['Guest', 'Guest']]);
});

test('a dataset in a nested stack has the provider of its parent, and one of the parent that of a nested stack', () => {
  const parent = makeStack();
  const nested = new NestedStack(parent, 'Nested');
  makeDataset(nested, { provider: new DatasetProvider(parent, 'Provider') });
  const other = new NestedStack(parent, 'Other');
  makeDataset(parent, { provider: new DatasetProvider(other, 'Provider') });
  expect(policiesOf(Template.fromStack(nested))).toHaveLength(3);
  expect(policiesOf(Template.fromStack(parent))).toHaveLength(3);
});

test('a provider that uses a bucket of the stack whose datasets it serves would depend on itself: CDK says so', () => {
  const home = makeStack();
  const guest = stackBeside(home, 'Guest');
  const provider = new DatasetProvider(home, 'Provider', { stagingBucket: new s3.Bucket(guest, 'Staging') });
  makeDataset(guest, { provider });
  expect(() => Template.fromStack(guest)).toThrow(/would create a cyclic reference/);
});

test('the project may be in a third stack', () => {
  const home = makeStack();
  const guest = stackBeside(home, 'Guest');
  const projects = stackBeside(home, 'Projects');
  makeDataset(guest, { provider: new DatasetProvider(home, 'Provider'), project: new rekognition.Project(projects, 'Birds') });
  expect(importsOf(Template.fromStack(guest)).sort()).toEqual(['Projects', 'Stack']);
  expect([home, projects].map(({ dependencies }) => dependencies)).toEqual([[], []]);
});
