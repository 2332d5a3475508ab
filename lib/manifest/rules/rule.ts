import type { Severity } from './finding';

/** A row of a service's table of rules. */
export interface Rule {
  readonly severity: Severity;
  /** `{}` stands for the attribute's name. */
  readonly message: string;
}

export const terminal = (message: string): Rule => ({ severity: 'terminal', message });
export const error = (message: string): Rule => ({ severity: 'error', message });
export const warning = (message: string): Rule => ({ severity: 'warning', message });
