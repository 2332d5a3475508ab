import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What the project takes from others: on which terms, and what it may do when it is installed. */

const ROOT = join(__dirname, '..', '..');
const ALLOWED = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];

const project = json('package.json');
const locked: [string, any][] = Object.entries(json('package-lock.json').packages as Record<string, any>).filter(([path]) => path !== '');
/** What the text of a license is known by. */
const WORDS: Readonly<Record<string, string>> = { 'Apache-2.0': 'Version 2.0, January 2004', 'ISC': 'Permission to use, copy, modify, and/or distribute' };

const BUNDLES = ['dataset-handler', 'png', 'image-header', 'xml', 'yaml', 'csv'];

/** Folders of the packages that a bundle is made of now. */
function packagesOf(bundle: string): string[] {
  const program = `import { packagesOf } from './scripts/bundles.mjs'; console.log(JSON.stringify(await packagesOf('${bundle}')))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8' }));
}

function json(path: string): any {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

describe.each(BUNDLES)('the bundle %s', (bundle) => {
  let packages: any[];
  beforeAll(() => { packages = packagesOf(bundle).map((folder) => json(`${folder}/package.json`)); });

  test('is made of packages with licenses that allow it', () => {
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter(({ license }) => !ALLOWED.includes(license)).map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  test('comes with the licenses of exactly these packages', () => {
    const text = readFileSync(join(ROOT, 'assets', bundle, 'THIRD-PARTY-LICENSES'), 'utf8');
    const named = [...text.matchAll(/^(\S+ \d\S*) \(\S+\)$/gmu)].map(([, name]) => name);
    expect(named.sort()).toEqual([...new Set(packages.map(({ name, version }) => `${name} ${version}`))].sort());
    for (const license of new Set(packages.map((one) => one.license))) {
      expect(text).toContain(WORDS[license as string] ?? 'Permission is hereby granted');
    }
  });
});

test('every bundle is checked, and packed together with its licenses', () => {
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], {
    cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'ignore'],
  }));
  const assets = (files as { path: string }[]).map(({ path }) => path).filter((path) => path.startsWith('assets/')).sort();
  expect(assets).toEqual(BUNDLES.flatMap((bundle) => [`assets/${bundle}/THIRD-PARTY-LICENSES`, `assets/${bundle}/index.js`]).sort());
});

test('what users install with the library has licenses that allow it', () => {
  const names = ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(project[kind] ?? {}));
  expect(names.sort()).toEqual(['aws-cdk-lib', 'constructs']);
  const others = locked.filter(([, { dev, peer, devOptional }]) => !dev && !peer && !devOptional).map(([path]) => path);
  for (const path of [...names.map((name) => `node_modules/${name}`), ...others]) expect([path, ALLOWED]).toEqual([path, expect.arrayContaining([json(`${path}/package.json`).license])]);
});

test('what is installed is pinned, and no script of a package runs that is not named', () => {
  for (const [name, version] of Object.entries(project.devDependencies)) expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/u)]);
  const withScripts = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1));
  expect(withScripts.sort()).toEqual(Object.keys(project.allowScripts).map((key) => key.replace(/(?<=.)@.*/u, '')).sort());
});

describe('npm run audit', () => {
  /** What it prints and how it ends, with a registry that answers so to the question for advisories. */
  async function audit(status: number, advisories: object = {}): Promise<{ code: number; printed: string }> {
    const server = createServer(({ method, url }, response) => {
      const answer = method === 'POST' ? advisories : { 'name': decodeURIComponent(url!.slice(1)), 'versions': {}, 'dist-tags': {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, npm_config_fetch_retries: '0' };
    try {
      return await new Promise((resolve) => {
        execFile(process.execPath, ['scripts/audit.mjs'], { cwd: ROOT, env }, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, printed: stdout + stderr });
        });
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('says so where the registry has no such endpoint', async () => {
    for (const status of [404, 405]) {
      expect(await audit(status)).toEqual({ code: 0, printed: 'Nothing was audited: the npm registry in use has no audit endpoint; run this again with one that has.\n' });
    }
  });

  test('fails for what is known of a package, and for an audit that failed', async () => {
    const hono = [{ id: 1, url: 'https://x/1', title: 'A hole', severity: 'high', vulnerable_versions: '>=4.0.0' }];
    const found = await audit(200, { hono });
    expect(found.code).toBe(1);
    expect(found.printed).toMatch(/^hono .*: high$/mu);
    expect(await audit(500)).toMatchObject({ code: 1, printed: expect.stringMatching(/^The audit failed: /u) });
    expect(await audit(200)).toEqual({ code: 0, printed: '0 known vulnerabilities.\n' });
  });
});
