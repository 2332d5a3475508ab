/** What a file is, whatever its name says. */

/** A kind of file that a reader of annotations may be given. */
export interface RecognizedFile {
  /** What it is, after "is": `a COCO file`. */
  readonly what: string;
  /** What to do with it, as the end of a sentence. */
  readonly advice: string;
  /** The reader that takes it, such as `Manifest.fromCoco`; absent: none does. */
  readonly reader?: string;
}

/** Bytes that are looked at. */
export const RECOGNIZED_BYTES = 64 * 1024;

const read = (what: string, reader: string, argument = 'path'): RecognizedFile => ({ what, reader, advice: `read it with ${reader}(${argument})` });
const other = (what: string, advice: string): RecognizedFile => ({ what, advice });

const MANIFEST = read('a manifest (JSON Lines)', 'Manifest.fromFile');
const SIGNATURES: readonly [signature: string, file: RecognizedFile][] = [
  ['\x1f\x8b', other('compressed with gzip', 'uncompress it first, for example with "gunzip"')],
  ['PK\x03\x04', other('a ZIP archive', 'extract it and name the file or folder in it')],
  ['\x89PNG', other('a PNG image', 'name the file with its annotations')],
  ['\xff\xd8\xff', other('a JPEG image', 'name the file with its annotations')],
  ['%PDF', other('a PDF document', 'name the file with the annotations')],
  ['\xff\xfe', other('text in UTF-16', 'save it as UTF-8')],
  ['\xfe\xff', other('text in UTF-16', 'save it as UTF-8')],
];

/**
 * Recognizes a file by how it begins.
 *
 * @param head its first bytes, at most {@link RECOGNIZED_BYTES}
 * @returns undefined for what may be anything
 */
export function recognizeFile(head: Uint8Array): RecognizedFile | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const raw = bytes.toString('latin1');
  const signed = SIGNATURES.find(([signature]) => raw.startsWith(signature));
  if (signed) return signed[1];
  const text = bytes.toString('utf8').replace(/^\ufeff/, '').trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return ofJson(text);
  if (text.startsWith('<')) return ofXml(text);
  if (/^(#.*\s+)*(names|nc|path|train|val|test)\s*:/.test(text)) return read('a description of a YOLO dataset', 'Manifest.fromYolo');
  const [first] = text.split(/\r?\n/, 1);
  if (/^[^{}[\]]*[,;\t][^{}[\]]*$/.test(first)) return read('CSV', 'Manifest.fromCsv');
  return undefined;
}

/** XML by its first element. */
function ofXml(text: string): RecognizedFile {
  const [, root] = /<([^\s<>/!?]+)/.exec(text.replace(/<!--[^]*?-->/g, '')) ?? [];
  if (root === 'annotation') return read('a Pascal VOC file', 'Manifest.fromPascalVoc');
  if (root === 'annotations') return other('an XML file of CVAT', 'export COCO from CVAT, and read it with Manifest.fromCoco(path)');
  return other('XML or HTML', 'name the file or folder with the annotations');
}

/** JSON that may be cut off. */
function ofJson(text: string): RecognizedFile | undefined {
  const has = (name: string) => text.includes(`"${name}"`);
  const [first] = text.split(/\r?\n/, 1);
  if (has('source-ref')) {
    if (text.startsWith('[')) return other('a JSON array of manifest entries', 'write one entry a line, for example with "jq -c .[]"');
    if (first.trimEnd() === '{') return other('a manifest whose entries are spread over several lines', 'write one entry a line, for example with "jq -c ."');
    // A first line that is broken is told as such.
    return isJson(first) ? MANIFEST : undefined;
  }
  if (text.startsWith('{') && (has('categories') || has('annotations') || has('info')) && has('images')) return read('a COCO file', 'Manifest.fromCoco');
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
