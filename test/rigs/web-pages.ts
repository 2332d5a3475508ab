import { request } from 'node:http';

export interface HttpCall {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Sends a request with exactly these headers, `Host` among them; `fetch` would add and refuse some. */
export function sendHttp(url: string, { method = 'GET', path, headers, body }: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, url), { method, headers: { ...headers, ...body !== undefined && { 'content-length': Buffer.byteLength(body) } } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

const PAGE = 'https://evil.example';

/** What browsers add to requests of a page that is not of this server; a page can leave none of it out, but for `Referer`. */
export const FOREIGN_PAGES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a script', { 'origin': PAGE, 'referer': `${PAGE}/`, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
  ['a script of a browser without fetch metadata', { origin: PAGE }],
  ['a form', { 'origin': PAGE, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ['a form in a sandboxed frame', { origin: 'null' }],
  ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ['an image of a browser without fetch metadata', { referer: `${PAGE}/` }],
  ['a link in another program', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ['another server of this machine', { 'origin': 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
  ['a page whose name was rebound to 127.0.0.1', { host: 'evil.example' }],
  ['the same, with a port', { host: 'evil.example:4566' }],
  ['a name that only begins like ours', { host: '127.0.0.1.evil.example' }],
  ['a name that only ends like ours', { host: 'evil.localhost' }],
];

/** How programs of this machine name it. */
export const OWN_HOSTS = ['127.0.0.1', '127.0.0.1:4566', 'localhost', 'LocalHost:4566', '[::1]', '[::1]:4566'];
