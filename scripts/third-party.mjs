import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the packages that have bytes in the output of a build, relative to the project's. */
export function packagesIn({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0));
  return [...new Set(files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path) ?? []))].sort();
}

/** What is to be said of packages: their names and licenses with the full texts. Those with the same text stand together. */
export function notices(root, folders) {
  const packages = folders.map((folder) => read(join(root, folder)));
  const byText = new Map();
  for (const { name, version, license, repository, text = licenseOf(packages, repository) } of packages) {
    if (!text) throw new Error(`the package ${name} is bundled, but neither it nor another one of its repository has a file with its license`);
    byText.set(text, [...byText.get(text) ?? [], `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text}\n`);
  return `index.js contains code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function read(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/iu.test(file)).sort();
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trimEnd()).join('\n\n');
  return { name, version, license, repository: repository?.url, text: text || undefined };
}

/** A few packages of the AWS SDK were published without the file that lies beside their siblings. */
function licenseOf(packages, repository) {
  return packages.find((one) => one.repository !== undefined && one.repository === repository && one.text)?.text;
}
