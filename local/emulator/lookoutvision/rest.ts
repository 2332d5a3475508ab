import { inputOf } from '../core/api-model';
import type { Shape } from '../core/api-model';
import { ServiceError } from '../core/service';
import type { RequestHead } from '../core/service';
import { jsonObject } from '../core/shapes';
import { MODEL, OPERATIONS } from './operations';
import type { OperationName } from './operations';

const ROOT = '/2020-11-20/';

const ROUTES = Object.keys(OPERATIONS).map((name) => {
  const { method, requestUri } = MODEL.operations[name].http;
  return { name, method, steps: requestUri.split('/') };
});

/** Name of the operation by method and path; what is unknown under the service's root is named by both; undefined elsewhere. */
export function routeOf({ method, path }: RequestHead): string | undefined {
  if (!path.startsWith(ROOT)) return undefined;
  const steps = path.split('/');
  const route = ROUTES.find((candidate) => candidate.method === method && candidate.steps.length === steps.length
    && candidate.steps.every((step, i) => isLabel(step) || step === steps[i]));
  return route?.name ?? `${method} ${path}`;
}

/**
 * Gathers the members of a request (restJson1) from path, query, header and body, as JSON has them.
 *
 * @throws ServiceError when the path or body cannot be read
 */
export function membersOf(operation: OperationName, { path, query, headers }: RequestHead, body: Buffer): Record<string, unknown> {
  const members = Object.entries(inputOf(MODEL, operation).members!);
  const template = MODEL.operations[operation].http.requestUri.split('/');
  const steps = path.split('/');
  const parameters = new URLSearchParams(query);
  const json = members.some(([, { location }]) => location === undefined) ? bodyMembers(body, headers['content-type']) : {};
  return Object.fromEntries(members.flatMap(([name, { shape, location, locationName }]) => {
    const value = () => {
      switch (location) {
        case 'uri': return decoded(steps[template.indexOf(`{${locationName}}`)]);
        case 'querystring': return queryValue(MODEL.shapes[shape], parameters.getAll(locationName!));
        case 'header': return headers[locationName!.toLowerCase()];
        default: return Object.hasOwn(json, name) ? json[name] : undefined;
      }
    };
    const given = value();
    return given === undefined ? [] : [[name, given]];
  }));
}

function isLabel(step: string): boolean {
  return step.startsWith('{');
}

/** Labels are encoded to the last character, slashes included: they are decoded one by one after the path was split. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('SerializationException', `The path segment ${text} is not percent-encoded UTF-8.`);
  }
}

/** What does not look like its type stays a text, which is refused where the types are checked. */
function queryValue({ type }: Shape, texts: readonly string[]): unknown {
  // A list without items cannot be told from a missing one.
  if (type === 'list') return texts;
  const [text] = texts;
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function bodyMembers(body: Buffer, contentType: string | undefined): Record<string, unknown> {
  if (!/^application\/json *(;|$)/i.test(contentType ?? '')) {
    throw new ServiceError('UnsupportedMediaTypeException', `The content type is ${contentType ?? 'missing'}; it must be application/json.`);
  }
  return jsonObject(body);
}
