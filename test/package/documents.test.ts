import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Documents of the code say what is there. */

const ROOT = join(__dirname, '..', '..');
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('every folder and file that the architecture and CONTRIBUTING name is there', () => {
  for (const document of ['docs/architecture.md', 'CONTRIBUTING.md', 'lib/rekognition/README.md', 'lib/lookoutvision/README.md']) {
    const named = [...text(document).matchAll(/`((?:lib|lambda|local|bench|scripts|test|docs|decisions)\/[\w./-]+)`/g)].map(([, path]) => path);
    expect(named.filter((path) => ![path, `${path}.ts`].some((one) => existsSync(join(ROOT, one))))).toEqual([]);
  }
});

test('every decision has a number, a status and a date, and stands in the index with them', () => {
  const files = readdirSync(join(ROOT, 'decisions')).filter((file) => /^\d/.test(file)).sort();
  const rows = files.map((file, i) => {
    const [heading, , status] = text(`decisions/${file}`).split('\n');
    expect(file.slice(0, 4)).toBe(String(i + 1).padStart(4, '0'));
    expect(heading).toMatch(new RegExp(`^# ${i + 1}\\. \\S`));
    expect(status).toMatch(/^(Accepted|Superseded by \[\d+\]\(\S+\.md\)), \d{4}-\d\d-\d\d(, supersedes \[\d+\]\(\S+\.md\))?$/);
    return `| ${i + 1} | [${heading.replace(/^# \d+\. /, '')}](${file}) | ${status.split(', ')[0]} |`;
  });
  expect(text('decisions/README.md').split('\n').filter((line) => /^\| \d/.test(line))).toEqual(rows);
});
