import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The only address that anything of the local cloud listens on. */
export const HOST = '127.0.0.1';

/**
 * A port of 127.0.0.1 that nobody listens on.
 *
 * @param chosen this port and no other; absent: any free one
 * @throws Error when that port is taken or may not be used
 */
export async function findPort(chosen = 0): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code === 'EADDRINUSE'
      ? `port ${chosen} of ${HOST} is taken by another program; choose another one with --port, or leave it out to get a free one`
      : `port ${chosen} of ${HOST} cannot be used (${error.code}); choose another one with --port`)));
    server.listen({ port: chosen, host: HOST, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
