/**
 * A lint rule: no file may be reached from what it imports, not even by types. `import-x/no-cycle` looks away from
 * `import type`, and takes far longer.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/** File → files of this project that it imports, each file read once a run. */
const known = new Map();

function importsOf(file) {
  if (!known.has(file)) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
    known.set(file, importedFiles.flatMap(({ fileName }) => resolved(file, fileName) ?? []));
  }
  return known.get(file);
}

function resolved(from, name) {
  // JSON imports nothing.
  if (!name.startsWith('.') || name.endsWith('.json')) return undefined;
  const path = resolve(dirname(from), name);
  const files = [path, `${path}.ts`, `${path}/index.ts`].filter((file) => /\.(ts|mjs|js)$/.test(file));
  return files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** The shortest way by imports, both ends included. */
function way(from, to) {
  const before = new Map([[from, undefined]]);
  for (const file of before.keys()) {
    if (file === to) {
      const steps = [];
      for (let step = file; step !== undefined; step = before.get(step)) steps.unshift(step);
      return steps;
    }
    for (const next of importsOf(file)) if (!before.has(next)) before.set(next, file);
  }
  return undefined;
}

export const noCircle = {
  meta: { type: 'problem', messages: { circle: 'This import closes a circle: {{ files }}.' }, schema: [] },
  create(context) {
    const file = context.physicalFilename;
    const check = ({ source }) => {
      const target = typeof source?.value === 'string' ? resolved(file, source.value) : undefined;
      const back = target && way(target, file);
      if (back) {
        const files = [file, ...back].map((step) => relative(context.cwd, step)).join(' → ');
        context.report({ node: source, messageId: 'circle', data: { files } });
      }
    };
    const kinds = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'];
    return Object.fromEntries(kinds.map((kind) => [kind, check]));
  },
};
