import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Yaml from 'yaml';
import { AnnotationError, RECOGNIZED_BYTES, recognizeFile } from '../formats';
import type { AnnotationFolder, CsvRow, RecognizedFile, XmlElement } from '../formats';
import { bundledReader } from './bundled-reader';
import { csvRows } from './csv-rows';
import { filesBelow } from './directory';
import type { DirectoryOptions } from './directory';
import { manifestFile } from './manifest-file';
import { explainReadErrors } from './paths';
import { parseXml } from './xml';

let yaml: typeof Yaml | undefined;

/** A folder of this machine, as readers of annotations see it. */
export class LocalAnnotationFolder implements AnnotationFolder {
  private listed?: ReadonlySet<string>;

  /**
   * @param caller how messages name what was called
   * @param path as it was given
   */
  constructor(private readonly caller: string, private readonly path: string, private readonly options: DirectoryOptions = {}) {}

  get names(): readonly string[] {
    return [...this.files];
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  readYaml(name: string): unknown {
    const { parseDocument } = yaml ??= bundledReader('yaml', 'YAML files') as typeof Yaml;
    const document = parseDocument(this.read(name).toString(), { schema: 'failsafe', uniqueKeys: true, logLevel: 'error' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new AnnotationError(name, `is not plain YAML: ${problem.message.split('\n')[0]}`);
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      throw new AnnotationError(name, `is not plain YAML: ${(error as Error).message}`);
    }
  }

  readXml(name: string): XmlElement {
    return parseXml(name, this.read(name));
  }

  readCsv(name: string, delimiter: string): Iterable<CsvRow> {
    return csvRows(name, this.blocks(name), delimiter);
  }

  read(name: string): Buffer {
    return explainReadErrors(this.caller, name, () => readFileSync(join(this.path, name)));
  }

  blocks(name: string): Iterable<Buffer> {
    return manifestFile(this.caller, join(this.path, name))();
  }

  /** What a file is by how it begins; undefined for what may be anything. */
  recognize(name: string): RecognizedFile | undefined {
    for (const block of this.blocks(name)) return recognizeFile(block.subarray(0, RECOGNIZED_BYTES));
    return undefined;
  }

  private get files(): ReadonlySet<string> {
    return this.listed ??= new Set(filesBelow(this.caller, this.path, this.options).names);
  }
}
