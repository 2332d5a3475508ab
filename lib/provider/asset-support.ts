import { BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** @throws Error with a remedy if the stack's synthesizer does not support assets; CDK's own error has none */
export function requireAssetSupport(construct: IConstruct, what: string, otherwise: string): void {
  const stack = Stack.of(construct);
  if (!(stack.synthesizer instanceof BootstraplessSynthesizer)) return;
  throw new Error(`${construct.node.path}: ${what} needs an asset, but ${stack.node.path} uses the BootstraplessSynthesizer, which does not support assets; use the DefaultStackSynthesizer (after cdk bootstrap) or the CliCredentialsStackSynthesizer, ${otherwise}`);
}
