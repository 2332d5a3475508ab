import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { controlApp } from './core/control';
import { Faults } from './core/faults';
import type { Fault } from './core/faults';
import { RequestLog } from './core/request-log';
import type { RequestRecord } from './core/request-log';
import { S3Reader } from './core/s3-reader';
import { serviceApp } from './core/server';
import type { Service } from './core/service';
import { changeSettings } from './core/settings';
import { withoutWebPages } from './core/web-pages';
import { LookoutVision } from './lookoutvision/service';
import type { LookoutVisionSettings } from './lookoutvision/settings';
import { Rekognition } from './rekognition/service';
import type { RekognitionSettings } from './rekognition/settings';

/** Settings of every service, by its name. */
export interface EmulatorSettings {
  readonly rekognition: RekognitionSettings;
  readonly lookoutvision: LookoutVisionSettings;
}

/** Some members of a tree of settings. */
export type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };

/** Settings that lift the rates of every service, for whoever measures something else. */
export const UNLIMITED: DeepPartial<EmulatorSettings> = {
  rekognition: { requestsPerSecond: 0, tagRequestsPerSecond: 0 },
  lookoutvision: { requestsPerSecond: 0 },
};

export interface EmulatorOptions {
  /** TCP port on 127.0.0.1; default 0, any free one. */
  readonly port?: number;
  /** URL of the S3 endpoint that holds manifests and images; without one, no manifest is found. */
  readonly s3Endpoint?: string;
  /** Default us-east-1. */
  readonly region?: string;
  /** Twelve digits, default 000000000000. */
  readonly account?: string;
  readonly settings?: DeepPartial<EmulatorSettings>;
  /** The clock that latencies are measured by, milliseconds since 1970; default the system's. */
  readonly now?: () => number;
}

/** A running emulator. Programs that are not in this process use the HTTP interface of control.ts instead. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** May be changed at any time. */
  readonly settings: EmulatorSettings;
  /** The last calls, oldest first. */
  requests(): RequestRecord[];
  clearRequests(): void;
  /** @throws Error when the fault names no operation or means nothing for it */
  addFault(fault: Fault): void;
  /** Those that still wait for their calls. */
  faults(): Fault[];
  /** Forgets the faults and frees what is stuck. */
  clearFaults(): void;
  /** As freshly started. */
  reset(): void;
  /** Stops listening, cuts the connections and ends what runs in the background. */
  close(): Promise<void>;
}

/**
 * Starts the emulated vision services on 127.0.0.1.
 *
 * @throws Error with the code EADDRINUSE when the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, s3Endpoint, region = 'us-east-1', account = '000000000000', now = Date.now } = options;
  const s3 = new S3Reader(s3Endpoint, region);
  const rekognition = new Rekognition({ region, account, now, s3 });
  const lookoutvision = new LookoutVision({ region, account, now, s3 });
  const services: Service[] = [rekognition, lookoutvision];
  const settings: EmulatorSettings = { rekognition: rekognition.settings, lookoutvision: lookoutvision.settings };
  if (options.settings) changeSettings(settings, options.settings);
  const atStart = structuredClone(settings);

  const log = new RequestLog();
  const faults = new Faults(services);
  const reset = () => {
    for (const service of services) service.reset();
    changeSettings(settings, atStart);
    faults.clear();
    log.clear();
  };

  const app = new Hono();
  app.use(withoutWebPages);
  app.route('/_emulator', controlApp(services, log, faults, reset));
  app.route('/', serviceApp(services, log, faults));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // Longer than any pause between two calls of a client: a connection that closes under a request looks like a lost answer.
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    settings,
    requests: () => log.list(),
    clearRequests: () => log.clear(),
    addFault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    reset,
    close: async () => {
      s3.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
