import { CfnParameter, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { lookoutvision, Manifest, rekognition, RemovedEntryPolicy } from '../../lib';
import { makeDataset, makeStack } from '../rigs/stacks';

/**
 * CloudFormation changes a policy in place before it updates the dataset and before it deletes what the dataset had in
 * another slot. So each slot has a policy of its own: another logical id, and another name on the role.
 */

/** Logical id and name of the dataset's policy. */
function policyOf(stack: Stack): [string, string] {
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('TrainPolicy'));
  expect(policies).toHaveLength(1);
  const [[id, { Properties }]] = policies;
  return [id, Properties.PolicyName];
}

const inProject = (make: (stack: Stack) => rekognition.IProject, datasetType = rekognition.DatasetType.TRAIN) => {
  const stack = makeStack();
  makeDataset(stack, { project: make(stack), datasetType });
  return stack;
};
const ARN = (name: string, created = 1690476084738) => `arn:aws:rekognition:eu-west-1:123456789012:project/${name}/${created}`;

/** The project of the stack before and after the change, under the same construct id. */
const CHANGES: [string, (stack: Stack) => rekognition.IProject, (stack: Stack) => rekognition.IProject][] = [
  ['to another project of the stack', (stack) => new rekognition.Project(stack, 'A', { projectName: 'a' }), (stack) => new rekognition.Project(stack, 'B', { projectName: 'b' })],
  ['with its project, which gets another name', (stack) => new rekognition.Project(stack, 'P', { projectName: 'a' }), (stack) => new rekognition.Project(stack, 'P', { projectName: 'b' })],
  ['between projects with generated names', (stack) => new rekognition.Project(stack, 'A'), (stack) => new rekognition.Project(stack, 'B')],
  ['from a generated name to a given one', (stack) => new rekognition.Project(stack, 'P'), (stack) => new rekognition.Project(stack, 'P', { projectName: 'b' })],
  ['to another imported name', (stack) => rekognition.Project.fromProjectName(stack, 'P', 'a'), (stack) => rekognition.Project.fromProjectName(stack, 'P', 'b')],
  ['to another imported ARN', (stack) => rekognition.Project.fromProjectArn(stack, 'P', ARN('a')), (stack) => rekognition.Project.fromProjectArn(stack, 'P', ARN('b'))],
  ['to a project that was made anew', (stack) => rekognition.Project.fromProjectArn(stack, 'P', ARN('a')), (stack) => rekognition.Project.fromProjectArn(stack, 'P', ARN('a', 1790476084738))],
  ['with an L1 project', (stack) => ofL1(stack, 'a'), (stack) => ofL1(stack, 'b')],
  ['with a project of another stack', (stack) => ofOtherStack(stack, 'a'), (stack) => ofOtherStack(stack, 'b')],
];

function ofL1(stack: Stack, projectName: string): rekognition.IProject {
  return rekognition.Project.fromProjectArn(stack, 'Import', new CfnProject(stack, 'P', { projectName }).attrArn);
}

function ofOtherStack(stack: Stack, projectName: string): rekognition.IProject {
  return new rekognition.Project(new Stack(stack.node.root, 'Projects'), 'P', { projectName });
}

describe('a dataset that moves', () => {
  test.each(CHANGES)('%s gets another policy', (_, before, after) => {
    const [oldId, oldName] = policyOf(inProject(before));
    const [newId, newName] = policyOf(inProject(after));
    expect(newId).not.toBe(oldId);
    expect(newName).not.toBe(oldName);
    expect(policyOf(inProject(before))).toEqual([oldId, oldName]);
  });

  test('to the other type gets another policy', () => {
    const make = (stack: Stack) => new rekognition.Project(stack, 'P', { projectName: 'a' });
    expect(policyOf(inProject(make, rekognition.DatasetType.TEST))[0]).not.toBe(policyOf(inProject(make))[0]);
  });

  test('with a project that is renamed after the dataset was made gets another policy', () => {
    const make = (rename: boolean) => {
      const stack = makeStack();
      const project = new rekognition.Project(stack, 'P', { projectName: 'a' });
      makeDataset(stack, { project });
      if (rename) (project.node.defaultChild as CfnProject).projectName = 'b';
      return policyOf(stack)[0];
    };
    expect(make(true)).not.toBe(make(false));
  });

  test('of Lookout for Vision gets another policy', () => {
    const make = (projectName: string) => {
      const stack = makeStack();
      const project = new lookoutvision.Project(stack, 'P', { projectName });
      new lookoutvision.Dataset(stack, 'Train', { project, datasetType: lookoutvision.DatasetType.TRAIN, manifest: Manifest.empty() });
      return policyOf(stack)[0];
    };
    expect(make('a')).not.toBe(make('b'));
  });

  test('in a nested stack, with a project of its parent, gets another policy', () => {
    const make = (projectName: string) => {
      const stack = makeStack();
      const project = new rekognition.Project(stack, 'P', { projectName });
      const nested = new NestedStack(stack, 'Nested');
      makeDataset(nested, { project });
      return policyOf(nested)[0];
    };
    expect(make('a')).not.toBe(make('b'));
  });
});

test('a dataset that stays where it is keeps its policy, whatever else changes', () => {
  const make = (change?: (stack: Stack) => Partial<rekognition.DatasetProps>) => {
    const stack = makeStack();
    const project = new rekognition.Project(stack, 'P', { projectName: 'a' });
    makeDataset(stack, { project, ...change?.(stack) });
    return policyOf(stack);
  };
  const policy = make();
  expect(make(() => ({ manifest: Manifest.empty(), removedEntries: RemovedEntryPolicy.KEEP }))).toEqual(policy);
  expect(make((stack) => { Tags.of(stack).add('team', 'birds'); return {}; })).toEqual(policy);
});

test('the dataset depends on the policy by its final id', () => {
  const stack = inProject((scope) => new rekognition.Project(scope, 'P'));
  const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources('Custom::RekognitionDataset'));
  expect(DependsOn).toContain(policyOf(stack)[0]);
});

test('a construct path as long as CloudFormation takes leaves room for the slot', () => {
  const stack = makeStack();
  makeDataset(stack, { project: new rekognition.Project(stack, 'P') }, `${'x'.repeat(240)}Train`);
  expect(Math.max(...Object.keys(Template.fromStack(stack).toJSON().Resources).map((id) => id.length))).toBeLessThanOrEqual(255);
});

describe('what names the project', () => {
  const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('slotKnownAtDeployment')).map(({ entry }) => String(entry.data));

  test('by a parameter is warned of: synth cannot see it change', () => {
    const byName = inProject((stack) => rekognition.Project.fromProjectName(stack, 'P', new CfnParameter(stack, 'Name').valueAsString));
    expect(warnings(byName)).toEqual([expect.stringContaining('the project is defined by Name, whose value is only known at deployment')]);
    const byArn = inProject((stack) => rekognition.Project.fromProjectArn(stack, 'P', new CfnParameter(stack, 'Arn').valueAsString));
    expect(warnings(byArn)).toHaveLength(1);
    const ofStack = inProject((stack) => new rekognition.Project(stack, 'P', { projectName: new CfnParameter(stack, 'Name').valueAsString }));
    expect(warnings(ofStack)).toHaveLength(1);
  });

  test.each(CHANGES)('is known: %s', (_, before, after) => {
    expect(warnings(inProject(before))).toEqual([]);
    expect(warnings(inProject(after))).toEqual([]);
  });
});

describe('what several datasets read', () => {
  /** The policies that are for no one dataset, but for what is in the staging bucket. */
  const sources = (stack: Stack) => Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id, { Properties }]) => id.includes('SharedPolicies') && !JSON.stringify(Properties.PolicyDocument).includes('owners/*'));

  test('is granted once in a stack, and each of them waits for it', () => {
    const stack = makeStack();
    for (const id of ['A', 'B']) makeDataset(stack, {}, id);
    makeDataset(stack, { manifest: Manifest.fromBucketFolders(s3.Bucket.fromBucketName(stack, 'Photos', 'photos')) }, 'C');
    const policies = sources(stack);
    expect(policies).toHaveLength(2);
    const waits = Object.values(Template.fromStack(stack).findResources('Custom::RekognitionDataset')).map(({ DependsOn }) => DependsOn.filter((id: string) => policies.some(([policy]) => policy === id)));
    expect(waits.map((ids) => ids.length)).toEqual([1, 1, 1]);
    expect(new Set(waits.flat())).toEqual(new Set(policies.map(([id]) => id)));
  });

  test('has another policy when it is elsewhere: both are there while a deployment is undone', () => {
    const ids = ['one', 'two'].map((bucket) => {
      const stack = makeStack();
      makeDataset(stack, { manifest: Manifest.fromBucket(s3.Bucket.fromBucketName(stack, 'Bucket', bucket), 'birds.manifest') });
      return sources(stack)[0];
    });
    expect(ids[0][0]).not.toBe(ids[1][0]);
    expect(ids[0][1].Properties.PolicyName).not.toBe(ids[1][1].Properties.PolicyName);
  });

  test('from buckets of the same logical id in two other stacks is not the same', () => {
    const stack = makeStack();
    for (const id of ['A', 'B']) {
      const bucket = new s3.Bucket(new Stack(stack.node.root, id), 'Bucket');
      makeDataset(stack, { manifest: Manifest.fromBucket(bucket, 'birds.manifest') }, id);
    }
    expect(sources(stack)).toHaveLength(2);
  });
});
