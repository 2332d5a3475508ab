import { startEmulator, UNLIMITED } from '../../local/emulator';
import type { Emulator } from '../../local/emulator';
import { API_MODELS, loadModel } from '../../scripts/api-models';
import type { ServiceName } from '../../scripts/api-models';
import { Judge } from './judge';
import type { Model } from './model';
import { goodMembers, requestsFor } from './requests';
import type { Made } from './requests';
import { SEEDS, START, STEP } from './seeds';
import { Connection, wireRequest } from './wire';
import type { Answer, WireRequest } from './wire';

/** An emulator of its own on which the seed is, and its clock, which every call moves on. */
class Subject {
  private now = START - STEP;
  private emulator!: Emulator;
  private connection!: Connection;

  constructor(private readonly service: ServiceName, private readonly model: Model) {}

  async begin(): Promise<void> {
    this.now = START - STEP;
    this.emulator = await startEmulator({ now: () => this.now, settings: UNLIMITED });
    this.connection = new Connection(this.emulator.port);
    for (const [operation, members] of SEEDS[this.service].calls) {
      const { status, body } = await this.send(wireRequest(this.model, operation, members));
      if (status >= 300) throw new Error(`${operation} is refused: ${body}`);
    }
  }

  send(request: WireRequest): Promise<Answer> {
    this.now += STEP;
    return this.connection.send(request);
  }

  /** The answer when the service refuses for a reason of its own. */
  refuse(operation: string, code: string, request: WireRequest): Promise<Answer> {
    this.emulator.addFault({ service: this.service, operation, kind: 'error', code });
    return this.send(request);
  }

  async end(): Promise<void> {
    this.connection.close();
    await this.emulator.close();
  }
}

describe.each(Object.keys(API_MODELS) as ServiceName[])('the emulated %s answers as its API model says', (service) => {
  let model: Model;
  let judge: Judge;
  let subject: Subject;
  const table: string[] = [];
  const { examples, bases, consuming } = SEEDS[service];

  beforeAll(async () => {
    model = await loadModel(service);
    judge = new Judge(model);
    subject = new Subject(service, model);
  }, 900_000);
  beforeEach(() => subject.begin());
  afterEach(() => subject.end());
  afterAll(() => console.log([`${service}: operation, requests, differences`, ...table].join('\n')));

  test.each(API_MODELS[service].operations)('%s', async (operation) => {
    const differences: string[] = [];
    let count = 0;
    let results = 0;
    for (const made of requestsFor(model, operation, examples, bases[operation] ?? {})) {
      const answer = await subject.send(made.request);
      count++;
      differences.push(...differencesOf(operation, made, answer).map((difference) => `${made.name}: ${difference}`));
      if (answer.status >= 300) continue;
      results++;
      if (consuming.includes(operation)) {
        await subject.end();
        await subject.begin();
      }
    }
    const good = wireRequest(model, operation, goodMembers(model, operation, examples, bases[operation]));
    for (const { shape: code } of model.operations[operation].errors) {
      count++;
      differences.push(...judge.refusal(await subject.refuse(operation, code, good), code).map((difference) => `${code}: ${difference}`));
    }
    table.push(`${operation.padEnd(26)} ${String(count).padStart(5)} ${String(differences.length).padStart(3)}`);
    expect(differences).toEqual([]);
    // Most requests are refused; what is not must come to something.
    expect(results).toBeGreaterThan(0);
  });

  function differencesOf(operation: string, { expected }: Made, answer: Answer): string[] {
    return expected.kind === 'refused' ? judge.refusal(answer, expected.code) : judge.request(operation, expected, answer);
  }
});
