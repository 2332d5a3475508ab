import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';

/** What the hosting site reads: workflows, forms and dependency updates. */

const ROOT = join(__dirname, '..', '..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const project = JSON.parse(text('package.json'));
const files = readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' }).map((file) => `.github/${file.replaceAll('\\', '/')}`);
const workflows = files.filter((file) => file.startsWith('.github/workflows/'));
const forms = files.filter((file) => file.startsWith('.github/ISSUE_TEMPLATE/') && !file.endsWith('config.yml'));

function yaml(file: string): any {
  const document = parseDocument(text(file));
  expect([file, document.errors, document.warnings]).toEqual([file, [], []]);
  return document.toJS();
}

const jobsOf = (file: string) => Object.values<any>(yaml(file).jobs);
const stepsOf = (file: string) => jobsOf(file).flatMap(({ steps }) => steps as Record<string, any>[]);
const nodeVersions = () => jobsOf('.github/workflows/build.yml').flatMap(({ strategy }) => strategy?.matrix.node ?? []);

test('each of them is valid YAML', () => {
  const all = files.filter((file) => file.endsWith('.yml'));
  expect(all.length).toBeGreaterThan(4);
  for (const file of all) expect(yaml(file)).toBeDefined();
});

describe.each(workflows)('%s', (file) => {
  test('calls scripts of package.json', () => {
    const called = stepsOf(file).flatMap(({ run = '' }) => [...(run as string).matchAll(/npm (?:run )?(?!ci\b)(\S+)/g)].map(([, script]) => script));
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((script) => !(script in project.scripts))).toEqual([]);
  });

  test('uses actions by their commits', () => {
    const uses = text(file).match(/uses: .*/g)!;
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('may read the repository and no more, and ends', () => {
    expect(yaml(file).permissions).toEqual({});
    for (const job of jobsOf(file)) {
      expect(job.permissions).toEqual({ contents: 'read' });
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    }
    for (const { uses, with: inputs } of stepsOf(file)) {
      if (/^actions\/checkout@/.test(uses ?? '')) expect(inputs?.['persist-credentials']).toBe(false);
    }
  });
});

describe('versions of Node.js', () => {
  test('the package runs where aws-cdk-lib runs', () => {
    expect(project.engines).toEqual(JSON.parse(text('node_modules/aws-cdk-lib/package.json')).engines);
  });

  test('the build has the oldest and the one to develop on, and each other has a script', () => {
    const [oldest] = /\d+/.exec(project.engines.node)!;
    expect(nodeVersions()).toEqual(expect.arrayContaining([oldest, text('.nvmrc').trim()]));
    expect(Object.keys(project.scripts).filter((script) => script.startsWith('test:node')))
      .toEqual(nodeVersions().filter((version) => version !== oldest).map((version) => `test:node${version}`));
  });
});

describe('dependency updates', () => {
  const updates: Record<string, any>[] = yaml('.github/dependabot.yml').updates;

  test('look after every folder of Python packages', () => {
    const folders = ['local', 'test'].flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(^|[\\/])requirements\.txt$/.test(file)).map((file) => `/${room}/${dirname(file).replaceAll('\\', '/')}`));
    expect(updates.find((one) => one['package-ecosystem'] === 'pip')!.directories.toSorted()).toEqual(folders.sort());
  });

  test('leave the lowest versions that users may have', () => {
    const ignored = updates.find((one) => one['package-ecosystem'] === 'npm')!.ignore.map((one: Record<string, string>) => one['dependency-name']);
    expect(ignored).toEqual(expect.arrayContaining(Object.keys(project.peerDependencies)));
    expect(ignored.filter((name: string) => !(name in project.devDependencies))).toEqual([]);
  });
});

test.each(forms)('%s is a form that the site shows', (file) => {
  const { name, description, body } = yaml(file);
  expect([name, description]).toEqual([expect.any(String), expect.any(String)]);
  const fields = (body as Record<string, any>[]).filter(({ type }) => type !== 'markdown');
  expect(fields.filter(({ type }) => !['checkboxes', 'dropdown', 'input', 'textarea'].includes(type))).toEqual([]);
  expect(fields.filter(({ id, attributes }) => !/^[\w-]+$/.test(id) || !attributes?.label)).toEqual([]);
  expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  expect(new Set(fields.map(({ attributes }) => attributes.label)).size).toBe(fields.length);
});

test('vulnerabilities are reported to the hosting site, and documents that it links to are there', () => {
  const security = text('.github/SECURITY.md');
  expect(security).toContain('Report a vulnerability');
  expect(security).not.toMatch(/\S@\S+\.\S/);
  for (const [, path] of security.matchAll(/\]\((\.\.\/[^)#]+)/g)) expect(existsSync(join(ROOT, '.github', path))).toBe(true);
});
