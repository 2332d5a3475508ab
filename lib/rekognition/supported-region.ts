import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { REKOGNITION_REGIONS } from '../manifest';

/** The Region of the stack, where it is known at synth. */
export function knownRegion(construct: IConstruct): string | undefined {
  const { region } = Stack.of(construct);
  return Token.isUnresolved(region) ? undefined : region;
}

/** Stacks whose Region was spoken of. */
const WARNED = new WeakSet<Stack>();

/** Says once a stack that the service is not in its Region; no error, since AWS may have added it in the meantime. */
export function warnUnsupportedRegion(construct: IConstruct): void {
  const region = knownRegion(construct);
  const stack = Stack.of(construct);
  if (region === undefined || REKOGNITION_REGIONS.includes(region) || WARNED.has(stack)) return;
  WARNED.add(stack);
  // On the construct, where an acknowledgement of the stack is heard whether it comes before or after.
  Annotations.of(construct).addWarningV2('cdk-vision-datasets:Rekognition.unsupportedRegion',
    `Amazon Rekognition Custom Labels is in ${REKOGNITION_REGIONS.join(', ')}, but the stack is for ${region}: there, its deployment will fail; `
    + 'give the stack one of those Regions, or acknowledge this warning when AWS has added yours');
}
