import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { REKOGNITION_REGIONS } from '../manifest';

/** The region of the stack, if it is known at synth. */
export function knownRegion(construct: IConstruct): string | undefined {
  const { region } = Stack.of(construct);
  return Token.isUnresolved(region) ? undefined : region;
}

/** The stacks that have been warned about. */
const WARNED = new WeakSet<Stack>();

/** Warns once per stack if the service is not available in its region. It is no error, because AWS may have added the region since. */
export function warnUnsupportedRegion(construct: IConstruct): void {
  const region = knownRegion(construct);
  const stack = Stack.of(construct);
  if (region === undefined || REKOGNITION_REGIONS.includes(region) || WARNED.has(stack)) return;
  WARNED.add(stack);
  // Added to the construct, not to the stack: an acknowledgement on the stack then works both before and after this call.
  Annotations.of(construct).addWarningV2('cdk-vision-datasets:Rekognition.unsupportedRegion',
    `Amazon Rekognition Custom Labels is available in ${REKOGNITION_REGIONS.join(', ')}, but the stack is in ${region}, where its deployment will fail; `
    + 'deploy the stack to one of those regions, or acknowledge this warning if AWS has added yours');
}
