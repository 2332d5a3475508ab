import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFormation } from '../e2e/cloudformation';
import { startTestEngine } from '../rigs/engine';
import type { TestEngine } from '../rigs/engine';

/**
 * The order in which CloudFormation changes a stack, and the permissions that are in force meanwhile.
 *
 * A custom resource is in a place, which is its physical id, and at each of its events tells which places it may read.
 */
jest.setTimeout(120_000);

let engine: TestEngine;
let cloudFormation: CloudFormation;
let journal: string;

beforeAll(async () => {
  engine = await startTestEngine({ launcher: join(__dirname, '..', 'rigs', 'authorizer', 'authorized_launcher.py') });
  cloudFormation = new CloudFormation(engine.url);
  journal = join(engine.folder, 'journal');
  const s3 = new S3Client({ ...engine.client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'places' }));
  for (const Key of PLACES) await s3.send(new PutObjectCommand({ Bucket: 'places', Key, Body: Key }));
  s3.destroy();
});
beforeEach(() => rmSync(journal, { force: true }));
afterAll(async () => { await engine?.stop(); });

const PLACES = ['one', 'two'];
/** Answers a request after 300 ms, or the time it is told to take; fails what creates or updates it when it is told to. */
const CODE = `
  const fs = require('node:fs');
  const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');
  exports.handler = async (event) => {
    const { Place, Fail, Journal, Takes = 300 } = event.ResourceProperties;
    const began = Date.now();
    const s3 = new S3Client({ forcePathStyle: true });
    const may = [];
    for (const Key of ${JSON.stringify(PLACES)}) await s3.send(new GetObjectCommand({ Bucket: 'places', Key })).then(() => may.push(Key), () => {});
    await new Promise((resolve) => setTimeout(resolve, Number(Takes)));
    const failed = Fail === 'true' && event.RequestType !== 'Delete';
    const { LogicalResourceId, RequestType, PhysicalResourceId } = event;
    fs.appendFileSync(Journal, JSON.stringify({ LogicalResourceId, RequestType, PhysicalResourceId, Place, may, began, ended: Date.now() }) + '\\n');
    await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
      ...event, Status: failed ? 'FAILED' : 'SUCCESS', Reason: 'on purpose', PhysicalResourceId: RequestType === 'Delete' ? PhysicalResourceId : Place,
    }) });
  };`;

const assumedBy = (Service: string) => ({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] });
const base = () => ({
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com') } },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { ZipFile: CODE }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  },
});
const policy = (place: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `policy-${place}`,
    Roles: [{ Ref: 'Role' }],
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::places/${place}` }] },
  },
});
/** A policy that keeps its name, and so is changed in place. */
const samePolicy = (place: string) => {
  const { Properties, ...rest } = policy(place);
  return { ...rest, Properties: { ...Properties, PolicyName: 'policy' } };
};
const thing = (Place: string, DependsOn: string[], properties: object = {}) => ({
  Type: 'Custom::Thing',
  DependsOn,
  Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, Place, Journal: journal, ...properties },
});

interface Told {
  readonly LogicalResourceId: string; readonly RequestType: string; readonly PhysicalResourceId?: string;
  readonly Place: string; readonly may: string[]; readonly began: number; readonly ended: number;
}
const told = (): Told[] => !existsSync(journal) ? [] : readFileSync(journal, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
/** `<resource> <request> <id>: <what it may>`, in the order of their ends, which of those that overlap may vary. */
const events = (): string[] => told().map(({ LogicalResourceId, RequestType, PhysicalResourceId = '-', may }) =>
  `${LogicalResourceId} ${RequestType} ${PhysicalResourceId}: ${may.join(' ') || 'nothing'}`);
const deploy = async (stack: string, resources: object): Promise<string> => {
  rmSync(journal, { force: true });
  return cloudFormation.deploy(stack, { ...base(), ...resources });
};
const destroy = async (stack: string): Promise<string> => {
  rmSync(journal, { force: true });
  return cloudFormation.destroy(stack);
};

describe('a policy that is changed in place', () => {
  test('has changed before the update of what depends on it, and is not back for the clean-up', async () => {
    expect(await deploy('InPlace', { Policy: samePolicy('one'), Thing: thing('one', ['Policy']) })).toBe('CREATE_COMPLETE');
    expect(events()).toEqual(['Thing Create -: one']);
    expect(await deploy('InPlace', { Policy: samePolicy('two'), Thing: thing('two', ['Policy']) })).toBe('UPDATE_COMPLETE');
    expect(events()).toEqual(['Thing Update one: two', 'Thing Delete one: two']);
    expect(await destroy('InPlace')).toBe('DELETE_COMPLETE');
    expect(events()).toEqual(['Thing Delete two: two']);
  });

  test('is back before the update of a rollback, and stays so for its clean-up', async () => {
    await deploy('InPlaceFails', { Policy: samePolicy('one'), Thing: thing('one', ['Policy']) });
    expect(await deploy('InPlaceFails', { Policy: samePolicy('two'), Thing: thing('two', ['Policy'], { Fail: 'true' }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events()).toEqual(['Thing Update one: two', 'Thing Update two: one', 'Thing Delete two: one']);
    expect(await destroy('InPlaceFails')).toBe('DELETE_COMPLETE');
    expect(events()).toEqual(['Thing Delete one: one']);
  });

  test('is back before a resource is deleted that could not be created in the update', async () => {
    await deploy('InPlaceAdds', { Policy: samePolicy('one'), Thing: thing('one', ['Policy']) });
    const added = { Policy: samePolicy('two'), Thing: thing('one', ['Policy']), Added: thing('two', ['Policy', 'Thing'], { Fail: 'true' }) };
    expect(await deploy('InPlaceAdds', added)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events()).toEqual(['Added Create -: two', 'Added Delete two: one']);
    await destroy('InPlaceAdds');
  });
});

describe('a policy in the place of another', () => {
  const before = () => ({ PolicyOne: policy('one'), Thing: thing('one', ['PolicyOne']) });
  const after = (properties: object = {}) => ({ PolicyTwo: policy('two'), Thing: thing('two', ['PolicyTwo'], properties) });

  test('comes before the update, and the old one goes after the clean-up of what depended on it', async () => {
    await deploy('Another', before());
    expect(await deploy('Another', after())).toBe('UPDATE_COMPLETE');
    expect(events()).toEqual(['Thing Update one: one two', 'Thing Delete one: one two']);
    await destroy('Another');
    expect(events()).toEqual(['Thing Delete two: two']);
  });

  test('goes after the clean-up of a rollback', async () => {
    await deploy('AnotherFails', before());
    expect(await deploy('AnotherFails', after({ Fail: 'true' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events()).toEqual(['Thing Update one: one two', 'Thing Update two: one two', 'Thing Delete two: one two']);
    await destroy('AnotherFails');
    expect(events()).toEqual(['Thing Delete one: one']);
  });

  test('a resource that was replaced before another one fails is sent back, and the new one is deleted', async () => {
    await deploy('ReplacedFails', { ...before(), Last: thing('one', ['Thing']) });
    expect(await deploy('ReplacedFails', { ...after(), Last: thing('one', ['Thing'], { Fail: 'true' }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events()).toEqual([
      'Thing Update one: one two', 'Last Update one: one two', 'Thing Update two: one two', 'Last Update one: one two', 'Thing Delete two: one two',
    ]);
    await destroy('ReplacedFails');
    expect(events()).toEqual(['Last Delete one: one', 'Thing Delete one: one']);
  });
});

describe('a policy that is removed', () => {
  test('is in force until the clean-up of what depended on it', async () => {
    await deploy('Removed', { Policy: policy('one'), Thing: thing('one', ['Policy']) });
    expect(await deploy('Removed', { Thing: thing('two', []) })).toBe('UPDATE_COMPLETE');
    expect(events()).toEqual(['Thing Update one: one', 'Thing Delete one: one']);
    await destroy('Removed');
    expect(events()).toEqual(['Thing Delete two: nothing']);
  });

  test('stays in force when the update fails', async () => {
    await deploy('RemovedFails', { Policy: policy('one'), Thing: thing('one', ['Policy']) });
    expect(await deploy('RemovedFails', { Thing: thing('two', [], { Fail: 'true' }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events()).toEqual(['Thing Update one: one', 'Thing Update two: one', 'Thing Delete two: one']);
    await destroy('RemovedFails');
    expect(events()).toEqual(['Thing Delete one: one']);
  });
});

test('a resource that could not be created is deleted while its policy is still there', async () => {
  expect(await deploy('Fails', { Policy: policy('one'), Thing: thing('one', ['Policy'], { Fail: 'true' }) })).toBe('ROLLBACK_COMPLETE');
  expect(events()).toEqual(['Thing Create -: one', 'Thing Delete one: one']);
  await destroy('Fails');
});

test('what was removed goes before what it stood in, although that was only replaced', async () => {
  await deploy('Nested', { Outer: thing('one', []), Inner: thing('one', ['Outer']) });
  expect(await deploy('Nested', { Outer: thing('two', []) })).toBe('UPDATE_COMPLETE');
  expect(events()).toEqual(['Outer Update one: nothing', 'Inner Delete one: nothing', 'Outer Delete one: nothing']);
  await destroy('Nested');
});

describe('resources that do not depend on each other', () => {
  const three = (properties: object = {}) => ({
    First: thing('one', [], properties), Second: thing('one', [], properties), Third: thing('one', ['First', 'Second'], properties),
  });
  const overlap = (one: Told, other: Told): boolean => one.began < other.ended && other.began < one.ended;
  const of = (name: string): Told => told().find(({ LogicalResourceId }) => LogicalResourceId === name)!;

  test('are created, changed and deleted at the same time, and what depends on them waits', async () => {
    for (const act of [() => deploy('Three', three()), () => deploy('Three', three({ Tag: 'a' }))]) {
      await act();
      expect(overlap(of('First'), of('Second'))).toBe(true);
      for (const name of ['First', 'Second']) expect(of('Third').began).toBeGreaterThanOrEqual(of(name).ended);
    }
    await destroy('Three');
    expect(overlap(of('First'), of('Second'))).toBe(true);
    for (const name of ['First', 'Second']) expect(of('Third').ended).toBeLessThanOrEqual(of(name).began);
  });

  test('are all sent back when all of them fail, and nothing new is begun', async () => {
    await deploy('AllFail', three());
    expect(await deploy('AllFail', three({ Fail: 'true' }))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events().sort()).toEqual([...Array<string>(2).fill('First Update one: nothing'), ...Array<string>(2).fill('Second Update one: nothing')]);
    await destroy('AllFail');
  });
});

describe('what is in progress when another resource fails', () => {
  const slow = (place: string, properties: object = {}) => thing(place, [], { Takes: 5000, ...properties });
  const fails = () => thing('one', [], { Fail: 'true' });
  const invented = (stack: string, name: string): RegExp => new RegExp(`^${stack}-${name}-\\w+$`);
  const eventsOf = async (stack: string, name: string): Promise<string[]> =>
    (await cloudFormation.events(stack)).filter((event) => event.startsWith(`${name} `)).map((event) => event.slice(name.length + 1));
  const requests = (name: string): Told[] =>
    told().filter(({ LogicalResourceId }) => LogicalResourceId === name).sort((a, b) => a.began - b.began);

  test('a Create is not waited for, and its Delete comes with an invented id while it is still at work', async () => {
    expect(await deploy('Cancelled', { Slow: slow('one'), Last: thing('one', ['Slow']), Fails: fails() })).toBe('ROLLBACK_COMPLETE');
    const [create, remove, ...more] = requests('Slow');
    expect(more).toEqual([]);
    expect(create).toMatchObject({ RequestType: 'Create' });
    expect(remove).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: expect.stringMatching(invented('Cancelled', 'Slow')) });
    expect(remove.began).toBeLessThan(create.ended);
    // The late answer came before the end of the stack, and did not count.
    expect(create.ended).toBeLessThan(remove.ended);
    expect(await eventsOf('Cancelled', 'Slow')).toEqual([
      'CREATE_IN_PROGRESS', 'CREATE_FAILED Resource creation cancelled', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE',
    ]);
    expect(requests('Last')).toEqual([]);
    await destroy('Cancelled');
  });

  test('an Update is not waited for, and the one with the old properties comes while it is still at work', async () => {
    await deploy('CancelledUpdate', { Slow: thing('one', []) });
    expect(await deploy('CancelledUpdate', { Slow: slow('two'), Added: slow('one'), Fails: fails() })).toBe('UPDATE_ROLLBACK_COMPLETE');
    const [update, back] = requests('Slow');
    expect(update).toMatchObject({ RequestType: 'Update', PhysicalResourceId: 'one', Place: 'two' });
    expect(back).toMatchObject({ RequestType: 'Update', PhysicalResourceId: 'one', Place: 'one' });
    expect(back.began).toBeLessThan(update.ended);
    expect((await eventsOf('CancelledUpdate', 'Slow')).slice(2)).toEqual([
      'UPDATE_IN_PROGRESS', 'UPDATE_FAILED Resource update cancelled', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE',
    ]);
    const [create, remove] = requests('Added');
    expect(remove).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: expect.stringMatching(invented('CancelledUpdate', 'Added')) });
    expect(remove.began).toBeLessThan(create.ended);
    expect(await destroy('CancelledUpdate')).toBe('DELETE_COMPLETE');
    expect(events()).toEqual(['Slow Delete one: nothing']);
  });
});
