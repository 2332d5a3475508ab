import { DefaultTokenResolver, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import type { IPostProcessor, IResolvable, IResolveContext } from 'aws-cdk-lib';
import type { Policy } from 'aws-cdk-lib/aws-iam';
import { projectNameOf } from './referenced-project';

/** The maximum total size of all inline policies of a role in characters, without whitespace (IAM user guide, "IAM and AWS STS quotas"). */
export const INLINE_POLICY_QUOTA = 10_240;

/** The longest values of pseudo parameters. */
const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::StackId': `arn:aws-us-gov:cloudformation:ap-southeast-1:000000000000:stack/${'s'.repeat(128)}/${'u'.repeat(36)}`,
  'AWS::AccountId': '0'.repeat(12),
  'AWS::Region': 'ap-southeast-1',
  'AWS::Partition': 'aws-us-gov',
};
/** A generated name, such as that of a bucket, or the value of a parameter. */
const NAME = 'n'.repeat(100);
/** An ARN that contains such a name. */
const ARN = 'a'.repeat(180);
/** The parts of a project's ARN before and after its name. */
const PROJECT_ARN = ['arn:aws-us-gov:lookoutvision:ap-southeast-1:000000000000:project/', '/0000000000000'];

/** An upper estimate of the deployed policy document's size in characters: intrinsic functions are replaced by long values. */
export function estimatePolicySize(policy: Policy): number {
  const scope = Stack.of(policy);
  return JSON.stringify(Tokenization.resolve(policy.document, { scope, resolver: new LongestValues() })).length;
}

/** Replaces each token by the longest string that it may resolve to. */
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
