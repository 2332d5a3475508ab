import type { MiddlewareHandler } from 'hono';

/** Headers that browsers add to requests, that no program sends, and that a page cannot leave out. */
const FROM_A_BROWSER = ['origin', 'referer', 'sec-fetch-site'];
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Refuses what a web page has sent, whatever it is for: pages that the user visits can send requests to 127.0.0.1, and a
 * page whose name was made to lead here (DNS rebinding) is found by that name. The same rule keeps pages out of MiniStack,
 * in local/cloud/web_pages.py.
 */
export const withoutWebPages: MiddlewareHandler = async (c, next) => {
  const header = FROM_A_BROWSER.find((name) => c.req.header(name) !== undefined);
  const reason = header ? `the request has the header ${header}, which only browsers send`
    : OWN_HOST.test(c.req.header('host') ?? '') ? undefined : 'its Host is not 127.0.0.1 or localhost';
  if (reason === undefined) return next();
  return c.json({ __type: 'AccessDeniedException', message: `The emulator answers no web page: ${reason}.` }, 403);
};
