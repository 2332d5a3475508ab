import { createHash } from 'node:crypto';

const LIFETIME_MS = 8 * 60 * 60 * 1000;

interface Used {
  readonly at: number;
  readonly parameters: string;
  readonly answer: Promise<unknown>;
}

/** Client tokens: the same call with the same token takes place once within eight hours, and is answered as the first time. */
export class ClientTokens {
  private readonly used = new Map<string, Used>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  /**
   * @param input the request, its token included
   * @param perform makes the call; a failure is not remembered
   * @param mismatch the refusal of a token that was used with other parameters
   */
  async once(
    operation: string, input: { ClientToken?: string; Changes?: Uint8Array }, perform: () => Promise<unknown>, mismatch: () => Error,
  ): Promise<unknown> {
    const { ClientToken: token, Changes: changes, ...rest } = input;
    if (token === undefined) return perform();
    const key = `${operation} ${token}`;
    const parameters = createHash('sha256').update(JSON.stringify(rest)).update(changes ?? '').digest('hex');
    const known = this.used.get(key);
    if (known && this.now() < known.at + LIFETIME_MS) {
      if (known.parameters !== parameters) throw mismatch();
      return known.answer;
    }
    const answer = perform();
    const record = { at: this.now(), parameters, answer };
    this.used.set(key, record);
    answer.catch(() => { if (this.used.get(key) === record) this.used.delete(key); });
    return answer;
  }

  clear(): void {
    this.used.clear();
  }
}
