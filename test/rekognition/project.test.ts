import { App, CfnParameter, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { DatasetProvider, rekognition } from '../../lib';
import { makeDataset, makeStack } from '../rigs/stacks';

const ARN = 'arn:aws:rekognition:eu-west-1:123456789012:project/birds/1690476084738';

test('a project has a unique name made of its path', () => {
  const stack = makeStack();
  new rekognition.Project(stack, 'Birds');
  Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', {
    ProjectName: Match.stringLikeRegexp('^Stack-?Birds[a-zA-Z0-9_.-]*$'),
  });
});

test('a project takes the name it is given, and tags', () => {
  const stack = makeStack();
  const project = new rekognition.Project(stack, 'Birds', { projectName: 'birds.v1' });
  Tags.of(stack).add('team', 'ornithology');
  Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', {
    ProjectName: 'birds.v1', Tags: [{ Key: 'team', Value: 'ornithology' }],
  });
  expect(stack.resolve(project.projectArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Birds/), 'Arn'] });
  expect(stack.resolve(project.projectName)).toEqual({ Ref: expect.stringMatching(/^Birds/) });
});

test.each(['', 'bird house', 'vögel', 'a'.repeat(256)])('fails for the name "%s"', (projectName) => {
  expect(() => new rekognition.Project(makeStack(), 'Birds', { projectName })).toThrow(/is not a valid name of a Rekognition project; use 1 to 255 letters/);
});

test('a name that is known at deployment is not checked', () => {
  const stack = makeStack();
  new rekognition.Project(stack, 'Birds', { projectName: new CfnParameter(stack, 'Name').valueAsString });
  Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', { ProjectName: { Ref: 'Name' } });
});

test('fromProjectArn knows name, account and region', () => {
  const project = rekognition.Project.fromProjectArn(makeStack(), 'Birds', ARN);
  expect(project.projectArn).toBe(ARN);
  expect(project.projectName).toBe('birds');
  expect(project.env).toEqual({ account: '123456789012', region: 'eu-west-1' });
});

test('fromProjectArn takes the name out of an ARN that is known at deployment', () => {
  const stack = makeStack();
  const project = rekognition.Project.fromProjectArn(stack, 'Birds', new CfnParameter(stack, 'Arn').valueAsString);
  expect(stack.resolve(project.projectName)).toEqual({
    'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] }] }],
  });
});

test.each([
  'birds',
  'arn:aws:rekognition:eu-west-1:123456789012:project/birds',
  'arn:aws:rekognition:eu-west-1:123456789012:project/birds/dataset/train/1690476084738',
  'arn:aws:s3:::birds',
])('fromProjectArn fails for "%s"', (arn) => {
  expect(() => rekognition.Project.fromProjectArn(makeStack(), 'Birds', arn)).toThrow(/is not the ARN of a Rekognition project; it must look like/);
});

test('fromProjectName looks the ARN up at deployment', () => {
  const stack = makeStack();
  const project = rekognition.Project.fromProjectName(stack, 'Birds', 'birds');
  const template = Template.fromStack(stack);
  template.hasResource('Custom::RekognitionProjectLookup', { Properties: { ProjectName: 'birds', ServiceToken: Match.anyValue() } });
  template.resourceCountIs('AWS::Rekognition::Project', 0);
  expect(stack.resolve(project.projectArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Birds/), 'ProjectArn'] });
  expect(project.projectName).toBe('birds');
});

test('fromProjectName uses the provider it is given', () => {
  const stack = makeStack();
  rekognition.Project.fromProjectName(stack, 'Birds', 'birds', { provider: new DatasetProvider(stack, 'Mine') });
  Template.fromStack(stack).hasResourceProperties('Custom::RekognitionProjectLookup', {
    ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MineProvider'), 'Arn'] },
  });
  Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});

test('fromProjectName looks the ARN up anew for another revision', () => {
  const revised = (revision?: string) => {
    const stack = makeStack();
    rekognition.Project.fromProjectName(stack, 'Birds', 'birds', { revision });
    return Template.fromStack(stack).findResources('Custom::RekognitionProjectLookup');
  };
  const [[id, { Properties }]] = Object.entries(revised('2026-11'));
  expect(Properties).toMatchObject({ ProjectName: 'birds', Revision: '2026-11' });
  expect(Object.keys(revised())).toEqual([id]);
  expect(revised()[id].Properties).not.toHaveProperty('Revision');
});

test('fromCfnProject takes the project of an L1 construct, the same one each time', () => {
  const stack = makeStack();
  const native = new CfnProject(stack, 'Native', { projectName: 'birds' });
  const project = rekognition.Project.fromCfnProject(native);
  expect(rekognition.Project.fromCfnProject(native)).toBe(project);
  expect(stack.resolve([project.projectArn, project.projectName])).toEqual([{ 'Fn::GetAtt': ['Native', 'Arn'] }, { Ref: 'Native' }]);
  makeDataset(stack, { project });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('Custom::RekognitionDataset', { ProjectArn: { 'Fn::GetAtt': ['Native', 'Arn'] } });
  template.resourceCountIs('AWS::Rekognition::Project', 1);
  expect(() => makeDataset(stack, { project: rekognition.Project.fromCfnProject(native) }, 'Again')).toThrow(/already has a TRAIN dataset/);
});

test('fromProjectName fails for an impossible name', () => {
  expect(() => rekognition.Project.fromProjectName(new Stack(new App(), 'S'), 'Birds', 'bird house')).toThrow(/is not a valid name/);
});
