import { join } from 'node:path';
import { ensureVenv } from '../../local/venv';
import { ROOT } from '../folder';
import { cocoFile } from '../inputs/coco';
import { measure, nodeJob } from '../measure';
import { byCpu, megabytes, seconds } from '../text';
import type { Row, Setting } from './row';

/** The tools of others that read annotations. */
const TOOLS = { venv: join(ROOT, '.local', 'annotations-venv'), requirements: join(ROOT, 'test', 'rigs', 'annotations', 'requirements.txt') };

/** What it costs to make a manifest of annotations. */
export async function convert({ inputs, rounds }: Setting): Promise<Row[]> {
  const { path, bytes, images, annotations } = cocoFile(inputs.share);
  const expect = { images, annotations };
  const python = await ensureVenv(TOOLS.venv, TOOLS.requirements);
  const { coco, parse, pycocotools } = await measure(rounds, {
    coco: await nodeJob('coco-convert', [path], expect),
    parse: await nodeJob('coco-parse', [path], expect),
    pycocotools: { command: [python, '-B', join(ROOT, 'bench', 'jobs', 'pycocotools_load.py'), path], expect, once: true },
  });
  const others = `JSON.parse ${seconds(parse)}, ${megabytes(parse.peakBytes)}; loading by pycocotools ${seconds(pycocotools)}, ${megabytes(pycocotools.peakBytes)}`;
  return [
    {
      what: 'COCO to a manifest, 120,000 images, 860,000 boxes, against JSON.parse of the file',
      measured: coco.seconds / parse.seconds, unit: 'x', goal: 'at most', must: 2.5, aim: 2,
      note: `${megabytes(bytes)}; ${byCpu(coco, parse)}: ${seconds(coco)}; ${others}`,
    },
    { what: 'its peak memory', measured: coco.peakBytes / 1e6, unit: 'MB', goal: 'at most', must: 450, aim: 400, note: 'as above' },
  ];
}
