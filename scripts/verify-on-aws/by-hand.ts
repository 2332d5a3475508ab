/** A gesture of the CDK command line on a deployed stack with a dataset. */
export interface ByHand {
  readonly command: string;
  readonly prepare: string;
  readonly lookAt: string;
  readonly assumed: string;
}

/** What a script cannot try, because it takes a bootstrapped account, a deployed stack and an edit of its code. */
export const BY_HAND: readonly ByHand[] = [
  {
    command: 'cdk drift <stack> --verbose',
    prepare: 'deploy a stack with a Project and a Dataset, then give an image another label in the console',
    lookAt: 'what it says of the dataset (Custom::…), which CloudFormation has no way to read, and of the project',
    assumed: 'the dataset is not checked, which only --verbose says, and the label is not told; the project is in sync',
  },
  {
    command: 'cdk refactor --unstable=refactor --dry-run',
    prepare: 'deploy that stack, then give the Dataset another construct id without another change',
    lookAt: 'whether the move of the dataset is offered or refused, and with which words',
    assumed: 'custom resources are refused or left out; a dataset is moved by adoptExisting',
  },
  {
    command: 'cdk refactor --unstable=refactor',
    prepare: 'as before, if the dry run offers the move; then `cdk deploy` and change a line of the manifest',
    lookAt: 'whether the Update is refused because the dataset belongs to another stack or logical id, and the message',
    assumed: 'it is refused and the message names adoptExisting; the dataset and its entries stay as they are',
  },
  {
    command: 'cdk import <stack>',
    prepare: 'destroy that stack with RemovalPolicy.RETAIN on the Dataset, then take the same code',
    lookAt: 'whether the dataset is offered for import, and what is said of its type',
    assumed: '"unsupported resource type Custom::RekognitionDataset, skipping import"; adoptExisting takes its place',
  },
];
