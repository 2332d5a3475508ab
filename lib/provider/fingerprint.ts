import { createHash } from 'node:crypto';
import { CfnElement, CfnResource, DefaultTokenResolver, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IPostProcessor, IResolvable, IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { projectNameOf } from './referenced-project';
import { PROJECT_LOOKUP_RESOURCE_TYPE } from './wire';

/** What a value of a template is known by at synth. */
export interface Fingerprint {
  /** Another value has another one, as far as synth can tell; eight hexadecimal digits. */
  readonly hash: string;
  /** Logical ids of what gives it a value that may change while the template stays: a parameter, above all. */
  readonly deployTimeValues: readonly string[];
}

/**
 * Takes the fingerprint of a value with tokens.
 *
 * A project of the app is taken by its name instead of its logical id: when the name changes, CloudFormation makes another
 * project, while everything that refers to it stays the same in the template.
 */
export function fingerprint(scope: IConstruct, value: unknown): Fingerprint {
  const resolver = new NameResolver();
  const resolved = Tokenization.resolve(value, { scope, resolver });
  const hash = createHash('sha256').update(JSON.stringify(resolved)).digest('hex').slice(0, 8).toUpperCase();
  return { hash, deployTimeValues: [...resolver.deployTimeValues] };
}

/** Puts in the place of each reference a text that names what it leads to. */
class NameResolver extends DefaultTokenResolver {
  readonly deployTimeValues = new Set<string>();

  constructor() {
    super({ join: (left, right) => JSON.stringify([left, right]) });
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (!Reference.isReference(token) || !CfnElement.isCfnElement(token.target)) return super.resolveToken(token, context, postProcessor);
    const projectName = projectNameOf(token.target);
    if (projectName !== undefined) return context.resolve(projectName);
    const stack = Stack.of(token.target);
    const logicalId = stack.getLogicalId(token.target);
    // A look-up has its own name beside it.
    if (!isProjectLookup(token.target)) this.deployTimeValues.add(logicalId);
    return [...stack === Stack.of(context.scope) ? [] : [stack.node.path], logicalId, token.displayName].join('.');
  }
}

function isProjectLookup(element: CfnElement): boolean {
  return CfnResource.isCfnResource(element) && element.cfnResourceType === PROJECT_LOOKUP_RESOURCE_TYPE;
}
