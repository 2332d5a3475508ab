import { createHash } from 'node:crypto';
import { ConflictError, ServiceError } from '../../lambda/core/errors';
import { call } from '../../lambda/core/retry';
import type { Slot, Tags } from '../../lambda/core/slot';
import type { TimeBudget } from '../../lambda/core/time-budget';
import type { DatasetService, EntriesPage, ServiceDataset } from '../../lambda/services/port';
import type { ObjectStore, ObjectWriter, S3Location, TaggedObject } from '../../lambda/staging/object-store';
import type { Cloud } from './cloud';
import { Refused } from './cloud';
import { disturb } from './faults';
import type { Invocation, Script } from './faults';
import type { Policies } from './policies';

/** As in the adapter: the state is not what it was thought to be. */
const STATE_CHANGED = /^Resource(InUse|NotReady|AlreadyExists|NotFound)Exception$|^PreconditionFailed$/;

/** Entries of one page. */
const PAGE = 3;
/** Milliseconds of one call, and of one that nobody answers. */
const CALL = 30;
const SILENCE = 60_000;
const CONNECTION_TIMEOUT = 5_000;
const HOSTS = { service: 'rekognition.us-east-1.amazonaws.com', objects: 'staging.s3.us-east-1.amazonaws.com' };

/** What changes something that others may have changed counts once; the rest is repeated by the adapter until an answer arrives. */
type Kind = 'read' | 'write' | 'object' | 'object if unchanged';

function countsOnce(kind: Kind): boolean {
  return kind === 'write' || kind === 'object if unchanged';
}

/** Where every call of one invocation goes through: it takes time, meets the faults, and ends with the function. */
export class Gate {
  /** What has answered this invocation, as if each were a process of its own. */
  private readonly answered = new Set<string>();

  constructor(
    readonly cloud: Cloud, readonly budget: TimeBudget, private readonly script: Script, private readonly invocation: Invocation,
    readonly policies?: Policies,
  ) {}

  async pass<T>(operation: string, kind: Kind, effect: () => T): Promise<T> {
    const { cloud } = this;
    const isObject = kind === 'object' || kind === 'object if unchanged';
    await this.invocation.alive();
    const fault = this.script.next(operation);
    await cloud.clock.sleep(operation === 'entries' ? cloud.pageTime : CALL);
    await this.invocation.alive();
    if (fault) disturb(cloud, fault);
    const to = isObject ? 'objects' : 'service';
    if (cloud.outOfReach[to]) await this.callInVain(operation, countsOnce(kind), to);
    this.answered.add(to);
    for (let wait = 250; !isObject && cloud.isOverRate(operation); wait *= 2) await this.turnedAway(operation, kind, wait);
    while (cloud.clock.now() < cloud.throttled[to]) await this.turnedAway(operation, kind, 20_000);
    if (fault?.do === 'kill' && !fault.after) this.invocation.kill(fault.crash);
    await this.invocation.alive();
    if (fault?.do === 'refuse') throw new ServiceError(operation, 'AccessDeniedException', 'User is not authorized');
    if (fault?.do === 'busy' && !isObject) throw new ConflictError(operation, 'ResourceInUseException');
    const unanswered = fault?.do === 'lose' || fault?.do === 'silence' ? fault : undefined;
    if (unanswered && !unanswered.after) await this.lost(operation, kind, unanswered.do);
    const result = this.perform(operation, effect);
    if (fault?.do === 'kill') this.invocation.kill(fault.crash);
    await this.invocation.alive();
    if (unanswered?.after) {
      await this.lost(operation, kind, unanswered.do);
      return this.perform(operation, effect);
    }
    return result;
  }

  /** Whether the body of this reading breaks off. */
  async passStream(operation: string): Promise<boolean> {
    await this.invocation.alive();
    const fault = this.script.next(operation);
    await this.cloud.clock.sleep(CALL);
    await this.invocation.alive();
    if (fault) disturb(this.cloud, fault);
    if (fault?.do === 'kill') this.invocation.kill(fault.crash);
    await this.invocation.alive();
    return fault?.do === 'cut';
  }

  /** As the adapter does it: a connection that nobody takes, until it gives up. */
  private callInVain(operation: string, isWrite: boolean, to: keyof typeof HOSTS): Promise<never> {
    const neverAnswered = this.answered.has(to) ? undefined : HOSTS[to];
    return call(this.budget, operation, isWrite, async () => {
      await this.cloud.clock.sleep(CONNECTION_TIMEOUT);
      await this.invocation.alive();
      throw Object.assign(new Error('no connection'), { name: 'TimeoutError', neverAnswered });
    });
  }

  private async turnedAway(operation: string, kind: Kind, wait: number): Promise<void> {
    this.budget.refuse(operation, 'ThrottlingException');
    await this.budget.pause(wait);
    await this.invocation.alive();
    if (countsOnce(kind)) throw new ConflictError(operation, 'ThrottlingException');
  }

  private async lost(operation: string, kind: Kind, how: 'lose' | 'silence'): Promise<void> {
    if (how === 'silence') await this.cloud.clock.sleep(SILENCE);
    await this.invocation.alive();
    await this.budget.pause(250);
    if (countsOnce(kind)) throw new ConflictError(operation, 'ECONNRESET');
  }

  private perform<T>(operation: string, effect: () => T): T {
    try {
      return effect();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (STATE_CHANGED.test(error.code)) throw new ConflictError(operation, error.code);
      throw new ServiceError(operation, error.code, error.message);
    }
  }
}

function checkTags(tags: Tags): void {
  const key = Object.keys(tags).find((name) => name.startsWith('aws:'));
  if (key) throw new Refused('ValidationException', `Value at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [… pattern: ^(?!aws:)…], not ${key}`);
}

/** The dataset service in memory. */
export class InMemoryDatasets implements DatasetService {
  constructor(private readonly gate: Gate) {}

  find(slot: Slot, knownArn?: string): Promise<ServiceDataset | undefined> {
    return this.gate.pass('find', 'read', () => {
      const found = this.cloud.find(slot, knownArn);
      return found && this.permitted('DescribeDataset', found.arn, () => found);
    });
  }

  projectExists(projectArn: string): Promise<boolean> {
    return this.gate.pass('projectExists', 'read', () => this.cloud.projects.includes(projectArn));
  }

  create(slot: Slot, manifest: S3Location | undefined, tags: Tags): Promise<string> {
    return this.gate.pass('create', 'write', () => {
      checkTags(tags);
      return this.permitted('CreateDataset', slot.projectArn, () => this.cloud.create(slot, manifest, tags));
    });
  }

  push(arn: string, lines: Buffer): Promise<void> {
    return this.gate.pass('push', 'write', () => { this.permitted('UpdateDatasetEntries', arn, () => this.cloud.push(arn, lines)); });
  }

  remove(arn: string): Promise<void> {
    return this.gate.pass('remove', 'write', () => { this.permitted('DeleteDataset', arn, () => this.cloud.remove(arn)); });
  }

  entries(arn: string, { hasErrors, next }: { hasErrors: boolean; next?: string }): Promise<EntriesPage> {
    return this.gate.pass('entries', 'read', () => {
      const all = this.permitted('ListDatasetEntries', arn, () => this.cloud.list(arn)).filter((entry) => !hasErrors || entry.includes('"errors"'));
      const [, of, place = '0'] = /^(.+)#(\d+)$/.exec(next ?? `${arn}#0`) ?? [];
      if (of !== arn) throw new Refused('InvalidPaginationTokenException', 'Invalid Pagination Token');
      const end = Number(place) + PAGE;
      return { entries: all.slice(Number(place), end), next: end < all.length ? `${arn}#${end}` : undefined };
    });
  }

  tags(arn: string): Promise<Tags> {
    return this.gate.pass('tags', 'read', () => this.permitted('ListTagsForResource', arn, () => ({ ...this.cloud.known(arn).tags })));
  }

  tag(arn: string, tags: Tags): Promise<void> {
    return this.gate.pass('tag', 'write', () => {
      checkTags(tags);
      this.permitted('TagResource', arn, () => Object.assign(this.cloud.known(arn).tags, tags));
    });
  }

  untag(arn: string, keys: readonly string[]): Promise<void> {
    return this.gate.pass('untag', 'write', () => {
      const { tags } = this.permitted('UntagResource', arn, () => this.cloud.known(arn));
      for (const key of keys) delete tags[key];
    });
  }

  private get cloud(): Cloud {
    return this.gate.cloud;
  }

  private permitted<T>(action: string, arn: string, effect: () => T): T {
    this.gate.policies?.check(action, arn);
    return effect();
  }
}

/** The object store in memory. */
export class InMemoryObjects implements ObjectStore {
  constructor(private readonly gate: Gate) {}

  /** A version is an object of its own: `key?versionId=version`. */
  async open({ bucket, key: plain, version }: S3Location): Promise<AsyncIterable<Uint8Array> | undefined> {
    const key = version === undefined ? plain : `${plain}?versionId=${version}`;
    const { gate } = this;
    const stream = gate.cloud.streams.get(`${bucket}/${key}`);
    if (stream) return stream();
    const body = await gate.pass('open', 'object', () => this.objects.get(`${bucket}/${key}`));
    return body && (async function* () {
      const half = body.length >> 1;
      yield body.subarray(0, half);
      if (await gate.passStream('body')) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      yield body.subarray(half);
    })();
  }

  read(bucket: string, key: string, range?: { readonly offset: number; readonly length: number }): Promise<Buffer | undefined> {
    return this.gate.pass('read', 'object', () => {
      const body = this.objects.get(`${bucket}/${key}`);
      return range ? body?.subarray(range.offset, range.offset + range.length) : body;
    });
  }

  write(bucket: string, key: string, body: Buffer | string): Promise<void> {
    return this.gate.pass('write', 'object', () => { this.objects.set(`${bucket}/${key}`, Buffer.from(body)); });
  }

  readTagged(bucket: string, key: string): Promise<TaggedObject | undefined> {
    return this.gate.pass('read', 'object', () => {
      const body = this.objects.get(`${bucket}/${key}`);
      return body && { body, etag: etagOf(body) };
    });
  }

  writeOver(bucket: string, key: string, body: string, found: TaggedObject | undefined): Promise<void> {
    return this.gate.pass('write', 'object if unchanged', () => {
      const there = this.objects.get(`${bucket}/${key}`);
      if ((there && etagOf(there)) !== found?.etag) throw new Refused('PreconditionFailed');
      this.objects.set(`${bucket}/${key}`, Buffer.from(body));
    });
  }

  writer(bucket: string, key: string): ObjectWriter {
    const parts: Buffer[] = [];
    return {
      write: (bytes) => { parts.push(Buffer.from(bytes)); },
      ready: async () => undefined,
      close: () => this.gate.pass('close', 'object', () => { this.objects.set(`${bucket}/${key}`, Buffer.concat(parts)); }),
      abort: async () => undefined,
    };
  }

  list(bucket: string, prefix: string): Promise<string[]> {
    return this.gate.pass('list', 'object', () => [...this.objects.keys()]
      .filter((path) => path.startsWith(`${bucket}/${prefix}`)).map((path) => path.slice(bucket.length + 1)).sort());
  }

  async* pages(bucket: string, prefix: string): AsyncIterable<readonly string[]> {
    yield await this.list(bucket, prefix);
  }

  async* folders(bucket: string, prefix: string): AsyncIterable<string> {
    const names = (await this.list(bucket, prefix)).map((key) => key.slice(prefix.length)).filter((name) => name.includes('/'));
    yield* new Set(names.map((name) => prefix + name.slice(0, name.indexOf('/') + 1)));
  }

  remove(bucket: string, keys: readonly string[]): Promise<void> {
    return this.gate.pass('delete', 'object', () => { for (const key of keys) this.objects.delete(`${bucket}/${key}`); });
  }

  private get objects(): Map<string, Buffer> {
    return this.gate.cloud.objects;
  }
}

function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}
