import { createHash } from 'node:crypto';
import { CfnElement, CfnResource, DefaultTokenResolver, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IPostProcessor, IResolvable, IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { projectNameOf } from './referenced-project';
import { PROJECT_LOOKUP_RESOURCE_TYPE } from './wire';

/** Identifies a value of the template at synth, although it contains tokens. */
export interface Fingerprint {
  /** Eight hexadecimal digits; a different value has a different hash, as far as synth can tell. */
  readonly hash: string;
  /** Logical ids of the elements, such as parameters, that may change the value although the template stays the same. */
  readonly deployTimeValues: readonly string[];
}

/**
 * The fingerprint of a value that contains tokens.
 *
 * A project of the app is represented by its name instead of its logical id: when the name changes, CloudFormation replaces the
 * project, although the references to it stay the same in the template.
 */
export function fingerprint(scope: IConstruct, value: unknown): Fingerprint {
  const resolver = new NameResolver();
  const resolved = Tokenization.resolve(value, { scope, resolver });
  const hash = createHash('sha256').update(JSON.stringify(resolved)).digest('hex').slice(0, 8).toUpperCase();
  return { hash, deployTimeValues: [...resolver.deployTimeValues] };
}

/** Replaces each reference by a string that identifies its target. */
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
    // A looked-up project is identified by its name, which is part of the value.
    if (!isProjectLookup(token.target)) this.deployTimeValues.add(logicalId);
    return [...stack === Stack.of(context.scope) ? [] : [stack.node.path], logicalId, token.displayName].join('.');
  }
}

function isProjectLookup(element: CfnElement): boolean {
  return CfnResource.isCfnResource(element) && element.cfnResourceType === PROJECT_LOOKUP_RESOURCE_TYPE;
}
