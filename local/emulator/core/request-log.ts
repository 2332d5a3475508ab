/** One call as it was asked and answered. */
export interface RequestRecord {
  /** The request id the answer carried. */
  readonly id: string;
  /** ISO 8601 time at which it arrived. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  /** True for an operation that changes something when it succeeds. */
  readonly write: boolean;
  /** HTTP status of the answer; 0 when there was none. */
  readonly status: number;
  /** Code of the refusal. */
  readonly errorCode?: string;
  /** Kind of the fault that met the call. */
  readonly fault?: string;
  /** The decoded request; of a blob such as Changes.GroundTruth only `{ bytes, lines }`. */
  readonly request: any;
  /** The text of that blob; absent once the log has grown over its bound. */
  readonly text?: string;
  /** From the arrival of the whole body to the answer, in milliseconds. */
  readonly durationMs: number;
}

const MOST_RECORDS = 50_000;
const MOST_TEXT_CHARACTERS = 128 * 1024 * 1024;

/** The last calls, oldest first, in bounded memory: the oldest texts go first, then the oldest records. */
export class RequestLog {
  private records: RequestRecord[] = [];
  private textCharacters = 0;
  /** Records before this one have lost their text. */
  private firstWithText = 0;

  add(record: RequestRecord): void {
    this.records.push(record);
    this.textCharacters += record.text?.length ?? 0;
    while (this.textCharacters > MOST_TEXT_CHARACTERS) {
      const { text, ...rest } = this.records[this.firstWithText];
      this.textCharacters -= text?.length ?? 0;
      this.records[this.firstWithText++] = rest;
    }
    if (this.records.length > MOST_RECORDS) {
      const gone = this.records.splice(0, MOST_RECORDS / 10);
      for (const { text } of gone) this.textCharacters -= text?.length ?? 0;
      this.firstWithText = Math.max(0, this.firstWithText - gone.length);
    }
  }

  list(): RequestRecord[] {
    return [...this.records];
  }

  clear(): void {
    this.records = [];
    this.textCharacters = 0;
    this.firstWithText = 0;
  }
}
