import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

test('API.md is that of the built package; when it is not: npm run docgen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-api-'));
  const program = join(ROOT, 'node_modules', 'jsii-docgen', 'bin', 'jsii-docgen');
  execFileSync(process.execPath, [program, '-o', join(folder, 'API.md')], { cwd: ROOT, stdio: 'pipe' });
  const [now, committed] = [join(folder, 'API.md'), join(ROOT, 'API.md')].map((file) => readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true });
  expect(now === committed).toBe(true);
}, 60_000);
