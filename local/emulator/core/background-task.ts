/**
 * Something a service does in the background.
 *
 * It is over once its time is up and its task has a result; both are looked at when somebody asks, so no timer runs.
 */
export class Work<T> {
  private result?: { readonly value: T; readonly at: number };

  /**
   * @param now the clock, milliseconds since 1970
   * @param latency milliseconds it takes at least
   * @param task its result, or the promise of it, which must not be rejected
   * @param stuck as long as it answers true, the work is not over
   */
  constructor(private readonly now: () => number, latency: number, task: T | Promise<T>, private readonly stuck?: () => boolean) {
    const due = now() + latency;
    if (task instanceof Promise) void task.then((value) => { this.result = { value, at: Math.max(due, now()) }; });
    else this.result = { value: task, at: due };
  }

  /** The result and the time it was there, once the work is over. */
  finished(): { readonly value: T; readonly at: number } | undefined {
    return this.result && this.now() >= this.result.at && !this.stuck?.() ? this.result : undefined;
  }
}
