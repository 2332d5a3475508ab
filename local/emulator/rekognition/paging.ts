import { createHash } from 'node:crypto';
import { ServiceError } from '../service';
import { PUBLISHED_MESSAGES } from './errors';

/** The members every paged request has. */
export interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

/**
 * Cuts one page out of all items, at most MaxResults (default 100) of those that are kept.
 *
 * @param query what the token belongs to: a token of another query is refused
 * @param keep which items the query asks for
 * @throws ServiceError InvalidPaginationTokenException
 */
export function pageOf<T>(all: readonly T[], request: PageRequest, query: unknown, keep: (item: T) => boolean = () => true):
{ items: T[]; nextToken?: string } {
  const { NextToken: token, MaxResults: most = 100 } = request;
  const hash = createHash('sha256').update(JSON.stringify(query)).digest('base64url');
  // An empty token asks for the first page.
  let at = token ? offsetIn(token, hash) : 0;
  const items: T[] = [];
  for (; at < all.length; at++) {
    if (!keep(all[at])) continue;
    if (items.length === most) return { items, nextToken: Buffer.from(JSON.stringify([at, hash])).toString('base64') };
    items.push(all[at]);
  }
  return { items };
}

function offsetIn(token: string, hash: string): number {
  try {
    const [offset, owner] = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Number.isInteger(offset) && offset >= 0 && owner === hash) return offset;
  } catch { /* not one of ours */ }
  throw new ServiceError('InvalidPaginationTokenException', PUBLISHED_MESSAGES.InvalidPaginationTokenException);
}
