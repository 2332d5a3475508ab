import { expectationOf } from './expectation';
import type { Expectation } from './expectation';
import type { FrameworkError } from './judge';
import type { Model } from './model';
import { Values } from './values';
import type { Examples } from './values';
import { wireRequest } from './wire';
import type { WireRequest } from './wire';

/** A generated request, and what its answer must be. */
export interface Made {
  readonly name: string;
  readonly request: WireRequest;
  readonly expected: Expectation | { readonly kind: 'refused'; readonly code: FrameworkError };
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Makes every request for an operation, one after the other: members on both sides of all that the model says, pairs of faults,
 * bodies that are none, and wrong envelopes.
 *
 * @param base members that a good request has instead of the examples
 */
export function* requestsFor(model: Model, operation: string, examples: Examples, base: Members): Generator<Made> {
  const values = new Values(model, examples);
  const { shape } = model.operations[operation].input;
  const good = goodMembers(model, operation, examples, base);
  const make = (name: string, members: Members): Made =>
    ({ name, request: wireRequest(model, operation, members), expected: expectationOf(model, operation, members) });

  yield make('a good request', good);
  yield make('an unknown member', { ...good, Unknown: { a: [1] } });
  const faults: Fault[] = [];
  for (const [member, { shape: of, location }] of Object.entries(model.shapes[shape].members!)) {
    for (const { name, value } of location ? values.texts(of, location) : values.variants(of)) {
      const made = make(`${member}: ${name}`, { ...good, [member]: value });
      yield made;
      const { kind } = made.expected;
      if (kind !== 'accepted' && faults.filter((one) => one.member === member && one.kind === kind).length < 3) faults.push({ member, name, value, kind });
    }
  }
  for (const [i, one] of faults.entries()) {
    for (const other of faults.slice(i + 1).filter(({ member }) => member !== one.member)) {
      yield make(`${one.member}: ${one.name}, and ${other.member}: ${other.name}`, { ...good, [one.member]: one.value, [other.member]: other.value });
    }
  }
  const request = wireRequest(model, operation, good);
  yield* request.body === undefined ? [] : bodies(request);
  yield* envelopes(model, request);
}

/** Members of a request that has what it needs, and no more. */
export function goodMembers(model: Model, operation: string, examples: Examples, base: Members = {}): Members {
  return { ...new Values(model, examples).sample(model.operations[operation].input.shape) as object, ...base };
}

interface Fault {
  readonly member: string;
  readonly name: string;
  readonly value: unknown;
  readonly kind: string;
}

function* bodies(request: WireRequest): Generator<Made> {
  const texts = [
    '', ' ', '{', '}', '[]', '[{}]', 'null', '1', '"text"', 'true', '{"a":1', '{} {}', '{a:1}', "{'a':1}", '{"a":1,}', '{"a":NaN}', '\ufeff{}', Buffer.from([0x7b, 0xff, 0x7d]),
  ];
  for (const body of texts) yield { name: `the body ${JSON.stringify(body.toString())}`, request: { ...request, body }, expected: refused('SerializationException') };
}

function* envelopes(model: Model, request: WireRequest): Generator<Made> {
  const { headers, path } = request;
  const { authorization, ...unsigned } = headers;
  yield { name: 'no signature', request: { ...request, headers: unsigned }, expected: refused('MissingAuthenticationTokenException') };
  for (const signature of ['Bearer token', 'AWS4-HMAC-SHA256', authorization.replace(/Signature=.*/, ''), authorization.replace(/Credential=\S+/, '')]) {
    yield { name: `the signature ${signature}`, request: { ...request, headers: { ...headers, authorization: signature } }, expected: refused('IncompleteSignatureException') };
  }
  yield { name: 'an unknown query parameter', request: { ...request, path: `${path}${path.includes('?') ? '&' : '?'}unknown=1` }, expected: { kind: 'accepted' } };
  const unknown = refused('UnknownOperationException');
  yield { name: 'the method PUT', request: { ...request, method: 'PUT' }, expected: unknown };
  if (model.metadata.protocol === 'json') {
    for (const other of ['GET', 'DELETE', 'PATCH']) yield { name: `the method ${other}`, request: { ...request, method: other }, expected: unknown };
    for (const other of ['/x', '//', '/2016-06-27']) yield { name: `the path ${other}`, request: { ...request, path: other }, expected: unknown };
    const target = headers['x-amz-target'];
    for (const other of [undefined, '', target.toLowerCase(), `${target}s`, target.slice(0, -1), target.replace('.', '_'), target.replace(/.*\./, ''), `Other.${target}`, 'RekognitionService.', 'RekognitionService.constructor']) {
      yield { name: `the target ${other}`, request: { ...request, headers: withHeader(headers, 'x-amz-target', other) }, expected: unknown };
    }
  } else {
    const [bare] = path.split('?');
    for (const other of [`${bare}/x/y/z/w`, bare.replace('2020-11-20', '2020-11-20/v1'), bare.replace(/projects|tags/, 'others')]) {
      yield { name: `the path ${other}`, request: { ...request, path: other }, expected: unknown };
    }
    if (/\/2020-11-20\/[^/]+\/[^/]/.test(path)) yield { name: 'a label that is no UTF-8', request: { ...request, path: path.replace(/(2020-11-20\/[^/]+\/)[^/?]+/, '$1%ff') }, expected: refused('SerializationException') };
  }
  const type = headers['content-type'];
  if (type === undefined) return;
  for (const other of [`${type}; charset=utf-8`, `${type};charset=utf-8`, type.toUpperCase()]) {
    yield { name: `the content type ${other}`, request: { ...request, headers: withHeader(headers, 'content-type', other) }, expected: { kind: 'accepted' } };
  }
  const wrong = refused(model.metadata.protocol === 'json' ? 'UnknownOperationException' : 'UnsupportedMediaTypeException');
  for (const other of [undefined, '', 'text/plain', 'application/x-amz-json-1.0', 'application/hal+json', 'application/jsonx', 'application/x-www-form-urlencoded']) {
    yield { name: `the content type ${other}`, request: { ...request, headers: withHeader(headers, 'content-type', other) }, expected: wrong };
  }
}

function refused(code: FrameworkError): Made['expected'] {
  return { kind: 'refused', code };
}

function withHeader(headers: WireRequest['headers'], name: string, value: string | undefined): WireRequest['headers'] {
  const { [name]: _, ...others } = headers;
  return value === undefined ? others : { ...others, [name]: value };
}
