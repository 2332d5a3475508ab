import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Manifest, rekognition } from '../../lib';
import { ACKNOWLEDGED } from './acknowledged';
import { makeWidestStack } from './widest';

const DATASETS = ['Train', 'Test', 'Trees', 'Sorted', 'LineTrain', 'LineTest'];

interface Finding {
  readonly path: string;
  /** With the details that an acknowledgement must repeat, such as `AwsSolutions-IAM5[Resource::*]`. */
  readonly id: string;
  /** As in the list: datasets, hashes and details left out. */
  readonly known: string;
}

function findings(stack: Stack): Finding[] {
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return violations.flatMap(({ ruleName: id, violatingResources }) => violatingResources.map(({ constructPath }) => {
    const path = constructPath!.replace(/^Stack\/(.*)\/Resource$/, '$1');
    const [first, ...more] = path.split('/');
    return { path, id, known: `${[DATASETS.includes(first) ? 'Dataset' : first, ...more].join('/').replace(/(\/SharedPolicies)\/[0-9A-F]{8}$/, '$1')} ${id.replace(/\[.*/, '')}` };
  }));
}

/** As `Validations` does it, which refuses ids with an ARN in them before aws-cdk-lib 2.262. */
function acknowledge(construct: IConstruct, id: string, reason: string): void {
  if (id.split('::').length > 2) construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [id]: reason });
  else Validations.of(construct).acknowledge({ id, reason });
}

const EXPLAINED = new Map(ACKNOWLEDGED.map(({ construct, rule, reason }) => [`${construct} ${rule}`, reason]));

test('a stack with datasets of both services has exactly the findings that are explained', () => {
  const found = [...new Set(findings(makeWidestStack()).map(({ known }) => known))];
  expect(found.filter((known) => !EXPLAINED.has(known))).toEqual([]);
  // The rule on runtimes passes or not with the version of CDK.
  expect([...EXPLAINED.keys()].filter((known) => !known.endsWith('-L1') && !found.includes(known))).toEqual([]);
});

test('acknowledged at exactly those constructs, no finding remains', () => {
  const stack = makeWidestStack();
  for (const { path, id, known } of findings(stack)) {
    const construct = path.split('/').reduce<IConstruct>((scope, child) => scope.node.findChild(child), stack);
    if (EXPLAINED.has(known)) acknowledge(construct, id, EXPLAINED.get(known)!);
  }
  expect(findings(stack)).toEqual([]);
});

test('a stack without datasets has no findings, and one dataset brings some', () => {
  const stack = new Stack(new App(), 'Stack');
  const project = new rekognition.Project(stack, 'Birds');
  expect(findings(stack)).toEqual([]);
  new rekognition.Dataset(stack, 'Train', { project, datasetType: rekognition.DatasetType.TRAIN, manifest: Manifest.empty() });
  expect(findings(stack)).not.toEqual([]);
});
