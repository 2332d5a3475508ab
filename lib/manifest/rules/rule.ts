import type { Finding, Severity } from './finding';

/** A row of a table of rules. */
export interface Rule {
  readonly severity: Severity;
  /** `{}` stands for the attribute's name. */
  readonly message: string;
}

export const terminal = (message: string): Rule => ({ severity: 'terminal', message });
export const error = (message: string): Rule => ({ severity: 'error', message });
export const warning = (message: string): Rule => ({ severity: 'warning', message });

/**
 * Makes a finding of one rule.
 *
 * @param code the rule
 * @param place where in the line, see {@link Finding.place}
 * @param advice what exactly is wrong and what to change
 * @param attribute name for the rules whose message names the attribute
 */
export type MakeFinding<Code> = (code: Code, place: Finding['place'], advice: string, attribute?: string) => Finding;

/** Makes the findings of one table of rules. */
export function findingsOf<Code extends string>(rules: Readonly<Record<Code, Rule>>): MakeFinding<Code> {
  return (code, place, advice, attribute = '') => {
    const { severity, message } = rules[code];
    return { code, severity, message: message.replace('{}', () => attribute), advice, place };
  };
}
