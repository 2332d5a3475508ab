import { BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** @throws Error that says what to change where the stack can have no assets, and CDK would only say that it cannot */
export function requireAssetSupport(construct: IConstruct, what: string, otherwise: string): void {
  const stack = Stack.of(construct);
  if (!(stack.synthesizer instanceof BootstraplessSynthesizer)) return;
  throw new Error(`${construct.node.path}: ${what} brings an asset, and ${stack.node.path} has the BootstraplessSynthesizer, which publishes none; give the stack the DefaultStackSynthesizer (after cdk bootstrap) or the CliCredentialsStackSynthesizer, ${otherwise}`);
}
