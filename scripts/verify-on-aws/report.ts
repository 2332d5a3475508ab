import Table from 'cli-table3';
import { BY_HAND } from './by-hand';
import type { Row } from './verify';

/** What a run has found, as it is sent to the project: without the number of the account. */
export interface Report {
  readonly run: string;
  /** ISO 8601 time of its begin. */
  readonly date: string;
  readonly region: string;
  /** Numbers of entries that durations were measured with. */
  readonly entries: readonly number[];
  readonly rows: readonly Row[];
}

const MARKS = { 'agrees': '✔ agrees', 'differs': '✖ differs', 'not measured': '? not measured' };
/** Columns of a terminal that does not say. */
const WIDTH = 160;

export function tableOf(rows: readonly Row[], width = WIDTH): string {
  const parts = [0.2, 0.2, 0.26, 0, 0.34];
  const verdictWidth = 16;
  const free = Math.max(width, 80) - verdictWidth - parts.length - 1;
  const colWidths = parts.map((part) => part === 0 ? verdictWidth : Math.floor(part * free));
  const table = new Table({
    head: ['Question', 'Assumed', 'Measured', 'Verdict', 'Meaning for the library'],
    colWidths,
    wordWrap: true,
    style: { head: [], border: [], compact: false },
  });
  for (const { question, assumed, measured, verdict, meaning } of rows) {
    // A cell has a blank on either side; a longer word would be cut off.
    table.push([question, assumed, measured, MARKS[verdict], meaning].map((text, column) => brokenWords(text, colWidths[column] - 2)));
  }
  const count = (wanted: Row['verdict']) => rows.filter(({ verdict: given }) => given === wanted).length;
  return `${table.toString()}\n${count('agrees')} agree, ${count('differs')} differ, ${count('not measured')} not measured.\n`;
}

function brokenWords(text: string, most: number): string {
  return text.replace(new RegExp(`\\S{${most}}(?=\\S)`, 'g'), '$&\n');
}

export function byHand(): string {
  return [
    'What only a deployed stack shows, by hand:',
    ...BY_HAND.flatMap(({ command, prepare, lookAt, assumed }) => [`  ${command}`, `    first    ${prepare}`, `    look at  ${lookAt}`, `    assumed  ${assumed}`]),
    '',
  ].join('\n');
}

export function jsonOf(report: Report): string {
  return `${JSON.stringify({ ...report, byHand: BY_HAND }, undefined, 2)}\n`;
}

/** Rows without account numbers, which stand in ARNs and in messages of refusals. */
export function withoutAccounts(rows: readonly Row[]): Row[] {
  return JSON.parse(JSON.stringify(rows).replace(/(?<!\d)\d{12}(?!\d)/g, '<account>'));
}
