import type { Expectation } from './expectation';
import type { Model } from './model';
import type { Answer } from './wire';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What is refused in front of an operation, with the HTTP status where it is not 400. */
export type FrameworkError =
  | 'SerializationException' | 'UnknownOperationException' | 'MissingAuthenticationTokenException' | 'IncompleteSignatureException'
  | 'UnsupportedMediaTypeException';
const REST_STATUSES: Readonly<Record<string, number>> = {
  UnknownOperationException: 404,
  MissingAuthenticationTokenException: 403,
  IncompleteSignatureException: 403,
  UnsupportedMediaTypeException: 415,
};
const CONSTRAINTS = /^\d+ validation errors? detected: /;

/** Holds answers to the model: each method tells what differs, in a sentence each. */
export class Judge {
  constructor(private readonly model: Model) {}

  /** The answer to a request of which the model says this. */
  request(operation: string, expected: Expectation, answer: Answer): string[] {
    switch (expected.kind) {
      case 'types': return this.refusal(answer, 'SerializationException');
      case 'constraints': {
        const differences = this.refusal(answer, 'ValidationException');
        return differences.length > 0 ? differences : constraintDifferences(expected.broken, this.errorOf(answer).message);
      }
      case 'accepted': return this.result(operation, answer);
    }
  }

  /** The answer to a request with nothing against it: a result as modelled, or an error that the operation declares. */
  result(operation: string, answer: Answer): string[] {
    const { http, output, errors } = this.model.operations[operation];
    if (answer.status < 300) {
      const status = answer.status === (http.responseCode ?? 200) ? [] : [`the status is ${answer.status}`];
      return [...status, ...this.envelope(answer), ...this.outside(JSON.parse(answer.body), output!.shape, 'the result')];
    }
    const { code, message } = this.errorOf(answer);
    if (!errors.some(({ shape }) => shape === code)) return [`${code} is not declared: ${message}`];
    if (CONSTRAINTS.test(message)) return [`it breaks a constraint: ${message}`];
    return this.refusal(answer, code);
  }

  /** The answer to a request that is to be refused with a code, in all but the text. */
  refusal(answer: Answer, expected: string): string[] {
    const { code, message, members } = this.errorOf(answer);
    if (code !== expected) return [`the answer is ${answer.status} ${code}: ${message}, not ${expected}`];
    const exception = this.model.shapes[code];
    const status = this.model.metadata.protocol === 'json' ? (exception?.fault ? 500 : 400)
      : exception?.error!.httpStatusCode ?? REST_STATUSES[code] ?? 400;
    return [
      ...(answer.status === status ? [] : [`the status is ${answer.status}, not ${status}`]),
      ...(typeof message === 'string' && message !== '' ? [] : ['there is no message']),
      ...this.envelope(answer),
      ...(this.model.metadata.protocol === 'json' ? this.jsonError(members, code, answer) : this.restError(members, code)),
    ];
  }

  private errorOf({ body, headers }: Answer): { code: string; message: string; members: Record<string, unknown> } {
    const members = JSON.parse(body);
    return { code: members.__type ?? headers['x-amzn-errortype'], message: members.Message ?? members.message, members };
  }

  private envelope({ headers }: Answer): string[] {
    const type = this.model.metadata.protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json';
    return [
      ...(headers['content-type'] === type ? [] : [`the content type is ${headers['content-type']}`]),
      ...(UUID.test(String(headers['x-amzn-requestid'])) ? [] : ['there is no request id']),
    ];
  }

  /** Modelled errors have four members, what the framework refuses with has two. */
  private jsonError(members: Record<string, unknown>, code: string, { headers }: Answer): string[] {
    const names = Object.keys(members).sort().join();
    if (!this.model.shapes[code]) return names === '__type,message' ? [] : [`the body of ${code} has the members ${names}`];
    if (names !== 'Code,Logref,Message,__type') return [`the body of ${code} has the members ${names}`];
    return members.Code === code && members.Logref === headers['x-amzn-requestid'] ? [] : ['Code or Logref is another than outside'];
  }

  private restError(members: Record<string, unknown>, code: string): string[] {
    const exception = this.model.shapes[code];
    if (!exception) return Object.keys(members).join() === 'Message' ? [] : [`the body of ${code} has the members ${Object.keys(members).join()}`];
    const missing = exception.required!.filter((name) => members[name] === undefined);
    return [...missing.map((name) => `${code} has no ${name}`), ...this.outside(members, code, code)];
  }

  /** Where a JSON value is not what the shape says. */
  private outside(value: any, name: string, path: string): string[] {
    const { type, members = {}, enum: words, member, value: mapped } = this.model.shapes[name];
    const wrong = (expected: string) => [`${path} is ${JSON.stringify(value)}, no ${expected}`];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    switch (type) {
      case 'string': return typeof value !== 'string' ? wrong('text') : words && !words.includes(value) ? wrong(`one of ${words.join(', ')}`) : [];
      case 'boolean': return typeof value === 'boolean' ? [] : wrong('boolean');
      case 'integer': return Number.isInteger(value) ? [] : wrong('integer');
      case 'float': return typeof value === 'number' ? [] : wrong('number');
      // Seconds since 1970, of this century.
      case 'timestamp': return typeof value === 'number' && value > 1e9 && value < 5e9 ? [] : wrong('time in seconds');
      case 'list': return Array.isArray(value) ? value.flatMap((item, i) => this.outside(item, member!.shape, `${path}[${i}]`)) : wrong('list');
      case 'map': return isObject ? Object.entries(value).flatMap(([key, item]) => this.outside(item, mapped!.shape, `${path}.${key}`)) : wrong('map');
      default:
        if (!isObject) return wrong('object');
        return Object.entries(value).flatMap(([key, item]) => Object.hasOwn(members, key) && !members[key].location
          ? this.outside(item, members[key].shape, `${path}.${key}`) : [`${path} has a member ${key}`]);
    }
  }
}

/** The message lists every broken constraint and no other. */
function constraintDifferences(broken: readonly string[], message: string): string[] {
  const count = `${broken.length} validation error${broken.length > 1 ? 's' : ''} detected: `;
  if (!message.startsWith(count)) return [`the message is ${message}, not ${count}${broken.join('; ')}`];
  let rest = message.slice(count.length);
  for (const one of broken) {
    const at = rest.indexOf(one);
    if (at < 0) return [`the message ${message} does not have ${one}`];
    rest = rest.slice(0, at) + rest.slice(at + one.length);
  }
  return /at '[\w.]+' failed/.test(rest) ? [`the message has more: ${rest}`] : [];
}
