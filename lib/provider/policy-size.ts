/** What IAM allows all inline policies of one role to have together, blanks not counted (IAM user guide, quotas). */
export const INLINE_POLICY_CHARACTERS = 10_240;

/** Long values of what a template leaves open. */
const ACCOUNT_ID = 12;
const REGION = 'ap-southeast-1'.length;
const PARTITION = 'aws-us-gov'.length;
/** The generated name of a project, or of a bucket. */
const NAME = 100;
/** The ARN of such a project. */
const ARN = 180;

/** The length that a resolved policy document will have, intrinsic functions replaced by long values. */
export function estimatedCharacters(document: unknown): number {
  return JSON.stringify(document, (_key, value) => intrinsicLength(value) === undefined ? value : 'x'.repeat(intrinsicLength(value)!)).length;
}

function intrinsicLength(value: any): number | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [name, ...more] = Object.keys(value);
  if (more.length > 0) return undefined;
  if (name === 'Fn::Join') {
    const [separator, parts] = value[name];
    return parts.reduce((sum: number, part: any) => sum + (typeof part === 'string' ? part.length : intrinsicLength(part) ?? 0) + separator.length, 0);
  }
  if (name === 'Ref') {
    return { 'AWS::AccountId': ACCOUNT_ID, 'AWS::Region': REGION, 'AWS::Partition': PARTITION }[value.Ref as string] ?? NAME;
  }
  return name?.startsWith('Fn::') ? ARN : undefined;
}
