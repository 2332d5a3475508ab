import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

test('users get no dependencies but the CDK, and developers exactly the versions that were tested', () => {
  const { dependencies = {}, peerDependencies, devDependencies } = json('package.json');
  expect(Object.keys(dependencies)).toEqual([]);
  expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.entries(devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
});

test('every package of npm is named by its content', () => {
  const packages = Object.entries<any>(json('package-lock.json').packages).filter(([path, { link, inBundle }]) => path !== '' && !link && !inBundle);
  expect(packages.length).toBeGreaterThan(200);
  expect(packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
});

test.each(readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)requirements\.txt$/.test(file) && !/node_modules|\.local/.test(file)))('every Python package of %s is named by its content', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll('\\\n', ' ');
  const packages = text.split('\n').filter((line) => /^[A-Za-z]/.test(line));
  expect(packages.length).toBeGreaterThan(0);
  expect(packages.filter((line) => !/^\S+==\S+.*--hash=sha256:/.test(line))).toEqual([]);
});
