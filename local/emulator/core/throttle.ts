import type { ServiceError } from './service';

/** Lets each operation through so many times a second, and as many at once. */
export class Throttle {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  /**
   * @param now milliseconds since 1970
   * @param refusal what a call gets that is one too many
   */
  constructor(private readonly now: () => number, private readonly refusal: () => ServiceError) {}

  /**
   * @param rate requests per second; 0 lets everything through
   * @throws ServiceError the refusal
   */
  admit(operation: string, rate: number): void {
    if (rate === 0) return;
    const now = this.now();
    const { left, at } = this.buckets.get(operation) ?? { left: rate, at: now };
    const filled = Math.min(rate, left + ((now - at) / 1000) * rate);
    this.buckets.set(operation, { left: filled >= 1 ? filled - 1 : filled, at: now });
    if (filled < 1) throw this.refusal();
  }

  clear(): void {
    this.buckets.clear();
  }
}
