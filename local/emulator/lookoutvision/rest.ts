import { ServiceError } from '../core/service';
import type { RequestHead } from '../core/service';
import { OPERATIONS } from './operations';
import type { OperationName } from './operations';

const ROOT = '/2020-11-20/';

/** Members that travel in the query, by their name there. */
const QUERY: Readonly<Record<string, string>> = {
  maxResults: 'MaxResults',
  nextToken: 'NextToken',
  labeled: 'Labeled',
  anomalyClass: 'AnomalyClass',
  createdBefore: 'BeforeCreationDate',
  createdAfter: 'AfterCreationDate',
  sourceRefContains: 'SourceRefContains',
  tagKeys: 'TagKeys',
};

const ROUTES = Object.entries(OPERATIONS).map(([name, { method, path }]) => ({ name, method, steps: path.split('/') }));

/** Name of the operation by method and path; what is unknown under the service's root is named by both; undefined elsewhere. */
export function routeOf({ method, path }: RequestHead): string | undefined {
  if (!path.startsWith(ROOT)) return undefined;
  const steps = stepsOf(path);
  const route = ROUTES.find((candidate) => candidate.method === method && candidate.steps.length === steps.length
    && candidate.steps.every((step, i) => isLabel(step) || step === steps[i]));
  return route?.name ?? `${method} ${path}`;
}

/**
 * Gathers the members of a request (restJson1) from path, query, header and body, as the shapes want to read them.
 *
 * @throws ServiceError when the path or body cannot be read
 */
export function membersOf(operation: OperationName, { method, path, query, headers }: RequestHead, body: Buffer): Record<string, unknown> {
  const { input, path: template } = OPERATIONS[operation];
  const members = method === 'GET' || method === 'DELETE' ? queryMembers(query, input.members) : bodyMembers(body);
  const steps = stepsOf(path);
  template.split('/').forEach((step, i) => {
    if (isLabel(step)) members[step.slice(1, -1)] = decoded(steps[i]);
  });
  const token = headers['x-amzn-client-token'];
  if (token !== undefined && 'ClientToken' in input.members) members.ClientToken = token;
  return members;
}

function stepsOf(path: string): string[] {
  return path.slice(ROOT.length).split('/');
}

function isLabel(step: string): boolean {
  return step.startsWith('{');
}

/** Labels are encoded to the last character, slashes included: they are decoded one by one after the path was split. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('ValidationException', `The path segment ${text} is not percent-encoded UTF-8.`);
  }
}

function queryMembers(query: string, shapes: Readonly<Record<string, { readonly type: string }>>): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    const member = QUERY[name];
    const type = shapes[member]?.type;
    if (type === undefined) continue;
    const [text] = parameters.getAll(name);
    if (type === 'list') members[member] = parameters.getAll(name);
    else if (type === 'integer' && /^-?\d+$/.test(text)) members[member] = Number(text);
    else if (type === 'boolean' && /^(true|false)$/.test(text)) members[member] = text === 'true';
    else members[member] = text;
  }
  // A list without items cannot be told from a missing one.
  for (const [member, { type }] of Object.entries(shapes)) if (type === 'list') members[member] ??= [];
  return members;
}

function bodyMembers(body: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(body.toString() || '{}');
  } catch (error) {
    throw new ServiceError('ValidationException', `The request body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw new ServiceError('ValidationException', 'The request body is not a JSON object.');
}
