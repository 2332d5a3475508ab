import type * as ParseXml from '@rgrove/parse-xml';
import { AnnotationError, decodeUtf8 } from '../formats';
import type { XmlElement } from '../formats';
import { bundledReader } from './bundled-reader';

let library: typeof ParseXml | undefined;

/** What XML says of its encoding, which is ASCII up to there. */
const ENCODING = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/;

/**
 * The first element of an XML file.
 *
 * @param name of the file, for messages
 * @throws AnnotationError for what is no XML, for other encodings than UTF-8, and for document types: their entities are a danger
 */
export function parseXml(name: string, bytes: Buffer): XmlElement {
  library ??= bundledReader('xml', 'XML files') as typeof ParseXml;
  const document = documentOf(library, name, textOf(name, bytes));
  if (document.children.some(({ type }) => type === 'doctype')) {
    throw new AnnotationError(name, 'has a document type (<!DOCTYPE …>), which is not read for safety; remove it');
  }
  return elementOf(document.root!);
}

function documentOf({ parseXml: parse }: typeof ParseXml, name: string, text: string): ParseXml.XmlDocument {
  try {
    return parse(text, { preserveDocumentType: true });
  } catch (error) {
    const [what] = (error as Error).message.split('\n');
    throw new AnnotationError(name, `is not XML: ${what}`);
  }
}

function elementOf({ name, children }: ParseXml.XmlElement): XmlElement {
  const texts = children.filter((child): child is ParseXml.XmlText => child.type === 'text' || child.type === 'cdata');
  const elements = children.filter((child): child is ParseXml.XmlElement => child.type === 'element');
  return { name, text: texts.map(({ text }) => text).join('').trim(), children: elements.map(elementOf) };
}

function textOf(name: string, bytes: Buffer): string {
  const encoding = ENCODING.exec(bytes.toString('latin1', 0, 200).replace(/^\xef\xbb\xbf/, ''))?.[1] ?? 'utf-8';
  if (!/^(utf-8|us-ascii|ascii)$/i.test(encoding)) throw new AnnotationError(name, `is encoded in ${encoding}; save it as UTF-8`);
  return decodeUtf8(name, bytes);
}
