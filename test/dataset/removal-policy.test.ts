import { join } from 'node:path';
import { Aspects, CfnResource, RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Images, lookoutvision, Manifest, rekognition } from '../../lib';
import { folderWith } from '../inputs/lines';
import { jpeg } from '../rigs/images';
import { makeDataset, makeStack } from '../rigs/stacks';

const RETAINED = [
  ['RemovalPolicies', (stack: Stack) => RemovalPolicies.of(stack).retain()],
  ['an aspect', (stack: Stack) => Aspects.of(stack).add({
    visit: (node) => { if (CfnResource.isCfnResource(node)) node.applyRemovalPolicy(RemovalPolicy.RETAIN); },
  })],
] as const;

/** With and without the order of aspects that new projects have. */
const CONTEXTS = [{}, { '@aws-cdk/core:aspectStabilization': true, '@aws-cdk/core:aspectPrioritiesMutating': true }];

const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data]);

describe.each(CONTEXTS)('in an app with %p', (context) => {
  test.each(RETAINED)('%s that retains everything retains datasets and projects; the staging bucket goes with the stack', (_, retain) => {
    const stack = makeStack({}, context);
    makeDataset(stack);
    retain(stack);
    const template = Template.fromStack(stack);
    template.hasResource('Custom::RekognitionDataset', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.hasResource('AWS::Rekognition::Project', { DeletionPolicy: 'Retain' });
    // CDK refuses to empty a bucket that is retained, and CloudFormation to delete one that is not empty.
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    template.hasResource('Custom::S3AutoDeleteObjects', { DeletionPolicy: 'Delete' });
    expect(warnings(stack)).toEqual([]);
  });

  test.each(RETAINED)('%s that retains the bucket of Images.fromDirectory is told to bring one', (_, retain) => {
    const stack = makeStack({}, context);
    const directory = folderWith({ 'a.jpg': jpeg() });
    makeDataset(stack, { manifest: Manifest.fromEntries([{ 'source-ref': 'a.jpg' }]), images: Images.fromDirectory(directory) });
    retain(stack);
    expect(() => Template.fromStack(stack)).toThrow(
      '[Stack/Train/Images] a removal policy retains the bucket that Images.fromDirectory made, but it is emptied when it is removed from the stack; give fromDirectory a bucket of your own to retain the images',
    );
  });

  test('with a bucket of the user, the images are retained', () => {
    const stack = makeStack({}, context);
    const bucket = new s3.Bucket(stack, 'Pictures');
    const directory = folderWith({ 'a.jpg': jpeg() });
    makeDataset(stack, { manifest: Manifest.fromEntries([{ 'source-ref': 'a.jpg' }]), images: Images.fromDirectory(directory, { bucket }) });
    RemovalPolicies.of(stack).retain();
    Template.fromStack(stack).hasResource('Custom::RekognitionDataset', { DeletionPolicy: 'Retain' });
  });
});

describe('a retained dataset in a project that goes with the stack', () => {
  const NOT_RETAINED = ['/Stack/Train', expect.stringMatching(
    /^the dataset is retained when the stack is deleted, but its project Stack\/TrainProject is not, and a project that has a dataset cannot be deleted: deleting the stack will fail; set removalPolicy: RemovalPolicy.RETAIN on the project, too .*cdk-vision-datasets:Dataset.projectNotRetained/,
  )];

  test('is said, however it came to be retained', () => {
    for (const retain of [
      (stack: Stack) => makeDataset(stack, { removalPolicy: RemovalPolicy.RETAIN }),
      (stack: Stack) => makeDataset(stack, { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }),
      (stack: Stack) => makeDataset(stack).applyRemovalPolicy(RemovalPolicy.RETAIN),
      (stack: Stack) => RemovalPolicies.of(makeDataset(stack)).retain(),
    ]) {
      const stack = makeStack();
      retain(stack);
      expect(warnings(stack)).toEqual([NOT_RETAINED]);
    }
  });

  test('is no matter when the project is retained, too, or is none of the app', () => {
    for (const projectOf of [
      (stack: Stack) => new rekognition.Project(stack, 'Birds', { removalPolicy: RemovalPolicy.RETAIN }),
      (stack: Stack) => rekognition.Project.fromProjectName(stack, 'Birds', 'birds'),
      (stack: Stack) => rekognition.Project.fromProjectArn(stack, 'Birds', 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738'),
    ]) {
      const stack = makeStack();
      makeDataset(stack, { project: projectOf(stack), removalPolicy: RemovalPolicy.RETAIN });
      expect(warnings(stack)).toEqual([]);
    }
  });
});

test.each([
  ['rekognition', rekognition.Project, 'AWS::Rekognition::Project'], ['lookoutvision', lookoutvision.Project, 'AWS::LookoutVision::Project'],
])('a project of %s is retained where it is told to be', (_, Project, type) => {
  const stack = makeStack();
  new Project(stack, 'Birds', { removalPolicy: RemovalPolicy.RETAIN });
  Template.fromStack(stack).hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

describe('SNAPSHOT fails cdk synth', () => {
  test('of a dataset, given as a property or by RemovalPolicies', () => {
    for (const take of [
      (stack: Stack) => makeDataset(stack, { removalPolicy: RemovalPolicy.SNAPSHOT }),
      (stack: Stack) => RemovalPolicies.of(makeDataset(stack)).snapshot(),
    ]) {
      const stack = makeStack();
      take(stack);
      expect(() => Template.fromStack(stack)).toThrow(
        '[Stack/Train] the removal policy is SNAPSHOT, but a dataset does not support snapshots; use RemovalPolicy.RETAIN to keep it, or RemovalPolicy.DESTROY',
      );
    }
  });

  test.each([rekognition.Project, lookoutvision.Project])('of a project', (Project) => {
    const stack = makeStack();
    new Project(stack, 'Birds', { removalPolicy: RemovalPolicy.SNAPSHOT });
    expect(() => Template.fromStack(stack)).toThrow('[Stack/Birds] the removal policy is SNAPSHOT, but a project does not support snapshots');
  });
});

test('images that a retained dataset needs are in a bucket that goes: a warning, however it came to be retained', () => {
  const stack = makeStack();
  const directory = folderWith({ 'a.jpg': jpeg() });
  makeDataset(stack, {
    project: new rekognition.Project(stack, 'Birds', { removalPolicy: RemovalPolicy.RETAIN }),
    manifest: Manifest.fromEntries([{ 'source-ref': join('a.jpg') }]), images: Images.fromDirectory(directory),
  }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  Annotations.fromStack(stack).hasWarning('/Stack/Train', Match.stringLikeRegexp('cdk-vision-datasets:Dataset.imagesNotRetained'));
});
