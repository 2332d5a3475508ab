import { CfnElement, CfnResource, DefaultTokenResolver, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IPostProcessor, IResolvable, IResolveContext, CustomResource } from 'aws-cdk-lib';
import { Dependable } from 'constructs';
import type { IConstruct, IDependable } from 'constructs';

/**
 * How many resources of a stack are deployed concurrently. Each of them uses two concurrent Lambda executions while it waits,
 * the framework's and the handler's, and a new account has only 10; and all of them share 5 calls per second and operation.
 */
export const MAX_CONCURRENT = 3;

/** By stack, in order of creation. */
const RESOURCES = new WeakMap<Stack, CustomResource[]>();

/**
 * Makes CloudFormation deploy at most `MAX_CONCURRENT` of these resources of a stack concurrently: each one depends on the third
 * one before it.
 *
 * The order is topological, so that the added dependencies never create a cycle. It is determined when CDK renders construct
 * dependencies into the template, because more resources may be added until then.
 */
export function limitConcurrency(resource: CustomResource): void {
  const stack = Stack.of(resource);
  if (!RESOURCES.has(stack)) RESOURCES.set(stack, []);
  const resources = RESOURCES.get(stack)!;
  resources.push(resource);

  const turn: IDependable = {};
  Dependable.implement(turn, {
    get dependencyRoots(): IConstruct[] {
      if (resources.length <= MAX_CONCURRENT) return [];
      const order = new DeploymentOrder(stack).of(resources);
      const before = order[order.indexOf(resource) - MAX_CONCURRENT];
      return before ? [before] : [];
    },
  });
  resource.node.addDependency(turn);
}

/** The added dependencies are ignored while the order is determined. */
let isOrdering = false;

/** The dependencies between the elements of one stack; a nested stack counts as one element. */
class DeploymentOrder {
  private readonly visited = new Set<CfnElement>();
  private readonly order: CfnElement[] = [];
  private readonly nested: Stack[];

  constructor(private readonly stack: Stack) {
    this.nested = stack.node.findAll().filter((construct): construct is Stack => Stack.isStack(construct) && construct.nested);
  }

  /** Sorts the resources topologically, and otherwise keeps their order. */
  of(resources: readonly CustomResource[]): CustomResource[] {
    if (isOrdering) return [];
    isOrdering = true;
    try {
      const elements = new Map(resources.map((resource) => [resource.node.defaultChild as CfnElement, resource]));
      for (const element of elements.keys()) this.visit(element);
      return this.order.flatMap((element) => elements.get(element) ?? []);
    } finally {
      isOrdering = false;
    }
  }

  private visit(element: CfnElement): void {
    if (this.visited.has(element)) return;
    this.visited.add(element);
    for (const dependency of this.dependenciesOf(element)) this.visit(dependency);
    this.order.push(element);
  }

  private dependenciesOf(element: CfnElement): CfnElement[] {
    return this.within(element).flatMap((part) => [
      ...part.node.scopes.flatMap((scope) => scope.node.dependencies).flatMap((target) => target.node.findAll()),
      ...CfnResource.isCfnResource(part) ? part.obtainDependencies() : [],
      ...referencesOf(part),
    ]).flatMap((target) => this.elementOf(target) ?? []);
  }

  /** The element itself, or all elements of the nested stack that it represents. */
  private within(element: CfnElement): CfnElement[] {
    const nested = this.nested.filter(({ nestedStackResource }) => nestedStackResource === element);
    return [element, ...nested.flatMap((stack) => stack.node.findAll().filter(CfnElement.isCfnElement))];
  }

  /** The element of the stack that is or contains the construct. */
  private elementOf(construct: IConstruct): CfnElement | undefined {
    if (!CfnElement.isCfnElement(construct)) return undefined;
    const stack = Stack.of(construct);
    if (stack === this.stack) return construct;
    return stack.nestedStackResource && this.elementOf(stack.nestedStackResource);
  }
}

/** The elements that an element refers to, by tokens or by intrinsic functions with a logical id of its own stack. */
function referencesOf(element: CfnElement): IConstruct[] {
  const resolver = new ReferenceCollector();
  const template = (element as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const resolved = JSON.stringify(Tokenization.resolve(template, { scope: element, resolver, preparing: true }));
  const ids = new Set([...resolved.matchAll(LOGICAL_IDS)].flatMap(([, ...found]) => found.filter(Boolean)));
  for (const target of resolver.targets) ids.delete(Stack.of(target).getLogicalId(target));
  const isWritten = (construct: IConstruct) => CfnElement.isCfnElement(construct) && ids.has(element.stack.getLogicalId(construct));
  return [...resolver.targets, ...ids.size > 0 ? element.stack.node.findAll().filter(isWritten) : []];
}

/** In `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
const LOGICAL_IDS = /"Ref":"(\w+)"|"Fn::GetAtt":(?:\["(\w+)"|"(\w+)\.)|\$\{(\w+)[.}]/g;

/** Collects the targets of references. */
class ReferenceCollector extends DefaultTokenResolver {
  readonly targets = new Set<CfnElement>();

  constructor() {
    super({ join: (left, right) => left === undefined ? right : { 'Fn::Join': ['', [left, right]] } });
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token) && CfnElement.isCfnElement(token.target)) this.targets.add(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}
