import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HandlerFunctions } from './cloudformation';
import { fastClock } from './fast-clock';

/** A busy machine does not work faster because the clock does. */
const FIFTEEN_MINUTES = 900_000 * fastClock.speed;

/** The handler bundle as Lambda runs it: in a process of its own, with its own environment. It goes by the fast clock. */
export class LambdaFunction implements HandlerFunctions {
  /** What it has printed, line by line. */
  readonly lines: string[] = [];
  /** Changes of its environment from the next call on. */
  readonly environment: Record<string, string> = {};
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (value: any) => void; reject: (error: Error) => void }>();
  private calls = 0;

  constructor(bundle: string, environment: Record<string, string>) {
    this.child = fork(join(__dirname, 'lambda-process.js'), [bundle, String(fastClock.start), String(fastClock.speed)], {
      env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => { this.lines.push(line); });
    this.child.on('message', ({ id, result, error }: any) => {
      const call = this.waiting.get(id)!;
      this.waiting.delete(id);
      if (error) call.reject(Object.assign(new Error(error.message), { stack: error.stack }));
      else call.resolve(result);
    });
    this.child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('the function has ended'));
    });
  }

  onEvent(event: any, remaining?: number): Promise<any> {
    return this.invoke('onEvent', event, remaining);
  }

  isComplete(event: any, remaining?: number): Promise<any> {
    return this.invoke('isComplete', event, remaining);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
    this.child.kill();
    await ended;
  }

  private invoke(name: string, event: any, remaining = FIFTEEN_MINUTES): Promise<any> {
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, name, event, remaining, environment: this.environment });
    });
  }
}
