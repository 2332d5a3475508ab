import { createHash } from 'node:crypto';
import type { ServiceError } from './service';

/** The members every paged request has. */
export interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

/**
 * Cuts one page out of all items, at most MaxResults (default 100) of those that are kept.
 *
 * @param query what the token belongs to: a token of another query is refused
 * @param invalidToken makes the refusal of a token that was never given, or for another query
 * @param keep which items the query asks for
 * @throws ServiceError as made by `invalidToken`
 */
export function pageOf<T>(
  all: readonly T[], request: PageRequest, query: unknown, invalidToken: () => ServiceError, keep: (item: T) => boolean = () => true,
): { items: T[]; nextToken?: string } {
  const { NextToken: token, MaxResults: most = 100 } = request;
  const hash = createHash('sha256').update(JSON.stringify(query)).digest('base64url');
  // An empty token asks for the first page.
  let at = token ? offsetIn(token, hash) : 0;
  if (at === undefined) throw invalidToken();
  const items: T[] = [];
  for (; at < all.length; at++) {
    if (!keep(all[at])) continue;
    if (items.length === most) return { items, nextToken: Buffer.from(JSON.stringify([at, hash])).toString('base64') };
    items.push(all[at]);
  }
  return { items };
}

/** The answer with the last page, where the token behind it is empty instead of absent. */
export function withEmptyToken(output: object): object {
  return { ...output, ...('NextToken' in output && { NextToken: output.NextToken ?? '' }) };
}

function offsetIn(token: string, hash: string): number | undefined {
  try {
    const [offset, owner] = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Number.isInteger(offset) && offset >= 0 && owner === hash) return offset;
  } catch { /* not one of ours */ }
  return undefined;
}
