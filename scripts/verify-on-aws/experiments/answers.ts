import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { ASSUMPTIONS } from '../assumptions';
import type { Experiment } from '../experiment';
import { NotMeasured } from '../lab';
import type { Lab } from '../lab';

/** An answer as it came. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Code of the refusal; absent when it is none. */
  readonly name?: string;
}

/** Calls DescribeProjects once; with a body, that is sent in the place of the request's own. */
async function answerOf(lab: Lab, input: object, body?: string): Promise<Answer> {
  const command = new DescribeProjectsCommand(input);
  command.middlewareStack.add((next) => (args) => {
    if (body !== undefined) (args.request as { body: unknown }).body = body;
    return next(args);
  }, { step: 'serialize', priority: 'low' });
  let answer: Answer | undefined;
  command.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    const response = result.response as { statusCode: number; headers: Record<string, string>; body: IncomingMessage };
    const bytes = Buffer.concat(await response.body.toArray());
    answer = { status: response.statusCode, headers: response.headers, body: bytes.toString() };
    response.body = Readable.from([bytes]) as IncomingMessage;
    return result;
  }, { step: 'deserialize', priority: 'low' });
  let name: string | undefined;
  await lab.clients.hasty.send(command).catch((error) => { name = error.name; });
  if (!answer) throw new NotMeasured(`no answer: ${name}`);
  return { ...answer, name };
}

function membersOf({ body }: Answer): string[] {
  try {
    return Object.keys(JSON.parse(body)).sort();
  } catch {
    return [];
  }
}

/** A refusal is what it should be, unless it comes from another rule: one of too many calls is asked again. */
async function refusalOf(lab: Lab, input: object, body?: string): Promise<Answer> {
  const answer = await lab.until(async () => {
    const one = await answerOf(lab, input, body);
    return isThrottling(one) ? undefined : one;
  }, 60_000);
  if (!answer) throw new NotMeasured('every call was throttled');
  return answer;
}

const isThrottling = ({ name }: Answer): boolean => /throttl|throughput/i.test(name ?? '');

export const constraintErrors: Experiment = {
  question: ASSUMPTIONS['constraint-errors'].question,
  assumption: ASSUMPTIONS['constraint-errors'],
  async measure(lab) {
    const answer = await refusalOf(lab, { MaxResults: 101 });
    const members = membersOf(answer);
    return {
      measured: `${answer.status} ${answer.name ?? 'success'} with the members ${members.join(', ')}`,
      agrees: answer.status === 400 && answer.name === 'ValidationException' && members.join() === '__type,message',
      figures: answer.name === undefined ? undefined : { body: answer.body, headers: errorHeaders(answer) },
    };
  },
};

export const typeErrors: Experiment = {
  question: ASSUMPTIONS['type-errors'].question,
  assumption: ASSUMPTIONS['type-errors'],
  async measure(lab) {
    const answer = await refusalOf(lab, {}, '{"MaxResults":"9"}');
    return {
      measured: `${answer.status} ${answer.name ?? 'success'}`,
      agrees: answer.status === 400 && answer.name === 'SerializationException',
      figures: answer.name === undefined ? undefined : { body: answer.body, headers: errorHeaders(answer) },
    };
  },
};

/** Headers that tell what went wrong, without those that tell where and when. */
function errorHeaders({ headers }: Answer): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(x-amzn-error|retry-after|content-type)/i.test(name)));
}

/** Calls at the same time, from what is allowed upwards until one is refused. */
const BURSTS = [5, 6, 12, 24, 48, 96];
/** Between two bursts, so that each finds the whole rate. */
const PAUSE_MS = 5000;

interface Burst { readonly calls: number; readonly refused: readonly Answer[] }

function bursts(lab: Lab): Promise<Burst[]> {
  return lab.once('bursts', async () => {
    const done: Burst[] = [];
    for (const calls of BURSTS) {
      await lab.sleep(PAUSE_MS);
      const answers = await Promise.all(Array.from({ length: calls }, () => answerOf(lab, { MaxResults: 1 })));
      done.push({ calls, refused: answers.filter(({ status }) => status >= 400) });
      if (calls >= 6 && done.at(-1)!.refused.length > 0) break;
    }
    await lab.sleep(PAUSE_MS);
    return done;
  });
}

export const rates: Experiment = {
  question: ASSUMPTIONS.rates.question,
  assumption: ASSUMPTIONS.rates,
  async measure(lab) {
    const done = await bursts(lab);
    const refused = (calls: number) => done.find((burst) => burst.calls === calls)!.refused.length;
    return {
      measured: `refused of calls at the same time: ${done.map((burst) => `${burst.refused.length} of ${burst.calls}`).join(', ')}`,
      agrees: refused(5) === 0 && refused(6) === 1,
      figures: { bursts: done.map((burst) => ({ calls: burst.calls, refused: burst.refused.length })) },
    };
  },
};

export const throttlingErrors: Experiment = {
  question: ASSUMPTIONS['throttling-errors'].question,
  assumption: ASSUMPTIONS['throttling-errors'],
  async measure(lab) {
    const refused = (await bursts(lab)).flatMap((burst) => burst.refused);
    const [answer] = refused;
    if (!answer) throw new NotMeasured(`no call of ${BURSTS.at(-1)} at the same time was refused`);
    const retryAfter = answer.headers['retry-after'];
    const names = [...new Set(refused.map(({ status, name }) => `${status} ${name}`))];
    return {
      measured: `${names.join(', ')}, ${retryAfter === undefined ? 'without Retry-After' : `Retry-After: ${retryAfter}`}`,
      agrees: retryAfter === undefined
        && refused.every(({ name }) => name === 'ThrottlingException' || name === 'ProvisionedThroughputExceededException'),
      figures: { body: answer.body, headers: errorHeaders(answer) },
    };
  },
};
