import { DefaultTokenResolver, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import type { IPostProcessor, IResolvable, IResolveContext } from 'aws-cdk-lib';
import type { Policy } from 'aws-cdk-lib/aws-iam';
import { projectNameOf } from './referenced-project';

/** What IAM allows all inline policies of one role to have together, blanks not counted (IAM user guide, quotas). */
export const INLINE_POLICY_QUOTA = 10_240;

/** Long values of what a template leaves open. */
const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::StackId': `arn:aws-us-gov:cloudformation:ap-southeast-1:000000000000:stack/${'s'.repeat(128)}/${'u'.repeat(36)}`,
  'AWS::AccountId': '0'.repeat(12),
  'AWS::Region': 'ap-southeast-1',
  'AWS::Partition': 'aws-us-gov',
};
/** The generated name of a bucket, a parameter. */
const NAME = 'n'.repeat(100);
/** An ARN with such a name. */
const ARN = 'a'.repeat(180);
/** How the ARN of a project begins, and how it ends. */
const PROJECT_ARN = ['arn:aws-us-gov:lookoutvision:ap-southeast-1:000000000000:project/', '/0000000000000'];

/** The length that a policy document will have, intrinsic functions replaced by long values. */
export function estimatePolicySize(policy: Policy): number {
  const scope = Stack.of(policy);
  return JSON.stringify(Tokenization.resolve(policy.document, { scope, resolver: new LongestValues() })).length;
}

/** Puts in the place of each token the longest text that it may become. */
class LongestValues extends DefaultTokenResolver {
  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    const projectName = Reference.isReference(token) ? projectNameOf(token.target) : undefined;
    if (projectName !== undefined) return (token as Reference).displayName === 'Arn' ? PROJECT_ARN.join(context.resolve(projectName)) : context.resolve(projectName);
    return longest(super.resolveToken(token, context, postProcessor));
  }
}

function longest(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  const [name, ...more] = Object.keys(value);
  if (more.length > 0) return value;
  if (name === 'Ref') return PSEUDO_PARAMETERS[value.Ref] ?? NAME;
  if (name === 'Fn::Sub' && typeof value[name] === 'string') return value[name].replace(/\$\{([^}]*)\}/g, (_: string, of: string) => PSEUDO_PARAMETERS[of] ?? NAME);
  if (name === 'Fn::Split') return longest(value[name][1]).split(value[name][0]);
  if (name === 'Fn::Select') return value[name][1][value[name][0]] ?? NAME;
  if (name === 'Fn::Join') return value[name][1].map(longest).join(value[name][0]);
  return name?.startsWith('Fn::') ? ARN : value;
}
