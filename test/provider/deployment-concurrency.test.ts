import { CfnOutput, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DatasetProvider, Images, Manifest, rekognition } from '../../lib';
import { labelLine } from '../inputs/lines';
import { makeDataset, makeStack } from '../rigs/stacks';

/**
 * In a new account, ten functions run at once: a dataset that waits holds two of them. CloudFormation starts everything at once
 * that depends on nothing unfinished.
 */

const OURS = /^Custom::Rekognition/;

/** What each resource of a template depends on. */
function dependenciesOf(stack: Stack): Map<string, string[]> {
  const { Resources } = Template.fromStack(stack).toJSON();
  const ids = Object.keys(Resources);
  return new Map(Object.entries<any>(Resources).map(([id, { DependsOn, ...resource }]) => {
    const text = JSON.stringify(resource);
    const referred = ids.filter((other) => text.includes(`"Ref":"${other}"`) || text.includes(`"Fn::GetAtt":["${other}"`));
    return [id, [...new Set([DependsOn ?? []].flat().concat(referred))].filter((other) => other !== id)];
  }));
}

/** Deploys as CloudFormation does, one unit of time for each resource; returns the most resources of ours that ran at once. */
function mostAtOnce(stack: Stack): number {
  const dependencies = dependenciesOf(stack);
  const { Resources } = Template.fromStack(stack).toJSON();
  const done = new Set<string>();
  let most = 0;
  while (done.size < dependencies.size) {
    const started = [...dependencies].filter(([id, needed]) => !done.has(id) && needed.every((other) => done.has(other))).map(([id]) => id);
    if (started.length === 0) throw new Error(`a circle among ${[...dependencies.keys()].filter((id) => !done.has(id)).join(', ')}`);
    most = Math.max(most, started.filter((id) => OURS.test(Resources[id].Type)).length);
    started.forEach((id) => done.add(id));
  }
  return most;
}

const count = (stack: Stack): number =>
  Object.values<any>(Template.fromStack(stack).toJSON().Resources).filter(({ Type }) => OURS.test(Type)).length;

/** Datasets in projects of their own. */
function makeDatasets(stack: Stack, many: number): rekognition.Dataset[] {
  return Array.from({ length: many }, (_, i) => makeDataset(stack, {}, `Dataset${i}`));
}

test('of the ten datasets of five folds, three are worked on at once', () => {
  const stack = makeStack();
  const images = Images.inBucket(new s3.Bucket(stack, 'Images'));
  const entries = Array.from({ length: 60 }, (_, i) => labelLine(`${i}.jpg`));
  Manifest.fromEntries(entries).kFold(5).forEach(({ train, test }, i) => {
    const project = new rekognition.Project(stack, `Fold${i}`);
    makeDataset(stack, { project, images, manifest: train }, `Train${i}`);
    makeDataset(stack, { project, images, manifest: test, datasetType: rekognition.DatasetType.TEST }, `Test${i}`);
  });
  expect([count(stack), mostAtOnce(stack)]).toEqual([10, 3]);
});

test('so are projects that are looked up, and datasets of two providers', () => {
  const stack = makeStack();
  const provider = new DatasetProvider(stack, 'Other');
  for (let i = 0; i < 5; i++) {
    const project = rekognition.Project.fromProjectName(stack, `Project${i}`, `p-${i}`);
    makeDataset(stack, { project, provider: i < 2 ? provider : undefined }, `Dataset${i}`);
  }
  expect(count(stack)).toBe(10);
  expect(mostAtOnce(stack)).toBeLessThanOrEqual(3);
});

test('three datasets do not wait for each other', () => {
  const stack = makeStack();
  makeDatasets(stack, 3);
  expect(mostAtOnce(stack)).toBe(3);
  const isDataset = (id: string) => /^Dataset\d[0-9A-F]{8}$/.test(id);
  const waits = [...dependenciesOf(stack)].filter(([id]) => isDataset(id)).flatMap(([, others]) => others);
  expect(waits.filter(isDataset)).toEqual([]);
});

test('in another stack, with the provider of the first, they wait there', () => {
  const stack = makeStack();
  const provider = new DatasetProvider(stack, 'Provider');
  const other = new Stack(stack.node.root, 'Other');
  for (let i = 0; i < 4; i++) {
    makeDataset(stack, { provider }, `Here${i}`);
    makeDataset(other, { provider }, `There${i}`);
  }
  expect(stack.dependencies).toEqual([]);
  expect([mostAtOnce(stack), mostAtOnce(other)]).toEqual([3, 3]);
});

describe("waiting closes no circle with the user's own dependencies", () => {
  type Connect = (stack: Stack, later: rekognition.Dataset, earlier: rekognition.Dataset, name: string) => void;
  /** Every way to make one dataset depend on another. */
  const WAYS: Record<string, Connect> = {
    'of constructs': (_, later, earlier) => later.node.addDependency(earlier),
    'of a construct around': (stack, later, earlier, name) => {
      const group = new Construct(stack, name);
      group.node.addDependency(earlier);
      new CfnResource(group, 'Inner', { type: 'Test::Thing' });
      later.node.addDependency(group);
    },
    'of resources of CloudFormation': (_, later, earlier) => (later.node.defaultChild as CfnResource).addDependency(earlier.node.defaultChild as CfnResource),
    'by an attribute': (stack, later, earlier, name) => {
      const thing = new CfnResource(stack, name, { type: 'Test::Thing', properties: { Text: `of ${earlier.contentHash}` } });
      (later.node.defaultChild as CfnResource).addPropertyOverride(`More.${name}`, thing.ref);
    },
    'by a logical id': (stack, later, earlier, name) => {
      const thing = new CfnResource(stack, name, { type: 'Test::Thing' });
      thing.addPropertyOverride('Text', { 'Fn::GetAtt': [stack.getLogicalId(earlier.node.defaultChild as CfnResource), 'ContentHash'] });
      later.node.addDependency(thing);
    },
    'through a nested stack': (stack, later, earlier, name) => {
      const nested = new NestedStack(stack, name);
      new CfnResource(nested, 'Thing', { type: 'Test::Thing', properties: { Text: earlier.contentHash } });
      later.node.addDependency(nested);
    },
    'through a resource in a nested stack': (stack, later, earlier, name) => {
      const nested = new NestedStack(stack, name);
      const thing = new CfnResource(nested, 'Thing', { type: 'Test::Thing' });
      thing.node.addDependency(earlier);
      (later.node.defaultChild as CfnResource).addPropertyOverride(`More.${name}`, thing.ref);
    },
  };

  test.each(Object.entries(WAYS))('%s, made after the datasets', (_, connect) => {
    const stack = makeStack();
    const datasets = makeDatasets(stack, 6);
    // In the order in which they were made, the fourth would wait for the first.
    connect(stack, datasets[0], datasets[3], 'Between');
    connect(stack, datasets[1], datasets[0], 'Again');
    expect(mostAtOnce(stack)).toBeLessThanOrEqual(3);
  });

  test('TRAIN depends on TEST, and is made before', () => {
    const stack = makeStack();
    const projects = Array.from({ length: 3 }, (_, i) => new rekognition.Project(stack, `Project${i}`));
    const trains = projects.map((project, i) => makeDataset(stack, { project }, `Train${i}`));
    projects.forEach((project, i) => {
      trains[i].node.addDependency(makeDataset(stack, { project, datasetType: rekognition.DatasetType.TEST }, `Test${i}`));
    });
    expect(mostAtOnce(stack)).toBeLessThanOrEqual(3);
  });

  test('at random', () => {
    let seed = 20261124;
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const ways = Object.values(WAYS);
    for (let round = 0; round < 12; round++) {
      const stack = makeStack();
      const datasets = makeDatasets(stack, 7);
      // A random order that the dependencies follow.
      const order = datasets.map((dataset) => ({ dataset, lot: random(1000) })).sort((a, b) => a.lot - b.lot).map(({ dataset }) => dataset);
      for (let i = 0; i < 6; i++) {
        const later = 1 + random(6);
        ways[random(ways.length)](stack, order[later], order[random(later)], `Between${i}`);
      }
      expect(mostAtOnce(stack)).toBeLessThanOrEqual(3);
    }
  });
});

test('a dataset that comes in between changes nothing but what others wait for', () => {
  const synth = (ids: string[]) => {
    const stack = makeStack();
    for (const id of ids) makeDataset(stack, {}, id);
    const { Resources } = Template.fromStack(stack).toJSON();
    return Object.fromEntries(Object.entries<any>(Resources).map(([id, { DependsOn: _, ...resource }]) => [id, resource]));
  };
  const before = synth(['A', 'B', 'C', 'D', 'E']);
  expect(synth(['A', 'New', 'B', 'C', 'D', 'E'])).toMatchObject(before);
  const after = synth(['A', 'B', 'D', 'E']);
  expect(before).toMatchObject(after);
});

test('a template that is made twice is the same', () => {
  const stack = makeStack();
  const datasets = makeDatasets(stack, 6);
  datasets[0].node.addDependency(datasets[5]);
  new CfnOutput(stack, 'Hash', { value: datasets[2].contentHash });
  expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(stack).toJSON());
});
