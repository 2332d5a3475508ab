import { startEmulator, UNLIMITED } from '../../../local/emulator';
import type { Emulator } from '../../../local/emulator';
import { startObjectServer } from '../../rigs/s3-objects';
import type { ObjectServer } from '../../rigs/s3-objects';

/**
 * An emulator, the objects it reads and a client of one of its services, fresh for each test. Its clock stands still until it
 * is moved; any number of calls come through.
 */
export abstract class EmulatorSetup<Client extends { destroy(): void }> {
  emulator!: Emulator;
  objects!: ObjectServer;
  client!: Client;
  now = Date.parse('2026-01-05T09:00:00Z');

  constructor(clientOf: (emulator: Emulator) => Client) {
    beforeAll(async () => {
      this.objects = await startObjectServer();
      this.emulator = await startEmulator({ s3Endpoint: this.objects.url, now: () => this.now, settings: UNLIMITED });
      this.client = clientOf(this.emulator);
    });
    beforeEach(() => {
      this.emulator.reset();
      this.objects.objects.clear();
    });
    afterAll(async () => {
      this.client?.destroy();
      await this.emulator?.close();
      await this.objects?.close();
    });
  }

  /** Code, status, message and further members of the refusal that a call gets. */
  async refusal(call: Promise<unknown>): Promise<Record<string, any>> {
    return call.then(
      () => { throw new Error('the call was not refused'); },
      (error) => ({ ...error, code: error.name, status: error.$metadata?.httpStatusCode, message: error.message }),
    );
  }
}
