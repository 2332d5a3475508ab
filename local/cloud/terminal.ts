import ora from 'ora';
import type { Step } from './step';

/** Shows steps: on a terminal a spinner with what the step is at; elsewhere one line for each finished step. */
export function stepsOn(output: NodeJS.WriteStream): Step {
  return async (title, work) => {
    const started = Date.now();
    const spinner = output.isTTY ? ora({ stream: output, discardStdin: false }).start() : undefined;
    let detail = '';
    const line = (): string => `${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`;
    const show = (): void => {
      if (spinner) spinner.text = shorten(detail ? `${line()} ${detail}` : line(), output.columns - 4);
    };
    show();
    const ticking = setInterval(show, 200);
    try {
      const result = await work((text) => { detail = text; show(); });
      if (spinner) spinner.succeed(line());
      else output.write(`✔ ${line()}\n`);
      return result;
    } catch (error) {
      if (spinner) spinner.fail(line());
      else output.write(`✖ ${line()}\n`);
      throw error;
    } finally {
      clearInterval(ticking);
    }
  };
}

/** One line of the terminal: a text that wraps could not be overwritten cleanly. */
function shorten(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
}
