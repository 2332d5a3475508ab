import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server in a process of its own, so that its memory and its work are not the handler's. */
export class ServerProgram {
  private constructor(private readonly child: ChildProcess, readonly url: string) {}

  /** Starts a compiled program that prints its URL when it listens. */
  static async start(file: string, parameters: readonly string[]): Promise<ServerProgram> {
    const child = spawn(process.execPath, [file, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url) return new ServerProgram(child, url);
    }
    throw new Error(`${file} ended before it listened`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
