import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { findPort } from '../../local/cloud/ports';

test('a taken port is one clear sentence that names it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(findPort(port)).rejects.toThrow(`port ${port} of 127.0.0.1 is taken by another program; choose another one with --port`);
  await new Promise((resolve) => server.close(resolve));
  expect(await findPort(port)).toBe(port);
});

test('without a wish any free port is found, and left free', async () => {
  const port = await findPort();
  expect(port).toBeGreaterThan(0);
  expect(await findPort(port)).toBe(port);
});
