import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { verdict } from './rows/row';
import type { Row } from './rows/row';

/** What the figures belong to. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  readonly node: string;
  readonly python: string;
}

export function machine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0].model,
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    python: execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim(),
  };
}

/** A Markdown table; the figures behind each row follow below it. */
export function table(rows: readonly Row[], judged: boolean): string {
  const cells = rows.map((row, i) => [
    String(i + 1), row.what, amount(row, row.measured), `${row.goal} ${amount(row, row.must)}`, amount(row, row.aim), judged ? verdict(row) : '–',
  ]);
  const head = ['', 'what', 'measured', 'must', 'aim', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const notes = rows.map(({ note }, i) => `${i + 1}. ${note}`);
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line), '', ...notes].join('\n');
}

function amount({ unit }: Row, value: number): string {
  const digits = value === 0 || Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}
