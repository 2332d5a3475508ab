import { gzipSync } from 'node:zlib';
import { RECOGNIZED_BYTES, recognizeFile } from '../../lib/formats';
import { jpeg, png } from '../rigs/images';

const LINE = { 'source-ref': 's3://pictures/1.jpg', 'cat': 0 };
const COCO = { info: {}, images: [{ id: 1, file_name: '1.jpg' }], annotations: [], categories: [] };

test.each<[string, string | Buffer, string | undefined]>([
  ['a manifest', `${JSON.stringify(LINE)}\n${JSON.stringify(LINE)}\n`, 'a manifest (JSON Lines): read it with Manifest.fromFile(path)'],
  ['a manifest whose first line is broken', '{"source-ref":"a.jpg"\n{"source-ref":"b.jpg"}\n', undefined],
  ['a pretty-printed entry', JSON.stringify(LINE, null, 2), 'a manifest whose entries are spread over several lines: write one entry a line, for example with "jq -c ."'],
  ['an array of entries', JSON.stringify([LINE]), 'a JSON array of manifest entries: write one entry a line, for example with "jq -c .[]"'],
  ['COCO', JSON.stringify(COCO), 'a COCO file: read it with Manifest.fromCoco(path)'],
  ['COCO, pretty-printed, with a mark', `\ufeff${JSON.stringify(COCO, null, 2)}`, 'a COCO file: read it with Manifest.fromCoco(path)'],
  ['COCO, cut off', JSON.stringify({ ...COCO, images: Array(5000).fill(COCO.images[0]) }), 'a COCO file: read it with Manifest.fromCoco(path)'],
  ['other JSON', '{"a":1}', undefined],
  ['gzip', gzipSync('x'), 'compressed with gzip: uncompress it first, for example with "gunzip"'],
  ['ZIP', Buffer.from('PK\x03\x04abc'), 'a ZIP archive: extract it and name the file or folder in it'],
  ['PNG', png(), 'a PNG image: name the file with its annotations'],
  ['JPEG', jpeg(), 'a JPEG image: name the file with its annotations'],
  ['PDF', '%PDF-1.7', 'a PDF document: name the file with the annotations'],
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'text in UTF-16: save it as UTF-8'],
  ['Pascal VOC', '<?xml version="1.0"?>\n<!-- a cat --><annotation verified="yes">', 'a Pascal VOC file: read it with Manifest.fromPascalVoc(path)'],
  ['CVAT', '<?xml version="1.0"?><annotations>', 'an XML file of CVAT: export COCO from CVAT, and read it with Manifest.fromCoco(path)'],
  ['XML', '<svg/>', 'XML or HTML: name the file or folder with the annotations'],
  ['YAML', '# data\n\nnames:\n  - cat\n', 'a description of a YOLO dataset: read it with Manifest.fromYolo(path)'],
  ['CSV', 'filename,width,height\r\na.jpg,1,2\r\n', 'CSV: read it with Manifest.fromCsv(path)'],
  ['nothing', '', undefined],
  ['prose', 'Dear reader', undefined],
])('%s', (_what, content, expected) => {
  const file = recognizeFile(Buffer.from(content as string).subarray(0, RECOGNIZED_BYTES));
  expect(file && `${file.what}: ${file.advice}`).toBe(expected);
});
