import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A line with one image-level label. */
export function labelLine(sourceRef: string, label = 'crow'): Record<string, unknown> {
  return { 'source-ref': sourceRef, 'bird': 1, 'bird-metadata': imageMetadata(label) };
}

export function imageMetadata(label: string): Record<string, unknown> {
  return { 'class-name': label, 'confidence': 1, 'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00', 'type': 'groundtruth/image-classification' };
}

/** A line with one box; `change` may spoil attribute and metadata. */
export function boxLine(sourceRef: string, change: (bb: any, metadata: any, line: any) => void = () => undefined): Record<string, unknown> {
  const line: any = {
    'source-ref': sourceRef,
    'bb': { image_size: [{ width: 800, height: 600, depth: 3 }], annotations: [{ class_id: 0, left: 10, top: 20, width: 100, height: 80 }] },
    'bb-metadata': {
      'objects': [{ confidence: 1 }], 'class-map': { 0: 'crow' }, 'type': 'groundtruth/object-detection',
      'human-annotated': 'yes', 'creation-date': '2026-01-05T09:00:00',
    },
  };
  change(line.bb, line['bb-metadata'], line);
  return line;
}

export function jsonLines(...lines: (object | string)[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

/** What `run` throws. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

/** Does something without the rights of root, whom nothing is forbidden. */
export function asNobody(work: () => void): void {
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

const FOLDERS: string[] = [];

/** A folder with these files, gone after the tests of the file. */
export function folderWith(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-test-'));
  FOLDERS.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

afterAll(() => FOLDERS.forEach((folder) => rmSync(folder, { recursive: true })));
