/**
 * Something a service does in the background.
 *
 * It is over once its time is up and its result is there. Both are looked at when somebody asks, so no timer runs.
 */
export class BackgroundTask<T> {
  private result?: { readonly value: T; readonly at: number };

  /**
   * @param now the clock, milliseconds since 1970
   * @param latency milliseconds it takes at least
   * @param result what it comes to, or the promise of it, which must not be rejected
   * @param stuck as long as it answers true, the task is not over
   */
  constructor(private readonly now: () => number, latency: number, result: T | Promise<T>, private readonly stuck?: () => boolean) {
    const due = now() + latency;
    if (result instanceof Promise) void result.then((value) => { this.result = { value, at: Math.max(due, now()) }; });
    else this.result = { value: result, at: due };
  }

  /** The result and the time it was there, once the task is over. */
  finished(): { readonly value: T; readonly at: number } | undefined {
    return this.result && this.now() >= this.result.at && !this.stuck?.() ? this.result : undefined;
  }
}
