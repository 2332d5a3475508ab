import ora from 'ora';

/**
 * Does one step of a longer work and shows it: its title, what it is at, how long it took.
 *
 * @param title what is done, in the words of the user
 * @param work the work; it may tell what it is at
 */
export type Step = <T>(title: string, work: (at: (detail: string) => void) => Promise<T>) => Promise<T>;

/** Shows nothing. */
export const silently: Step = (_title, work) => work(() => {});

/**
 * Steps on standard output: on a terminal a spinner with what the step is at; elsewhere one line for each finished step.
 */
export function stepsOn(terminal: NodeJS.WriteStream): Step {
  return async (title, work) => {
    const started = Date.now();
    const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    const spinner = terminal.isTTY ? ora({ text: title, stream: terminal, discardStdin: false }).start() : undefined;
    let detail = '';
    const show = (): void => {
      if (spinner) spinner.text = `${title} (${seconds()})${detail && `: ${detail}`}`;
    };
    const ticking = setInterval(show, 500);
    const finish = (mark: string): void => {
      clearInterval(ticking);
      const line = `${mark} ${title} (${seconds()})`;
      if (spinner) spinner.stopAndPersist({ symbol: '', text: line, prefixText: '' });
      else terminal.write(`${line}\n`);
    };
    try {
      const result = await work((text) => { detail = text; show(); });
      finish('✔');
      return result;
    } catch (error) {
      finish('✖');
      throw error;
    }
  };
}
