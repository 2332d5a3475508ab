import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateProjectCommand, DeleteProjectCommand, DescribeProjectsCommand } from '@aws-sdk/client-rekognition';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { silently } from '../../local/cloud/step';
import type { EmulatorSettings, Fault } from '../../local/emulator';
import { changeSettings } from '../../local/emulator/core/settings';
import type { AssumptionName } from '../../scripts/verify-on-aws/assumptions';
import { connect } from '../../scripts/verify-on-aws/clients';
import type { Clients } from '../../scripts/verify-on-aws/clients';
import { removeRun } from '../../scripts/verify-on-aws/removal';
import { tableOf, withoutAccounts } from '../../scripts/verify-on-aws/report';
import { namesOf, newRun } from '../../scripts/verify-on-aws/run';
import { measureAll } from '../../scripts/verify-on-aws/verify';
import type { Row } from '../../scripts/verify-on-aws/verify';
import { startAccount } from './account';
import type { Account } from './account';

let account: Account;
let clients: Clients;
beforeAll(async () => {
  account = await startAccount();
  Object.assign(process.env, account.environment);
});
beforeEach(() => arrange({}));
afterAll(async () => {
  clients?.destroy();
  await account?.close();
});

async function standing(): Promise<unknown[]> {
  const { ProjectDescriptions: projects } = await clients.rekognition.send(new DescribeProjectsCommand({}));
  const { Buckets: buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const { Roles: roles = [] } = await clients.iam.send(new ListRolesCommand({}));
  return [projects!.map(({ ProjectArn: arn }) => arn), buckets.map(({ Name: name }) => name), roles.map(({ RoleName: name }) => name)];
}

/** Runs some questions to the end, as the command does. */
async function measure(names: readonly AssumptionName[], more: { role?: boolean; signal?: AbortSignal } = {}): Promise<Row[]> {
  const run = newRun(Date.now());
  const { Arn: caller } = await clients.sts.send(new GetCallerIdentityCommand());
  const { role = true, signal = new AbortController().signal } = more;
  const { clock } = account;
  try {
    return await measureAll({ clients, run, clock, signal, entries: [50, 200], caller: caller!, role }, names, silently);
  } finally {
    expect(await removeRun(clients, run, clock, () => {})).toEqual([]);
    expect(await standing()).toEqual([[], [], []]);
  }
}

type Settings = Partial<Omit<EmulatorSettings['rekognition'], 'latency'>> & { latency?: Partial<EmulatorSettings['rekognition']['latency']> };
interface Conditions {
  readonly settings?: Settings;
  readonly fault?: Fault;
  /** Actions on S3 that CreateDataset asks of its caller; absent: it asks for nothing. */
  readonly manifestActions?: readonly string[];
}

/** In force in every test: the published rates are lifted, and what is in progress can be seen. */
const SLOW: Settings = { latency: { updateDatasetEntries: 2000, deleteDataset: 3000 } };

async function arrange({ settings, fault, manifestActions }: Conditions): Promise<void> {
  account.emulator.reset();
  changeSettings(account.emulator.settings, { rekognition: SLOW });
  if (settings) changeSettings(account.emulator.settings, { rekognition: settings });
  if (fault) account.emulator.addFault(fault);
  if (manifestActions) await account.requireForManifests(manifestActions);
  clients?.destroy();
  process.env.AWS_ENDPOINT_URL_REKOGNITION = manifestActions ? account.authorized : account.emulator.url;
  clients = connect();
}

const AS_DOCUMENTED: Conditions = { manifestActions: ['s3:GetObject'] };
const PUBLISHED_RATE: Conditions = { settings: { requestsPerSecond: 5 } };

test.each<[AssumptionName, Conditions, RegExp, Conditions, RegExp]>([
  ['constraint-errors', {}, /^400 ValidationException with the members __type, message$/,
    { settings: { constraintErrors: 'InvalidParameterException' } }, /^400 InvalidParameterException with/],
  ['type-errors', {}, /^400 SerializationException$/, { settings: { typeErrors: 'ValidationException' } }, /^400 ValidationException$/],
  ['rates', PUBLISHED_RATE, /: 0 of 5, 1 of 6$/, { settings: { requestsPerSecond: 20 } }, /: 0 of 5, 0 of 6, 0 of 12, 4 of 24$/],
  ['throttling-errors', PUBLISHED_RATE, /^400 ProvisionedThroughputExceededException, without Retry-After$/,
    { fault: { operation: 'DescribeProjects', kind: 'error', code: 'TooManyRequestsException', status: 429, times: 11 } }, /^429 TooManyRequestsException, /],
  ['manifest-rights', AS_DOCUMENTED, /^they are enough; of them it fails without s3:GetObject$/,
    { manifestActions: ['s3:GetObject', 's3:GetObjectAttributes'] }, /^they are not enough: AccessDeniedException: .*s3:GetObjectAttributes/],
  ['manifest-caller', AS_DOCUMENTED, /^a caller without S3 actions gets AccessDeniedException/, { manifestActions: [] }, /^a caller without S3 actions succeeds$/],
  ['manifest-missing', {}, /^InvalidS3ObjectException: /, { settings: { manifestErrors: 'async' } }, /^it is accepted, then CREATE_FAILED: /],
  ['images-read', {}, /^of 10 lines without images: CREATE_COMPLETE, 10 entries, 0 with errors$/,
    { settings: { checkImages: 'exists' } }, /^of 10 lines without images: CREATE_FAILED, 0 entries.*: The manifest file has too many terminal errors/],
  ['fractions', {}, /: 2 entries, 0 with errors$/, { settings: { fractions: 'error' } }, /: 2 entries, 1 with errors$/],
  ['dataset-tags', {}, /^yes/, { fault: { operation: 'UntagResource', kind: 'error', code: 'InvalidParameterException' } }, /^no: InvalidParameterException/],
  ['partial-updates', {}, /^of 4 new entries in a failed update 0 /, { settings: { partialUpdates: true } }, /^of 4 new entries in a failed update 2 /],
  ['slot-after-delete', {}, /when the old one is gone; until then ResourceAlreadyExistsException$/,
    { settings: { slotFree: 'atOnce', latency: { deleteDataset: 60_000 } } }, /when the old one is DELETE_IN_PROGRESS; until then no refusal$/],
  ['last-updated-write', {}, /^at the start it moves by \S+ s, at the end it moves by \S+ s$/,
    { settings: { lastUpdated: 'ends' } }, /^at the start it does not move, at the end it moves by/],
  ['last-updated-tags', {}, /^no$/, { settings: { lastUpdated: 'tags' } }, /^yes, by [24](\.\d)? s$/],
  ['create-duration', {}, /^50 entries in \S+ s, 200 entries in \S+ s; at the pace of the largest, 250000 take /,
    { settings: { latency: { createDataset: 60_000 } } }, /, 200 entries in 6\d(\.\d)? s; .* take 7\d{4}(\.\d)? s$/],
  ['update-duration', {}, /^50 entries in \S+ s \(calls: 1\), 200 entries in/,
    { settings: { latency: { updateDatasetEntries: 60_000 } } }, /, 200 entries in 6\d(\.\d)? s/],
  ['status-lag', {}, /^none/, { settings: { staleDescribe: 40 } }, /^\d\d(\.\d)? s at 50 entries, /],
  ['statistics-lag', {}, /^none/, { settings: { statisticsLag: 45_000 } }, /^4\d(\.\d)? s at 50 entries, 4\d(\.\d)? s at 200 entries$/],
  ['last-updated-back', {}, /^not in \d+ descriptions of 1 datasets$/, { settings: { lastUpdated: 'back' } }, /^yes, by 1 s$/],
])('%s: the table says when it agrees and when it differs', async (id, asAssumed, agreeing, otherwise, differing) => {
  await arrange(asAssumed);
  expect(await measure([id])).toMatchObject([{ id, verdict: 'agrees', measured: expect.stringMatching(agreeing), meaning: 'nothing to change' }]);

  await arrange(otherwise);
  const [row] = await measure([id]);
  expect(row).toMatchObject({ id, verdict: 'differs', measured: expect.stringMatching(differing) });
  expect(row.meaning).not.toBe('nothing to change');
});

test('a question that cannot be measured says why, and leaves the others alone', async () => {
  account.emulator.addFault({ operation: 'CreateProject', kind: 'error', code: 'AccessDeniedException', message: 'You may not.' });
  const rows = await measure(['type-errors', 'images-read', 'fractions', 'manifest-rights'], { role: false });
  expect(rows.map(({ id, verdict, measured }) => [id, verdict, measured])).toEqual([
    ['type-errors', 'agrees', '400 SerializationException'],
    ['manifest-rights', 'not measured', 'it takes a role, which --no-role forbids'],
    ['images-read', 'not measured', 'AccessDeniedException: You may not.'],
    ['fractions', 'agrees', expect.any(String)],
  ]);
});

test('a project that has the name of a run but not its tag is left alone', async () => {
  const run = newRun(Date.now());
  const name = `${namesOf(run).projectPrefix}1`;
  const { ProjectArn } = await clients.rekognition.send(new CreateProjectCommand({ ProjectName: name }));
  const [left, ...others] = await removeRun(clients, run, account.clock, () => {});
  expect([left, others]).toEqual([{ what: `project ${name}`, why: expect.stringContaining('so it is left alone') }, []]);
  await account.clock.sleep(1000);
  await clients.rekognition.send(new DeleteProjectCommand({ ProjectArn }));
});

test('the table cuts nothing off, keeps to its width and shows no account', () => {
  const row = {
    id: 'rates', question: 'How many?', assumed: 'one', source: '§4', verdict: 'not measured', meaning: 'still an assumption',
    measured: 'arn:aws:sts::123456789012:assumed-role/a-role-with-a-long-name/session is not authorized; number 1234567890123',
  } as const;
  const lines = tableOf(withoutAccounts([row]), 120).split('\n');
  expect(lines.every((line) => line.length <= 120)).toBe(true);
  const cells = lines.filter((line) => line.startsWith('│')).slice(1).map((line) => line.split('│')[3].trim()).join('');
  expect(cells.replaceAll(' ', '')).toBe(row.measured.replace('123456789012:', '<account>:').replaceAll(' ', ''));
  expect(lines.at(-2)).toBe('0 agree, 0 differ, 1 not measured.');
});

describe('the command', () => {
  /** The command has the system's clock; that of the emulator runs ten times as fast. */
  let ticking: NodeJS.Timeout;
  beforeEach(() => { ticking = setInterval(() => void account.clock.sleep(200), 20); });
  afterEach(() => clearInterval(ticking));

  function start(...args: string[]) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/verify-on-aws.ts', ...args], { env: account.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', error: '' };
    child.stdout.on('data', (chunk) => { said.out += chunk; });
    child.stderr.on('data', (chunk) => { said.error += chunk; });
    return { child, said, ended: once(child, 'close').then(([code]) => code as number) };
  }

  test('without a terminal and without --yes it says what it would make, and makes nothing', async () => {
    const { said, ended } = start('--entries', '1000');
    expect(await ended).toBe(1);
    expect(said.out).toMatch(/^Run \d{14}-[\da-f]{6} creates in account 000000000000, Region us-east-1:\n/);
    expect(said.out).toContain('with datasets of up to 2000 entries');
    expect(said.out).toMatch(/are \$0\.001 at the most/);
    expect(said.error).toBe('nothing was made: there is no terminal to agree on; add --yes to agree beforehand\n');
    expect(account.emulator.requests()).toEqual([]);
    expect(await standing()).toEqual([[], [], []]);
  });

  test('--json prints the rows alone, without the number of the account, and leaves nothing', async () => {
    const { said, ended } = start('--yes', '--json', '--only', 'manifest-missing,fractions');
    expect(await ended).toBe(0);
    const { rows, run, region, entries, byHand } = JSON.parse(said.out);
    expect(rows.map(({ id, verdict }: Row) => [id, verdict]))
      .toEqual([['manifest-missing', 'agrees'], ['fractions', 'agrees']]);
    expect([run, region, entries]).toEqual([expect.stringMatching(/^\d{14}-[\da-f]{6}$/), 'us-east-1', [1000, 10000, 100000]]);
    expect(byHand.map(({ command }: { command: string }) => command.split(' ')[1])).toEqual(['drift', 'refactor', 'refactor', 'import']);
    expect(said.out).not.toContain('000000000000');
    expect(await standing()).toEqual([[], [], []]);
  });

  test('after Ctrl-C everything is removed, a creation in progress too', async () => {
    account.emulator.settings.rekognition.latency.createDataset = 20_000;
    const { child, said, ended } = start('--yes', '--entries', '1000', '--only', 'create-duration');
    while (!account.emulator.requests().some(({ operation }) => operation === 'CreateDataset')) await wait(20);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said.out).toContain('everything that was made is removed now');
    expect(said.out).toMatch(/✔ Remove everything/);
    expect(said.error).toBe('');
    expect(await standing()).toEqual([[], [], []]);
  });

  test('what cannot be removed is named, with the command that removes it later', async () => {
    account.emulator.addFault({ operation: 'DeleteProject', kind: 'error', code: 'AccessDeniedException', message: 'You may not.' });
    const { said, ended } = start('--yes', '--only', 'fractions');
    expect(await ended).toBe(1);
    const [, project, run] = /\n  (project \S+): AccessDeniedException: You may not\.\nTry again with: npm run verify:aws -- --clean-up (\S+)\n/.exec(said.out)!;
    const [projects] = await standing() as [string[]];
    expect(projects.map((arn) => `project ${arn.split('/')[1]}`)).toEqual([project]);

    const again = start('--clean-up', run);
    expect(await again.ended).toBe(0);
    expect(await standing()).toEqual([[], [], []]);
  });

  test.each([
    [['--only', 'weather'], /There is no question 'weather'/],
    [['--entries', '1000,many'], /They must be whole numbers from 1 to 125000/],
    [['--clean-up', 'all'], /'all' is no run/],
  ])('wrong arguments are told: %j', async (args, message) => {
    const { said, ended } = start(...args);
    expect(await ended).toBe(1);
    expect(said.error).toMatch(message);
    expect(said.out).toBe('');
  });
});
